/**
 * What the built Worker answers, as OpenAI describes it under `/v1` and OpenRouter under `/api/v1`: every wire format, played by the simulator.
 * Skipped where the descriptions do not lie beside the repository.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationFor } from '../../src/registry/operation.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { unexpected } from '../support/published-exceptions.ts';
import { schemasOf, type Publisher, type Schemas } from '../support/published-schemas.ts';
import { hello, post, startHarness, type Harness } from './harness.ts';

/** A model for each format of chat, and the seed systems. */
const MODELS = [
  ...new Map(
    PROVIDERS.flatMap((provider) =>
      provider.models.map(({ id, tools = false }): [string, string] => {
        const dialect = operationFor(provider, 'chat', id)?.rules.dialect ?? '';
        return [tools ? dialect : '', `@${provider.slug}/${id}`];
      }),
    ),
  ),
]
  .flatMap(([dialect, model]) => (dialect === '' ? [] : [model]))
  .concat('@tokensmind/m', '@novita/m', '@octoai/m', '@completions-compatible/m', '@openrouter/some/m');

const TOOL = { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } };

const CHATS: object[] = [
  {},
  { tools: [TOOL], tool_choice: 'required' },
  { n: 2, max_tokens: 16 },
  { logprobs: true, top_logprobs: 2 },
  { reasoning: { effort: 'high' } },
  { stream_options: { include_usage: true } },
  { response_format: { type: 'json_object' }, seed: 1, user: 'someone' },
];

const COMPLETIONS: object[] = [{}, { logprobs: 2, echo: true }, { n: 2 }, { prompt: ['a', 'b'] }];

/** The JSON documents of an answer: a body, or the chunks of a stream. */
function documentsOf(text: string): unknown[] {
  if (!text.startsWith('data: ') && !text.startsWith(': ')) return [JSON.parse(text)];
  const lines = text.split('\n').filter((line) => line.startsWith('data: {'));
  return lines.map((line) => JSON.parse(line.slice(6)) as unknown);
}

type Names = { body: string; chunk: string; completion: string | null; embeddings: string; error: string; models: string };

const PUBLISHED: [Publisher, string, Names][] = [
  [
    'openai',
    '/v1',
    {
      body: 'CreateChatCompletionResponse',
      chunk: 'CreateChatCompletionStreamResponse',
      completion: 'CreateCompletionResponse',
      embeddings: 'CreateEmbeddingResponse',
      error: 'ErrorResponse',
      models: 'ListModelsResponse',
    },
  ],
  [
    'openrouter',
    '/api/v1',
    {
      body: 'ChatResult',
      chunk: 'ChatStreamChunk',
      completion: null,
      embeddings: '/paths/~1embeddings/post/responses/200/content/application~1json/schema',
      error: 'BadRequestResponse',
      models: 'ModelsListResponse',
    },
  ],
];

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ MAX_ATTEMPTS: '1' });
});
afterAll(() => harness.stop());

describe.each(PUBLISHED)('the published schema of %s under %s', (publisher, base, names) => {
  const schemas = schemasOf(publisher);

  describe.skipIf(schemas === null)('accepts', () => {
    const validators = new Map<string, ReturnType<Schemas>>();

    /** What is not as published. @param of the kind of answer, for its exceptions. */
    function findings(of: string, name: string, documents: readonly unknown[]): unknown[] {
      const validate = validators.get(name) ?? schemas?.(name);
      if (validate === undefined) throw new Error('no description');
      validators.set(name, validate);
      return documents.flatMap((document) => unexpected(publisher, of, validate(document)));
    }

    const ask = async (path: string, body: object, headers: Record<string, string> = {}) => {
      const response = await post(`${harness.url}${base}${path}`, body, { 'x-openrouter-metadata': 'enabled', ...headers });
      return { status: response.status, documents: documentsOf(await response.text()) };
    };

    it.each(MODELS)('chats of %s', async (model) => {
      for (const stream of [false, true]) {
        for (const fields of CHATS) {
          const { status, documents } = await ask('/chat/completions', hello({ model, max_tokens: 400, ...fields, stream }));
          const kind = status === 200 ? (stream ? 'chunk' : 'body') : 'error';
          expect(findings(kind, names[kind], documents)).toEqual([]);
        }
      }
    });

    it.skipIf(names.completion === null).each(MODELS)('completions of %s', async (model) => {
      for (const stream of [false, true]) {
        for (const fields of COMPLETIONS) {
          const { status, documents } = await ask('/completions', { model, prompt: 'hello', max_tokens: 20, ...fields, stream });
          if (names.completion === null || status !== 200) continue; // it has no completions, which a 400 says
          expect(findings(stream ? 'completion-chunk' : 'completion', names.completion, documents)).toEqual([]);
        }
      }
    });

    it('embeddings', async () => {
      const providers = PROVIDERS.filter(({ operations }) => operations.embeddings !== undefined);
      for (const { slug, models } of providers) {
        const model = `@${slug}/${models.find(({ id }) => /embed/.test(id))?.id ?? 'any-embedding-model'}`;
        const { status, documents } = await ask('/embeddings', { model, input: ['a', 'b'] });
        const kind = status === 200 ? 'embeddings' : 'error';
        expect(findings(kind, names[kind], documents)).toEqual([]);
      }
      const { documents } = await ask('/embeddings', { model: '@openai/text-embedding-3-small', input: 'a', encoding_format: 'base64' });
      expect(findings('embeddings', names.embeddings, documents)).toEqual([]);
    });

    it.each<[number, object, string]>([
      [400, {}, ''],
      [400, hello({ temperature: 'warm' }), ''],
      [404, hello({ model: 'no/such-model' }), ''],
      [429, hello(), 'status=429'],
      [502, hello(), 'status=401'],
      [503, hello(), 'status=503'],
    ])('errors: %i', async (expected, body, fault) => {
      const { status, documents } = await ask('/chat/completions', body, fault === '' ? {} : { 'x-simulator-fault': fault });
      expect(status).toBe(expected);
      expect(findings('error', names.error, documents)).toEqual([]);
    });

    it('streams that break off', async () => {
      const { documents } = await ask('/chat/completions', hello({ stream: true }), { 'x-simulator-fault': 'end-after=2' });
      expect(documents.length).toBeGreaterThan(2);
      expect(findings('chunk', names.chunk, documents)).toEqual([]);
    });

    it('models and their endpoints', async () => {
      const read = async (path: string) => (await fetch(`${harness.url}${base}${path}`)).json() as Promise<{ data: { id: string }[] }>;
      const { data, ...rest } = await read('/models');
      expect(findings('models', names.models, [{ data, ...rest }])).toEqual([]);
      for (const { id } of data.slice(0, 20)) {
        const [of, name, path] = publisher === 'openai' ? ['models', 'Model', ''] : ['endpoints', 'ListEndpointsResponse', '/endpoints'];
        const document = await read(`/models/${id}${path}`);
        expect(findings(of, name, [publisher === 'openai' ? document : document.data])).toEqual([]);
      }
    });
  });
});
