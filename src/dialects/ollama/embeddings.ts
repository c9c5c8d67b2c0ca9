/** Ollama's native embeddings (docs/api.md of the server, /api/embed; read 2026-11-20). Request and answer; does no I/O. */
import { decodeVectors, readUsage, type EmbeddingResult } from '../../unified/response/embedding.ts';
import { isObject, numberOf, textOf } from '../../lib/json.ts';
import { textsOf } from '../../unified/request/message.ts';
import type { EmbeddingDialect, FittedCall, RenderedRequest } from '../dialect.ts';
import { parseError } from './error.ts';

/** Towards a provider. */
export const ollamaEmbeddings: EmbeddingDialect = {
  name: 'ollama-embeddings',
  operation: 'embeddings',
  path: '/api/embed',
  prompts: ['texts'],
  rules: { dimensions: { type: 'integer', minimum: 1 }, encoding_format: false },
  quirks: [],
  render,
  decodeBody,
  parseError,
};

function render({ model, input, parameters }: FittedCall): RenderedRequest {
  return { body: { model, input: textsOf(input), ...parameters }, adjustments: [] };
}

function decodeBody(body: unknown): EmbeddingResult {
  const { embeddings, model, prompt_eval_count: tokens } = isObject(body) ? body : {};
  return { vectors: decodeVectors(embeddings), model: textOf(model), usage: readUsage(numberOf(tokens)) };
}
