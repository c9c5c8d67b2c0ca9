/**
 * One request from its parsed form to its response: plan, prepare, run, and write or collect. The whole flow as one function with two
 * endings. What is HTTP about it (paths, keys, CORS) is `http/`.
 */
import type { FinalMeta, ResponseMeta, TextClientDialect } from '../dialects/dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import { planRoute, type PlannedCall, type RoutePlan } from '../routing/plan.ts';
import { stickyKey, type StickyKey } from '../state/sticky-endpoints.ts';
import { createPlanningContext } from '../routing/planning-context.ts';
import { createCollector } from '../stream/collect.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { createAnswerBudget, type AnswerBudget } from '../unified/response/answer-budget.ts';
import { RouterError } from '../unified/error.ts';
import { createCancellation, NEVER_CANCELLED } from '../lib/cancel-signal.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { planText } from './plan-and-prepare.ts';
import { responseHeaders, slugsOf, toServedBy } from './response-headers.ts';
import { countTries } from '../attempts/attempt.ts';
import { createCallBudget } from '../calls/call-budget.ts';
import { createTally } from '../calls/call-tally.ts';
import { drainable } from '../attempts/drain.ts';
import { routerMetadata } from './metadata.ts';
import type { RequestFacts } from '../calls/context.ts';
import { reportOf } from '../calls/prepare.ts';
import { choicesOf, startRun, type Run, type RunParts } from '../attempts/fan-out.ts';
import { streamAnswer } from './respond.ts';

/** One request on its way: what was asked, who is asked, how to say the answer. */
type Job = {
  request: UnifiedRequest;
  client: TextClientDialect;
  meta: ResponseMeta;
  run: Run;
  /** How much of the answer may be kept. */
  answerBudget: AnswerBudget;
  /** The client has left in the middle of a stream. */
  cancel: () => void;
  /** The headers leave: from here on only the body can say who serves. */
  captureHeaders: () => Record<string, string>;
  requestContext: RequestFacts;
};

/**
 * Answers a request.
 *
 * @throws RouterError for everything that goes wrong before the first byte is written.
 */
export async function complete(request: UnifiedRequest, client: TextClientDialect, requestContext: RequestFacts): Promise<Response> {
  const { catalog, ports, signal } = requestContext;
  const requestedMs = ports.clock.nowMs();
  const { plans, endpoints, preparer } = await planText(request, requestContext, signal);
  const planPrefill = (begun: UnifiedRequest) => planRoute(begun, catalog, createPlanningContext(ports)).calls.filter(goesOn);
  const prepare = (planned: PlannedCall, asked: UnifiedRequest) => preparer.prepare(planned, asked);
  const parts = { plans, endpoints, prepare, planPrefill };
  const job = start(parts, request, requestedMs, client, requestContext);
  try {
    return request.stream ? await streamed(job) : await collected(job);
  } catch (thrown) {
    // A failed answer says as much about itself as one that came.
    throw thrown instanceof RouterError ? thrown.with({ headers: job.captureHeaders() }) : thrown;
  }
}

/** Its model is known to go on from a text that was begun. */
const goesOn = ({ candidate: { offering } }: PlannedCall): boolean => offering?.capabilities?.includes('prefill') === true;

function start(
  parts: RunParts,
  request: UnifiedRequest,
  requestedMs: number,
  client: TextClientDialect,
  requestContext: RequestFacts,
): Job {
  const { ports, generationId } = requestContext;
  const drains = request.preferences.on_disconnect === 'drain';
  // Before a stream is written the request's signal says that the client has left; after that, the stream's own cancel does.
  const { signal, cancel } = createCancellation(drains ? NEVER_CANCELLED : requestContext.signal);
  let hasLeft = false;
  const isClientConnected = () => !hasLeft && !requestContext.signal.aborted;
  const answerBudget = createAnswerBudget(ports.limits.answerBytes);
  const run = startRun(parts, {
    request,
    generationId,
    ports,
    signal,
    isClientConnected,
    answerBudget,
    conversation: conversationOf(parts.plans, request),
    requestedMs,
    budget: createCallBudget(ports.limits.upstreamCalls),
    tally: createTally(),
  });
  let headerProviders: string | null = null;
  const captureHeaders = () => {
    headerProviders = slugsOf(run.servedBy());
    return responseHeaders(run.servedBy(), countTries(run.attempts()));
  };
  const id = responseId(client, generationId);
  const meta = { id, ...createMeta(request, run, parts.plans, requestContext, () => headerProviders) };
  const job: Job = { request, client, meta, run, answerBudget, cancel, captureHeaders, requestContext };
  if (!drains) return job;
  const name = () => `${generationId} (${slugsOf(run.servedBy())})`;
  const { opening, drain } = drainable(run.opening, { name, cancel, ports });
  const onDisconnect = () => {
    hasLeft = true;
    drain();
  };
  requestContext.signal.addEventListener('abort', onDisconnect);
  return { ...job, run: { ...run, opening }, cancel: onDisconnect };
}

/** What the next turn will be known by. Of several models that are all asked none is remembered. */
function conversationOf([plan, ...more]: readonly RoutePlan[], request: UnifiedRequest): StickyKey | null {
  const isChoice = plan !== undefined && more.length === 0 && plan.calls.length + plan.others.length > 1;
  return isChoice ? stickyKey(request) : null;
}

async function streamed({ request, client, meta, run, cancel, captureHeaders, requestContext }: Job): Promise<Response> {
  const { clock, limits } = requestContext.ports;
  const encoder = client.createEncoder(meta, request);
  const body = await streamAnswer(run.opening, { encoder, keepAlive: client.keepAlive, clock, joinMs: limits.joinMs, cancel });
  return new Response(body, { headers: { ...captureHeaders(), ...client.responseHeaders('stream', meta) } });
}

async function collected({ request, client, meta, run, answerBudget, captureHeaders }: Job): Promise<Response> {
  const source = await run.opening;
  const collector = createCollector(answerBudget);
  try {
    for (let events = await source.read(); events !== null; events = await source.read()) collector.push(events);
  } catch (thrown) {
    source.cancel();
    throw thrown;
  }
  const error = collector.error();
  // Half an answer must not pass for a whole one: without a stream there is no place to say "so far".
  if (error !== null) throw error;
  const body = JSON.stringify(client.encodeBody(collector.result(), meta, request));
  return new Response(body, { headers: { ...captureHeaders(), ...client.responseHeaders('body', meta) } });
}

/** @param headerProviders who served when the headers left; null = they have not. */
function createMeta(
  request: UnifiedRequest,
  run: Run,
  plans: readonly RoutePlan[],
  requestContext: RequestFacts,
  headerProviders: () => string | null,
): Omit<ResponseMeta, 'id'> {
  const { catalog, ports, wantsMetadata, allowsNullUsage } = requestContext;
  const [first, ...more] = run.servedBy();
  return {
    createdSeconds: Math.floor(ports.clock.nowMs() / 1000),
    servedBy: () => run.servedBy().map(toServedBy),
    choicesEach: first === undefined || more.length === 0 ? Infinity : choicesOf(first),
    continuedBy: () => {
      const endpoint = run.continuedBy();
      return endpoint === null ? null : toServedBy(endpoint);
    },
    includeUsage: request.includeUsage,
    ...(request.wantsFunctionCall === true ? { wantsFunctionCall: true } : {}),
    hasNullUsage: request.includeUsage === true && allowsNullUsage,
    fingerprint: () => `fp_${slugsOf(run.servedBy().slice(0, 1))}_${catalog.version}`,
    finalMeta: (): FinalMeta => ({
      adjustments: [...reportOf(run.servedBy()), ...lateFailover(headerProviders(), run)],
      metadata: wantsMetadata ? routerMetadata(plans, run) : null,
    }),
  };
}

/** The headers named somebody who then failed. */
function lateFailover(headerProviders: string | null, run: Run): Adjustment[] {
  const to = slugsOf(run.servedBy());
  if (headerProviders === null || headerProviders === to) return [];
  const cause = run.attempts().find(({ error }) => error !== null)?.error?.message ?? 'it did not answer';
  return [{ param: 'provider', action: 'emulated', from: headerProviders, to, reason: `${cause}; the headers had left by then` }];
}
