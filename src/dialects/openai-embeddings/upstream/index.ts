/** OpenAI embeddings towards a provider: request, answer and errors. Does no I/O. */
import { decodeVectors, readUsage, type EmbeddingResult } from '../../../unified/response/embedding.ts';
import { createNotJsonError, RouterError } from '../../../unified/error.ts';
import { arrayOf, numberOf, textOf } from '../../../lib/json.ts';
import { isObject, type WireObject } from '../../openai-common/wire.ts';
import type { EmbeddingDialect, FittedCall, RenderedRequest } from '../../dialect.ts';
import { parseErrorBody } from '../../openai-common/upstream/error.ts';
import { costOf } from '../../openai-common/upstream/usage.ts';
import { OPENAI_EMBEDDINGS_RULES } from './rules.ts';

/** Towards a provider. */
export const openaiEmbeddings: EmbeddingDialect = {
  name: 'openai-embeddings',
  operation: 'embeddings',
  path: '/embeddings',
  rules: OPENAI_EMBEDDINGS_RULES,
  quirks: [],
  render,
  decodeBody,
  parseError: (status, body) => parseErrorBody(status, body),
};

function render({ model, input, parameters }: FittedCall): RenderedRequest {
  if (input.kind !== 'prompt')
    throw new RouterError('invalid_request', 'input: embeddings are made of texts or tokens.', { param: 'input' });
  return { body: { model, input: input.prompt.value, ...parameters }, adjustments: [] };
}

function decodeBody(body: unknown): EmbeddingResult {
  if (!isObject(body)) throw createNotJsonError();
  const entries = arrayOf(body.data).filter(isObject);
  if (entries.length === 0) throw new RouterError('provider_unavailable', 'the upstream sent no embeddings');
  const usage = isObject(body.usage) ? body.usage : {};
  return {
    vectors: decodeVectors(inOrder(entries).map(({ embedding }) => embedding)),
    model: textOf(body.model),
    usage: readUsage(numberOf(usage.prompt_tokens) ?? numberOf(usage.total_tokens), costOf(usage)),
  };
}

/** Entries have an index, because a provider may send them in another order. */
const inOrder = (entries: readonly WireObject[]) =>
  entries.toSorted((one, other) => (numberOf(one.index) ?? 0) - (numberOf(other.index) ?? 0));
