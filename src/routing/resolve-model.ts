/**
 * Resolves model names to endpoints: `author/slug`, `@provider/<upstream id>`, and their suffixes. `evaluate.ts` decides which endpoints may
 * be used, `rank.ts` their order.
 */
import { offeringOf, type Catalog } from '../registry/catalog.ts';
import type { RetiredAt } from '../registry/name-index.ts';
import { nativeOperationFor, operationFor } from '../registry/operation.ts';
import type { CompiledProvider, Offering, OperationRules } from '../registry/provider.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { PromptOverflow } from '../unified/error.ts';
import type { ErrorType } from '../unified/error-type.ts';
import { endpointName, unlistedName } from '../unified/endpoint-health.ts';
import type { Operation } from '../unified/request/parameters.ts';
import { pathIdObjection } from '../unified/request/model-id.ts';
import { latestSlug, reorderedSlug, undatedSlug } from './name-forms.ts';
import { didYouMean, nearestNames } from '../lib/nearest.ts';
import { memoize } from '../lib/memoize.ts';
import type { Sort } from '../unified/request/preferences.ts';

/** An endpoint that could serve the request: a provider and one of its models. */
export type Candidate = {
  provider: CompiledProvider;
  /** Id at the upstream. */
  modelId: string;
  /** The catalogue entry; null for a model that is not listed. */
  offering: Offering | null;
  /** The operation of the provider that is used; may differ from the requested one. */
  operation: Operation;
  rules: OperationRules;
  /** The client's name for it; for an alias followed by the model in brackets. */
  requested: string;
  /** The operator's alias that the client used; absent = none. */
  alias?: string;
};

/** A name or endpoint that cannot be used, and why. */
export type Rejection = {
  requested: string;
  provider: string | null;
  reason: string;
  /** The field of the request that causes the rejection; absent when the cause is not in the request. */
  param?: string;
  /** Error type for this cause; absent = `invalid_request`. */
  type?: ErrorType;
  /** Code of the cause in the client's own format. */
  code?: string;
  /** Every upstream of another format than the client's rejects the request for this, so no other rejection matters. */
  isFinal?: true;
  /** Sizes of a prompt that is too long. */
  tokens?: PromptOverflow;
  /** What would have been changed, if the client allows no change. */
  adjustments?: readonly Adjustment[];
};

/** Returns the name of a candidate's endpoint (`unified/endpoint-health.ts`). */
export const endpointOf = ({ provider, modelId, offering }: Pick<Candidate, 'provider' | 'modelId' | 'offering'>): string =>
  (offering === null ? unlistedName : endpointName)(provider.slug, modelId);

/** Result of looking up a model name. */
export type NameMatch = {
  candidates: readonly Candidate[];
  rejected: readonly Rejection[];
  /** Sort order of a suffix of the name; null = none. */
  sort: Sort | null;
  /** True when the name requests free endpoints (`:free`). */
  freeOnly: boolean;
};

/** Most memoized names. */
const MAX_REMEMBERED = 256;
const lookup = memoize<Catalog, NameMatch>(MAX_REMEMBERED);

/** The operation of a request, and the client's format where the body can go out as it is (null = it cannot). */
export type Wanted = { operation: Operation; format: string | null };

/** Looks up a model name. The result is shared between requests and must not be changed. */
export function findCandidates(name: string, wanted: Wanted, catalog: Catalog): NameMatch {
  return lookup(catalog, `${wanted.operation} ${wanted.format ?? ''} ${name}`, () =>
    (name.startsWith('@') ? findPinned : findBySlug)(name, wanted, catalog),
  );
}

function findPinned(name: string, wanted: Wanted, catalog: Catalog): NameMatch {
  const slash = name.indexOf('/');
  const slug = slash < 0 ? name.slice(1) : name.slice(1, slash);
  const modelId = slash < 0 ? '' : name.slice(slash + 1);
  const only = (candidates: Candidate[], rejected: Rejection[] = []): NameMatch => ({ candidates, rejected, sort: null, freeOnly: false });
  const reject = (reason: string, provider: string | null = null) => only([], [{ requested: name, provider, reason }]);
  if (/^[\s/]*$/.test(modelId)) {
    const reason = 'expected @provider/<model id at that provider>';
    return only([], [{ requested: name, provider: null, reason, ...(modelId === '' ? {} : { param: 'model' }) }]);
  }
  const provider = catalog.provider(slug);
  if (provider === undefined) {
    return reject(`no provider is named "${slug}"; known providers are ${catalog.providers.map((known) => known.slug).join(', ')}`);
  }
  const offering = offeringOf(provider, modelId);
  const candidate = toCandidate({ requested: name, provider, modelId, offering }, wanted);
  if (candidate === null) return reject(`${provider.name} has no operation that serves this model`, slug);
  const objection = /\{\+?model\}/.test(candidate.rules.path) ? pathIdObjection(modelId) : null;
  return objection === null
    ? only([candidate])
    : only([], [{ requested: name, provider: slug, reason: `the model id ${objection}`, param: 'model' }]);
}

function findBySlug(name: string, wanted: Wanted, catalog: Catalog): NameMatch {
  const { offered, sort, freeOnly } = readName(name, catalog);
  const candidates: Candidate[] = [];
  const rejected: Rejection[] = [];
  for (const { provider, offering } of offered) {
    const candidate = toCandidate({ requested: name, provider, modelId: offering.id, offering }, wanted);
    if (candidate === null)
      rejected.push({ requested: name, provider: provider.slug, reason: `${provider.name} has no operation that serves this model` });
    else candidates.push(candidate);
  }
  if (offered.length === 0) rejected.push({ requested: name, provider: null, reason: unknownModel(name, catalog) });
  return { candidates, rejected, sort, freeOnly };
}

/** Explains why a name has no endpoint, with similar names. */
export function unknownModel(name: string, catalog: Catalog): string {
  const retired = catalog.retired(readSuffixes(name, catalog).slug);
  if (retired.length > 0) return retired.map((model) => retirement(model, catalog)).join('; ');
  const colon = name.lastIndexOf(':');
  const [before, suffix] = [name.slice(0, colon), name.slice(colon + 1)];
  if (colon > 0 && suffix !== 'free' && readName(before, catalog).offered.length > 0) {
    return `":${suffix}" is not a suffix of model names here (${[...SUFFIX_SORTS.keys(), 'free'].map((known) => `:${known}`).join(', ')} are); "${before}" without it is a known model`;
  }
  return `no provider file lists this model.${didYouMean(similarSlugs(name, catalog))} "@provider/<model id>" calls any model of a provider directly, and GET /v1/models lists the known ones`;
}

/** Most names in "did you mean". */
const MAX_SIMILAR = 3;

/** Returns the public slugs most similar to a name. A name without an author is compared with the part after the author first. */
function similarSlugs(name: string, catalog: Catalog): string[] {
  const nearest = nearestNames(name, catalog.slugs(), MAX_SIMILAR);
  if (name.includes('/')) return nearest;
  const models = catalog.slugs().map((slug) => [slug.slice(slug.indexOf('/') + 1), slug] as const);
  const byModel = new Map(models.map(([model, slug]) => [model, catalog.slugOfId(model) ?? slug]));
  const named = nearestNames(name, byModel.keys(), MAX_SIMILAR).map((model) => byModel.get(model) ?? model);
  return [...new Set([...named, ...nearest])].slice(0, MAX_SIMILAR);
}

/** Describes when a model was retired, with the source and the replacement. */
function retirement({ provider: slug, retired: { on, source, instead } }: RetiredAt, catalog: Catalog): string {
  const provider = catalog.provider(slug);
  const text = `${provider?.name ?? slug} retired it on ${on} (${source})`;
  if (instead === undefined) return text;
  const there = catalog.offerings(instead).find((offer) => offer.provider.slug === slug);
  return `${text}; use ${JSON.stringify(instead)} instead${there === undefined ? '' : `, which is ${there.offering.id} there`}`;
}

/** Result of parsing a name without a provider: who lists the model, and its suffixes. */
export type ParsedName = Pick<NameMatch, 'sort' | 'freeOnly'> & {
  /** The name without its suffixes. */
  slug: string;
  /** With `freeOnly` it may include offerings that are not free: see `costObjection`. */
  offered: { provider: CompiledProvider; offering: Offering }[];
};

/** Parses a name without a provider. */
export function readName(name: string, catalog: Catalog): ParsedName {
  const { slug, sort, freeOnly } = readSuffixes(name, catalog);
  const listed = [...(freeOnly ? catalog.offerings(`${slug}:free`) : []), ...catalog.offerings(slug)];
  const latest = latestSlug(slug, catalog);
  // The endpoints of the newest model first; a provider may list the name of the family, too.
  if (latest !== null) return { slug: latest, sort, freeOnly, offered: [...catalog.offerings(latest), ...listed] };
  // A vendor's own id (`gpt-4o-mini`) is a name of its model where every offering with that id has the same slug.
  const known = listed.length > 0 ? null : (catalog.slugOfId(slug) ?? undatedSlug(slug, catalog) ?? reorderedSlug(slug, catalog));
  return known === null
    ? { slug, sort, freeOnly, offered: listed }
    : { slug: known, sort, freeOnly, offered: [...catalog.offerings(known)] };
}

const SUFFIX_SORTS: ReadonlyMap<string, Sort> = new Map([
  ['nitro', 'throughput'],
  ['floor', 'price'],
  ['exacto', 'exacto'],
]);

/** Removes the suffixes of a name. A suffix that is part of a listed slug stays; `:free` is handled either way. */
function readSuffixes(name: string, catalog: Catalog): { slug: string; sort: Sort | null; freeOnly: boolean } {
  let slug = name;
  let sort: Sort | null = null;
  let freeOnly = false;
  for (let colon = slug.lastIndexOf(':'); colon > 0; colon = slug.lastIndexOf(':')) {
    const suffix = slug.slice(colon + 1);
    const suffixSort = catalog.offerings(slug).length > 0 ? undefined : SUFFIX_SORTS.get(suffix);
    if (suffix !== 'free' && suffixSort === undefined) break;
    sort ??= suffixSort ?? null;
    freeOnly ||= suffix === 'free';
    slug = slug.slice(0, colon);
  }
  return { slug, sort, freeOnly };
}

function toCandidate(
  lookup: Pick<Candidate, 'requested' | 'provider' | 'modelId' | 'offering'>,
  { operation, format }: Wanted,
): Candidate | null {
  const { provider, modelId } = lookup;
  const native = format === null ? null : nativeOperationFor(provider, format, modelId);
  const served = native ?? operationFor(provider, operation, modelId);
  return served === null ? null : { ...lookup, operation: served.operation, rules: served.rules };
}
