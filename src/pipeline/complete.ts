/**
 * One request from its parsed form to its response: plan, prepare, run, and write or collect. The whole flow of the house, as one
 * function and two endings. What is HTTP about it (paths, keys, CORS) is `http/`.
 */
import type { AnswerHead, ClientDialect, Closing, Serving } from '../dialects/dialect.ts';
import type { Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { chosenCall, hedgeOf, planRoutes, type PlannedCall, type RoutePlan } from '../routing/plan.ts';
import { worldOf } from '../routing/world.ts';
import { createCollector } from '../stream/collect.ts';
import { RouterError } from '../unified/error.ts';
import { adjustmentsField } from '../unified/adjustments-field.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import { fetchFiles } from './files.ts';
import { routerMetadata } from './metadata.ts';
import { leavable } from './open-call.ts';
import { prepare, refuseTooMany, reportOf, type Prepared } from './prepare.ts';
import { choicesOf, startRun, type Run } from './run-plan.ts';
import { streamAnswer } from './stream-answer.ts';

/** What a request brings besides its body. */
export type Surroundings = {
  catalog: Catalog;
  ports: Ports;
  generationId: string;
  /** Fires when the client has left. */
  gone: AbortSignal;
  /** The client asked for `openrouter_metadata`. */
  wantsMetadata: boolean;
  /** Sent on to a simulated upstream. */
  simulatorHeaders: Readonly<Record<string, string>>;
};

/** One request on its way: what was asked, who is asked, how to say the answer. */
type Job = { request: UnifiedRequest; client: ClientDialect; head: AnswerHead; run: Run; leave: () => void; surroundings: Surroundings };

/**
 * Answers a request.
 *
 * @throws RouterError for everything that goes wrong before the first byte is written.
 */
export async function complete(request: UnifiedRequest, client: ClientDialect, surroundings: Surroundings): Promise<Response> {
  const { catalog, ports, simulatorHeaders, generationId, gone } = surroundings;
  const plans = planRoutes(request, catalog, worldOf(ports));
  const chosen = plans.map(chosenCall);
  const hedged = hedgeOf(plans);
  const dataUris = await fetchFiles(hedged === null ? chosen : [...chosen, hedged], ports, gone);
  const toPrepared = (planned: PlannedCall) =>
    prepare(planned, { request, dataUris, extraHeaders: planned.access.simulated ? simulatorHeaders : {} });
  const endpoints = chosen.map(toPrepared);
  const hedge = hedged === null ? null : toPrepared(hedged);
  refuseTooMany(hedge === null ? endpoints : [...endpoints, hedge], request, ports.limits);

  // Before a stream is written the request's signal says that the client has left; after that, the stream's own cancel does.
  const { signal, leave } = leavable(gone);
  const run = startRun(endpoints, hedge, { request, generationId, ports, gone: signal });
  const head = createHead(request, run, plans, surroundings);
  const job: Job = { request, client, head, run, leave, surroundings };
  try {
    return request.stream ? await streamed(job) : await collected(job);
  } catch (thrown) {
    // A failed answer says as much about itself as one that came.
    throw thrown instanceof RouterError ? thrown.with({ headers: answerHeaders(run) }) : thrown;
  }
}

const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };

async function streamed({ client, head, run, leave, surroundings }: Job): Promise<Response> {
  const body = await streamAnswer(run.opening, client.createEncoder(head), surroundings.ports.clock, leave);
  return new Response(body, { headers: { ...answerHeaders(run), ...STREAM_HEADERS } });
}

async function collected({ client, head, run }: Job): Promise<Response> {
  const source = await run.opening;
  const collector = createCollector();
  for (let events = await source.read(); events !== null; events = await source.read()) collector.push(events);
  const error = collector.error();
  // Half an answer must not pass for a whole one: without a stream there is no place to say "so far".
  if (error !== null) throw error;
  return Response.json(client.encodeBody(collector.result(), head), { headers: answerHeaders(run) });
}

function createHead(request: UnifiedRequest, run: Run, plans: readonly RoutePlan[], surroundings: Surroundings): AnswerHead {
  const { ports, generationId, wantsMetadata } = surroundings;
  const [first, ...more] = run.serving();
  return {
    id: generationId,
    createdSeconds: Math.floor(ports.clock.nowMs() / 1000),
    servings: () => run.serving().map(toServing),
    choicesEach: first === undefined || more.length === 0 ? Infinity : choicesOf(first),
    includeUsage: request.includeUsage,
    closing: (): Closing => ({ adjustments: reportOf(run.serving()), metadata: wantsMetadata ? routerMetadata(plans, run) : null }),
  };
}

function toServing({ planned: { candidate, access } }: Prepared): Serving {
  const provider = access.simulated ? `${candidate.provider.name} (simulated)` : candidate.provider.name;
  return { slug: candidate.offering?.slug ?? null, upstreamModel: candidate.modelId, provider };
}

/** What every answer says in its headers, as far as it is known when they leave. */
function answerHeaders(run: Run): Record<string, string> {
  const serving = run.serving();
  const adjustments = reportOf(serving);
  return {
    'x-tributary-provider': serving.map(({ planned }) => planned.candidate.provider.slug).join(', '),
    'x-tributary-attempts': String(run.tried().length),
    ...(adjustments.length === 0 ? {} : { 'x-tributary-adjustments': adjustmentsField(adjustments) }),
    ...(serving.some(({ planned }) => planned.access.simulated) ? { 'x-tributary-simulated': 'true' } : {}),
  };
}
