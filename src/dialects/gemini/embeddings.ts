/**
 * Google's embeddings in both forms: `batchEmbedContents` of AI Studio and `predict` of Vertex AI (API references, known 2025-09,
 * not confirmed since). Requests and answers; does no I/O.
 */
import { decodeVectors, readUsage, type EmbeddingResult } from '../../unified/response/embedding.ts';
import { arrayOf, numberOf } from '../../lib/json.ts';
import { isObject } from './wire.ts';
import { textsOf } from '../../unified/request/message.ts';
import type { Rules } from '../../unified/rule.ts';
import type { EmbeddingDialect, FittedCall, RenderedRequest } from '../dialect.ts';
import { parseError } from './error.ts';

/** OpenRouter's input types, and Google's task types. */
const TASKS = {
  search_document: 'RETRIEVAL_DOCUMENT',
  search_query: 'RETRIEVAL_QUERY',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  semantic_similarity: 'SEMANTIC_SIMILARITY',
  question_answering: 'QUESTION_ANSWERING',
  fact_verification: 'FACT_VERIFICATION',
  code_retrieval_query: 'CODE_RETRIEVAL_QUERY',
};

const rules = (task: string): Rules => ({
  dimensions: { type: 'integer', minimum: 1, name: 'outputDimensionality' },
  input_type: { type: 'string', enum: [...Object.keys(TASKS), ...Object.values(TASKS)], name: task, values: TASKS },
  encoding_format: false,
});

/** AI Studio. Its responses contain no token counts. */
export const geminiEmbeddings: EmbeddingDialect = {
  name: 'gemini-embeddings',
  operation: 'embeddings',
  path: '/models/{model}:batchEmbedContents',
  prompts: ['texts'],
  maxInputs: 100,
  rules: rules('taskType'),
  quirks: [],
  render: renderBatch,
  decodeBody: decodeBatch,
  parseError,
};

function renderBatch({ model, input, parameters }: FittedCall): RenderedRequest {
  const requests = textsOf(input).map((text) => ({ model: `models/${model}`, content: { parts: [{ text }] }, ...parameters }));
  return { body: { requests }, adjustments: [] };
}

function decodeBatch(body: unknown): EmbeddingResult {
  const { embeddings, usageMetadata } = isObject(body) ? body : {};
  const tokens = isObject(usageMetadata) ? numberOf(usageMetadata.promptTokenCount) : null;
  const values = arrayOf(embeddings).map((entry) => (isObject(entry) ? entry.values : null));
  return { vectors: decodeVectors(values), model: null, usage: readUsage(tokens) };
}

/** Vertex AI. `gemini-embedding-001` accepts one text per call there. */
export const vertexEmbeddings: EmbeddingDialect = {
  name: 'vertex-embeddings',
  operation: 'embeddings',
  path: '/models/{model}:predict',
  prompts: ['texts'],
  maxInputs: 1,
  rules: rules('task_type'),
  quirks: [],
  render: renderInstances,
  decodeBody: decodePredictions,
  parseError,
};

function renderInstances({ input, parameters }: FittedCall): RenderedRequest {
  const { task_type: task, ...rest } = parameters;
  const instances = textsOf(input).map((content) => ({ content, ...(task === undefined ? {} : { task_type: task }) }));
  return { body: { instances, ...(Object.keys(rest).length === 0 ? {} : { parameters: rest }) }, adjustments: [] };
}

function decodePredictions(body: unknown): EmbeddingResult {
  const predictions = arrayOf(isObject(body) ? body.predictions : null).map((entry) =>
    isObject(entry) && isObject(entry.embeddings) ? entry.embeddings : {},
  );
  const counts = predictions.map(({ statistics }) => (isObject(statistics) ? numberOf(statistics.token_count) : null));
  const known = counts.filter((count) => count !== null);
  const tokens = known.length === counts.length ? known.reduce((sum, count) => sum + count, 0) : null;
  const isCut = predictions.some(({ statistics }) => isObject(statistics) && statistics.truncated === true);
  const vectors = decodeVectors(predictions.map(({ values }) => values));
  return { vectors, model: null, usage: readUsage(tokens), ...(isCut ? { isCut } : {}) };
}
