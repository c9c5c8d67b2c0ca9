/**
 * Answers a request for embeddings: plans, prepares, makes attempts and writes the vectors in the client's format. The counterpart of
 * `generate.ts` for an operation without a stream and without choices.
 */
import { countTries } from '../attempts/attempt-list.ts';
import type { Attempt } from '../attempts/attempt.ts';
import { EmbeddingAttempts, type EmbeddingAnswer } from '../attempts/embedding-attempts.ts';
import { billOf } from '../calls/call-tally.ts';
import { createRequestContext, type RequestContext, type RequestFacts } from '../calls/context.ts';
import { reportOf, type PreparedEndpoint } from '../calls/prepare.ts';
import type { EmbeddingClientDialect } from '../dialects/client-dialect.ts';
import type { EmbeddingDialect } from '../dialects/dialect.ts';
import { responseId } from '../dialects/response-id.ts';
import { LazyList } from '../lib/lazy-list.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { encodeVector, type EmbeddingResult, type Vector } from '../unified/response/embedding.ts';
import type { Usage } from '../unified/response/usage.ts';
import { CacheSlot } from './cache-slot.ts';
import { savedUsage } from './cached-answer.ts';
import { GenerationRecorder } from './generation-recorder.ts';
import { guardRequest } from './guard.ts';
import { planEmbeddingRepeat, planEmbeddings } from './plan-and-prepare.ts';
import { limitHeaders, reserve, spendNothing } from './reserve.ts';
import { bodyOf } from './respond.ts';
import { responseHeaders, toServedBy } from './response-headers.ts';

/** What the response is written from. */
type Written = {
  result: EmbeddingResult;
  prepared: PreparedEndpoint<EmbeddingDialect>;
  headers: Readonly<Record<string, string>>;
};

/** What answers are stored as. Packed vectors are written out. */
type StoredEmbeddings = { vectors: readonly (readonly number[] | string)[]; model: string | null; usage: Usage | null };

type Slot = CacheSlot<StoredEmbeddings>;

/**
 * Answers a request.
 *
 * @throws RouterError for every failure: there is no partial answer.
 */
export async function embed(request: UnifiedRequest, client: EmbeddingClientDialect, facts: RequestFacts): Promise<Response> {
  const context = createRequestContext(facts);
  const { guard } = context.ports;
  if (guard !== null) await guardRequest(guard, { request, context, format: client.format });
  const job: Job = { request, client, context };
  return context.cache == null || context.ports.responseCache === null ? makeEmbeddings(job, null) : repeatEmbeddings(job);
}

type Job = { request: UnifiedRequest; client: EmbeddingClientDialect; context: RequestContext };

/** Answers from the response cache, where it has the answer. */
async function repeatEmbeddings(job: Job): Promise<Response> {
  const { request, client, context } = job;
  const planned = planEmbeddingRepeat(request, context);
  const slot: Slot | null = await CacheSlot.of<StoredEmbeddings>(request, client, { context, plans: planned.plans });
  if (slot === null) return makeEmbeddings(job, null);
  const stored = await slot.find();
  const flight = stored === null ? slot.findFlight() : null;
  const answer = flight === null ? stored : await slot.waitFor(flight);
  const endpoint = answer?.endpoints[0]?.endpoint;
  const prepared = endpoint === undefined ? null : await planned.find(endpoint);
  if (answer === null || prepared === null) return makeEmbeddings(job, slot);
  const status = flight === null ? 'hit' : 'joined';
  const run = { attempts: () => [], servedBy: () => [prepared] };
  const recorder = new GenerationRecorder({
    request,
    context,
    run,
    lease: spendNothing(context),
    cache: { status: () => status },
    format: client.format,
  });
  const result = { ...answer.content, usage: savedUsage(answer.content.usage) };
  recorder.finish({ usage: result.usage, finishReason: null });
  const headers = { ...responseHeaders([prepared], 0), ...slot.headers(status, answer) };
  return writeEmbeddings({ result, prepared, headers }, job);
}

/** Makes a new answer. @param slot where it is stored; null = it is not. */
async function makeEmbeddings(job: Job, slot: Slot | null): Promise<Response> {
  const leader = slot?.begin();
  try {
    const { result, prepared, headers } = await makeResult(job, slot);
    if (leader !== undefined) slot?.keep(toStored(result), [prepared], leader);
    return writeEmbeddings({ result, prepared, headers: { ...headers, ...slot?.headers('miss', null) } }, job);
  } finally {
    leader?.finish(null);
  }
}

async function makeResult({ request, client, context }: Job, slot: Slot | null): Promise<Written> {
  const planned = await planEmbeddings(request, context);
  const { plans, endpoints, preparer } = planned;
  const reserved = reserve(request, { context, client }, planned);
  const lease = reserved instanceof Promise ? await reserved : reserved;
  const attempts: Attempt[] = [];
  const calls = plans[0]?.calls ?? LazyList.of([]);
  const origin = { context, request, plan: null };
  const run = { attempts: () => attempts, servedBy: () => [attempts.at(-1)?.prepared ?? endpoints[0]] };
  const cache = slot === null ? null : { status: () => 'miss' as const };
  const recorder = new GenerationRecorder({ request, context, run, lease, cache, format: client.format });
  try {
    const answer = await new EmbeddingAttempts({ calls, origin, attempts, preparer }, context.client.signal).run();
    const usage = billOf(attempts.map(({ tally }) => tally));
    recorder.finish({ usage, finishReason: null });
    const { prepared } = answer;
    const headers = {
      ...responseHeaders([prepared], countTries(attempts)),
      ...limitHeaders(lease.rateLimits, client, context.ports.clock.nowMs()),
      ...lease.headers,
    };
    return { result: toResult(answer, usage), prepared, headers };
  } catch (thrown) {
    recorder.failed(thrown);
    const servedBy = attempts[0]?.prepared ?? endpoints[0];
    if (!(thrown instanceof RouterError)) throw thrown;
    throw thrown.with({ isRecorded: true, headers: responseHeaders([servedBy], countTries(attempts)) });
  }
}

/** The vectors of all parts, in the order of the inputs. @param usage of all calls: those that were answered count, also where others failed. */
function toResult({ prepared, embedded }: EmbeddingAnswer, usage: Usage | null): EmbeddingResult {
  const vectors: Vector[] = [];
  for (const [position, { part }] of prepared.parts.entries()) {
    for (const [place, index] of part.choices.entries()) vectors[index] = embedded[position]?.vectors[place] ?? [];
  }
  return { vectors, model: embedded[0]?.model ?? null, usage };
}

const toStored = ({ vectors, model, usage }: EmbeddingResult): StoredEmbeddings => ({
  vectors: vectors.map((vector) =>
    ArrayBuffer.isView(vector) ? encodeVector(vector, vector instanceof Uint8Array ? 'base64' : 'float') : vector,
  ),
  model,
  usage,
});

function writeEmbeddings({ result, prepared, headers }: Written, { request, client, context }: Job): Response {
  const meta = {
    id: responseId(client, context.generationId),
    servedBy: () => [toServedBy(prepared)],
    finalMeta: () => ({ adjustments: reportOf([prepared]), metadata: null }),
  };
  const isLarge = result.vectors.some((vector) => ArrayBuffer.isView(vector));
  const body = bodyOf(client.encodeBody(result, meta, request), isLarge);
  return new Response(body, { headers: { ...headers, ...client.responseHeaders('body', meta) } });
}
