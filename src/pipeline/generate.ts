/**
 * Answers a request for text: plans, prepares, runs, and writes a stream or collects a body. Paths, keys and CORS are handled in `http/`.
 */
import { countTries } from '../attempts/attempt-list.ts';
import { choicesOf } from '../attempts/endpoint-answer.ts';
import { createRequestContext, type RequestContext, type RequestFacts } from '../calls/context.ts';
import { reportOf } from '../calls/prepare.ts';
import type { FinalMeta, HeldEnd, ResponseMeta, TextClientDialect } from '../dialects/client-dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import { createCollector } from '../stream/collect.ts';
import type { Adjustment } from '../unified/adjustment.ts';
import { RouterError } from '../unified/error.ts';
import type { Guard } from '../unified/guard.ts';
import { withPromptEstimate } from '../unified/prompt-overflow.ts';
import type { RateLimit } from '../unified/rate-limits.ts';
import { estimatePromptTokens } from '../unified/estimate/prompt-tokens.ts';
import { echoesBodies } from '../fitting/parameters/debug.ts';
import { withClientPaths } from '../unified/request/client-path.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { GenerationRecorder } from './generation-recorder.ts';
import { guardAnswer, guardRequest } from './guard.ts';
import { keepAnswer, keepBody } from './keep-answer.ts';
import { SummarySource } from './summarize.ts';
import { routerMetadata } from './metadata.ts';
import { openAnswer, type OpenedAnswer } from './open-answer.ts';
import { limitHeaders } from './reserve.ts';
import { openCached } from './open-cached.ts';
import { streamAnswer } from './respond.ts';
import { responseHeaders, slugsOf, toServedBy } from './response-headers.ts';

/** A request that is being answered, and what its response is written with. */
type Job = Omit<OpenedAnswer, 'answer'> & {
  request: UnifiedRequest;
  client: TextClientDialect;
  context: RequestContext;
  recorder: GenerationRecorder;
  /** The providers that the headers named; null = the headers have not been sent. */
  headerProviders: string | null;
};

/**
 * Answers a request.
 *
 * @throws RouterError for every failure before the first byte is written.
 */
export async function complete(request: UnifiedRequest, client: TextClientDialect, facts: RequestFacts): Promise<Response> {
  const context = createRequestContext(facts);
  const { guard } = context.ports;
  if (guard !== null) await guardRequest(guard, { request, context, format: client.format });
  const openFresh = () => openAnswer(request, context, client);
  const opened = context.cache == null ? await openFresh() : await openCached({ request, client, context, openFresh });
  const { answer, plans, run, lease, cache, whenDrained } = opened;
  const recorder = new GenerationRecorder({ request, context, run, lease, cache, format: client.format });
  const job: Job = { request, client, context, plans, run, lease, cache, whenDrained, recorder, headerProviders: null };
  whenDrained?.(() => recorder.cancelled());
  const events = summarized(job, guard === null ? answer.open() : guarded(job, guard, answer));
  try {
    return request.stream ? await streamed(job, events) : await collected(job, events);
  } catch (thrown) {
    job.recorder.failed(thrown);
    // A failed answer reports as much about itself as one that came.
    if (!(thrown instanceof RouterError)) throw thrown;
    throw withPromptEstimate(thrown, createMeta(job).estimatedPromptTokens).with({
      isRecorded: true,
      headers: { ...captureHeaders(job), ...limitHeaders(thrown.details.rateLimits ?? [], client, context.ports.clock.nowMs()) },
    });
  }
}

/** The answer as the operator's guard lets it pass. */
async function guarded({ request, context, client }: Job, guard: Guard, answer: OpenedAnswer['answer']): Promise<EventSource> {
  return guardAnswer(guard, await answer.open(), { request, context, format: client.format });
}

/** The answer; sealed where the client asked for a summary. */
function summarized({ request, client, context }: Job, opening: Promise<EventSource>): Promise<EventSource> {
  const createEvent = client.summaryEvent?.(request) ?? null;
  if (createEvent === null) return opening;
  const { answerBudget: budget, ports } = context;
  const seal = (text: string) => ports.sealer.seal(text);
  return opening.then((source) => new SummarySource(source, { seal, createEvent, budget }));
}

async function streamed(job: Job, opening: Promise<EventSource>): Promise<Response> {
  const { request, client, context, recorder } = job;
  const { clock, limits } = context.ports;
  const meta = createMeta(job);
  const encoder = client.createEncoder(meta, request);
  const cancel = () => {
    context.client.cancel();
    if (job.whenDrained === undefined) recorder.cancelled();
  };
  const keep = async (end: HeldEnd) => end.write(await keepAnswer(end.response, job));
  const written = { encoder, observer: recorder, keepAlive: client.keepAlive, clock, joinMs: limits.joinMs, cancel, keep };
  const body = await streamAnswer(opening, written);
  return new Response(body, { headers: headersOf(job, client.responseHeaders('stream', meta)) });
}

async function collected(job: Job, opening: Promise<EventSource>): Promise<Response> {
  const { request, client, context } = job;
  const meta = createMeta(job);
  const source = await opening;
  const collector = createCollector(context.answerBudget);
  try {
    for (let events = await source.read(); events !== null; events = await source.read()) collector.push(events);
  } catch (thrown) {
    source.cancel();
    throw thrown;
  }
  const error = collector.error();
  // A partial answer must not look like a complete one: a body has no field that marks it as partial.
  if (error !== null) throw error;
  const result = collector.result();
  job.recorder.collected(result);
  const whole = client.encodeBody(result, meta, request);
  const body = context.literal.write(request.storedTurn?.isKept === true ? await keepBody(whole, job) : whole);
  return new Response(body, { headers: headersOf(job, client.responseHeaders('body', meta)) });
}

/** The headers of the answer, in one object. @param own those of the client's format. */
function headersOf(job: Job, own: Readonly<Record<string, string>>): Record<string, string> {
  const headers = { ...captureHeaders(job), ...own };
  return job.context.commonHeaders?.addTo(headers) ?? headers;
}

/** The headers are sent: from here on only the body can name the provider. */
function captureHeaders(job: Job): Record<string, string> {
  const servedBy = job.run.servedBy();
  job.headerProviders = slugsOf(servedBy);
  const rates = limitHeaders(withOwn(job.lease.rateLimits, limitsOfAnswer(job)), job.client, job.context.ports.clock.nowMs());
  return { ...responseHeaders(servedBy, countTries(job.run.attempts())), ...rates, ...job.lease.headers, ...job.cache?.headers() };
}

/** Of several endpoints no limit holds for the answer. */
function limitsOfAnswer({ run }: Job): readonly RateLimit[] {
  const [only, ...more] = run.servedBy();
  return (more.length > 0 ? undefined : run.attempts().find(({ prepared }) => prepared === only)?.tally.rateLimits) ?? [];
}

/** The limits of the caller's key come before those of the provider's account. */
function withOwn(own: readonly RateLimit[], limits: readonly RateLimit[]): readonly RateLimit[] {
  if (own.length === 0) return limits;
  return [...own, ...limits.filter(({ kind }) => own.every((limit) => limit.kind !== kind))];
}

function createMeta(job: Job): ResponseMeta {
  const { request, client, context, plans, run } = job;
  const { catalog, ports, generationId, wantsMetadata, base } = context;
  const [first, ...more] = run.servedBy();
  const nowSeconds = () => Math.floor(ports.clock.nowMs() / 1000);
  return {
    id: responseId(client, generationId),
    createdSeconds: nowSeconds(),
    nowSeconds,
    servedBy: () => run.servedBy().map(toServedBy),
    choicesEach: first === undefined || more.length === 0 ? Infinity : choicesOf(first),
    continuedBy: () => {
      const endpoint = run.continuedBy();
      return endpoint === null ? null : toServedBy(endpoint);
    },
    base,
    estimatedPromptTokens: () => estimatePromptTokens(request, run.servedBy()[0]?.planned.candidate.modelId ?? ''),
    fingerprint: () => `fp_${slugsOf(run.servedBy().slice(0, 1))}_${catalog.version}`,
    budget: context.answerBudget,
    ...(echoesBodies(request) ? { sentBodies: () => run.attempts().flatMap((attempt) => attempt.sentBodies()) } : {}),
    finalMeta: (): FinalMeta => ({
      adjustments: [...reportOf(run.servedBy()), ...withClientPaths(request.names, lateFailover(job))],
      // OpenRouter leaves it out of an answer that was not routed.
      metadata: wantsMetadata && !isRepeated(job) ? routerMetadata(plans, run) : null,
    }),
  };
}

const isRepeated = ({ cache }: Job): boolean => cache !== null && cache.status() !== 'miss';

/** The headers named a provider that then failed. */
function lateFailover(job: Job): Adjustment[] {
  const { headerProviders, run } = job;
  const to = slugsOf(run.servedBy());
  if (headerProviders === null || headerProviders === to || isRepeated(job)) return [];
  const cause = run.attempts().find(({ error }) => error !== null)?.error?.message ?? 'it did not answer';
  return [{ param: 'provider', action: 'emulated', from: headerProviders, to, reason: `${cause}; the headers had been sent by then` }];
}
