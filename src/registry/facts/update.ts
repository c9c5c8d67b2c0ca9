/**
 * Updates the file of a provider's models from lists: which models are added, gone or changed, and where lists disagree. Pure. Nothing is
 * deleted: a model that is gone becomes a row with `retired`.
 */
import { matches } from '../operation.ts';
import type { ListedFacts, ModelFacts } from '../provider.ts';
import { defined } from './models-dev.ts';
import { isSameFact, type FactSource, type ModelFile } from './model-file.ts';
import { keyOf, slugFor, type KnownNames } from './slugs.ts';

/** Name of a provider's own list among the sources of its file. */
export const VENDOR = 'vendor';

/** One list of a provider's models. */
export type FactList = {
  name: string;
  source: FactSource;
  models: readonly ListedFacts[];
  /**
   * Role of the list. `decides`: the provider's own list, which contains all models that can be called. `adds`: every model of the list
   * exists. `describes`: it only adds facts.
   */
  role: 'decides' | 'adds' | 'describes';
};

/** Facts about the provider besides its lists. */
export type UpdateContext = {
  provider: string;
  /** True when public slugs begin with the provider, because the models are builds of a self-hosted server. */
  isSelfHosted: boolean;
  /** Patterns of ids that are left out. */
  leftOut: readonly string[];
  /** Whether an embeddings operation of the provider serves a model, and whether it does so by the model's name. */
  embeds: (id: string) => 'no' | 'yes' | 'by name';
  names: KnownNames;
  /** `YYYY-MM-DD`. */
  today: string;
};

/** Two lists that disagree on a fact; the first one is used. */
type Conflict = { id: string; fact: string; kept: unknown; by: string; other: unknown; otherBy: string };

/** The changes that lists make in a file. */
export type Update = {
  models: ModelFacts[];
  sources: Record<string, FactSource>;
  added: string[];
  gone: string[];
  changed: { id: string; fact: string; from: unknown; to: unknown }[];
  conflicts: Conflict[];
  /** Ids in the provider's list that are not added, because no list states what they are. */
  unknown: string[];
};

/** Largest share of a file's models that may be retired at once. A truncated or empty list would exceed it. */
const LARGEST_LOSS = 1 / 3;

/** Returns why an update is rejected, or null. */
export function lossOf({ gone }: Update, before: ModelFile | null): string | null {
  const live = (before?.models ?? []).filter(({ retired }) => retired === undefined).length;
  if (gone.length <= live * LARGEST_LOSS) return null;
  return `${gone.length} of ${live} models would be retired, which is more than a third: the list may be cut off. Look at it; --force retires them`;
}

/** Facts whose differences between lists do not matter to callers. */
const QUIET: ReadonlySet<string> = new Set(['name', 'knowledge', 'released', 'openWeights', 'status', 'canonical', 'slug', 'from']);

/** @param lists ordered by priority. */
export function updateModels(before: ModelFile | null, lists: readonly FactList[], context: UpdateContext): Update {
  const known = new Map((before?.models ?? []).map((model) => [model.id, model]));
  const kept = keptLists(before, lists);
  const all = [...kept.filter(({ name }) => name === VENDOR), ...lists, ...kept.filter(({ name }) => name !== VENDOR)];
  const [primary] = primaryOf(before, lists);
  const conflicts: Conflict[] = [];
  const rows = new Map<string, ModelFacts>();
  const unknown: string[] = [];
  for (const id of idsIn(lists, [...known.values()])) {
    const place = placeOf({ id, known: known.get(id) }, all, context);
    if (place === 'unknown') unknown.push(id);
    if (place !== 'listed') continue;
    rows.set(
      id,
      mergeFacts(id, all, {
        primary,
        conflicts,
        isEmbedding: isEmbedding(id) || context.embeds(id) === 'by name',
        slug: (facts) => slugOf(facts, known.get(id), context),
      }),
    );
  }
  dropFreePrices([...rows.values()]);
  const changes = compare(known, rows);
  const snapshot = lists[0]?.source ?? { snapshot: '', url: '', licence: '' };
  const retired = [...known.values()]
    .filter(({ id }) => !rows.has(id) && !context.leftOut.some((pattern) => matches(pattern, id)))
    .map((model) => retire(model, rows, snapshot));
  const sources = { ...before?.sources, ...Object.fromEntries(lists.map(({ name, source }) => [name, source])) };
  return { models: [...rows.values(), ...retired], sources: inOrder(sources, primary), conflicts, unknown, ...changes };
}

/** Returns the list that states most facts: the first of the file, or the longest list when there is no file. */
function primaryOf(before: ModelFile | null, lists: readonly FactList[]): [string] {
  const first = Object.keys(before?.sources ?? {})[0];
  const longest = lists.toSorted((one, other) => other.models.length - one.models.length)[0]?.name;
  return [first ?? longest ?? ''];
}

const inOrder = (sources: Record<string, FactSource>, first: string): Record<string, FactSource> =>
  Object.fromEntries(Object.entries(sources).toSorted(([one], [other]) => Number(other === first) - Number(one === first)));

/** Returns the facts of lists that were not read this time. */
function keptLists(before: ModelFile | null, lists: readonly FactList[]): FactList[] {
  const asked = new Set(lists.map(({ name }) => name));
  return Object.entries(before?.sources ?? {})
    .filter(([name]) => !asked.has(name))
    .map(([name, source]) => ({
      name,
      source,
      role: 'describes' as const,
      models: (before?.models ?? []).filter(({ retired }) => retired === undefined).flatMap((model) => factsFrom(model, name, before)),
    }));
}

function factsFrom(model: ModelFacts, name: string, before: ModelFile | null): ListedFacts[] {
  const { from = {}, slug: _slug, ...facts } = model;
  const first = Object.keys(before?.sources ?? {})[0];
  const own = Object.entries(facts).filter(([fact]) => fact !== 'id' && (from[fact] ?? from['id'] ?? first) === name);
  return own.length === 0 ? [] : [{ id: model.id, ...Object.fromEntries(own) }];
}

/** Returns the ids of the provider's own list; without one, those of every list that adds models, including lists not read this time. */
function idsIn(lists: readonly FactList[], known: readonly ModelFacts[]): ReadonlySet<string> {
  const deciding = lists.filter(({ role }) => role === 'decides');
  const adding = deciding.length > 0 ? deciding : lists.filter(({ role }) => role === 'adds');
  const asked = new Set(lists.map(({ name }) => name));
  const others = known.filter(({ from, retired }) => retired === undefined && from?.['id'] !== undefined && !asked.has(from['id']));
  return new Set([...adding.flatMap(({ models }) => models), ...(deciding.length > 0 ? [] : others)].map(({ id }) => id));
}

/**
 * Classifies an id. `listed`: the model generates text or embeddings from text, no pattern excludes it, and it is not deprecated (unless the
 * file already has it). `unknown`: no list states its output, and its name is not known.
 */
function placeOf(
  { id, known }: { id: string; known: ModelFacts | undefined },
  lists: readonly FactList[],
  { leftOut, names, today, embeds }: UpdateContext,
): 'listed' | 'out' | 'unknown' {
  const stated = lists.flatMap(({ models }) => models.find((model) => model.id === id) ?? []);
  const facts: ListedFacts = Object.assign({}, ...stated.toReversed());
  const isLive = known !== undefined && known.retired === undefined;
  if (leftOut.some((pattern) => matches(pattern, id))) return 'out';
  if (facts.output !== undefined && !facts.output.some((kind) => kind === 'text' || kind === 'embeddings')) return 'out';
  if (/rerank/i.test(id) || (isEmbedding(id) && embeds(id) === 'no')) return 'out';
  if (facts.input !== undefined && !facts.input.includes('text')) return 'out';
  if (facts.expires !== undefined && facts.expires <= today) return 'out';
  if (facts.status === 'deprecated' && !isLive) return 'out';
  return isLive || facts.output !== undefined || names.byName.has(keyOf(id)) ? 'listed' : 'unknown';
}

/** models.dev lists embeddings as text output, so embedding models are recognized by name. */
const isEmbedding = (id: string) => /embed|(^|\/)(bge|e5|gte)-|mini-?lm|mpnet/i.test(id);

type MergeOptions = { primary: string; conflicts: Conflict[]; isEmbedding: boolean; slug: (facts: ListedFacts) => string };

function mergeFacts(
  id: string,
  lists: readonly FactList[],
  { primary, conflicts, isEmbedding: makesVectors, slug }: MergeOptions,
): ModelFacts {
  const merged: Record<string, unknown> = { id };
  const from: Record<string, string> = {};
  let base: string | null = null;
  for (const { name, models } of lists) {
    const facts = models.find((model) => model.id === id);
    if (facts === undefined) continue;
    base = base === null || name === primary ? name : base;
    for (const [fact, value] of Object.entries(facts)) {
      if (fact === 'id') continue;
      if (merged[fact] === undefined) {
        merged[fact] = value;
        from[fact] = name;
      } else if (!QUIET.has(fact) && !isSameFact(merged[fact], value))
        conflicts.push({ id, fact, kept: merged[fact], by: from[fact] ?? '', other: value, otherBy: name });
    }
  }
  const { canonical: _, ...facts } = merged as ListedFacts;
  if (makesVectors)
    Object.assign(facts, {
      output: ['embeddings'],
      reasoning: undefined,
      tools: undefined,
      structuredOutputs: undefined,
      temperature: undefined,
      maxOutputTokens: undefined,
    });
  const others = Object.entries(from).filter(([fact, name]) => name !== base && fact !== 'canonical');
  const named = Object.fromEntries([...(base === primary ? [] : [['id', base ?? ''] as const]), ...others]);
  return { ...defined(facts), slug: slug(merged as ListedFacts), ...(Object.keys(named).length === 0 ? {} : { from: named }) };
}

function slugOf(facts: ListedFacts, known: ModelFacts | undefined, { provider, isSelfHosted, names }: UpdateContext): string {
  if (known !== undefined) return known.slug;
  return isSelfHosted ? `${provider}/${facts.id.toLowerCase().replaceAll(/[:/]/g, '-')}` : slugFor(facts, provider, names);
}

/** Removes prices of 0. Lists write 0 for an unknown price; only a model named free is free. */
function dropFreePrices(rows: readonly ModelFacts[]): void {
  for (const row of rows) {
    const { id, priceUsdPerMillionTokens: price } = row;
    if (price !== undefined && price.prompt === 0 && price.completion === 0 && !/\bfree\b/.test(id)) delete row.priceUsdPerMillionTokens;
  }
}

function compare(
  known: ReadonlyMap<string, ModelFacts>,
  rows: ReadonlyMap<string, ModelFacts>,
): Pick<Update, 'added' | 'gone' | 'changed'> {
  const isLive = (model: ModelFacts | undefined) => model !== undefined && model.retired === undefined;
  const added = [...rows.keys()].filter((id) => !isLive(known.get(id)));
  const gone = [...known.values()].filter((model) => isLive(model) && !rows.has(model.id)).map(({ id }) => id);
  const changed = [...rows].flatMap(([id, row]) => {
    const old = known.get(id);
    if (old === undefined || !isLive(old)) return [];
    const facts = new Set([...Object.keys(row), ...Object.keys(old)].filter((fact) => fact !== 'from')) as Set<keyof ModelFacts>;
    return [...facts].filter((fact) => !isSameFact(old[fact], row[fact])).map((fact) => ({ id, fact, from: old[fact], to: row[fact] }));
  });
  return { added, gone, changed };
}

/** Creates the row of a retired model, with the newest similar model of the same author as replacement. */
function retire({ id, slug, retired }: ModelFacts, rows: ReadonlyMap<string, ModelFacts>, { snapshot, url }: FactSource): ModelFacts {
  const instead = retired?.instead ?? successorOf(slug, [...rows.values()]);
  return { id, slug, retired: { on: snapshot, source: url, ...retired, ...(instead === null ? {} : { instead }) } };
}

/** Words in names of specialized models, which replace no other model. */
const SPECIAL = /guard|embed|image|ocr|safety|build|audio|voice|transl/;

/** Returns the newest model with tools by the same author whose name begins with the same word; null when there is none. */
function successorOf(slug: string, rows: readonly ModelFacts[]): string | null {
  const familyOf = (name: string) => /^[^/]+\/[a-z]+/.exec(name)?.[0];
  const kin = rows.filter((row) => familyOf(row.slug) === familyOf(slug) && row.tools === true && !SPECIAL.test(row.slug));
  const same = kin.find((row) => row.slug === slug);
  const [newest] = kin.toSorted((one, other) => ((one.released ?? '') < (other.released ?? '') ? 1 : -1));
  return (same ?? newest)?.slug ?? null;
}
