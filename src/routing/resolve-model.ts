/**
 * From the names a client gives to the endpoints they stand for: `author/slug`, `@provider/<upstream id>`, and their suffixes.
 * Looks names up; what may be used of what it finds is `evaluate.ts`, in which order `rank.ts`.
 */
import { offeringOf, type Catalog, type RetiredAt } from '../registry/catalog.ts';
import { operationFor } from '../registry/operation.ts';
import type { CompiledProvider, Offering, OperationRules } from '../registry/provider.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import type { ErrorType } from '../unified/error-type.ts';
import { endpointName, unlistedName } from '../unified/endpoint-health.ts';
import type { Operation } from '../unified/request/parameters.ts';
import { pathIdObjection } from '../unified/request/model-id.ts';
import { latestSlug, undatedSlug } from './name-forms.ts';
import { didYouMean, nearestNames } from '../lib/nearest.ts';
import { memoize } from '../lib/memoize.ts';
import type { Sort } from '../unified/request/preferences.ts';

/** One endpoint that could serve the request: a provider and a model there. */
export type Candidate = {
  provider: CompiledProvider;
  /** Id at the upstream. */
  modelId: string;
  /** The catalogue's entry; null for a model that only the client knows of. */
  offering: Offering | null;
  /** The operation of the provider that will be used; not always the one asked for. */
  operation: Operation;
  rules: OperationRules;
  /** What the client called it, and the model in brackets where that is an alias. */
  requested: string;
  /** The operator's own name that the client used; absent where it used another one. */
  alias?: string;
};

/** A name or an endpoint that cannot be used, and why. */
export type Rejection = {
  requested: string;
  provider: string | null;
  reason: string;
  /** The field of the request that is the reason; absent where the reason lies elsewhere, so that another request would not help. */
  param?: string;
  /** What kind of fault of the request it is; absent = `invalid_request`. */
  type?: ErrorType;
  /** What would have been changed, where the client allows no change. */
  adjustments?: readonly Adjustment[];
};

/** The name of a candidate's endpoint among all of them. */
export const endpointOf = ({ provider, modelId, offering }: Pick<Candidate, 'provider' | 'modelId' | 'offering'>): string =>
  (offering === null ? unlistedName : endpointName)(provider.slug, modelId);

/** The endpoints that a model name stands for. */
export type Found = {
  candidates: readonly Candidate[];
  rejected: readonly Rejection[];
  /** The sort that the name asks for by a suffix. */
  sort: Sort | null;
  /** The name asks for endpoints that cost nothing. */
  freeOnly: boolean;
};

/** So many names are remembered. */
const MAX_REMEMBERED = 256;
const found = memoize<Catalog, Found>(MAX_REMEMBERED);

/** Looks one model name up. What it finds must not be changed: the next request with that name gets the same. */
export function findCandidates(name: string, wanted: Operation, catalog: Catalog): Found {
  return found(catalog, `${wanted} ${name}`, () => (name.startsWith('@') ? findPinned : findBySlug)(name, wanted, catalog));
}

function findPinned(name: string, wanted: Operation, catalog: Catalog): Found {
  const slash = name.indexOf('/');
  const slug = slash < 0 ? name.slice(1) : name.slice(1, slash);
  const modelId = slash < 0 ? '' : name.slice(slash + 1);
  const only = (candidates: Candidate[], rejected: Rejection[] = []): Found => ({ candidates, rejected, sort: null, freeOnly: false });
  const reject = (reason: string, provider: string | null = null) => only([], [{ requested: name, provider, reason }]);
  if (/^[\s/]*$/.test(modelId)) {
    const reason = 'expected @provider/<model id at that provider>';
    return only([], [{ requested: name, provider: null, reason, ...(modelId === '' ? {} : { param: 'model' }) }]);
  }
  const provider = catalog.provider(slug);
  if (provider === undefined) {
    return reject(`no provider is called "${slug}"; there are ${catalog.providers.map((known) => known.slug).join(', ')}`);
  }
  const offering = offeringOf(provider, modelId);
  const candidate = toCandidate({ requested: name, provider, modelId, offering }, wanted);
  if (candidate === null) return reject(`${provider.name} has no operation that serves this model`, slug);
  const objection = /\{\+?model\}/.test(candidate.rules.path) ? pathIdObjection(modelId) : null;
  return objection === null
    ? only([candidate])
    : only([], [{ requested: name, provider: slug, reason: `the model id ${objection}`, param: 'model' }]);
}

function findBySlug(name: string, wanted: Operation, catalog: Catalog): Found {
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

/** Why a name stands for no endpoint, and what may have been meant. */
export function unknownModel(name: string, catalog: Catalog): string {
  const retired = catalog.retired(readSuffixes(name, catalog).slug);
  if (retired.length > 0) return retired.map((model) => retirement(model, catalog)).join('; ');
  const colon = name.lastIndexOf(':');
  const [before, suffix] = [name.slice(0, colon), name.slice(colon + 1)];
  if (colon > 0 && suffix !== 'free' && readName(before, catalog).offered.length > 0) {
    return `":${suffix}" is not a suffix of model names here (${[...SUFFIX_SORTS.keys(), 'free'].map((known) => `:${known}`).join(', ')} are); "${before}" without it is a known model`;
  }
  const nearest = nearestNames(name, catalog.slugs());
  if (!name.includes('/')) {
    const byModel = new Map(catalog.slugs().map((slug) => [slug.slice(slug.indexOf('/') + 1), slug]));
    nearest.push(...nearestNames(name, byModel.keys()).map((model) => byModel.get(model) ?? model));
  }
  return `no provider file lists this model.${didYouMean(nearest)} "@provider/<model id>" calls any model of a provider directly, and GET /v1/models lists the known ones`;
}

/** When a model went, where that is written, and what takes its place. */
function retirement({ provider: slug, retired: { on, source, instead } }: RetiredAt, catalog: Catalog): string {
  const provider = catalog.provider(slug);
  const gone = `${provider?.name ?? slug} retired it on ${on} (${source})`;
  if (instead === undefined) return gone;
  const there = catalog.offerings(instead).find((offer) => offer.provider.slug === slug);
  return `${gone}; use ${JSON.stringify(instead)} instead${there === undefined ? '' : `, which is ${there.offering.id} there`}`;
}

/** What a name that pins no provider says: who lists the model, and what the suffixes ask for. */
export type ReadName = Pick<Found, 'sort' | 'freeOnly'> & {
  /** The name without its suffixes. */
  slug: string;
  /** With `freeOnly` there may still be some among them that cost something: see `costObjection`. */
  offered: { provider: CompiledProvider; offering: Offering }[];
};

/** Reads a name that pins no provider. */
export function readName(name: string, catalog: Catalog): ReadName {
  const { slug, sort, freeOnly } = readSuffixes(name, catalog);
  const listed = [...(freeOnly ? catalog.offerings(`${slug}:free`) : []), ...catalog.offerings(slug)];
  const latest = latestSlug(slug, catalog);
  // The endpoints of the newest model first; a provider may list the name of the family, too.
  if (latest !== null) return { slug: latest, sort, freeOnly, offered: [...catalog.offerings(latest), ...listed] };
  // A vendor's own id (`gpt-4o-mini`) is a name of its model where every offering with that id has the same slug.
  const known = listed.length > 0 ? null : (catalog.slugOfId(slug) ?? undatedSlug(slug, catalog));
  return known === null
    ? { slug, sort, freeOnly, offered: listed }
    : { slug: known, sort, freeOnly, offered: [...catalog.offerings(known)] };
}

const SUFFIX_SORTS: ReadonlyMap<string, Sort> = new Map([
  ['nitro', 'throughput'],
  ['floor', 'price'],
  ['exacto', 'exacto'],
]);

/** The name without its suffixes. One that is part of a listed slug stays; `:free` counts both ways. */
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

function toCandidate(found: Pick<Candidate, 'requested' | 'provider' | 'modelId' | 'offering'>, wanted: Operation): Candidate | null {
  const served = operationFor(found.provider, wanted, found.modelId);
  return served === null ? null : { ...found, operation: served.operation, rules: served.rules };
}
