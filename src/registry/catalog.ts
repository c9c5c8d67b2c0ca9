/**
 * The catalogue: all provider files, compiled and indexed by what they offer. Read-only. The build step writes it; a provider is parsed on
 * first use.
 */
import { hashText } from '../lib/hash.ts';
import { once } from '../lib/memoize.ts';
import type { AliasTarget, ModelAliases } from './aliases.ts';
import type { CompiledProvider, Offering } from './provider.ts';

/** Read access to all providers. */
export interface Catalog {
  /** Names its content: two catalogues of one version are the same. */
  readonly version: string;
  readonly providers: readonly CompiledProvider[];
  /** The provider of that slug. */
  provider(slug: string): CompiledProvider | undefined;
  /** Who offers a public model slug, in the order of the files. */
  offerings(slug: string): readonly { provider: CompiledProvider; offering: Offering }[];
  /** The public slug of the only offering that has this id at its provider; null where none has it, or several have. */
  slugOfId(modelId: string): string | null;
  /** Every public slug, sorted. */
  slugs(): readonly string[];
  /** The models that a name of the operator's own stands for; null = the name is none. */
  alias(name: string): readonly AliasTarget[] | null;
  /** The operator's own names, sorted. */
  aliases(): readonly string[];
}

/** Who offers a public model slug: the slug of each provider, and the place of the offering among its models. */
type Offers = Readonly<Record<string, readonly (readonly [provider: string, place: number])[]>>;

/**
 * The catalogue as the build writes it. Each provider is JSON until somebody asks for it: an isolate that starts needs one or two of
 * them, and reading all takes longer than answering.
 */
export type WrittenCatalog = {
  /** A hash of the rest. */
  version: string;
  providers: Readonly<Record<string, string>>;
  /** {@link Offers}, as JSON. */
  offers: string;
};

/** Indexes what providers offer. */
function offersOf(providers: readonly CompiledProvider[]): Offers {
  const offers = new Map<string, [string, number][]>();
  for (const { slug, models } of providers) {
    for (const [place, model] of models.entries()) offers.set(model.slug, [...(offers.get(model.slug) ?? []), [slug, place]]);
  }
  return Object.fromEntries(offers);
}

/** Compiled providers as the build writes them. */
export function writeCatalog(providers: readonly CompiledProvider[]): WrittenCatalog {
  return {
    version: versionOf(providers),
    providers: Object.fromEntries(providers.map((provider) => [provider.slug, JSON.stringify(provider)])),
    offers: JSON.stringify(offersOf(providers)),
  };
}

const versionOf = (providers: readonly CompiledProvider[]) => hashText(JSON.stringify(providers));

/** The catalogue of compiled providers. */
export function createCatalog(providers: readonly CompiledProvider[]): Catalog {
  const bySlug = new Map(providers.map((provider) => [provider.slug, provider]));
  return toCatalog({
    slugs: providers.map(({ slug }) => slug),
    provider: (slug) => bySlug.get(slug),
    offers: once(() => offersOf(providers)),
    version: once(() => versionOf(providers)),
  });
}

/** The catalogue that the build has written. */
export function readCatalog({ version, providers, offers }: WrittenCatalog): Catalog {
  const read = new Map(Object.entries(providers).map(([slug, json]) => [slug, once(() => JSON.parse(json) as CompiledProvider)]));
  return toCatalog({
    slugs: [...read.keys()],
    provider: (slug) => read.get(slug)?.(),
    offers: once(() => JSON.parse(offers) as Offers),
    version: () => version,
  });
}

type CatalogParts = { slugs: readonly string[]; provider: Catalog['provider']; offers: () => Offers; version: () => string };

function toCatalog({ slugs, provider, offers, version }: CatalogParts): Catalog {
  const all = once(() => slugs.flatMap((slug) => provider(slug) ?? []));
  const byId = once(() => slugsById(all()));
  return {
    get version() {
      return version();
    },
    get providers() {
      return all();
    },
    provider,
    offerings(slug) {
      const places = Object.hasOwn(offers(), slug) ? offers()[slug] : undefined;
      return (places ?? []).flatMap(([name, place]) => {
        const found = provider(name);
        const offering = found?.models[place];
        return found === undefined || offering === undefined ? [] : [{ provider: found, offering }];
      });
    },
    slugOfId: (modelId) => byId().get(modelId) ?? null,
    slugs: () => Object.keys(offers()).sort(),
    alias: () => null,
    aliases: () => [],
  };
}

/** The same catalogue with the operator's own names. */
export function withAliases(catalog: Catalog, aliases: ModelAliases): Catalog {
  if (aliases.size === 0) return catalog;
  return {
    get version() {
      return catalog.version;
    },
    get providers() {
      return catalog.providers;
    },
    provider: (slug) => catalog.provider(slug),
    offerings: (slug) => catalog.offerings(slug),
    slugOfId: (modelId) => catalog.slugOfId(modelId),
    slugs: () => catalog.slugs(),
    alias: (name) => aliases.get(name) ?? null,
    aliases: () => [...aliases.keys()].sort(),
  };
}

/** The entry of a model by its id, or by another id that its file gives it; null where no entry has it. */
export function offeringOf({ models }: CompiledProvider, modelId: string): Offering | null {
  return models.find(({ id }) => id === modelId) ?? models.find(({ aliases }) => aliases?.includes(modelId)) ?? null;
}

/** Id at the provider to public slug; null for an id that several offerings have. */
function slugsById(providers: readonly CompiledProvider[]): ReadonlyMap<string, string | null> {
  const slugs = new Map<string, string | null>();
  for (const { models } of providers)
    for (const { id, aliases = [], slug } of models) for (const one of [id, ...aliases]) slugs.set(one, slugs.has(one) ? null : slug);
  return slugs;
}
