/**
 * One request from its parsed form to its response: plan, prepare, run, and write or collect. The whole flow as one function with two
 * endings. What is HTTP about it (paths, keys, CORS) is `http/`.
 */
import type { AnswerHead, ClientDialect, Closing } from '../dialects/dialect.ts';
import type { Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { chosenCall, hedgeOf, planRoute, planRoutes, type PlannedCall, type RoutePlan } from '../routing/plan.ts';
import { endpointOf } from '../routing/resolve-model.ts';
import { stickyKey, type StickyKey } from '../state/sticky-endpoints.ts';
import { worldOf } from '../routing/planning-context.ts';
import { createCollector } from '../stream/collect.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { createAnswerBudget, type AnswerBudget } from '../unified/response/answer-budget.ts';
import { RouterError } from '../unified/error.ts';
import { leavable, NEVER, type Gone } from '../lib/cancel-signal.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Hops } from '../upstream/loop.ts';
import { answerHeaders, slugsOf, toServing } from './response-headers.ts';
import { countTries } from '../attempts/attempt.ts';
import { createCallBudget } from '../calls/call-budget.ts';
import { createTally } from '../calls/call-tally.ts';
import { drainable } from '../attempts/drain.ts';
import { createFiles, type Files } from '../calls/files.ts';
import { routerMetadata } from './metadata.ts';
import { headersFor, prepare, refuseTooMany, reportOf, type Prepared } from '../calls/prepare.ts';
import { choicesOf, startRun, type Run, type RunParts } from '../attempts/fan-out.ts';
import { streamAnswer } from './respond.ts';

/** What a request brings besides its body. */
export type Surroundings = {
  catalog: Catalog;
  ports: Ports;
  generationId: string;
  /** Fires when the client has left. */
  gone: Gone;
  /** The client's SDK takes `usage: null` on chunks without usage. */
  allowsNullUsage: boolean;
  /** The client asked for `openrouter_metadata`. */
  wantsMetadata: boolean;
  /** What the request has passed before this router. */
  hops: Hops;
  /** Sent on to a simulated upstream. */
  simulatorHeaders: Readonly<Record<string, string>>;
};

/** One request on its way: what was asked, who is asked, how to say the answer. */
type Job = {
  request: UnifiedRequest;
  client: ClientDialect;
  head: AnswerHead;
  run: Run;
  /** How much of the answer may be kept. */
  answerBudget: AnswerBudget;
  /** The client has left in the middle of a stream. */
  leave: () => void;
  /** The headers leave: from here on only the body can say who serves. */
  sealHeaders: () => Record<string, string>;
  surroundings: Surroundings;
};

/**
 * Answers a request.
 *
 * @throws RouterError for everything that goes wrong before the first byte is written.
 */
export async function complete(request: UnifiedRequest, client: ClientDialect, surroundings: Surroundings): Promise<Response> {
  const { catalog, ports, gone } = surroundings;
  const requestedMs = ports.clock.nowMs();
  const world = worldOf(ports);
  const plans = planRoutes(request, catalog, world);
  const chosen = plans.map(chosenCall);
  // With the plan, before anything is waited for: of two requests at a time one is the probe.
  for (const { candidate } of chosen) ports.health.claimProbe(endpointOf(candidate));
  const hedged = hedgeOf(plans);
  const atOnce = hedged === null ? chosen : [...chosen, hedged];
  const files = createFiles(ports, gone);
  await files(atOnce);
  const prepared = new Map<PlannedCall, Promise<Prepared>>();
  const prepareOnce = (planned: PlannedCall, asked: UnifiedRequest) => {
    const ready = prepared.get(planned) ?? prepareWith(planned, asked, files, surroundings);
    prepared.set(planned, ready);
    return ready;
  };
  const ready: Prepared[] = [];
  for (const planned of atOnce) {
    ready.push(await prepareOnce(planned, request));
    refuseTooMany(ready, request, ports.limits); // before the next one takes its memory
  }

  const planPrefill = (begun: UnifiedRequest) => planRoute(begun, catalog, world).calls.filter(goesOn);
  const parts = { plans, endpoints: ready.slice(0, chosen.length), prepare: prepareOnce, planPrefill };
  const job = start(parts, request, requestedMs, client, surroundings);
  try {
    return request.stream ? await streamed(job) : await collected(job);
  } catch (thrown) {
    // A failed answer says as much about itself as one that came.
    throw thrown instanceof RouterError ? thrown.with({ headers: job.sealHeaders() }) : thrown;
  }
}

async function prepareWith(planned: PlannedCall, request: UnifiedRequest, files: Files, surroundings: Surroundings): Promise<Prepared> {
  const dataUris = await files([planned]);
  return prepare(planned, { request, dataUris, extraHeaders: headersFor(planned, surroundings) });
}

/** Its model is known to go on from a text that was begun. */
const goesOn = ({ candidate: { offering } }: PlannedCall): boolean => offering?.capabilities?.includes('prefill') === true;

function start(parts: RunParts, request: UnifiedRequest, requestedMs: number, client: ClientDialect, surroundings: Surroundings): Job {
  const { ports, generationId, gone } = surroundings;
  const drains = request.preferences.on_disconnect === 'drain';
  // Before a stream is written the request's signal says that the client has left; after that, the stream's own cancel does.
  const { signal, leave } = leavable(drains ? NEVER : gone);
  let hasLeft = false;
  const isWanted = () => !hasLeft && !gone.aborted;
  const answerBudget = createAnswerBudget(ports.limits.answerBytes);
  const run = startRun(parts, {
    request,
    generationId,
    ports,
    gone: signal,
    isWanted,
    answerBudget,
    conversation: conversationOf(parts.plans, request),
    requestedMs,
    budget: createCallBudget(ports.limits.upstreamCalls),
    tally: createTally(),
  });
  let sealed: string | null = null;
  const sealHeaders = () => {
    sealed = slugsOf(run.serving());
    return answerHeaders(run.serving(), countTries(run.attempts()));
  };
  const head = createHead(request, run, parts.plans, surroundings, () => sealed);
  const job: Job = { request, client, head, run, answerBudget, leave, sealHeaders, surroundings };
  if (!drains) return job;
  const name = () => `${generationId} (${slugsOf(run.serving())})`;
  const { opening, drain } = drainable(run.opening, { name, leave, ports });
  const leaveLate = () => {
    hasLeft = true;
    drain();
  };
  gone.addEventListener('abort', leaveLate);
  return { ...job, run: { ...run, opening }, leave: leaveLate };
}

/** What the next turn will be known by. Of several models that are all asked none is remembered. */
function conversationOf([plan, ...more]: readonly RoutePlan[], request: UnifiedRequest): StickyKey | null {
  const isChoice = plan !== undefined && more.length === 0 && plan.calls.length + plan.others.length > 1;
  return isChoice ? stickyKey(request) : null;
}

const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };

async function streamed({ client, head, run, leave, sealHeaders, surroundings }: Job): Promise<Response> {
  const { clock, limits } = surroundings.ports;
  const body = await streamAnswer(run.opening, client.createEncoder(head), clock, limits.joinMs, leave);
  return new Response(body, { headers: { ...sealHeaders(), ...STREAM_HEADERS } });
}

async function collected({ client, head, run, answerBudget, sealHeaders }: Job): Promise<Response> {
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
  const body = JSON.stringify(client.encodeBody(collector.result(), head));
  return new Response(body, { headers: { ...sealHeaders(), 'content-type': 'application/json' } });
}

/** @param sealed who served when the headers left; null = they have not. */
function createHead(
  request: UnifiedRequest,
  run: Run,
  plans: readonly RoutePlan[],
  surroundings: Surroundings,
  sealed: () => string | null,
): AnswerHead {
  const { catalog, ports, generationId, wantsMetadata, allowsNullUsage } = surroundings;
  const [first, ...more] = run.serving();
  return {
    id: generationId,
    createdSeconds: Math.floor(ports.clock.nowMs() / 1000),
    servings: () => run.serving().map(toServing),
    choicesEach: first === undefined || more.length === 0 ? Infinity : choicesOf(first),
    continuedBy: () => {
      const endpoint = run.continuedBy();
      return endpoint === null ? null : toServing(endpoint);
    },
    includeUsage: request.includeUsage,
    ...(request.wantsFunctionCall === true ? { wantsFunctionCall: true } : {}),
    hasNullUsage: request.includeUsage === true && allowsNullUsage,
    fingerprint: () => `fp_${slugsOf(run.serving().slice(0, 1))}_${catalog.version}`,
    closing: (): Closing => ({
      adjustments: [...reportOf(run.serving()), ...lateFailover(sealed(), run)],
      metadata: wantsMetadata ? routerMetadata(plans, run) : null,
    }),
  };
}

/** The headers named somebody who then failed. */
function lateFailover(sealed: string | null, run: Run): Adjustment[] {
  const to = slugsOf(run.serving());
  if (sealed === null || sealed === to) return [];
  const cause = run.attempts().find(({ error }) => error !== null)?.error?.message ?? 'it did not answer';
  return [{ param: 'provider', action: 'emulated', from: sealed, to, reason: `${cause}; the headers had left by then` }];
}
