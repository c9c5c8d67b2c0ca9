/**
 * Prepares the requests to one endpoint from a planned call, and reports everything that was changed. Calls and `/explain` both use it, so that
 * an explanation always matches the request that is sent. Sends nothing.
 */
import { embeddingDialect } from '../dialects/embeddings.ts';
import { dialectOf } from '../dialects/index.ts';
import type { EmbeddingDialect, FittedCall, RenderedRequest, RenderingDialect, UpstreamDialect } from '../dialects/dialect.ts';
import type { RequestTrace } from '../accounts/telemetry.ts';
import type { Limits } from '../ports.ts';
import type { PlannedCall } from '../routing/plan.ts';
import type { Part } from '../fitting/split.ts';
import { inputName } from '../routing/evaluate.ts';
import { describeChanges } from '../routing/fit-endpoint.ts';
import { boundAdjustments, joinAdjustments, type Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../lib/json.ts';
import { withClientPaths, type ParameterNames } from '../unified/request/client-path.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { AnswerMapping } from '../dialects/shared/answer-mapping.ts';
import { buildCall, type UpstreamCall } from '../upstream/call.ts';
import { withOwnKey } from './idempotency-key.ts';
import { loopHeaders, type Hops } from '../upstream/loop.ts';

/** One upstream request, ready to be sent. */
export type PreparedPart = { part: Part; call: UpstreamCall; body: JsonObject; mapping: AnswerMapping };

/** What will be sent to one endpoint: at least one part. */
export type PreparedEndpoint<Dialect extends RenderingDialect = UpstreamDialect> = {
  planned: PlannedCall;
  dialect: Dialect;
  parts: readonly PreparedPart[];
  adjustments: readonly Adjustment[];
  /** Parameters that the endpoint refused and that were then left out, and what was reported of its answer; grows with the tries. */
  learned: Adjustment[];
  /** What the fields are called in the client's own body. */
  names: ParameterNames;
  /** Sent to the upstream as they are. */
  extraHeaders: Readonly<Record<string, string>>;
};

/** What a request brings to its preparation besides its plan. */
export type Preparation = {
  request: UnifiedRequest;
  /** Sent to the upstream as they are. */
  extraHeaders: Readonly<Record<string, string>>;
  /** Files that were fetched for providers that require bytes: URL to data URI. */
  dataUris: ReadonlyMap<string, string>;
};

/** Headers of the client's request that are sent on. */
export type ForwardedHeaders = {
  hops: Hops;
  simulatorHeaders: Readonly<Record<string, string>>;
  /** See `idempotency-key.ts`. Absent = none. */
  idempotencyKey?: Readonly<Record<string, string>> | undefined;
  trace?: Pick<RequestTrace, 'forwarded'> | undefined;
};

/** Headers of the calls to one endpoint that the client's request decides. */
export function headersFor({ access, candidate }: PlannedCall, forwarded: ForwardedHeaders): Record<string, string> {
  const { hops, simulatorHeaders, idempotencyKey, trace } = forwarded;
  return {
    ...access.clientHeaders,
    ...(access.isSimulated ? simulatorHeaders : {}),
    ...loopHeaders(hops, candidate.provider.slug),
    ...idempotencyKey,
    ...trace?.forwarded,
  };
}

/**
 * Renders and addresses the calls to one endpoint.
 *
 * @throws RouterError `invalid_request` when the client allows no adjustments and some were needed, or when the provider has no place for
 * something in the messages.
 */
export function prepare(planned: PlannedCall, preparation: Preparation): PreparedEndpoint {
  return prepareFor(planned, textDialectOf(planned), preparation);
}

/** The dialect of a planned call for text. */
export const textDialectOf = ({ candidate, fitted }: PlannedCall): UpstreamDialect =>
  dialectOf(candidate.rules, fitted.parts[0]?.call ?? {});

/** The dialect of a planned call for embeddings. */
export const embeddingDialectOf = ({ candidate }: PlannedCall): EmbeddingDialect => embeddingDialect(candidate.rules.dialect);

/** {@link prepare}, in a dialect that has been looked up. */
export function prepareFor<Dialect extends RenderingDialect>(
  planned: PlannedCall,
  dialect: Dialect,
  { request, extraHeaders, dataUris }: Preparation,
): PreparedEndpoint<Dialect> {
  const { candidate, fitted } = planned;
  let characters = 0;
  const rendered = fitted.parts.map((part, position) => {
    if (characters > MAX_CALL_CHARACTERS) throw tooLarge(request, fitted.parts.length, candidate.provider.name);
    // Planning has rendered the first part already, unless it had to do without its files.
    const known = position === 0 ? planned.rendered : null;
    const ready = renderPart({ ...part, call: withFiles(part.call, dialect, dataUris) }, { planned, dialect, extraHeaders }, known);
    characters += ready.call.body.length;
    return ready;
  });
  // The parts differ in prompt, n and seed alone: the changes of the first one are those of all.
  const adjustments = joinAdjustments(fitted.adjustments, rendered[0]?.adjustments ?? []);
  const { names } = request;
  if (request.preferences.allow_adjustments === false && adjustments.length > 0)
    throw notAllowed(withClientPaths(names, adjustments), candidate.provider.name);
  return { planned, dialect, parts: rendered, adjustments, learned: [], names, extraHeaders };
}

/** Renders and addresses one call. @param known the call as it has been rendered; null = it has not. */
export function renderPart(
  part: Part,
  { planned, dialect, extraHeaders }: Pick<PreparedEndpoint<RenderingDialect>, 'planned' | 'dialect' | 'extraHeaders'>,
  known: RenderedRequest | null = null,
): PreparedPart & { adjustments: Adjustment[] } {
  const { candidate, access } = planned;
  const rendered = known ?? dialect.render(part.call);
  const { body, adjustments, mapping = {} } = rendered;
  const destination = {
    access,
    rules: candidate.rules,
    model: part.call.model,
    stream: part.call.stream,
    framing: dialect.framing ?? 'sse',
  };
  return { part, body, adjustments, mapping, call: withOwnKey(buildCall(destination, rendered, extraHeaders), part.choices[0] ?? 0) };
}

function withFiles(call: FittedCall, dialect: RenderingDialect, dataUris: ReadonlyMap<string, string>): FittedCall {
  const { input } = call;
  if (dataUris.size === 0 || input.kind !== 'messages' || dialect.needsBytes === undefined) return call;
  const wanted = new Map([...dataUris].filter(([url]) => dialect.needsBytes?.(url, call.quirks) === true));
  return { ...call, input: { kind: 'messages', conversation: input.conversation.withFiles(wanted) } };
}

/** What can be reported of an endpoint, in whatever dialect. */
export type ReportedEndpoint = Pick<PreparedEndpoint, 'planned' | 'parts' | 'adjustments' | 'learned' | 'names'>;

/** What was changed for these endpoints; where there are several, each reason names the endpoint. */
export function reportOf(endpoints: readonly ReportedEndpoint[]): readonly Adjustment[] {
  const [only, ...more] = endpoints;
  if (only === undefined || more.length === 0) return only === undefined ? [] : reportOfOne(only);
  return endpoints.flatMap((endpoint) =>
    reportOfOne(endpoint).map((adjustment) => ({
      ...adjustment,
      reason: `${endpoint.planned.candidate.requested}: ${adjustment.reason}`,
    })),
  );
}

const reportOfOne = ({ adjustments, learned, names }: ReportedEndpoint) =>
  withClientPaths(names, boundAdjustments([...adjustments, ...learned]));

/**
 * Most characters of the bodies of several upstream calls for one request: all of them are in memory at a time. One call may have as
 * many as the client's body.
 */
const MAX_CALL_CHARACTERS = 32 * 2 ** 20;

/** @throws RouterError `invalid_request` when a request takes more upstream calls than are allowed, or they are too large together. */
export function refuseTooMany(all: readonly ReportedEndpoint[], request: UnifiedRequest, { upstreamCalls }: Limits): void {
  const parts = all.flatMap((endpoint) => endpoint.parts);
  const calls = parts.length;
  const names = all.map(({ planned }) => planned.candidate.provider.name).join(' and ');
  const characters = parts.reduce((sum, { call }) => sum + call.body.length, 0);
  if (calls > 1 && characters > MAX_CALL_CHARACTERS) throw tooLarge(request, calls, names);
  if (calls <= upstreamCalls) return;
  const cause = causeOf(request);
  const message = `This request takes ${calls} calls to ${names}; the most this router makes is ${upstreamCalls} (variable MAX_UPSTREAM_CALLS). Ask for fewer choices, prompts or models at a time.`;
  throw new RouterError('invalid_request', message, { param: cause });
}

/** The parameter that makes several calls of one request. */
function causeOf(request: UnifiedRequest): string {
  const { best_of: bestOf, n } = request.parameters;
  return request.askAll ? 'models' : bestOf !== undefined ? 'best_of' : n !== undefined ? 'n' : inputName(request);
}

function tooLarge(request: UnifiedRequest, calls: number, names: string): RouterError {
  const message = `This request takes ${calls} calls to ${names}, which have more than ${MAX_CALL_CHARACTERS} characters together, the most this router holds. Ask for fewer choices, prompts or models at a time, or send less text.`;
  return new RouterError('invalid_request', message, { param: causeOf(request) });
}

function notAllowed(adjustments: readonly Adjustment[], provider: string): RouterError {
  return new RouterError(
    'invalid_request',
    `provider.allow_adjustments is false, and ${provider} cannot take this request as it is: ${describeChanges(adjustments)}.`,
    {
      ...(adjustments[0] === undefined ? {} : { param: adjustments[0].param }),
      metadata: { adjustments: boundAdjustments(adjustments) },
    },
  );
}
