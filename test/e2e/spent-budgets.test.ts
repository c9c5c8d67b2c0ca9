/** Official clients with a key whose budget is spent, or held by other requests: what they throw, and how often they send. */
import Anthropic, { APIError as AnthropicError } from '@anthropic-ai/sdk';
import OpenAI, { APIError, RateLimitError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OBJECTS } from '../dev/serve.ts';
import { startHarness, type Harness } from './harness.ts';
import { ADMIN_KEY, createKey } from './manage-keys.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ ADMIN_API_KEY: ADMIN_KEY, ALLOW_ANONYMOUS: 'false' }, 30, { objects: OBJECTS });
});
afterAll(() => harness?.stop());

const MODEL = 'openai/gpt-4o-mini';
const messages = [{ role: 'user' as const, content: 'hello' }];

/** Counts requests. */
function counting() {
  const seen = { statuses: [] as number[] };
  const counted = async (...args: Parameters<typeof fetch>) => {
    const response = await fetch(...args);
    seen.statuses.push(response.status);
    return response;
  };
  return { seen, fetch: counted };
}

/** Each client, and the call that it makes with a key. */
const CALLS = {
  chat: (key: string, send: typeof fetch) =>
    new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: key, fetch: send }).chat.completions.create({ model: MODEL, messages }),
  responses: (key: string, send: typeof fetch) =>
    new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: key, fetch: send }).responses.create({ model: MODEL, input: 'hello' }),
  messages: (key: string, send: typeof fetch) =>
    new Anthropic({ baseURL: harness.url, apiKey: key, fetch: send }).messages.create({ model: MODEL, messages, max_tokens: 4096 }),
};

type Call = keyof typeof CALLS;

const thrownBy = async (call: Call, key: string, send: typeof fetch): Promise<unknown> =>
  CALLS[call](key, send).then(
    () => null,
    (thrown: unknown) => thrown,
  );

describe('an official client whose budget is spent', () => {
  it.each([
    { call: 'chat', status: 402, error: APIError, fields: { type: 'payment_required' } },
    { call: 'responses', status: 429, error: RateLimitError, fields: { code: 'insufficient_quota' } },
    { call: 'messages', status: 402, error: AnthropicError, fields: { error: { error: { type: 'billing_error' } } } },
  ] as const)('of $call sends once, and throws $status', async ({ call, status, error, fields }) => {
    const { key } = await createKey(harness.url, { limit: 0.000001 });
    const { seen, fetch: send } = counting();
    const thrown = await thrownBy(call, key, send);
    expect(thrown).toBeInstanceOf(error);
    expect(thrown).toMatchObject({ status, ...fields });
    expect(seen.statuses).toEqual([status]);
  });
});

describe('an official client whose budget other requests hold', () => {
  it.each(['chat', 'responses', 'messages'] as const)('of %s waits as it is told, and is answered in the end', async (call) => {
    const { key } = await createKey(harness.url, { limits: [{ resource: 'concurrent', amount: 1 }] });
    const { seen, fetch: send } = counting();
    const results = await Promise.all([1, 2].map(() => thrownBy(call, key, send)));
    expect(results).toEqual([null, null]);
    expect(seen.statuses.filter((status) => status === 200)).toHaveLength(2);
    expect(new Set(seen.statuses)).toEqual(new Set([429, 200]));
  });
});
