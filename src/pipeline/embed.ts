/**
 * Answers a request for embeddings: plans, prepares, makes attempts and writes the vectors in the client's format. The counterpart of
 * `generate.ts` for an operation without a stream and without choices.
 */
import { countTries } from '../attempts/attempt-list.ts';
import type { Attempt } from '../attempts/attempt.ts';
import { EmbeddingAttempts, type EmbeddingAnswer } from '../attempts/embedding-attempts.ts';
import { billOf } from '../calls/call-tally.ts';
import { createRequestContext, type RequestFacts } from '../calls/context.ts';
import { reportOf } from '../calls/prepare.ts';
import type { EmbeddingClientDialect } from '../dialects/client-dialect.ts';
import type { Lease } from '../ports.ts';
import { responseId } from '../dialects/response-id.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import type { Vector } from '../unified/response/embedding.ts';
import { GenerationRecorder } from './generation-recorder.ts';
import { planEmbeddings } from './plan-and-prepare.ts';
import { reserve } from './reserve.ts';
import { bodyOf } from './respond.ts';
import { responseHeaders, toServedBy } from './response-headers.ts';

/** What the response is written from. */
type EmbeddingContext = {
  request: UnifiedRequest;
  client: EmbeddingClientDialect;
  generationId: string;
  attempts: readonly Attempt[];
  lease: Lease;
};

/**
 * Answers a request.
 *
 * @throws RouterError for every failure: there is no partial answer.
 */
export async function embed(request: UnifiedRequest, client: EmbeddingClientDialect, facts: RequestFacts): Promise<Response> {
  const context = createRequestContext(facts);
  const planned = await planEmbeddings(request, context);
  const { plans, endpoints, preparer } = planned;
  const lease = await reserve(request, context, planned);
  const attempts: Attempt[] = [];
  const calls = plans[0]?.calls ?? [];
  const origin = { context, request, conversation: null };
  const run = { attempts: () => attempts, servedBy: () => [attempts.at(-1)?.prepared ?? endpoints[0]] };
  const recorder = new GenerationRecorder({ request, context, run, lease, format: client.format });
  try {
    const answer = await new EmbeddingAttempts({ calls, origin, attempts, preparer }, context.client.signal).run();
    recorder.finish({ usage: billOf(attempts.map(({ tally }) => tally)), finishReason: null });
    return writeEmbeddings(answer, { request, client, generationId: context.generationId, attempts, lease });
  } catch (thrown) {
    recorder.failed(thrown);
    const servedBy = attempts[0]?.prepared ?? endpoints[0];
    if (!(thrown instanceof RouterError)) throw thrown;
    throw thrown.with({ isRecorded: true, headers: responseHeaders([servedBy], countTries(attempts)) });
  }
}

/** The response with the vectors of all parts, in the order of the inputs. Calls that were answered count, also where others failed. */
function writeEmbeddings(
  { prepared, embedded }: EmbeddingAnswer,
  { request, client, generationId, attempts, lease }: EmbeddingContext,
): Response {
  const vectors: Vector[] = [];
  for (const [position, { part }] of prepared.parts.entries()) {
    for (const [place, index] of part.choices.entries()) vectors[index] = embedded[position]?.vectors[place] ?? [];
  }
  const result = { vectors, model: embedded[0]?.model ?? null, usage: billOf(attempts.map(({ tally }) => tally)) };
  const meta = {
    id: responseId(client, generationId),
    servedBy: () => [toServedBy(prepared)],
    finalMeta: () => ({ adjustments: reportOf([prepared]), metadata: null }),
  };
  const headers = { ...responseHeaders([prepared], countTries(attempts)), ...lease.headers, ...client.responseHeaders('body', meta) };
  const isLarge = vectors.some((vector) => ArrayBuffer.isView(vector));
  return new Response(bodyOf(client.encodeBody(result, meta, request), isLarge), { headers });
}
