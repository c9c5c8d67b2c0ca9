/** Cohere's embeddings, v2 (API reference, embed; known 2025-09, not confirmed since). Request and answer; does no I/O. */
import { decodeVectors, readUsage, type EmbeddingResult } from '../../unified/response/embedding.ts';
import { numberOf } from '../../lib/json.ts';
import { isObject } from './wire.ts';
import { textsOf } from '../../unified/request/message.ts';
import type { Rules } from '../../unified/rule.ts';
import type { EmbeddingDialect, FittedCall, RenderedRequest } from '../dialect.ts';
import { parseError } from './error.ts';

const RULES: Rules = {
  // The provider requires it and has no default. Most embedded texts are documents; a search sends input_type: "search_query".
  input_type: {
    type: 'string',
    enum: ['search_document', 'search_query', 'classification', 'clustering'],
    required: true,
    default: 'search_document',
  },
  dimensions: { type: 'integer', enum: [256, 512, 1024, 1536], name: 'output_dimension' },
  encoding_format: false,
};

/** Towards a provider. */
export const cohereEmbeddings: EmbeddingDialect = {
  name: 'cohere-embeddings',
  operation: 'embeddings',
  path: '/v2/embed',
  prompts: ['texts'],
  maxInputs: 96,
  rules: RULES,
  quirks: [],
  render,
  decodeBody,
  parseError,
};

function render({ model, input, parameters }: FittedCall): RenderedRequest {
  return { body: { model, texts: textsOf(input), embedding_types: ['float'], ...parameters }, adjustments: [] };
}

function decodeBody(body: unknown): EmbeddingResult {
  const { embeddings, meta } = isObject(body) ? body : {};
  const billed = isObject(meta) && isObject(meta.billed_units) ? meta.billed_units : {};
  // Requested by type, embeddings are returned by type; an older form is only the list.
  return {
    vectors: decodeVectors(isObject(embeddings) ? embeddings.float : embeddings),
    model: null,
    usage: readUsage(numberOf(billed.input_tokens)),
  };
}
