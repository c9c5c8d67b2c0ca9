/**
 * Plans one request: which endpoints are tried, in which order, and why each other one is not. The request is fitted
 * to an endpoint when it is asked for. Available keys, endpoint health and random numbers are passed in, and read once.
 */
import { LazyList } from '../lib/lazy-list.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { Sort } from '../unified/request/preferences.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { endpointOf, type Candidate, type Rejection } from './resolve-model.ts';
import { createNoEndpointError, promptHint } from './no-endpoint.ts';
import { rank, type WeightedPick } from './rank.ts';
import { canDecide, unmeasuredPreferences } from './speed-preferences.ts';
import { inputName, evaluateCandidates, type List, type PlanningContext, type EvaluatedCandidate } from './evaluate.ts';
import { tryFit, type FittedEndpoint } from './fit-endpoint.ts';
import { segmentsOf, selectCalls, type PlannedCall } from './select-calls.ts';

export type { PlanningContext } from './evaluate.ts';
export type { PlannedCall } from './select-calls.ts';

/** Most endpoints that one request is planned for. */
export const MAX_PLANNED = 5;

/** The plan of a request. */
export type RoutePlan = {
  /**
   * Endpoints to try, in order; the first is the chosen one. At most {@link MAX_PLANNED}. An endpoint that the request cannot be fitted to is
   * passed over.
   */
  calls: LazyList<PlannedCall>;
  /** Fits the request to all calls, and returns what is not among them. */
  leftOut: () => LeftOut;
  /** Returns the key of the conversation that the request belongs to (`stickyKey`); null = none. */
  conversation(): string | null;
  /** Milliseconds after which the second call starts in parallel (`hedge_after_ms`); null = no hedge. */
  hedgeAfterMs: number | null;
  /** Chances of the endpoints that were ordered at random, in the resulting order; empty when nothing was random. */
  draw: readonly WeightedPick[];
  /** Name of the endpoint that is first because it served this conversation before; null = that did not decide. */
  stickyTo: string | null;
};

/** Endpoints that are not among the calls. */
export type LeftOut = {
  /** Usable endpoints beyond the calls. */
  others: readonly Candidate[];
  rejected: readonly Rejection[];
};

/** Returns the plans of a request: one, or one per model when all models are asked. */
export function planRoutes(request: UnifiedRequest, catalog: Catalog, world: PlanningContext): RoutePlan[] {
  if (!request.askAll) return [planRoute(request, catalog, world)];
  return request.models.map((model, index) =>
    planRoute({ ...request, models: [model], modelFields: request.modelFields.slice(index, index + 1) }, catalog, world),
  );
}

/** Plans a request. Does not throw when no endpoint is left: see {@link chosenCall}. */
export function planRoute(request: UnifiedRequest, catalog: Catalog, world: PlanningContext): RoutePlan {
  const { lists, rejected, conversation } = evaluateCandidates(request, catalog, world);
  const endpointHealths = lists.flatMap(({ entries }) => entries.map(({ endpointHealth }) => endpointHealth));
  const ranked = lists.map(({ entries, sort }) =>
    rank(entries, { preferences: request.preferences, sort: canDecide(sort, endpointHealths) ? sort : null, random: world.random }),
  );
  const shared = { adjustments: unmeasuredPreferences(request.preferences, sortOfFirst(lists), endpointHealths), limits: world.limits };
  const most = maxPlanned(request);
  // With a single call, an endpoint of another model is not a fallback.
  const segments = most === 1 ? ranked.map((entries, list) => ({ list, entries })) : segmentsOf(ranked);
  const fitTo = (entry: EvaluatedCandidate): FittedEndpoint | null => {
    const fitted = tryFit(request, entry, shared);
    if (!('reason' in fitted)) return fitted;
    const isPromptKind = fitted.param === inputName(request) && request.input.kind === 'prompt' && fitted.type === 'invalid_request';
    rejected.push(isPromptKind ? { ...fitted, reason: fitted.reason + promptHint(request, catalog) } : fitted);
    return null;
  };
  const others: Candidate[] = [];
  const calls = new LazyList(selectCalls(segments, { most, fitTo, others }), Math.min(most, endpointHealths.length));
  const sticky = ranked.find(({ length }) => length > 1)?.find(({ usable }) => usable.isSticky)?.usable.candidate;
  return {
    calls,
    leftOut() {
      calls.all();
      return { others, rejected };
    },
    conversation,
    hedgeAfterMs: resolveHedge(request, calls),
    draw: ranked.flatMap((list) => list.flatMap(({ pick }) => pick ?? [])),
    stickyTo: sticky !== undefined && sticky === calls.at(0)?.candidate ? endpointOf(sticky) : null,
  };
}

/** Returns the sort order of the first list with endpoints. */
function sortOfFirst(lists: readonly List[]): Sort | null {
  return lists.find(({ entries }) => entries.length > 0)?.sort ?? null;
}

/** Returns how many endpoints the client allows. */
function maxPlanned({ askAll, preferences }: UnifiedRequest): number {
  const isTop = preferences.allow_fallbacks === false && (preferences.order ?? []).length === 0;
  return askAll || isTop ? 1 : MAX_PLANNED;
}

/** Returns when the second call starts in parallel; reports when a hedge was requested and is not possible. */
function resolveHedge({ preferences, askAll, operation }: UnifiedRequest, calls: LazyList<PlannedCall>): number | null {
  const afterMs = preferences.hedge_after_ms ?? null;
  if (afterMs === null) return null;
  const [first, second] = [calls.at(0), calls.at(1)];
  if (first === undefined) return null;
  const isAllowed = preferences.allow_fallbacks !== false && !askAll;
  if (isAllowed && second !== undefined && operation !== 'embeddings') return afterMs;
  const reason =
    operation === 'embeddings'
      ? 'embeddings are not hedged'
      : isAllowed
        ? 'there is no second endpoint to race'
        : 'only one endpoint is called per model here';
  first.fitted.adjustments.push({ param: 'provider.hedge_after_ms', action: 'dropped', from: afterMs, reason });
  return null;
}

/** A plan, as far as its calls are looked at one by one. */
type Calls = Pick<RoutePlan, 'leftOut'> & { calls: Pick<RoutePlan['calls'], 'at'> };

/**
 * Returns the call to make first.
 *
 * @throws RouterError `not_found` that lists every endpoint and the reason for its rejection; a 400 that names the field when every reason
 * concerns the request itself.
 */
export function chosenCall({ calls, leftOut }: Calls): PlannedCall {
  const first = calls.at(0);
  if (first === undefined) throw createNoEndpointError(leftOut().rejected);
  return first;
}

/** Returns the call that runs in parallel to the first one; null = none. */
export function hedgeOf([plan]: readonly RoutePlan[]): PlannedCall | null {
  return plan === undefined || plan.hedgeAfterMs === null ? null : (plan.calls.at(1) ?? null);
}

/** True where another endpoint could have been called as well. */
export const hasChoice = ({ calls, leftOut }: Calls): boolean => calls.at(1) !== undefined || leftOut().others.length > 0;
