/**
 * A provider's own list of models against its file: what changed, as edits that leave comments and order alone. Pure: texts in, text
 * out; asking the provider and showing the difference is `test/dev/models-sync.ts`. Runs on Node; nothing of it is in the Worker.
 *
 * Lists have many shapes. Only fields whose meaning and unit are plain are read; a price is taken where the shape fixes its unit.
 */
import { applyEdits, findNodeAtLocation, getNodeValue, modify, parseTree } from 'jsonc-parser';
import { arrayOf, isObject, numberOf, textOf, type JsonObject } from '../lib/json.ts';
import type { Offering, Price } from './provider.ts';

/** A model as its provider lists it; what the list does not say is absent. */
export type ListedModel = Pick<Offering, 'id'> &
  Partial<Pick<Offering, 'name' | 'contextTokens' | 'maxOutputTokens' | 'input' | 'output' | 'priceUsdPerMillionTokens'>>;

/** What a list changes in a file. */
export type Sync = {
  /** The text of the file with the changes made. */
  text: string;
  /** Ids whose entries change, and which of their fields. */
  updated: { id: string; fields: string[] }[];
  added: string[];
  /** Ids in the file that the list does not name. They stay: a list may be shorter than what can be called. */
  unlisted: string[];
  /** Listed ids that were not added. */
  left: string[];
};

/** How to write entries. */
export type SyncOptions = {
  slug: string;
  /** Where the list is, for `source`. */
  source: string;
  /** Today, `YYYY-MM-DD`, for `checked`. */
  today: string;
  /** Which listed models that the file lacks are added. */
  adds: (model: ListedModel) => boolean;
  /** The public slug of a model; null = of the shape of its id. */
  publicSlug: (model: ListedModel) => string | null;
};

/** Reads a list in any of the shapes that providers use. */
export function readModelList(body: unknown): ListedModel[] {
  const entries = Array.isArray(body) ? body : isObject(body) ? (body['data'] ?? body['models'] ?? body['result']) : [];
  return arrayOf(entries).filter(isObject).flatMap(readEntry);
}

/** Makes the changes. */
export function syncModels(text: string, listed: readonly ListedModel[], options: SyncOptions): Sync {
  const tree = parseTree(text);
  const models = tree === undefined ? undefined : findNodeAtLocation(tree, ['models']);
  const entries = (models?.children ?? []).map((node) => getNodeValue(node) as Offering);
  const byId = new Map(listed.map((model) => [model.id, model]));
  const known = new Set(entries.map(({ id }) => id));
  const updated = entries.flatMap((entry, index) => {
    const changes = changesOf(entry, byId.get(entry.id));
    return Object.keys(changes).length === 0 ? [] : [{ id: entry.id, index, changes }];
  });
  const fresh = listed.filter(({ id }) => !known.has(id));
  const added = fresh.filter(options.adds);

  let changed = text;
  for (const { index, changes } of updated) {
    const fields = { ...changes, source: options.source, checked: options.today };
    for (const [field, value] of Object.entries(fields)) changed = set(changed, ['models', index, field], value);
  }
  for (const [position, model] of added.entries()) {
    changed = insert(changed, ['models', entries.length + position], toOffering(model, options));
  }
  return {
    text: changed,
    updated: updated.map(({ id, changes }) => ({ id, fields: Object.keys(changes) })),
    added: added.map(({ id }) => id),
    unlisted: entries.filter(({ id }) => !byId.has(id)).map(({ id }) => id),
    left: fresh.filter((model) => !added.includes(model)).map(({ id }) => id),
  };
}

const FORMAT = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

function set(text: string, path: (string | number)[], value: unknown): string {
  return applyEdits(text, modify(text, path, value, FORMAT));
}

function insert(text: string, path: (string | number)[], value: unknown): string {
  return applyEdits(text, modify(text, path, value, { ...FORMAT, isArrayInsertion: true }));
}

/** Fields that the list states otherwise than the file. A field that only the file has is nobody's to take away. */
function changesOf(entry: Offering, listed: ListedModel | undefined): JsonObject {
  const { id: _, name: _name, ...stated } = listed ?? { id: '' };
  const fields = Object.entries(stated).map(
    ([field, value]) =>
      [field, field === 'priceUsdPerMillionTokens' ? { ...entry.priceUsdPerMillionTokens, ...(value as Price) } : value] as const,
  );
  return Object.fromEntries(fields.filter(([field, value]) => JSON.stringify(entry[field as keyof Offering]) !== JSON.stringify(value)));
}

function toOffering(model: ListedModel, { slug, source, today, publicSlug }: SyncOptions): Offering {
  const { id, ...facts } = model;
  const plain = id.includes('/') && !/^[@/]/.test(id) ? id.toLowerCase() : `${slug}/${id.toLowerCase()}`;
  return { slug: publicSlug(model) ?? plain, id, ...facts, source, checked: today };
}

function readEntry(entry: JsonObject): ListedModel[] {
  const id = (textOf(entry['id']) ?? textOf(entry['name']) ?? textOf(entry['model']))?.replace(/^models\//, '');
  if (id === undefined) return [];
  const about = isObject(entry['metadata']) ? { ...entry['metadata'], ...entry } : entry;
  const top = isObject(entry['top_provider']) ? entry['top_provider'] : {};
  const architecture = isObject(entry['architecture']) ? entry['architecture'] : {};
  const model: ListedModel = { id };
  const name =
    textOf(entry['display_name']) ?? textOf(entry['displayName']) ?? (textOf(entry['id']) === null ? null : textOf(entry['name']));
  if (name !== null && name !== id) model.name = name;
  const context = firstCount(
    about['context_length'],
    about['context_window'],
    about['max_context_length'],
    about['max_model_len'],
    about['context_size'],
    about['inputTokenLimit'],
  );
  if (context !== null) model.contextTokens = context;
  const output = firstCount(
    top['max_completion_tokens'],
    about['max_completion_tokens'],
    about['max_output_tokens'],
    about['outputTokenLimit'],
  );
  if (output !== null) model.maxOutputTokens = output;
  const price = readPrice(about);
  if (price !== null) model.priceUsdPerMillionTokens = price;
  const [input, made] = [
    words(architecture['input_modalities'] ?? entry['input_modalities']),
    words(architecture['output_modalities'] ?? entry['output_modalities']),
  ];
  if (input.length > 0) model.input = input;
  if (made.length > 0) model.output = made;
  return [model];
}

const words = (value: unknown) => arrayOf(value).filter((word) => typeof word === 'string');

function firstCount(...candidates: unknown[]): number | null {
  return candidates.map(numberOf).find((count) => count !== null && Number.isInteger(count) && count > 0) ?? null;
}

/** USD for a million tokens, from shapes that fix their unit. */
function readPrice({ pricing }: JsonObject): Price | null {
  if (!isObject(pricing)) return null;
  // OpenRouter, and providers that copied it: decimal texts, USD for one token.
  const [prompt, completion] = [perToken(pricing['prompt']), perToken(pricing['completion'])];
  if (prompt !== null && completion !== null) {
    const cached = perToken(pricing['input_cache_read']);
    return { prompt, completion, ...(cached === null ? {} : { cachedPrompt: cached }) };
  }
  // Together (input, output) and DeepInfra (input_tokens, output_tokens): numbers, USD for a million.
  const [input, output] = [numberOf(pricing['input'] ?? pricing['input_tokens']), numberOf(pricing['output'] ?? pricing['output_tokens'])];
  if (input === null || output === null) return null;
  const cached = numberOf(pricing['cached_input'] ?? pricing['cache_read_tokens']);
  return { prompt: input, completion: output, ...(cached === null || cached === 0 ? {} : { cachedPrompt: cached }) };
}

function perToken(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d*\.?\d+(e-?\d+)?$/i.test(text)) return null;
  return Number((Number(text) * 1e6).toPrecision(12));
}
