/**
 * The plan for one request: which endpoints will be tried, in which order, and why each other one will not. Pure: what the world
 * is like (which keys are set, how endpoints do, the draw) comes in; nothing is called.
 */
import type { Catalog } from '../registry/catalog.ts';
import type { Sort } from '../unified/request/preferences.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { endpointOf, type Candidate, type Rejection } from './resolve-model.ts';
import { noEndpoint, promptHint } from './no-endpoint.ts';
import { rank, type WeightedPick, type Ranked } from './rank.ts';
import { canDecide, unmeasuredPreferences } from './speed-preferences.ts';
import { inputName, evaluateCandidates, type List, type PlanningContext, type EvaluatedCandidate } from './evaluate.ts';
import { tryFit, type FittedEndpoint } from './fit-endpoint.ts';

export type { PlanningContext } from './evaluate.ts';

/** Most endpoints that one request is fitted to. */
export const MAX_PLANNED = 5;

/** An endpoint that will be tried, with the request fitted to it. */
export type PlannedCall = FittedEndpoint & { /** Why it stands where it does: one clause, for a person. */ reason: string };

/** What will be done with a request. */
export type RoutePlan = {
  /** Endpoints that will be tried, in order, the request fitted to each; the first is the chosen one. At most {@link MAX_PLANNED}. */
  calls: readonly PlannedCall[];
  /** Usable endpoints that come after these. */
  others: Candidate[];
  rejected: Rejection[];
  /** The client asked for a hedge: the second call races the first after so many ms; null = no. */
  hedgeAfterMs: number | null;
  /** The chances of all that were drawn among equals, in the order that came out; empty where nothing was left to a draw. */
  draw: readonly WeightedPick[];
  /** The endpoint that stands first because it served this conversation before, by its name; null = that did not decide. */
  stickyTo: string | null;
};

/** The plans of a request: one, or one for each model where all of them are asked. */
export function planRoutes(request: UnifiedRequest, catalog: Catalog, world: PlanningContext): RoutePlan[] {
  if (!request.askAll) return [planRoute(request, catalog, world)];
  return request.models.map((model, index) =>
    planRoute({ ...request, models: [model], modelFields: request.modelFields.slice(index, index + 1) }, catalog, world),
  );
}

/** Plans a request. Never throws for want of an endpoint: see {@link chosenCall}. */
export function planRoute(request: UnifiedRequest, catalog: Catalog, world: PlanningContext): RoutePlan {
  const { lists, rejected } = evaluateCandidates(request, catalog, world);
  const endpointHealths = lists.flatMap(({ entries }) => entries.map(({ endpointHealth }) => endpointHealth));
  const placed = lists.map(({ entries, sort }) =>
    rank(entries, { preferences: request.preferences, sort: canDecide(sort, endpointHealths) ? sort : null, random: world.random }),
  );
  const adjustments = unmeasuredPreferences(request.preferences, sortOfFirst(lists), endpointHealths);
  const most = mostPlanned(request);
  // Where only one may be asked, another model is none that was asked for.
  const segments = most === 1 ? placed.map((entries, list) => ({ list, entries })) : segmentsOf(placed);
  const { calls, others } = choose(segments, most, (entry) => {
    const fitted = tryFit(request, entry, { adjustments, limits: world.limits });
    if (!('reason' in fitted)) return fitted;
    const isPromptKind = fitted.param === inputName(request) && request.input.kind === 'prompt' && fitted.type === 'invalid_request';
    rejected.push(isPromptKind ? { ...fitted, reason: fitted.reason + promptHint(request, catalog) } : fitted);
    return null;
  });
  const sticky = placed.find(({ length }) => length > 1)?.find(({ usable }) => usable.isSticky)?.usable.candidate;
  return {
    calls,
    others,
    rejected,
    hedgeAfterMs: hedge(request, calls),
    draw: placed.flatMap((list) => list.flatMap(({ pick }) => pick ?? [])),
    stickyTo: sticky !== undefined && sticky === calls[0]?.candidate ? endpointOf(sticky) : null,
  };
}

/** What the names ask to sort by: the first that stands for anything decides what is said about it. */
function sortOfFirst(lists: readonly List[]): Sort | null {
  return lists.find(({ entries }) => entries.length > 0)?.sort ?? null;
}

/** How many endpoints the client lets us try. */
function mostPlanned({ askAll, preferences }: UnifiedRequest): number {
  const isTop = preferences.allow_fallbacks === false && (preferences.order ?? []).length === 0;
  return askAll || isTop ? 1 : MAX_PLANNED;
}

/** Endpoints of one list that are tried together: those that are not set aside, or those that are. */
type Segment = { list: number; entries: readonly Ranked<EvaluatedCandidate>[] };

/** The lists in turn without the endpoints that are set aside, and these after all others. */
function segmentsOf(placed: readonly (readonly Ranked<EvaluatedCandidate>[])[]): Segment[] {
  const pick = (wanted: boolean) =>
    placed.map((entries, list) => ({ list, entries: entries.filter(({ usable }) => isSetAside(usable) === wanted) }));
  return [...pick(false), ...pick(true)].filter(({ entries }) => entries.length > 0);
}

const isSetAside = ({ endpointHealth }: EvaluatedCandidate): boolean => endpointHealth.state === 'open';

/**
 * The first endpoints that the request can be fitted to. For each list that has none yet one place is kept free, so that many endpoints
 * of one model do not push the next model out.
 */
function choose(
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

/** When the second call starts beside the first; says so where it was asked for and cannot be. */
function hedge({ preferences, askAll, operation }: UnifiedRequest, calls: readonly PlannedCall[]): number | null {
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
        : 'only one endpoint is asked for each model here';
  first.fitted.adjustments.push({ param: 'provider.hedge_after_ms', action: 'dropped', from: afterMs, reason });
  return null;
}

/**
 * The call to make first.
 *
 * @throws RouterError `not_found` that lists every endpoint considered and why it fell out; a 400 that names the field when every
 * reason is the request itself.
 */
export function chosenCall({ calls, rejected }: RoutePlan): PlannedCall {
  const [first] = calls;
  if (first === undefined) throw noEndpoint(rejected);
  return first;
}

/** The call that races the first one; null = none does. */
export function hedgeOf([plan]: readonly RoutePlan[]): PlannedCall | null {
  return plan === undefined || plan.hedgeAfterMs === null ? null : (plan.calls[1] ?? null);
}
