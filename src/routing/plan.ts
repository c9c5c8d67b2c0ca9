/**
 * The plan for one request: which endpoints could serve it, in which order, and why each other one cannot. Pure: what the world
 * is like (which keys are set) comes in; nothing is called.
 */
import type { Catalog } from '../registry/catalog.ts';
import type { Access, Ports } from '../ports.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import { findCandidates, type Candidate, type Rejection } from './candidates.ts';
import { objectionTo } from './filter.ts';
import { fit, type Fitted } from './fit.ts';
import { orderCandidates, unmeasuredWishes } from './order.ts';

/** An endpoint that will be called, with the request fitted to it. */
export type PlannedCall = { candidate: Candidate; access: Access; fitted: Fitted };

/** What planning asks of the world: which keys are set, and what was refused a short while ago. */
export type PlanningWorld = Pick<Ports, 'access' | 'learned'>;

/** What will be done with a request. */
export type RoutePlan = {
  /** The call to make; null when no endpoint is left. */
  chosen: PlannedCall | null;
  /** The call to make when the chosen one is silent for too long; null unless the client asked for a hedge and there is one. */
  hedge: PlannedCall | null;
  /** Usable endpoints that come after these. */
  others: Candidate[];
  rejected: Rejection[];
};

/** The plans of a request: one, or one for each model where all of them are asked. */
export function planRoutes(request: UnifiedRequest, catalog: Catalog, world: PlanningWorld): RoutePlan[] {
  if (!request.askAll) return [planRoute(request, catalog, world)];
  return request.models.map((model) => planRoute({ ...request, models: [model] }, catalog, world));
}

/** Plans a request. Never throws for want of an endpoint: see {@link chosenCall}. */
export function planRoute(request: UnifiedRequest, catalog: Catalog, world: PlanningWorld): RoutePlan {
  const { candidates, rejected, adjustments } = usableCandidates(request, catalog);
  const others = [...candidates];
  /** The next endpoint that can take the request. */
  function next(): PlannedCall | null {
    for (let candidate = others.shift(); candidate !== undefined; candidate = others.shift()) {
      const attempt = tryFit(request, candidate, world, adjustments);
      if (typeof attempt !== 'string') return attempt;
      const reason = attempt.startsWith('prompt:') ? `${attempt}${promptHint(request, catalog)}` : attempt;
      rejected.push({ requested: candidate.requested, provider: candidate.provider.slug, reason });
    }
    return null;
  }
  const chosen = next();
  const hedgeAfterMs = request.preferences.hedge_after_ms ?? null;
  const mayHedge = hedgeAfterMs !== null && request.preferences.allow_fallbacks !== false && !request.askAll;
  const hedge = mayHedge ? next() : null;
  if (hedgeAfterMs !== null && hedge === null) {
    const reason = mayHedge ? 'there is no second endpoint to race' : 'only one endpoint is asked for each model here';
    chosen?.fitted.adjustments.push({ param: 'provider.hedge_after_ms', action: 'dropped', from: hedgeAfterMs, reason });
  }
  return { chosen, hedge, others, rejected };
}

function usableCandidates(
  request: UnifiedRequest,
  catalog: Catalog,
): { candidates: Candidate[]; rejected: Rejection[]; adjustments: Adjustment[] } {
  const wishes = request.preferences;
  const candidates: Candidate[] = [];
  const rejected: Rejection[] = [];
  const adjustments: Adjustment[] = [];
  for (const name of request.models) {
    const found = findCandidates(name, request.operation, catalog);
    rejected.push(...found.rejected);
    if (adjustments.length === 0) adjustments.push(...unmeasuredWishes(wishes, found.sort));
    for (const candidate of orderCandidates(found.candidates, wishes, found.sort)) {
      const objection = objectionTo(candidate, wishes);
      if (objection === null) candidates.push(candidate);
      else rejected.push({ requested: name, provider: candidate.provider.slug, reason: objection });
    }
  }
  return { candidates, rejected, adjustments };
}

/** Who takes the prompt that a provider does not take. */
function promptHint({ input }: UnifiedRequest, { providers }: Catalog): string {
  if (input.kind !== 'prompt') return '';
  const { kind } = input.prompt;
  const takers = providers
    .filter(({ operations }) => operations.completions?.some(({ prompts }) => prompts.includes(kind)))
    .map(({ slug }) => slug);
  return ` Providers that take it: ${takers.join(', ')}.`;
}

/** The call to this candidate, or why there can be none. */
function tryFit(
  request: UnifiedRequest,
  candidate: Candidate,
  { access: accessTo, learned }: PlanningWorld,
  adjustments: readonly Adjustment[],
): PlannedCall | string {
  const { provider, modelId, offering } = candidate;
  const access = accessTo(provider);
  if (access.missing.length > 0) return missingText(candidate, access);
  try {
    const fitted = fit(request, {
      operation: candidate.operation,
      rules: candidate.rules,
      model: modelId,
      maxOutputTokens: offering?.maxOutputTokens ?? null,
      refused: learned.refusedBy(provider.slug, modelId),
    });
    fitted.adjustments.unshift(...adjustments);
    const lost = fitted.adjustments.find(({ action }) => action === 'dropped');
    if (request.preferences.require_parameters === true && lost !== undefined)
      return `it does not take ${lost.param}, and provider.require_parameters is true`;
    return { candidate, access, fitted };
  } catch (thrown) {
    if (thrown instanceof RouterError) return thrown.message;
    throw thrown;
  }
}

function missingText({ provider }: Candidate, { missing }: Access): string {
  const gone = provider.discontinued === null ? '' : ` (${provider.discontinued})`;
  return `${provider.name} is not set up: set ${missing.join(' and ')}, in .dev.vars for npm run dev or as a Worker variable or secret${gone}`;
}

/**
 * The call to make.
 *
 * @throws RouterError `not_found` that lists every endpoint considered and why it fell out; `invalid_request` when the reason is the
 * request itself.
 */
export function chosenCall(plan: RoutePlan): PlannedCall {
  if (plan.chosen !== null) return plan.chosen;
  const [only, ...more] = plan.rejected;
  const aboutPrompt = plan.rejected.length > 0 && plan.rejected.every(({ reason }) => reason.startsWith('prompt:'));
  const details = { ...(aboutPrompt ? { param: 'prompt' } : {}), metadata: { candidates: plan.rejected } };
  const place = ({ requested, provider }: Rejection) =>
    provider === null || requested.startsWith('@') ? requested : `${requested} at ${provider}`;
  const message =
    only !== undefined && more.length === 0
      ? `${place(only)}: ${only.reason}.`
      : `No endpoint can serve this request. ${plan.rejected.map((rejection) => `${place(rejection)}: ${rejection.reason}`).join('; ')}.`;
  throw new RouterError(aboutPrompt ? 'invalid_request' : 'not_found', message.replace(/\.\.$/, '.'), details);
}
