/** Embeddings as the response to the client, in OpenAI's format with the router's report. Vectors are written one by one. */
import type { EmbeddingDialect } from '../dialects/dialect.ts';
import { encodeVector, type EmbeddingResult, type Vector } from '../unified/response/embedding.ts';
import type { JsonObject } from '../lib/json.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { responseHeaders, servedByName } from './response-headers.ts';
import { countTries, type Attempt } from '../attempts/attempt.ts';
import { billOf } from '../calls/call-tally.ts';
import { reportOf, type Prepared } from '../calls/prepare.ts';

/** What an endpoint has answered, part by part. */
export type EmbeddingAnswer = { prepared: Prepared<EmbeddingDialect>; embedded: readonly EmbeddingResult[] };

/** The response with the vectors of all parts, in the order of the inputs. */
export function writeEmbeddings(
  { prepared, embedded }: EmbeddingAnswer,
  attempts: readonly Attempt[],
  request: UnifiedRequest,
  generationId: string,
): Response {
  const { candidate } = prepared.planned;
  const vectors: Vector[] = [];
  for (const [position, { part }] of prepared.parts.entries()) {
    for (const [place, index] of part.choices.entries()) vectors[index] = embedded[position]?.vectors[place] ?? [];
  }
  const format = request.parameters.encoding_format === 'base64' ? 'base64' : 'float';
  const adjustments = reportOf([prepared]);
  const rest: JsonObject = {
    model: candidate.offering?.slug ?? embedded[0]?.model ?? candidate.modelId,
    provider: servedByName(prepared),
    usage: usageOf(attempts),
    ...(adjustments.length === 0 ? {} : { adjustments }),
  };
  const pieces = piecesOf({ id: generationId, object: 'list' }, vectors, rest, format);
  const headers = { ...responseHeaders([prepared], countTries(attempts)), 'content-type': 'application/json' };
  return new Response(vectors.some((vector) => ArrayBuffer.isView(vector)) ? streamOf(pieces) : [...pieces].join(''), { headers });
}

/** The answer as JSON, vector by vector: all of it at once may be a hundred megabytes. */
function* piecesOf(meta: JsonObject, vectors: readonly Vector[], rest: JsonObject, format: 'float' | 'base64'): Generator<string> {
  yield `${JSON.stringify(meta).slice(0, -1)},"data":[`;
  for (const [index, vector] of vectors.entries()) {
    const entry = { object: 'embedding', index, embedding: encodeVector(vector, format) };
    yield `${index === 0 ? '' : ','}${JSON.stringify(entry)}`;
  }
  yield `],${JSON.stringify(rest).slice(1)}`;
}

function streamOf(pieces: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const { done, value } = pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
    },
    { highWaterMark: 0 },
  );
}

/** OpenAI's two counts, and ours: an embedding has no completion. Calls that were answered count, whatever became of the others. */
function usageOf(attempts: readonly Attempt[]): JsonObject | null {
  const sum = billOf(attempts.map(({ tally }) => tally));
  if (sum === null) return null;
  return {
    prompt_tokens: sum.promptTokens,
    total_tokens: sum.promptTokens,
    ...(sum.costUsd === null ? {} : { cost: sum.costUsd }),
    calls: sum.calls,
    ...(sum.estimated.length === 0 ? {} : { estimated: sum.estimated }),
  };
}
