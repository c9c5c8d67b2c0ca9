/**
 * Makes entries of a provider file from the service's own list of models. The list is untrusted: ids and texts that a terminal, an address or
 * the catalogue cannot contain are left out, and every omission is reported. Pure.
 */
import { toPrintable } from '../../lib/printable.ts';
import { updateModels, VENDOR } from '../../registry/facts/update.ts';
import { addName, noNames, type Authors, type KnownNames } from '../../registry/facts/slugs.ts';
import type { CompiledProvider, ListedFacts, ModelFacts } from '../../registry/provider.ts';
import { modelIdObjection } from '../../unified/request/model-id.ts';

/** Most models of one list that are read. The longest known list has 436 (OpenRouter, 2026-09-30). */
export const MAX_MODELS = 1000;

/** Longest id and longest name of a model, in characters. The longest known id has 79 (2026-09-30). */
const MAX_CHARACTERS = 200;

/** Ids that are named for one reason; the others are counted. */
const MAX_EXAMPLES = 3;

/** Models or facts that were left out for one reason. `examples`: some ids, safe to print. */
export type Omission = { reason: string; count: number; examples: string[] };

/** An entry under `models`, without source and date. */
export type ModelEntry = ModelFacts;

/** Entries, and what is not among them. */
export type ModelEntries = { entries: ModelEntry[]; omissions: Omission[] };

/** What entries depend on besides the list. */
export type EntryContext = {
  slug: string;
  /** A server of one's own: public names begin with its slug. */
  isSelfHosted: boolean;
  /** Whether the provider has an embeddings operation, and no other. */
  embeds: 'no' | 'yes' | 'only';
  names: KnownNames;
  /** `YYYY-MM-DD`. */
  today: string;
};

/** Returns the entries of a list. */
export function toEntries(listed: readonly ListedFacts[], { slug, isSelfHosted, embeds, names, today }: EntryContext): ModelEntries {
  const omissions = new Map<string, Omission>();
  const models = cleanList(listed, (reason, id, count) => omit(omissions, { reason, id, count }));
  const source = { url: '', snapshot: today, licence: '' };
  const update = updateModels(null, [{ name: VENDOR, source, models, role: 'decides' }], {
    provider: slug,
    isSelfHosted,
    leftOut: [],
    embeds: () => (embeds === 'no' ? 'no' : embeds === 'only' ? 'by name' : 'yes'),
    names,
    today,
  });
  const kept = new Set([...update.models.map(({ id }) => id), ...update.unknown]);
  for (const id of update.unknown)
    omit(omissions, { reason: 'the list does not state whether it writes text, and its name is not known', id });
  for (const { id } of models.filter((model) => !kept.has(model.id)))
    omit(omissions, { reason: 'it does not turn text into text or vectors by the operations of this file, or it is deprecated', id });
  return { entries: update.models, omissions: [...omissions.values()] };
}

/** Returns the names of models that the catalogue knows. Servers of one's own are left out. */
export function namesIn(providers: readonly CompiledProvider[], authors: Authors): KnownNames {
  const names = noNames(authors);
  for (const { models, retired = [], baseUrl } of providers)
    if (!isOwnMachine(baseUrl)) for (const { id, slug } of [...models, ...retired]) if (!/^~|:/.test(slug)) addName(names, id, slug);
  return names;
}

/** True for an address of the machine itself. */
export function isOwnMachine(baseUrl: string | null): boolean {
  const host = baseUrl === null ? undefined : URL.parse(baseUrl)?.hostname;
  return host !== undefined && /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)$/.test(host);
}

/** Adds to the omissions of a reason. @param id null = several, which have no names here. */
export function omit(
  omissions: Map<string, Omission>,
  { reason, id, count = 1 }: { reason: string; id: string | null; count?: number },
): void {
  const known = omissions.get(reason) ?? { reason, count: 0, examples: [] };
  known.count += count;
  if (id !== null && known.examples.length < MAX_EXAMPLES) known.examples.push(toPrintable(id, 60));
  omissions.set(reason, known);
}

type Report = (reason: string, id: string | null, count: number) => void;

function cleanList(listed: readonly ListedFacts[], report: Report): ListedFacts[] {
  const kept = new Map<string, ListedFacts>();
  for (const facts of listed.slice(0, MAX_MODELS)) {
    const objection = kept.has(facts.id) ? 'its id is in the list twice' : idObjection(facts.id);
    if (objection !== null) report(objection, facts.id, 1);
    else kept.set(facts.id, cleanFacts(facts, report));
  }
  if (listed.length > MAX_MODELS) report(`only the first ${MAX_MODELS} models of the list are read`, null, listed.length - MAX_MODELS);
  return [...kept.values()];
}

function idObjection(id: string): string | null {
  if (id.length > MAX_CHARACTERS) return `its id has more than ${MAX_CHARACTERS} characters`;
  if (!isPlain(id)) return 'its id has characters that cannot be printed';
  if (id.trim() !== id || id.startsWith('@')) return 'its id begins with "@", or begins or ends with a blank';
  const objection = modelIdObjection(id);
  return objection === null ? null : `its id ${objection}`;
}

/** Removes texts that cannot be printed. Numbers, dates and kinds are checked with the file. */
function cleanFacts({ name, reasoning, ...facts }: ListedFacts, report: Report): ListedFacts {
  const isNamed = name !== undefined && name.length <= MAX_CHARACTERS && isPlain(name);
  if (name !== undefined && !isNamed)
    report('its name (only the id is kept) has characters that cannot be printed, or is too long', facts.id, 1);
  const efforts = typeof reasoning === 'object' ? reasoning.efforts : undefined;
  const areWords = efforts === undefined || efforts.every((effort) => /^[a-z]{1,20}$/.test(effort));
  if (!areWords) report('its reasoning efforts are no words, so they are not taken over', facts.id, 1);
  return { ...facts, ...(isNamed ? { name } : {}), ...(reasoning === undefined || !areWords ? {} : { reasoning }) };
}

const isPlain = (text: string) => toPrintable(text, MAX_CHARACTERS) === text;
