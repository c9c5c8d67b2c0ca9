/**
 * One endpoint against the request: fitted and rendered, or the reason why it can be neither. Rendering here is for real, so that an
 * endpoint whose format has no place for something falls out before anything is sent; the first body is kept and not made twice.
 */
import type { FittedCall, Rendered, RenderingDialect } from '../dialects/dialect.ts';
import { embeddingDialect } from '../dialects/embeddings.ts';
import { upstreamDialect } from '../dialects/index.ts';
import type { Access } from '../ports.ts';
import { boundAdjustments, type Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Candidate, Rejection } from './resolve-model.ts';
import { controlObjection } from './safety-controls.ts';
import { fit, type Fitted } from '../fitting/fit.ts';
import { wantedAsBytes, withPlaceholderFiles } from './placeholder-files.ts';
import { inputName, type PlanningContext, type EvaluatedCandidate } from './evaluate.ts';

/** A request as one endpoint accepts it. */
export type FittedEndpoint = {
  candidate: Candidate;
  access: Access;
  fitted: Fitted;
  /** The first call in the words of the endpoint's format; null where files must be fetched before it can be written. */
  rendered: Rendered | null;
};

/** What all endpoints of a plan share: adjustments made before one was chosen, and the router's limits. */
type Shared = { adjustments: readonly Adjustment[]; limits: PlanningContext['limits'] };

/** Fits and renders a request for one endpoint. */
export function tryFit(
  request: UnifiedRequest,
  { candidate, access, knownRefusals }: EvaluatedCandidate,
  { adjustments, limits }: Shared,
): FittedEndpoint | Rejection {
  const { operation, rules, modelId: model, offering } = candidate;
  try {
    const fitted = fit(request, { operation, rules, model, maxOutputTokens: offering?.maxOutputTokens ?? null, knownRefusals });
    const { rendered, withFiles } = render(candidate, fitted, limits);
    const objection =
      controlObjection(request, [...fitted.adjustments, ...rendered.adjustments]) ??
      lossObjection(request, fitted, rendered) ??
      countObjection(request, { candidate, fitted, limits }) ??
      changeObjection(request, [...adjustments, ...fitted.adjustments, ...rendered.adjustments]);
    if (objection !== null) return { ...placeOf(candidate), ...objection };
    fitted.adjustments.unshift(...adjustments);
    return { candidate, access, fitted, rendered: withFiles ? null : rendered };
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    return { ...placeOf(candidate), reason: thrown.message, param: thrown.details.param ?? inputName(request), type: thrown.type };
  }
}

const placeOf = ({ requested, provider }: Candidate) => ({ requested, provider: provider.slug });

function render(
  { operation, rules }: Candidate,
  { parts }: Fitted,
  { media }: PlanningContext['limits'],
): { rendered: Rendered; withFiles: boolean } {
  const dialect: RenderingDialect = operation === 'embeddings' ? embeddingDialect(rules.dialect) : upstreamDialect(rules.dialect);
  const call = parts[0]?.call;
  if (call === undefined) throw new Error('a fitted request without a call');
  // Calls differ in prompt, n and seed alone: what is true of one is true of all.
  if (media.hosts.length === 0) refuseFiles(call, dialect);
  const complete = withPlaceholderFiles(call, dialect);
  return { rendered: dialect.render(complete), withFiles: complete !== call };
}

/** @throws RouterError where a file would have to be fetched. */
function refuseFiles(call: FittedCall, dialect: RenderingDialect): void {
  const [file] = wantedAsBytes(call, dialect);
  if (file === undefined) return;
  const message = `${file.path}: the file cannot be fetched: this router fetches none unless its operator sets FETCH_MEDIA_FROM. Send the file itself as a data: URI (data:<type>;base64,<data>).`;
  throw new RouterError('invalid_request', message, { param: file.path });
}

type Objection = Pick<Rejection, 'reason' | 'param' | 'type' | 'adjustments'>;

/** With `require_parameters`: a parameter that was sent would be left out. Clamping is allowed. */
function lossObjection(request: UnifiedRequest, { adjustments }: Fitted, rendered: Rendered): Objection | null {
  if (request.preferences.require_parameters !== true) return null;
  const isLoss = ({ action }: Adjustment) => action === 'dropped' || action === 'learned';
  const own = new Set(request.adjustments);
  const lost =
    adjustments.find((adjustment) => isLoss(adjustment) && !own.has(adjustment)) ??
    rendered.adjustments.find((adjustment) => isLoss(adjustment) && Object.hasOwn(request.parameters, adjustment.param));
  return lost === undefined ? null : { reason: `it does not take ${lost.param}, and provider.require_parameters is true` };
}

/** More calls than the router makes for one request. */
function countObjection(
  request: UnifiedRequest,
  { candidate, fitted, limits }: { candidate: Candidate; fitted: Fitted; limits: PlanningContext['limits'] },
): Objection | null {
  const { parts } = fitted;
  const { upstreamCalls } = limits;
  if (parts.length <= upstreamCalls) return null;
  const { parameters } = request;
  const param = parameters.best_of !== undefined ? 'best_of' : parameters.n !== undefined ? 'n' : inputName(request);
  const reason = `this request takes ${parts.length} calls to ${candidate.provider.name}; the most this router makes is ${upstreamCalls} (variable MAX_UPSTREAM_CALLS); ask for fewer choices or prompts at a time`;
  return { reason, param };
}

/** With `allow_adjustments: false`: anything would be changed. */
function changeObjection({ preferences }: UnifiedRequest, adjustments: readonly Adjustment[]): Objection | null {
  const [first] = adjustments;
  if (preferences.allow_adjustments !== false || first === undefined) return null;
  const reason = `provider.allow_adjustments is false, and it cannot take this request as it is: ${changes(adjustments)}`;
  return { reason, param: first.param, adjustments: boundAdjustments(adjustments) };
}

/** What would be changed, in words. */
export function changes(adjustments: readonly Adjustment[]): string {
  return boundAdjustments(adjustments)
    .map(({ param, action, reason }) => `${param} would be ${action} (${reason})`)
    .join('; ');
}
