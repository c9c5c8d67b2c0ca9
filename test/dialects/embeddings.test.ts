/** Embeddings in the format of each provider: the body that is sent, and the answer that is read. */
import { describe, expect, it } from 'vitest';
import { EMBEDDING_DIALECTS, embeddingDialect } from '../../src/dialects/embeddings.ts';
import type { FittedCall } from '../../src/dialects/dialect.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Prompt } from '../../src/unified/request/message.ts';
import { PLAIN_CALL } from './plain-call.ts';

const callOf = (prompt: Prompt, parameters: JsonObject): FittedCall => ({
  ...PLAIN_CALL,
  model: 'the-model',
  input: { kind: 'prompt', prompt },
  parameters,
});
const TWO: Prompt = { kind: 'texts', value: ['a', 'b'] };
const ONE: Prompt = { kind: 'text', value: 'a' };

/** Dialect, parameters as fitted, the body for two texts, an answer, its vectors and its tokens. */
const ROWS: readonly (readonly [
  name: string,
  prompt: Prompt,
  parameters: JsonObject,
  body: object,
  answer: object,
  vectors: unknown[],
  tokens: number | null,
])[] = [
  [
    'openai-embeddings',
    TWO,
    { dimensions: 2 },
    { model: 'the-model', input: ['a', 'b'], dimensions: 2 },
    {
      data: [
        { index: 1, embedding: [3] },
        { index: 0, embedding: [1, 2] },
      ],
      usage: { prompt_tokens: 5, total_tokens: 5 },
    },
    [[1, 2], [3]],
    5,
  ],
  [
    'openai-embeddings',
    { kind: 'token-lists', value: [[1], [2, 3]] },
    {},
    { model: 'the-model', input: [[1], [2, 3]] },
    { data: [{ embedding: 'AAAAAA==' }] },
    ['AAAAAA=='],
    null,
  ],
  [
    'cohere-embeddings',
    TWO,
    { input_type: 'search_query', output_dimension: 256 },
    { model: 'the-model', texts: ['a', 'b'], embedding_types: ['float'], input_type: 'search_query', output_dimension: 256 },
    { embeddings: { float: [[1], [2]] }, meta: { billed_units: { input_tokens: 4 } } },
    [[1], [2]],
    4,
  ],
  ['cohere-embeddings', ONE, {}, { model: 'the-model', texts: ['a'], embedding_types: ['float'] }, { embeddings: [[1]] }, [[1]], null],
  [
    'ollama-embeddings',
    TWO,
    {},
    { model: 'the-model', input: ['a', 'b'] },
    { model: 'm', embeddings: [[1], [2]], prompt_eval_count: 7 },
    [[1], [2]],
    7,
  ],
  [
    'gemini-embeddings',
    TWO,
    { taskType: 'RETRIEVAL_QUERY', outputDimensionality: 4 },
    {
      requests: ['a', 'b'].map((text) => ({
        model: 'models/the-model',
        content: { parts: [{ text }] },
        taskType: 'RETRIEVAL_QUERY',
        outputDimensionality: 4,
      })),
    },
    { embeddings: [{ values: [1] }, { values: [2] }] },
    [[1], [2]],
    null,
  ],
  [
    'vertex-embeddings',
    ONE,
    { task_type: 'CLUSTERING', outputDimensionality: 4 },
    { instances: [{ content: 'a', task_type: 'CLUSTERING' }], parameters: { outputDimensionality: 4 } },
    { predictions: [{ embeddings: { values: [1], statistics: { token_count: 3 } } }] },
    [[1]],
    3,
  ],
  ['vertex-embeddings', ONE, {}, { instances: [{ content: 'a' }] }, { predictions: [{ embeddings: { values: [1] } }] }, [[1]], null],
  [
    'bedrock-titan-embeddings',
    ONE,
    { dimensions: 256 },
    { inputText: 'a', dimensions: 256 },
    { embedding: [1, 2], inputTextTokenCount: 1 },
    [[1, 2]],
    1,
  ],
  [
    'bedrock-cohere-embeddings',
    TWO,
    { input_type: 'clustering' },
    { texts: ['a', 'b'], input_type: 'clustering' },
    { embeddings: { float: [[1], [2]] } },
    [[1], [2]],
    null,
  ],
];

describe.each(ROWS.map((row) => ({ row, name: row[0], prompt: row[1] })))('$name of $prompt', ({ row }) => {
  const [name, prompt, parameters, body, answer, vectors, tokens] = row;
  const dialect = embeddingDialect(name);

  it('is asked in the words of the provider', () => {
    expect(dialect.render(callOf(prompt, parameters))).toEqual({ body, adjustments: [] });
  });

  it('is read from its answer', () => {
    const embedded = dialect.decodeBody(answer);
    expect([embedded.vectors, embedded.usage?.promptTokens ?? null]).toEqual([vectors, tokens]);
  });
});

describe.each(Object.entries(EMBEDDING_DIALECTS))('%s', (name, dialect) => {
  it('bears its own name, and is tried above', () => {
    expect(dialect.name).toBe(name);
    expect(ROWS.map(([tried]) => tried)).toContain(name);
  });

  it.each([
    null,
    7,
    'text',
    [],
    {},
    { data: [] },
    { embeddings: [] },
    { embeddings: [[]] },
    { embeddings: ['x', null] },
    { predictions: [{}] },
    { embedding: null },
  ])('makes an error of %j', (answer) => {
    expect(() => dialect.decodeBody(answer)).toThrow(expect.objectContaining({ type: 'provider_unavailable' }));
  });

  it('reads a refusal', () => {
    expect(dialect.parseError(429, { error: { message: 'slow down' }, message: 'slow down' }).type).toBe('rate_limit_exceeded');
  });
});

/** What the documents of each format name beside vectors, tokens and the model: ids and times are the router's own, the rest is listed. */
describe('what else an answer of embeddings names', () => {
  it.each<[string, object]>([
    ['openai-embeddings', { object: 'list', id: 'x', created: 1, data: [{ object: 'embedding', index: 0, embedding: [1] }] }],
    [
      'cohere-embeddings',
      {
        id: 'x',
        response_type: 'embeddings_by_type',
        texts: ['a'],
        images: [],
        embeddings: { float: [[1]] },
        meta: { api_version: { version: '2' } },
      },
    ],
    ['gemini-embeddings', { embeddings: [{ values: [1], shape: [1] }] }],
    ['bedrock-titan-embeddings', { embedding: [1], embeddingsByType: { float: [1] } }],
    ['bedrock-cohere-embeddings', { id: 'x', response_type: 'embeddings_floats', texts: ['a'], embeddings: [[1]] }],
    ['ollama-embeddings', { embeddings: [[1]], total_duration: 1, load_duration: 1 }],
    [
      'vertex-embeddings',
      { predictions: [{ embeddings: { values: [1], statistics: { truncated: false } } }], metadata: { billableCharacterCount: 1 } },
    ],
  ])('(%s) is bookkeeping, or repeats the request', (name, answer) => {
    expect(embeddingDialect(name).decodeBody(answer)).toEqual({ vectors: [[1]], model: null, usage: null });
  });

  it('an input that was cut off is reported', () => {
    const predictions = [{ embeddings: { values: [1], statistics: { token_count: 3, truncated: true } } }];
    expect(embeddingDialect('vertex-embeddings').decodeBody({ predictions })).toMatchObject({ isCut: true });
  });
});
