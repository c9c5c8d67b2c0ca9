/** Merges the models of a provider: the rows of its generated file, and the corrections in its `.jsonc` file. Pure. */
import { isObject } from '../../lib/json.ts';
import type { ModelFacts, Offering, Price, RetiredModel } from '../provider.ts';
import { isSameFact, type ModelFile } from './model-file.ts';
import { keyOf } from './slugs.ts';

/** An entry under `models` in a `.jsonc` file: a correction of a row, a model that no list has, or a retired model. */
export type StatedModel = Partial<Omit<Offering, 'id'>> & { id: string; retired?: RetiredModel['retired'] };

/** Current and retired models of a provider. */
export type MergedModels = { models: Offering[]; retired: RetiredModel[] };

/** Applies corrections to rows. An entry without a row needs a slug and a source, which earlier checks require. */
export function mergeModels(file: ModelFile | null, entries: readonly StatedModel[]): MergedModels {
  const [source] = Object.values(file?.sources ?? {});
  const rows = (file?.models ?? []).map(({ from: _from, ...row }) => ({
    ...row,
    source: source?.url ?? '',
    checked: source?.snapshot ?? '',
  }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const stated = entries.map((entry) => correct(byId.get(entry.id), entry));
  const known = new Set(entries.flatMap(({ id, aliases = [] }) => [id, ...aliases]));
  // An entry without a slug is for a model that no list has; the checks report it.
  const all = [...stated, ...rows.filter(({ id }) => !known.has(id))].filter(({ slug }) => (slug as string | undefined) !== undefined);
  const retired = all.flatMap(({ id, slug, aliases, retired: how }: Row & Partial<StatedModel>) =>
    how === undefined ? [] : [{ id, slug, ...(aliases === undefined ? {} : { aliases }), retired: how }],
  );
  const live = all.filter((model) => model.retired === undefined).map(toOffering);
  return { models: inOrder(live, known), retired };
}

type Row = Omit<ModelFacts, 'from'> & { source: string; checked: string };

/** Merges an entry and its row. Facts of the entry have priority, also for each kind of price. */
function correct(row: Row | undefined, entry: StatedModel): Row & StatedModel {
  const price = { ...row?.priceUsdPerMillionTokens, ...entry.priceUsdPerMillionTokens };
  const merged = { ...row, ...entry, ...(Object.keys(price).length === 0 ? {} : { priceUsdPerMillionTokens: price as Price }) };
  if (row === undefined || entry.retired !== undefined) return merged as Row & StatedModel;
  return { ...merged, slug: entry.slug ?? row.slug, source: row.source, checked: row.checked };
}

/** Removes facts that only the file keeps, and capabilities that other facts include. */
function toOffering(model: Row & StatedModel): Offering {
  const { knowledge: _, openWeights: _open, retired: _retired, ...rest } = model;
  const { capabilities = [], ...facts } = rest;
  const extra = capabilities.filter((word) => word === 'prefill' || word === 'fim');
  return {
    ...facts,
    ...(facts.tools === undefined && capabilities.includes('tools') ? { tools: true } : {}),
    ...(facts.structuredOutputs === undefined && capabilities.includes('structured_outputs') ? { structuredOutputs: true } : {}),
    ...(facts.reasoning === undefined && capabilities.includes('reasoning') ? { reasoning: true } : {}),
    ...(extra.length > 0 ? { capabilities: extra } : {}),
  };
}

/**
 * Sorts by slug. Of several models with one slug, a request for the slug calls the first; the others (regions, faster or older builds) are
 * called by their ids.
 */
function inOrder(models: readonly Offering[], stated: ReadonlySet<string>): Offering[] {
  const ranks = new Map(models.map((model) => [model, [stated.has(model.id) ? 0 : 1, ...rankOf(model)]]));
  return models.toSorted((one, other) => {
    if (one.slug !== other.slug) return one.slug < other.slug ? -1 : 1;
    const [mine = [], its = []] = [ranks.get(one), ranks.get(other)];
    const at = mine.findIndex((rank, place) => rank !== its[place]);
    return at < 0 ? (one.id < other.id ? -1 : 1) : (mine[at] ?? 0) - (its[at] ?? 0);
  });
}

/** Regions, widest first. */
const REGIONS = ['global.', 'us.'];

/** Returns the rank of a model for its slug, lower first: the model itself, in all regions, of a fixed date. */
function rankOf({ id, slug }: Offering): number[] {
  const region = REGIONS.findIndex((prefix) => id.startsWith(prefix));
  const isNarrow = /^(us-gov|eu|apac|au|ca|jp|in)\./.test(id);
  const isItself = keyOf(id) === keyOf(slug) || keyOf(id).startsWith(`${keyOf(slug)}-v-`);
  return [isItself ? 0 : 1, isNarrow ? 9 : region < 0 ? REGIONS.length : region, /20\d\d-?\d\d-?\d\d/.test(id) ? 0 : 1, id.length];
}

/** Returns facts that both an entry and its row state, for maintainers of the file. */
export function compareEntry(
  file: ModelFile | null,
  entry: StatedModel,
): { fact: string; entry: unknown; row: unknown; isSame: boolean }[] {
  const row = file?.models.find(({ id }) => id === entry.id);
  if (row === undefined) return [];
  return Object.entries(entry).flatMap(([fact, value]) => {
    const stated = fact === 'id' ? undefined : (row as Record<string, unknown>)[fact];
    if (stated === undefined) return [];
    const own =
      isObject(value) && isObject(stated) && fact === 'priceUsdPerMillionTokens'
        ? Object.fromEntries(Object.keys(value).map((key) => [key, stated[key]]))
        : stated;
    return [{ fact, entry: value, row: stated, isSame: isSameFact(value, own) }];
  });
}
