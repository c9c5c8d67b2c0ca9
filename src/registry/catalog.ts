/**
 * The catalogue: all provider files, compiled and indexed by model. Read-only. The build step writes it; a provider is parsed on first use.
 */
import { hashText } from '../lib/hash.ts';
import { once } from '../lib/memoize.ts';
import type { AliasTarget, ModelAliases } from './aliases.ts';
import { retiredByName, slugsById, type RetiredAt } from './name-index.ts';
import type { CompiledProvider, Offering } from './provider.ts';
import { openRows, readRetired, type RowReader, type SharedRows } from './rows.ts';
import { expandFields } from './shared-fields.ts';
import { marks, marksOf, slugLines, slugOf } from './slug-lines.ts';

/** Read access to all providers. */
export interface Catalog {
  /** Hash of the content: two catalogues with the same version are equal. */
  readonly version: string;
  /** Date of the newest model facts, `YYYY-MM-DD`. */
  readonly checked: string;
  readonly providers: readonly CompiledProvider[];
  /** Returns the provider of that slug. */
  provider(slug: string): CompiledProvider | undefined;
  /** Returns the offerings of a public model slug, in the order of the files. */
  offerings(slug: string): readonly { provider: CompiledProvider; offering: Offering }[];
  /** Returns the public slug of an id, if all offerings with this id have the same slug; else null. */
  slugOfId(modelId: string): string | null;
  /** Returns retired models with this name: a public slug, or an id at a provider. */
  retired(name: string): readonly RetiredAt[];
  /** Returns every public slug, sorted. */
  slugs(): readonly string[];
  /** Returns the models of an alias of the operator; null = not an alias. */
  alias(name: string): readonly AliasTarget[] | null;
  /** Returns the aliases of the operator, sorted. */
  aliases(): readonly string[];
}

/**
 * The catalogue as written by the build. A provider stays JSON text and lines of models until its first use: a new isolate needs one or two
 * providers, and parsing all takes longer than answering a request.
 */
export type WrittenCatalog = {
  /** {@link CATALOG_LAYOUT} of the code that wrote it. */
  layout: number;
  /** A hash of the providers and their models. */
  version: string;
  /** See {@link Catalog}. */
  checked: string;
  /** {@link WrittenProvider}s as JSON with shared fields, by slug. */
  providers: Readonly<Record<string, string>>;
  /** The shared fields, one per line, in the form of `shared-fields.ts`. */
  fields: string;
  /** The models of each provider, in the form of `rows.ts`. */
  rows: Readonly<Record<string, string>>;
  shared: SharedRows;
};

/** Increased when the type changes. A Worker reads only the layout of its own code. */
export const CATALOG_LAYOUT = 2;

/** A provider without its models, and the source of most facts about them. */
type WrittenProvider = Omit<CompiledProvider, 'models' | 'retired'> & { list: { source: string; checked: string } };

/** Readers for the models of providers that the build wrote. */
const readers = new WeakMap<CompiledProvider, RowReader>();

/** Reads the catalogue written by the build. */
export function readCatalog({ version, checked, providers, fields, rows, shared }: WrittenCatalog): Catalog {
  const slugs = once(() => slugLines(shared.slugs));
  const profiles = once(() => shared.profiles.split('\n'));
  const lines = once(() => fields.split('\n'));
  const names = Object.keys(providers);
  const read = new Map(
    Object.entries(providers).map(([slug, text]) => [
      slug,
      once((): CompiledProvider => {
        const { list, ...provider } = JSON.parse(expandFields(text, lines())) as WrittenProvider;
        const reader = openRows(rows[slug] ?? '', { slugs: slugs(), profiles: profiles(), ...list });
        const models = once(() => reader.all());
        const read = {
          ...provider,
          get models() {
            return models();
          },
        };
        readers.set(read, reader);
        return read;
      }),
    ]),
  );
  return toCatalog({
    names,
    provider: (slug) => read.get(slug)?.(),
    offers: (slug) => Array.from(marksOf(slug, slugs()), (mark) => names[marks().indexOf(mark)] ?? ''),
    slugs: () => slugs().map(slugOf),
    retired: () => readRetired(shared).map(({ model, at }) => ({ ...model, provider: names[at] ?? '' })),
    version: () => version,
    checked: () => checked,
  });
}

/** Creates a catalogue of compiled providers. */
export function createCatalog(providers: readonly CompiledProvider[]): Catalog {
  const bySlug = new Map(providers.map((provider) => [provider.slug, provider]));
  const offers = once(() => Map.groupBy(offersOf(providers), ([slug]) => slug));
  return toCatalog({
    names: [...bySlug.keys()],
    provider: (slug) => bySlug.get(slug),
    offers: (slug) => (offers().get(slug) ?? []).map(([, name]) => name),
    slugs: () => [...offers().keys()].toSorted(),
    retired: () => providers.flatMap(({ slug, retired = [] }) => retired.map((model) => ({ ...model, provider: slug }))),
    version: once(() => versionOf(providers)),
    checked: once(() => newestOf(providers)),
  });
}

/** Returns each public slug with each provider that offers it. */
const offersOf = (providers: readonly CompiledProvider[]) =>
  providers.flatMap(({ slug: name, models }) => [...new Set(models.map(({ slug }) => slug))].map((slug) => [slug, name] as const));

/** Returns a hash of all providers. */
export const versionOf = (providers: readonly CompiledProvider[]): string => hashText(JSON.stringify(providers));

/** Returns the latest date on which a model fact was checked; empty without models. */
export const newestOf = (providers: readonly CompiledProvider[]): string =>
  providers.flatMap(({ models }) => models.map(({ checked }) => checked)).reduce((newest, date) => (date > newest ? date : newest), '');

type CatalogParts = {
  /** Slugs of the providers. */
  names: readonly string[];
  provider: Catalog['provider'];
  /** Slugs of the providers that offer a model. */
  offers: (slug: string) => readonly string[];
  slugs: () => readonly string[];
  retired: () => readonly RetiredAt[];
  version: () => string;
  checked: () => string;
};

function toCatalog({ names, provider, offers, slugs, retired, version, checked }: CatalogParts): Catalog {
  const all = once(() => names.flatMap((slug) => provider(slug) ?? []));
  const byId = once(() => slugsById(all()));
  const gone = once(() => retiredByName(retired()));
  return {
    get version() {
      return version();
    },
    get checked() {
      return checked();
    },
    get providers() {
      return all();
    },
    provider,
    offerings: (slug) =>
      offers(slug).flatMap((name) => {
        const found = provider(name);
        const offering = found === undefined ? null : firstOf(found, slug);
        return found === undefined || offering === null ? [] : [{ provider: found, offering }];
      }),
    slugOfId: (modelId) => byId().get(modelId) ?? null,
    retired: (name) => gone().get(name) ?? [],
    slugs,
    alias: () => null,
    aliases: () => [],
  };
}

/** Adds the operator's aliases to a catalogue. */
export function withAliases(catalog: Catalog, aliases: ModelAliases): Catalog {
  if (aliases.size === 0) return catalog;
  return {
    get version() {
      return catalog.version;
    },
    get checked() {
      return catalog.checked;
    },
    get providers() {
      return catalog.providers;
    },
    provider: (slug) => catalog.provider(slug),
    offerings: (slug) => catalog.offerings(slug),
    slugOfId: (modelId) => catalog.slugOfId(modelId),
    retired: (name) => catalog.retired(name),
    slugs: () => catalog.slugs(),
    alias: (name) => aliases.get(name) ?? null,
    aliases: () => [...aliases.keys()].sort(),
  };
}

/** Returns the entry of a model by its id or an alias id; null when there is none. */
export function offeringOf(provider: CompiledProvider, modelId: string): Offering | null {
  const reader = readers.get(provider);
  if (reader !== undefined) return reader.byId(modelId);
  const { models } = provider;
  return models.find(({ id }) => id === modelId) ?? models.find(({ aliases }) => aliases?.includes(modelId)) ?? null;
}

/** Returns the model of a provider that a public slug selects. */
const firstOf = (provider: CompiledProvider, slug: string): Offering | null =>
  readers.get(provider)?.bySlug(slug) ?? provider.models.find((model) => model.slug === slug) ?? null;
