/**
 * One request from its parsed form to its response: plan, prepare, run, and write or collect. The whole flow of the house, as one
 * function and two endings. What is HTTP about it (paths, keys, CORS) is `http/`.
 */
import type { AnswerHead, ClientDialect, Closing } from '../dialects/dialect.ts';
import type { Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { chosenCall, planRoute, type RoutePlan } from '../routing/plan.ts';
import { createCollector } from '../stream/collect.ts';
import { toRouterError } from '../unified/error.ts';
import { adjustmentsField } from '../unified/adjustments-field.ts';
import type { UnifiedRequest } from '../unified/request.ts';
import type { EventSource } from '../upstream/answer.ts';
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

/**
 * Answers a request.
 *
 * @throws RouterError for everything that goes wrong before the first byte is written.
 */
export async function complete(request: UnifiedRequest, client: ClientDialect, surroundings: Surroundings): Promise<Response> {
  const { catalog, ports, generationId, gone } = surroundings;
  const plan = planRoute(request, catalog, ports.access);
  const chosen = chosenCall(plan);
  const prepared = prepare(chosen, request, chosen.access.simulated ? surroundings.simulatorHeaders : {});
  const head = createHead(request, prepared, plan, surroundings);
  const left = new AbortController();
  const leave = () => left.abort();
  if (gone.aborted) leave();
  gone.addEventListener('abort', leave, { once: true });
  const opening = runPlan(prepared, request, generationId, ports, left.signal);
  if (request.stream) {
    const body = await streamAnswer(opening, client.createEncoder(head), ports.clock, leave);
    return new Response(body, {
      headers: {
        ...answerHeaders(prepared),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache',
        'x-accel-buffering': 'no',
      },
    });
  }
  const answer = await collectAnswer(await opening, client, head);
  return Response.json(answer, { headers: answerHeaders(prepared) });
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

async function collectAnswer(source: EventSource, client: ClientDialect, head: AnswerHead): Promise<unknown> {
  const collector = createCollector();
  for (let events = await source.read(); events !== null; events = await source.read()) collector.push(events);
  const error = collector.error();
  // Half an answer must not pass for a whole one: without a stream there is no place to say "so far".
  if (error !== null) throw toRouterError(error);
  return client.encodeBody(collector.result(), head);
}
