/**
 * Plans one request: which endpoints are tried, in which order, and why each other one is not. Pure: available keys, endpoint health and
 * random numbers are passed in.
 */
import type { Catalog } from '../registry/catalog.ts';
import type { Sort } from '../unified/request/preferences.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { endpointOf, type Candidate, type Rejection } from './resolve-model.ts';
import { createNoEndpointError, promptHint } from './no-endpoint.ts';
import { rank, type WeightedPick, type RankedCandidate } from './rank.ts';
import { canDecide, unmeasuredPreferences } from './speed-preferences.ts';
import { inputName, evaluateCandidates, type List, type PlanningContext, type EvaluatedCandidate } from './evaluate.ts';
import { tryFit, type FittedEndpoint } from './fit-endpoint.ts';

export type { PlanningContext } from './evaluate.ts';

/** Most endpoints that one request is planned for. */
export const MAX_PLANNED = 5;

/** An endpoint to try, with the request fitted to it. */
export type PlannedCall = FittedEndpoint & { /** Why it has this position, as readable text. */ reason: string };

/** The plan of a request. */
export type RoutePlan = {
  /** Endpoints to try, in order; the first is the chosen one. At most {@link MAX_PLANNED}. */
  calls: readonly PlannedCall[];
  /** Usable endpoints beyond these. */
  others: Candidate[];
  rejected: Rejection[];
  /** Milliseconds after which the second call starts in parallel (`hedge_after_ms`); null = no hedge. */
  hedgeAfterMs: number | null;
  /** Chances of the endpoints that were ordered at random, in the resulting order; empty when nothing was random. */
  draw: readonly WeightedPick[];
  /** Name of the endpoint that is first because it served this conversation before; null = that did not decide. */
  stickyTo: string | null;
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
  const { lists, rejected } = evaluateCandidates(request, catalog, world);
  const endpointHealths = lists.flatMap(({ entries }) => entries.map(({ endpointHealth }) => endpointHealth));
  const ranked = lists.map(({ entries, sort }) =>
    rank(entries, { preferences: request.preferences, sort: canDecide(sort, endpointHealths) ? sort : null, random: world.random }),
  );
  const adjustments = unmeasuredPreferences(request.preferences, sortOfFirst(lists), endpointHealths);
  const most = maxPlanned(request);
  // With a single call, an endpoint of another model is not a fallback.
  const segments = most === 1 ? ranked.map((entries, list) => ({ list, entries })) : segmentsOf(ranked);
  const { calls, others } = selectCalls(segments, most, (entry) => {
    const fitted = tryFit(request, entry, { adjustments, limits: world.limits });
    if (!('reason' in fitted)) return fitted;
    const isPromptKind = fitted.param === inputName(request) && request.input.kind === 'prompt' && fitted.type === 'invalid_request';
    rejected.push(isPromptKind ? { ...fitted, reason: fitted.reason + promptHint(request, catalog) } : fitted);
    return null;
  });
  const sticky = ranked.find(({ length }) => length > 1)?.find(({ usable }) => usable.isSticky)?.usable.candidate;
  return {
    calls,
    others,
    rejected,
    hedgeAfterMs: resolveHedge(request, calls),
    draw: ranked.flatMap((list) => list.flatMap(({ pick }) => pick ?? [])),
    stickyTo: sticky !== undefined && sticky === calls[0]?.candidate ? endpointOf(sticky) : null,
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

/** Endpoints of one list that are tried together: those with a closed circuit, or those with an open one. */
type Segment = { list: number; entries: readonly RankedCandidate<EvaluatedCandidate>[] };

/** Orders all endpoints with a closed circuit, list by list, before all with an open one. */
function segmentsOf(ranked: readonly (readonly RankedCandidate<EvaluatedCandidate>[])[]): Segment[] {
  const pick = (wanted: boolean) =>
    ranked.map((entries, list) => ({ list, entries: entries.filter(({ usable }) => isSetAside(usable) === wanted) }));
  return [...pick(false), ...pick(true)].filter(({ entries }) => entries.length > 0);
}

const isSetAside = ({ endpointHealth }: EvaluatedCandidate): boolean => endpointHealth.state === 'open';

/**
 * Selects the first endpoints that the request can be fitted to. Reserves one place for each list that has none yet, so that many endpoints
 * of one model do not displace the next model.
 */
function selectCalls(
  segments: readonly Segment[],
  most: number,
  fitTo: (entry: EvaluatedCandidate) => FittedEndpoint | null,
): { calls: PlannedCall[]; others: Candidate[] } {
  const calls: PlannedCall[] = [];
  const others: Candidate[] = [];
  const served = new Set<number>();
  for (const [position, { list, entries }] of segments.entries()) {
    const toCome = new Set(segments.slice(position + 1).map((segment) => segment.list));
    const kept = [...toCome].filter((other) => other !== list && !served.has(other)).length;
    const least = served.has(list) ? 0 : calls.length + 1;
    const enough = Math.min(most, Math.max(least, most - kept));
    for (const { usable, reason } of entries) {
      if (calls.length >= enough) {
        others.push(usable.candidate);
        continue;
      }
      const fitted = fitTo(usable);
      if (fitted === null) continue;
      calls.push({ ...fitted, reason });
      served.add(list);
    }
  }
  return { calls, others };
}

/** Returns when the second call starts in parallel; reports when a hedge was requested and is not possible. */
function resolveHedge({ preferences, askAll, operation }: UnifiedRequest, calls: readonly PlannedCall[]): number | null {
  const afterMs = preferences.hedge_after_ms ?? null;
  const [first, second] = calls;
  if (afterMs === null || first === undefined) return null;
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

/**
 * Returns the call to make first.
 *
 * @throws RouterError `not_found` that lists every endpoint and the reason for its rejection; a 400 that names the field when every reason
 * concerns the request itself.
 */
export function chosenCall({ calls, rejected }: RoutePlan): PlannedCall {
  const [first] = calls;
  if (first === undefined) throw createNoEndpointError(rejected);
  return first;
}

/** Returns the call that runs in parallel to the first one; null = none. */
export function hedgeOf([plan]: readonly RoutePlan[]): PlannedCall | null {
  return plan === undefined || plan.hedgeAfterMs === null ? null : (plan.calls[1] ?? null);
}
