/**
 * Messages and Responses, and what clients ask besides answers, as OpenAI describes them under `/v1` and OpenRouter under `/api/v1`: models of
 * each wire format, played by the simulator. Skipped where the descriptions do not lie beside the repository.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { unexpected } from '../support/published-exceptions.ts';
import { schemasOf, type Finding, type Publisher, type Schemas } from '../support/published-schemas.ts';
import { post, startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ MAX_ATTEMPTS: '1' });
});
afterAll(() => harness?.stop());

const MODELS = [
  '@novita/m',
  '@anthropic/claude-sonnet-4-5',
  '@openai/gpt-5.5',
  '@google-ai-studio/gemini-2.5-flash',
  '@amazon-bedrock/mistral.mistral-large-2407-v1:0',
  '@mistral/magistral-medium-latest',
  '@cohere/command-a-03-2025',
  '@ollama/llama3',
];

const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };

type Door = { path: string; base: JsonObject; forms: readonly JsonObject[] };
const MESSAGES: Door = {
  path: '/messages',
  base: { max_tokens: 2000, messages: [{ role: 'user', content: 'hello' }] },
  forms: [
    {},
    { tools: [{ name: 'weather', input_schema: PARAMETERS }], tool_choice: { type: 'any' } },
    { thinking: { type: 'enabled', budget_tokens: 1024 } },
    { max_tokens: 3 },
  ],
};
const RESPONSES: Door = {
  path: '/responses',
  base: { input: 'hello' },
  forms: [
    {},
    { tools: [{ type: 'function', name: 'weather', parameters: PARAMETERS, strict: true }], tool_choice: 'required' },
    { reasoning: { effort: 'high', summary: 'auto' }, include: ['reasoning.encrypted_content'] },
    { max_output_tokens: 16, metadata: { a: 'b' }, user: 'u' },
    { text: { format: { type: 'json_schema', name: 'a', schema: PARAMETERS } } },
  ],
};

/** Names of schemas; a pointer begins with a slash. */
type Names = { door: Door; of: string; body: string; event: string; error: string };
const PUBLISHED: readonly [Publisher, string, Names][] = [
  ['openai', '/v1', { door: RESPONSES, of: 'response', body: 'Response', event: 'ResponseStreamEvent', error: 'ErrorResponse' }],
  [
    'openrouter',
    '/api/v1',
    { door: RESPONSES, of: 'response', body: 'OpenResponsesResult', event: 'StreamEvents', error: 'BadRequestResponse' },
  ],
  [
    'openrouter',
    '/api/v1',
    { door: MESSAGES, of: 'message', body: 'MessagesResult', event: 'MessagesStreamEvents', error: 'AnthropicMessagesErrorResponse' },
  ],
];

/** The objects in a body or in the events of a stream. */
const documentsOf = (text: string): unknown[] =>
  text.startsWith('event: ') || text.startsWith(': ')
    ? [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json]) => JSON.parse(json ?? '') as unknown)
    : [JSON.parse(text) as unknown];

/** The same place in the object of an answer, whether it is a body or stands in an event. */
const inObject = ({ place, says }: Finding): Finding => ({ place: place.replace(/^\/(response|message)(?=\/)/, ''), says });

/** Returns what is not as a publisher describes it, each once. */
function judge(publisher: Publisher, schemas: Schemas | null) {
  const validators = new Map<string, ReturnType<Schemas>>();
  return (of: string, name: string, documents: readonly unknown[]): string[] => {
    const validate = validators.get(name) ?? schemas?.(name);
    if (validate === undefined) throw new Error('no description');
    validators.set(name, validate);
    const found = documents.flatMap((document) => unexpected(publisher, of, validate(document).map(inObject)));
    return [...new Set(found.map(({ place, says }) => `${place} ${says}`))];
  };
}

describe.each(PUBLISHED)('the published schema of %s under %s', (publisher, base, { door, of, body, event, error }) => {
  const schemas = schemasOf(publisher);

  describe.skipIf(schemas === null)(`accepts ${door.path}`, () => {
    const findings = judge(publisher, schemas);
    const ask = async (fields: JsonObject, fault = '', path = '') => {
      const headers: Record<string, string> = fault === '' ? {} : { 'x-simulator-fault': fault };
      const response = await post(`${harness.url}${base}${door.path}${path}`, { model: '@novita/m', ...door.base, ...fields }, headers);
      return { status: response.status, documents: documentsOf(await response.text()) };
    };

    // An answer of Anthropic's own format is passed on as it is, and that of the simulator has no newer keys.
    it.each(MODELS.filter((model) => of !== 'message' || !model.startsWith('@anthropic/')))('of %s', async (model) => {
      for (const stream of [false, true]) {
        for (const fields of door.forms) {
          const { status, documents } = await ask({ model, stream, ...fields });
          const found = findings(of, stream ? event : body, documents);
          expect([fields, stream, status, found]).toEqual([fields, stream, 200, []]);
        }
      }
    });

    it.each<[number, JsonObject, string]>([
      [400, { model: 5 }, ''],
      [404, { model: 'no/such-model' }, ''],
      [429, {}, 'status=429'],
      [502, {}, 'status=401'],
    ])('of errors: %i', async (expected, fields, fault) => {
      const { status, documents } = await ask(fields, fault);
      expect([status, findings(`${of}-error`, error, documents)]).toEqual([expected, []]);
    });

    it('of streams that break off', async () => {
      const { documents } = await ask({ stream: true }, 'end-after=2');
      expect(documents.length).toBeGreaterThan(2);
      expect(findings(of, event, documents)).toEqual([]);
    });
  });
});

describe.each<[Publisher, string]>([
  ['openai', '/v1'],
  ['openrouter', '/api/v1'],
])('the published schema of %s accepts', (publisher, base) => {
  const schemas = schemasOf(publisher);
  const findings = judge(publisher, schemas);
  const at = (path: string, method: string) =>
    `/paths/${path.replaceAll('/', '~1')}/${method}/responses/200/content/application~1json/schema`;

  it.skipIf(schemas === null || publisher !== 'openai').each(MODELS)('counts and compactions of %s', async (model) => {
    for (const path of ['/responses/input_tokens', '/responses/compact']) {
      const response = await post(`${harness.url}${base}${path}`, { model, input: [{ role: 'user', content: 'hello' }] });
      expect([response.status, findings('compaction', at(path, 'post'), [await response.json()])]).toEqual([200, []]);
    }
  });

  it.skipIf(schemas === null || publisher !== 'openrouter')('what is known of the key, of answers, models and providers', async () => {
    const answer = await post(`${harness.url}${base}/chat/completions`, {
      model: '@novita/m',
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const { id } = (await answer.json()) as { id: string };
    const found: unknown[] = [];
    for (const [path, query] of [
      ['/key', ''],
      ['/generation', `?id=${id}`],
      ['/models', '?limit=50'],
      ['/models/count', ''],
      ['/providers', ''],
    ] as const) {
      const response = await fetch(`${harness.url}${base}${path}${query}`);
      found.push([path, response.status, findings(path.slice(1), at(path, 'get'), [await response.json()])]);
    }
    expect(found).toEqual(found.map((one) => [(one as unknown[])[0], 200, []]));
  });
});
