/** The models that a provider offers: the rows of its generated file under the corrections of its `.jsonc` file. Pure. */
import { isObject } from '../../lib/json.ts';
import type { ModelFacts, Offering, Price, RetiredModel } from '../provider.ts';
import { isSameFact, type ModelFile } from './model-file.ts';
import { keyOf } from './slugs.ts';

/** An entry under `models` in a `.jsonc` file: a correction of a row, a model that no list has, or one that is gone. */
export type StatedModel = Partial<Omit<Offering, 'id'>> & { id: string; retired?: RetiredModel['retired'] };

/** What a provider offers, and what it offered once. */
export type MergedModels = { models: Offering[]; retired: RetiredModel[] };

/** Lays corrections over rows. An entry without a row needs a slug and a source, which the checks demand before. */
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
  // What has no slug is an entry for a model that no list has, of which the checks complain.
  const all = [...stated, ...rows.filter(({ id }) => !known.has(id))].filter(({ slug }) => (slug as string | undefined) !== undefined);
  const retired = all.flatMap(({ id, slug, aliases, retired: how }: Row & Partial<StatedModel>) =>
    how === undefined ? [] : [{ id, slug, ...(aliases === undefined ? {} : { aliases }), retired: how }],
  );
  const live = all.filter((model) => model.retired === undefined).map(toOffering);
  return { models: inOrder(live, known), retired };
}

type Row = Omit<ModelFacts, 'from'> & { source: string; checked: string };

/** Facts of an entry go before those of its row; of prices, each kind does. */
function correct(row: Row | undefined, entry: StatedModel): Row & StatedModel {
  const price = { ...row?.priceUsdPerMillionTokens, ...entry.priceUsdPerMillionTokens };
  const merged = { ...row, ...entry, ...(Object.keys(price).length === 0 ? {} : { priceUsdPerMillionTokens: price as Price }) };
  if (row === undefined || entry.retired !== undefined) return merged as Row & StatedModel;
  return { ...merged, slug: entry.slug ?? row.slug, source: row.source, checked: row.checked };
}

/** Facts that only the file keeps, and words of `capabilities` that facts say as well. */
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
 * By slug. Of several models with one slug the first is the one that a request for the slug calls; the others (regions, faster or older
 * builds) are called by their ids.
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

/** Regions from the widest to the narrowest. */
const REGIONS = ['global.', 'us.'];

/** Lower is nearer to the slug: the model itself, in every region, of a fixed day. */
function rankOf({ id, slug }: Offering): number[] {
  const region = REGIONS.findIndex((prefix) => id.startsWith(prefix));
  const isNarrow = /^(us-gov|eu|apac|au|ca|jp|in)\./.test(id);
  const isItself = keyOf(id) === keyOf(slug) || keyOf(id).startsWith(`${keyOf(slug)}-v-`);
  return [isItself ? 0 : 1, isNarrow ? 9 : region < 0 ? REGIONS.length : region, /20\d\d-?\d\d-?\d\d/.test(id) ? 0 : 1, id.length];
}

/** Facts of an entry that its row states too, alike or not: for people who keep the file. */
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
