/**
 * Requests that OpenAI and OpenRouter describe: a documented field of the right type is accepted, and no body that is made from a description is
 * a fault of the server. Skipped where the descriptions do not lie beside the repository.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import { valuesOf } from '../support/described-values.ts';
import { descriptionOf, type Publisher } from '../support/published-schemas.ts';
import { createRouter } from './router.ts';

const router = createRouter({ SIMULATOR_URL: 'http://simulator.example' });

type Described = [publisher: Publisher, name: string, path: string, least: JsonObject];
const REQUESTS: readonly Described[] = [
  ['openai', 'CreateResponse', '/explain/responses', { input: 'Hi' }],
  ['openai', 'TokenCountsBody', '/responses/input_tokens', { input: 'Hi' }],
  ['openrouter', 'ResponsesRequest', '/explain/responses', { input: 'Hi' }],
  ['openrouter', 'MessagesRequest', '/explain/messages', { max_tokens: 2000, messages: [{ role: 'user', content: 'Hi' }] }],
];

/** Fields whose values need what is kept at OpenAI, and one that is described as any text and has two values. */
const UNTRIED = new Set(['prompt', 'previous_response_id', 'conversation', 'service_tier']);

const isRefusal = (status: number): boolean => status >= 400 && status < 500;

/** The fields of a schema, those of its parts too. */
function fieldsOf(schema: unknown, named: Readonly<Record<string, JsonObject>>): Record<string, unknown> {
  if (!isObject(schema)) return {};
  const { $ref: ref, allOf, properties } = schema;
  const parts = [
    ...(typeof ref === 'string' ? [named[ref.replace(/^.*\//, '')]] : []),
    ...(Array.isArray(allOf) ? (allOf as unknown[]) : []),
  ];
  return Object.assign({}, ...parts.map((part) => fieldsOf(part, named)), isObject(properties) ? properties : {}) as Record<
    string,
    unknown
  >;
}

async function answerOf(path: string, body: unknown) {
  const response = await router.call('POST', `/v1${path}`, body);
  const { error } = (await response.json()) as { error?: { message: string; param?: string | null } };
  return { status: response.status, message: error?.message ?? '', param: error?.param ?? null };
}

describe.each(REQUESTS)('requests of %s: %s', (publisher, name, path, least) => {
  const named = descriptionOf(publisher)?.components.schemas ?? null;

  describe.skipIf(named === null)('are read', () => {
    const fields = named === null ? {} : fieldsOf(named[name], named as Record<string, JsonObject>);

    it.each(Object.keys(fields).filter((field) => field !== 'model'))('%s', async (field) => {
      const [wrong, statuses] = [new Set<string>(), new Set<number>()];
      for (const value of fc.sample(valuesOf(fields[field], named ?? {}), { numRuns: 20, seed: 5 })) {
        const { status, message, param } = await answerOf(path, { model: '@novita/m', ...least, [field]: value });
        statuses.add(status);
        const isNamed = [param ?? message].some((text) => text.startsWith(field) || text.includes(`${field}.`));
        if (status !== 200 && (status >= 500 || !isNamed)) wrong.add(`${status} ${param}: ${message}`);
      }
      expect([...wrong]).toEqual([]);
      expect([...statuses]).toEqual(expect.arrayContaining(UNTRIED.has(field) ? [] : [200]));
    });

    it('as whole bodies, by a plan or a refusal that names a field', async () => {
      const body = valuesOf(named?.[name], named ?? {}) as fc.Arbitrary<JsonObject>;
      await fc.assert(
        fc.asyncProperty(body, async (made) => {
          const { status, param, message } = await answerOf(path, { ...made, model: '@novita/m', models: null });
          expect(status === 200 || status === 404 || (isRefusal(status) && param !== null), `${status} ${param}: ${message}`).toBe(true);
        }),
        { numRuns: 100 },
      );
    });
  });
});
