/**
 * Embeddings on Amazon Bedrock. There is no common format: each vendor's own body is sent to `/invoke` (user guide, model parameters; known
 * 2025-09, not confirmed since). Titan accepts one text per call, Cohere a list. Requests and answers; does no I/O.
 */
import { decodeVectors, readUsage, type EmbeddingResult } from '../../unified/response/embedding.ts';
import { numberOf } from '../../lib/json.ts';
import { isObject } from './wire.ts';
import { textsOf } from '../../unified/request/message.ts';
import type { EmbeddingDialect, FittedCall, RenderedRequest } from '../dialect.ts';
import { parseError } from './error.ts';

const COMMON = { operation: 'embeddings', path: '/model/{model}/invoke', prompts: ['texts'], quirks: [], parseError } as const;

/** Amazon Titan. */
export const titanEmbeddings: EmbeddingDialect = {
  ...COMMON,
  name: 'bedrock-titan-embeddings',
  maxInputs: 1,
  rules: { dimensions: { type: 'integer', enum: [256, 512, 1024] }, encoding_format: false },
  render: ({ input, parameters }: FittedCall): RenderedRequest => ({
    body: { inputText: textsOf(input)[0] ?? '', ...parameters },
    adjustments: [],
  }),
  decodeBody(body: unknown): EmbeddingResult {
    const { embedding, inputTextTokenCount } = isObject(body) ? body : {};
    return { vectors: decodeVectors([embedding]), model: null, usage: readUsage(numberOf(inputTextTokenCount)) };
  },
};

/** Cohere's models on Bedrock. Their bodies contain no token counts. */
export const cohereOnBedrockEmbeddings: EmbeddingDialect = {
  ...COMMON,
  name: 'bedrock-cohere-embeddings',
  maxInputs: 96,
  rules: {
    input_type: {
      type: 'string',
      enum: ['search_document', 'search_query', 'classification', 'clustering'],
      required: true,
      default: 'search_document',
    },
    encoding_format: false,
  },
  render: ({ input, parameters }: FittedCall): RenderedRequest => ({ body: { texts: textsOf(input), ...parameters }, adjustments: [] }),
  decodeBody(body: unknown): EmbeddingResult {
    const { embeddings } = isObject(body) ? body : {};
    return { vectors: decodeVectors(isObject(embeddings) ? embeddings.float : embeddings), model: null, usage: null };
  },
};
