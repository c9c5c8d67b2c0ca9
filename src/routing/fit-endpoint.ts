/**
 * Fits and renders a request for one endpoint, or returns why it cannot. Rendering happens during planning, so an endpoint whose format
 * cannot express the request is rejected before anything is sent. The first body is kept and sent later.
 */
import type { FittedCall, RenderedRequest, RenderingDialect } from '../dialects/dialect.ts';
import { embeddingDialect } from '../dialects/embeddings.ts';
import { dialectOf } from '../dialects/index.ts';
import type { Access } from '../ports.ts';
import { boundAdjustments, type Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Candidate, Rejection } from './resolve-model.ts';
import { controlObjection } from './safety-controls.ts';
import { fit } from '../fitting/fit.ts';
import type { Target } from '../fitting/fit-parameter.ts';
import type { FittedRequest } from '../fitting/split.ts';
import { findRequiredFiles, withPlaceholderFiles } from './placeholder-files.ts';
import { inputName, type PlanningContext, type EvaluatedCandidate } from './evaluate.ts';

/** A request as one endpoint accepts it. */
export type FittedEndpoint = {
  candidate: Candidate;
  access: Access;
  /** What the request was fitted to. */
  target: Target;
  fitted: FittedRequest;
  /** The first call in the endpoint's format; null when files must be fetched first. */
  rendered: RenderedRequest | null;
};

/** What all endpoints of a plan share: adjustments made before one was chosen, and the router's limits. */
type EndpointContext = { adjustments: readonly Adjustment[]; limits: PlanningContext['limits'] };

/** What an endpoint is fitted by. */
type FittableCandidate = Pick<EvaluatedCandidate, 'candidate' | 'access' | 'knownRefusals'> &
  Partial<Pick<EvaluatedCandidate, 'answerRoom'>>;

/** Fits and renders a request for one endpoint. */
export function tryFit(
  request: UnifiedRequest,
  { candidate, access, knownRefusals, answerRoom = null }: FittableCandidate,
  { adjustments, limits }: EndpointContext,
): FittedEndpoint | Rejection {
  const { operation, rules, modelId: model, offering } = candidate;
  try {
    const { maxOutputTokens = null, contextTokens = null } = offering ?? {};
    const { slug: provider } = candidate.provider;
    const target: Target = { provider, operation, rules, model, maxOutputTokens, contextTokens, answerRoom, knownRefusals };
    const fitted = fit(request, target);
    const { rendered, withFiles } = render(candidate, fitted, limits);
    const objection =
      controlObjection(request, [...fitted.adjustments, ...rendered.adjustments]) ??
      lossObjection(request, fitted, rendered) ??
      countObjection(request, { candidate, fitted, limits }) ??
      changeObjection(request, [...adjustments, ...fitted.adjustments, ...rendered.adjustments]);
    if (objection !== null) return { ...identify(candidate), ...objection };
    fitted.adjustments.unshift(...adjustments);
    return { candidate, access, target, fitted, rendered: withFiles ? null : rendered };
  } catch (thrown) {
    if (!(thrown instanceof RouterError)) throw thrown;
    return { ...identify(candidate), ...rejectionOf(thrown, request) };
  }
}

/** A refusal of what only the client's own format has is the same at every upstream of another format. */
function rejectionOf({ message, type, details: { param, clientCode: code, tokens } }: RouterError, request: UnifiedRequest): Objection {
  const isFinal = request.nativeOnly.some((one) => one.otherwise === 'refuse' && one.param === param);
  return {
    reason: message,
    param: param ?? inputName(request),
    type,
    ...(tokens === undefined ? {} : { tokens }),
    ...(code === undefined ? {} : { code }),
    ...(isFinal ? { isFinal: true } : {}),
  };
}

const identify = ({ requested, provider }: Candidate) => ({ requested, provider: provider.slug });

function render(
  { operation, rules }: Candidate,
  { parts }: FittedRequest,
  { media }: PlanningContext['limits'],
): { rendered: RenderedRequest; withFiles: boolean } {
  const call = parts[0]?.call;
  if (call === undefined) throw new Error('a fitted request without a call');
  const dialect: RenderingDialect = operation === 'embeddings' ? embeddingDialect(rules.dialect) : dialectOf(rules, call);
  // Calls differ only in prompt, n and seed, so one stands for all.
  if (media.hosts.length === 0) refuseFiles(call, dialect);
  const complete = withPlaceholderFiles(call, dialect);
  return { rendered: dialect.render(complete), withFiles: complete !== call };
}

/** @throws RouterError when a file would have to be fetched. */
function refuseFiles(call: FittedCall, dialect: RenderingDialect): void {
  const [file] = findRequiredFiles(call, dialect);
  if (file === undefined) return;
  const message = `${file.path}: the file cannot be fetched: this router fetches files only when its operator sets FETCH_MEDIA_FROM. Send the file itself as a data: URI (data:<type>;base64,<data>).`;
  throw new RouterError('invalid_request', message, { param: file.path });
}

type Objection = Omit<Rejection, 'requested' | 'provider'>;

/** Applies `require_parameters`: no sent parameter may be dropped. Clamping is allowed. */
function lossObjection(request: UnifiedRequest, { adjustments }: FittedRequest, rendered: RenderedRequest): Objection | null {
  if (request.preferences.require_parameters !== true) return null;
  const isLoss = ({ action }: Adjustment) => action === 'dropped' || action === 'learned';
  const own = new Set(request.adjustments);
  const lost =
    adjustments.find((adjustment) => isLoss(adjustment) && !own.has(adjustment)) ??
    rendered.adjustments.find((adjustment) => isLoss(adjustment) && Object.hasOwn(request.parameters, adjustment.param));
  return lost === undefined ? null : { reason: `it does not accept ${lost.param}, and provider.require_parameters is true` };
}

/** Rejects more calls than the router makes for one request. */
function countObjection(
  request: UnifiedRequest,
  { candidate, fitted, limits }: { candidate: Candidate; fitted: FittedRequest; limits: PlanningContext['limits'] },
): Objection | null {
  const { parts } = fitted;
  const { upstreamCalls } = limits;
  if (parts.length <= upstreamCalls) return null;
  const { parameters } = request;
  const param = parameters.best_of !== undefined ? 'best_of' : parameters.n !== undefined ? 'n' : inputName(request);
  const reason = `this request takes ${parts.length} calls to ${candidate.provider.name}; the most this router makes is ${upstreamCalls} (variable MAX_UPSTREAM_CALLS); ask for fewer choices or prompts at a time`;
  return { reason, param };
}

/** Applies `allow_adjustments: false`: nothing may be changed. */
function changeObjection({ preferences }: UnifiedRequest, adjustments: readonly Adjustment[]): Objection | null {
  const [first] = adjustments;
  if (preferences.allow_adjustments !== false || first === undefined) return null;
  const reason = `provider.allow_adjustments is false, and it cannot accept this request unchanged: ${describeChanges(adjustments)}`;
  return { reason, param: first.param, adjustments: boundAdjustments(adjustments) };
}

/** Describes what would be changed. */
export function describeChanges(adjustments: readonly Adjustment[]): string {
  return boundAdjustments(adjustments)
    .map(({ param, action, reason }) => `${param} would be ${action} (${reason})`)
    .join('; ');
}
