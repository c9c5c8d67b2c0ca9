// Google's embeddings: batchEmbedContents of AI Studio and predict of Vertex AI. Source: the generativelanguage v1beta proto and the
// Vertex AI reference for text embeddings, as known in 2025-09. Written by hand; must not look at the router's own data.

import { boolean, integer, isFields, listOf, object, oneOf, text } from '../checks.ts';
import type { Check, Fields, Shape } from '../checks.ts';
import type { EmbeddingForm } from '../embeddings.ts';
import type { Rules } from '../system.ts';

const strict = (fields: Shape['fields'], ...required: readonly string[]): Check => object({ fields, required, unknown: 'refuse' });

const task = oneOf(
  'RETRIEVAL_QUERY',
  'RETRIEVAL_DOCUMENT',
  'SEMANTIC_SIMILARITY',
  'CLASSIFICATION',
  'CLUSTERING',
  'QUESTION_ANSWERING',
  'FACT_VERIFICATION',
  'CODE_RETRIEVAL_QUERY',
);

const content = strict({ role: text(), parts: listOf(strict({ text: text(/./su) }, 'text'), { min: 1 }) }, 'parts');

/** AI Studio takes a hundred texts at a time. */
export const studioEmbeddings: { rules: Rules; form: EmbeddingForm } = {
  rules: {
    fields: {
      requests: listOf(
        strict(
          { model: text(/^models\/.+/su), content, taskType: task, title: text(), outputDimensionality: integer({ min: 1, max: 3072 }) },
          'model',
          'content',
        ),
        { min: 1, max: 100 },
      ),
    },
    required: ['requests'],
    unknown: 'refuse',
  },
  form: {
    readTexts: ({ requests }) => listed(requests).map((request) => textIn(request['content'])),
    toBody: (vectors) => ({ embeddings: vectors.map((values) => ({ values })) }),
  },
};

/** Vertex AI takes up to 250, and says what it counted. */
export const vertexEmbeddings: { rules: Rules; form: EmbeddingForm } = {
  rules: {
    fields: {
      instances: listOf(strict({ content: text(/./su), task_type: task, title: text() }, 'content'), { min: 1, max: 250 }),
      parameters: strict({ outputDimensionality: integer({ min: 1, max: 3072 }), autoTruncate: boolean }),
    },
    required: ['instances'],
    unknown: 'refuse',
  },
  form: {
    readTexts: ({ instances }) => listed(instances).map(({ content: said }) => String(said)),
    toBody: (vectors, tokens) => ({
      predictions: vectors.map((values, place) => ({
        embeddings: { values, statistics: { truncated: false, token_count: place === 0 ? tokens : 0 } },
      })),
    }),
  },
};

const listed = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function textIn(value: unknown): string {
  return isFields(value)
    ? listed(value['parts'])
        .map((part) => String(part['text']))
        .join(' ')
    : '';
}
