/**
 * Other forms of the name of a listed model: OpenRouter's `~author/family-latest` for the newest model of a family, and names that end in the
 * date of a version (https://openrouter.ai/docs, read 2026-11-20). Pure.
 */
import type { Catalog } from '../registry/catalog.ts';

/** `~author/family-latest`. */
const LATEST = /^~([^/]+)\/(.+)-latest$/;

/** A date at the end of a name: `-20260731`, `-2026-07-31`. */
const DATED = /^(.+?)-20\d{2}-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$/;

/**
 * The listed slug of the newest model of a family; null where the name has another form, or no listed model belongs to the family. A model
 * belongs to the family when its name has the same words: `gpt-5.4-mini` belongs to `gpt-mini`.
 */
export function latestSlug(name: string, catalog: Catalog): string | null {
  const [, author, family] = LATEST.exec(name) ?? [];
  if (author === undefined || family === undefined) return null;
  const words = wordsOf(family);
  const slugs = catalog.slugs().filter((slug) => slug.startsWith(`${author}/`) && wordsOf(slug.slice(author.length + 1)) === words);
  const models = slugs.map((slug) => ({ slug, released: releasedOf(slug, catalog), versions: versionsOf(slug) }));
  return (
    models.reduce<(typeof models)[number] | null>((newest, one) => (newest === null || isNewer(one, newest) ? one : newest), null)?.slug ??
    null
  );
}

/**
 * The listed slug of a name that ends in a date: with the month and day alone (`-0731`), else without the date; null where neither is listed.
 * The name may be a vendor's own id (`gpt-5.4-2026-03-05`).
 */
export function undatedSlug(name: string, catalog: Catalog): string | null {
  const [, model, month, day] = DATED.exec(name) ?? [];
  if (model === undefined) return null;
  for (const undated of [`${model}-${month}${day}`, model]) {
    const slug = catalog.offerings(undated).length > 0 ? undated : catalog.slugOfId(undated);
    if (slug !== null) return slug;
  }
  return null;
}

/**
 * The listed slug with the same author and the same words in another order, with or without a date: OpenRouter's canonical slug
 * `anthropic/claude-4.8-opus-20260528` is `anthropic/claude-opus-4.8`. Null where there is none, or more than one.
 */
export function reorderedSlug(name: string, catalog: Catalog): string | null {
  const undated = DATED.exec(name)?.[1] ?? name;
  const author = undated.slice(0, undated.indexOf('/') + 1);
  if (author === '') return null;
  const ordered = (slug: string) => slug.slice(author.length).split('-').toSorted().join('-');
  const wanted = ordered(undated);
  const found = catalog.slugs().filter((slug) => slug.length === undated.length && slug.startsWith(author) && ordered(slug) === wanted);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Words that name no family: a first release of a model that its final one replaces. */
const RELEASE_WORDS = new Set(['preview', 'beta', 'exp']);

/** The words of a name without its versions, in order. */
const wordsOf = (name: string): string =>
  name
    .split('-')
    .filter((word) => !/\d/.test(word) && !RELEASE_WORDS.has(word))
    .join('-');

/** The numbers of a name, in order: 5 and 4 of `gpt-5.4-mini`. */
const versionsOf = (slug: string): number[] => [...slug.matchAll(/\d+/g)].map(([digits]) => Number(digits));

/** When a model was released (ISO 8601), as any of its providers states it; null = none does. */
function releasedOf(slug: string, catalog: Catalog): string | null {
  const dates = catalog.offerings(slug).flatMap(({ offering }) => offering.released ?? []);
  return dates.toSorted()[0] ?? null;
}

type Model = { released: string | null; versions: readonly number[] };

/** By the date of release where both are known, else by version. */
function isNewer(one: Model, other: Model): boolean {
  if (one.released !== null && other.released !== null && one.released !== other.released) return one.released > other.released;
  const differing = one.versions.findIndex((number, index) => number !== other.versions[index]);
  return differing >= 0 && (one.versions[differing] ?? 0) > (other.versions[differing] ?? -1);
}
