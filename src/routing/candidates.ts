/**
 * From the names a client gives to the endpoints they stand for: `author/slug`, `@provider/<upstream id>`, and their suffixes.
 * Looks names up; what may be used of what it finds is `filter.ts`, in which order `order.ts`.
 */
import { operationFor, type Catalog, type CompiledProvider, type Offering, type OperationRules } from '../registry/catalog.ts';
import type { Operation } from '../unified/parameters.ts';

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
  /** What the client called it. */
  requested: string;
};

/** A name or an endpoint that cannot be used, and why. */
export type Rejection = { requested: string; provider: string | null; reason: string };

/** A sort asked for by a suffix of the model's name. */
export type SuffixSort = 'throughput' | 'price' | null;

/** The endpoints that a model name stands for. */
export type Found = { candidates: Candidate[]; rejected: Rejection[]; sort: SuffixSort };

/** Looks one model name up. */
export function findCandidates(name: string, wanted: Operation, catalog: Catalog): Found {
  return name.startsWith('@') ? findPinned(name, wanted, catalog) : findBySlug(name, wanted, catalog);
}

function findPinned(name: string, wanted: Operation, catalog: Catalog): Found {
  const slash = name.indexOf('/');
  const slug = slash < 0 ? name.slice(1) : name.slice(1, slash);
  const modelId = slash < 0 ? '' : name.slice(slash + 1);
  const reject = (reason: string, provider: string | null = null): Found => ({
    candidates: [],
    rejected: [{ requested: name, provider, reason }],
    sort: null,
  });
  if (modelId === '') return reject('expected @provider/<model id at that provider>');
  const provider = catalog.provider(slug);
  if (provider === undefined) {
    return reject(`no provider is called "${slug}"; there are ${catalog.providers.map((known) => known.slug).join(', ')}`);
  }
  const offering = provider.models.find((model) => model.id === modelId) ?? null;
  const candidate = toCandidate(name, provider, modelId, offering, wanted);
  return candidate === null
    ? reject(`${provider.name} has no operation that serves this model`, slug)
    : { candidates: [candidate], rejected: [], sort: null };
}

const SUFFIX_SORTS: Readonly<Record<string, SuffixSort>> = { nitro: 'throughput', floor: 'price' };

function findBySlug(name: string, wanted: Operation, catalog: Catalog): Found {
  const { slug, sort } = catalog.offerings(name).length > 0 ? { slug: name, sort: null } : splitSuffix(name);
  const candidates: Candidate[] = [];
  const rejected: Rejection[] = [];
  for (const { provider, offering } of catalog.offerings(slug)) {
    const candidate = toCandidate(name, provider, offering.id, offering, wanted);
    if (candidate === null)
      rejected.push({ requested: name, provider: provider.slug, reason: `${provider.name} has no operation that serves this model` });
    else candidates.push(candidate);
  }
  if (candidates.length === 0 && rejected.length === 0) {
    rejected.push({
      requested: name,
      provider: null,
      reason:
        'no provider file lists this model; "@provider/<model id>" calls any model of a provider directly, and GET /v1/models lists the known ones',
    });
  }
  return { candidates, rejected, sort };
}

function splitSuffix(name: string): { slug: string; sort: SuffixSort } {
  const colon = name.lastIndexOf(':');
  const suffix = name.slice(colon + 1);
  return colon > 0 && Object.hasOwn(SUFFIX_SORTS, suffix)
    ? { slug: name.slice(0, colon), sort: SUFFIX_SORTS[suffix] ?? null }
    : { slug: name, sort: null };
}

function toCandidate(
  requested: string,
  provider: CompiledProvider,
  modelId: string,
  offering: Offering | null,
  wanted: Operation,
): Candidate | null {
  const served = operationFor(provider, wanted, modelId);
  return served === null ? null : { provider, modelId, offering, operation: served.operation, rules: served.rules, requested };
}
