/** OpenAI embeddings, answers to a client, with the router's report. Vectors are written one by one. Does no I/O. */
import type { JsonObject } from '../../../lib/json.ts';
import { encodeVector, type EmbeddingResult } from '../../../unified/response/embedding.ts';
import type { UnifiedRequest } from '../../../unified/request/request.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import type { EmbeddingMeta } from '../../client-dialect.ts';
import { renderSaved } from '../../openai-common/client/usage.ts';

/** The body as JSON: what stands before the vectors, each vector, what stands behind them. */
export function* encodeBody(result: EmbeddingResult, meta: EmbeddingMeta, { parameters }: UnifiedRequest): Generator<string> {
  const format = parameters.encoding_format === 'base64' ? 'base64' : 'float';
  yield `${JSON.stringify({ id: meta.id, object: 'list' }).slice(0, -1)},"data":[`;
  for (const [index, vector] of result.vectors.entries()) {
    const entry = { object: 'embedding', index, embedding: encodeVector(vector, format) };
    yield `${index === 0 ? '' : ','}${JSON.stringify(entry)}`;
  }
  yield `],${JSON.stringify(closingFields(result, meta)).slice(1)}`;
}

function closingFields({ model, usage }: EmbeddingResult, meta: EmbeddingMeta): JsonObject {
  const [servedBy] = meta.servedBy();
  const { adjustments } = meta.finalMeta();
  return {
    model: servedBy?.slug ?? model ?? servedBy?.upstreamModel,
    provider: servedBy?.provider,
    usage: usage === null ? null : usageFields(usage),
    ...(adjustments.length === 0 ? {} : { adjustments }),
  };
}

/** OpenAI's two counts, and ours: an embedding has no completion. */
function usageFields({ promptTokens, costUsd, calls, estimated, saved }: Usage): JsonObject {
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens,
    ...(costUsd === null ? {} : { cost: costUsd }),
    calls,
    ...(estimated.length === 0 ? {} : { estimated }),
    ...(saved === undefined ? {} : { cache: renderSaved(saved) }),
  };
}
