/**
 * One request from its parsed form to its response: plan, prepare, run, and write or collect. The whole flow of the house, as one
 * function and two endings. What is HTTP about it (paths, keys, CORS) is `http/`.
 */
import type { AnswerHead, ClientDialect, Closing } from '../dialects/dialect.ts';
import type { Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { chosenCall, planRoute, type RoutePlan } from '../routing/plan.ts';
import { createCollector } from '../stream/collect.ts';
import { RouterError } from '../unified/error.ts';
import { adjustmentsField } from '../unified/adjustments-field.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import { routerMetadata } from './metadata.ts';
import { prepare, type Prepared } from './prepare.ts';
import { runPlan } from './run-plan.ts';
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

/** One request on its way: what was asked, what will be sent, how to say the answer. */
type Job = {
  request: UnifiedRequest;
  client: ClientDialect;
  prepared: Prepared;
  head: AnswerHead;
  headers: Readonly<Record<string, string>>;
  surroundings: Surroundings;
};

/**
 * Answers a request.
 *
 * @throws RouterError for everything that goes wrong before the first byte is written.
 */
export async function complete(request: UnifiedRequest, client: ClientDialect, surroundings: Surroundings): Promise<Response> {
  const plan = planRoute(request, surroundings.catalog, surroundings.ports.access);
  const chosen = chosenCall(plan);
  const prepared = prepare(chosen, request, surroundings.ports.limits, chosen.access.simulated ? surroundings.simulatorHeaders : {});
  const head = createHead(request, prepared, plan, surroundings);
  const headers = answerHeaders(prepared);
  const job: Job = { request, client, prepared, head, headers, surroundings };
  try {
    return request.stream ? await streamed(job) : await collected(job);
  } catch (thrown) {
    // A failed answer says as much about itself as one that came.
    throw thrown instanceof RouterError ? thrown.with({ headers }) : thrown;
  }
}

const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };

async function streamed({ request, client, prepared, head, headers, surroundings }: Job): Promise<Response> {
  const { ports, generationId, gone } = surroundings;
  // Before the stream is written the request's signal says that the client has left; after that, the stream's own cancel does.
  const left = new AbortController();
  const leave = () => left.abort();
  if (gone.aborted) leave();
  gone.addEventListener('abort', leave, { once: true });
  const opening = runPlan(prepared, { request, generationId, ports, gone: left.signal });
  const body = await streamAnswer(opening, client.createEncoder(head), ports.clock, leave);
  return new Response(body, { headers: { ...headers, ...STREAM_HEADERS } });
}

async function collected({ request, client, prepared, head, headers, surroundings }: Job): Promise<Response> {
  const { ports, generationId, gone } = surroundings;
  const source = await runPlan(prepared, { request, generationId, ports, gone });
  const collector = createCollector();
  for (let events = await source.read(); events !== null; events = await source.read()) collector.push(events);
  const error = collector.error();
  // Half an answer must not pass for a whole one: without a stream there is no place to say "so far".
  if (error !== null) throw error;
  return Response.json(client.encodeBody(collector.result(), head), { headers });
}

function createHead(
  request: UnifiedRequest,
  prepared: Prepared,
  plan: RoutePlan,
  { ports, generationId, wantsMetadata }: Surroundings,
): AnswerHead {
  const { candidate, access } = prepared.planned;
  const closing: Closing = { adjustments: prepared.adjustments, metadata: wantsMetadata ? routerMetadata(plan, prepared) : null };
  return {
    id: generationId,
    createdSeconds: Math.floor(ports.clock.nowMs() / 1000),
    slug: candidate.offering?.slug ?? null,
    upstreamModel: candidate.modelId,
    provider: access.simulated ? `${candidate.provider.name} (simulated)` : candidate.provider.name,
    includeUsage: request.includeUsage,
    closing: () => closing,
  };
}

/** What every answer says in its headers. */
function answerHeaders({ planned, adjustments }: Prepared): Record<string, string> {
  const { candidate, access } = planned;
  return {
    'x-tributary-provider': candidate.provider.slug,
    'x-tributary-attempts': '1',
    ...(adjustments.length === 0 ? {} : { 'x-tributary-adjustments': adjustmentsField(adjustments) }),
    ...(access.simulated ? { 'x-tributary-simulated': 'true' } : {}),
  };
}
