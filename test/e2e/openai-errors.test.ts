/** Errors as the `openai` package returns them: its own classes, the parameter at fault, and what stops its retries or delays them. */
import OpenAI, { APIError, AuthenticationError, BadRequestError, InternalServerError, NotFoundError, RateLimitError } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness, type Harness } from './harness.ts';

let harness: Harness;
let closed: Harness;
beforeAll(async () => {
  harness = await startHarness({ MAX_REQUEST_BYTES: '2000', MAX_ATTEMPTS: '1' }, 1);
  closed = await startHarness({ ROUTER_API_KEYS: 'right-key' });
});
afterAll(async () => {
  await harness.stop();
  await closed.stop();
});

const messages = [{ role: 'user' as const, content: 'hello' }];

function clientOf(where: Harness, headers: Record<string, string> = {}): OpenAI {
  return new OpenAI({ baseURL: `${where.url}/v1`, apiKey: 'wrong-key', maxRetries: 0, defaultHeaders: headers });
}

/** The error of a call that must fail. */
async function failure(call: Promise<unknown>): Promise<APIError> {
  const thrown = await call.then(
    () => new Error('the call succeeded'),
    (error: unknown) => error,
  );
  if (thrown instanceof APIError) return thrown;
  throw thrown;
}

const chat = (client: OpenAI, fields: object) =>
  failure(client.chat.completions.create({ model: '@novita/m', messages, ...fields } as OpenAI.ChatCompletionCreateParams));

describe.each([false, true])('an error before the first byte (stream: %s)', (stream) => {
  it.each([
    { param: 'temperature', fields: { temperature: 3 } },
    { param: 'top_logprobs', fields: { top_logprobs: 3 } },
    { param: 'messages', fields: { messages: [] } },
    { param: 'messages[0].content', fields: { messages: [{ role: 'user', content: 7 }] } },
    { param: 'stop', fields: { stop: 7 } },
    { param: 'model', fields: { model: undefined } },
  ])('400 names $param', async ({ param, fields }) => {
    const error = await chat(clientOf(harness), { stream, ...fields });
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, param, type: 'invalid_request', code: 400 });
    expect(error.message).toContain(param);
    expect(error.headers?.get('x-should-retry')).toBe('false');
    expect(error.headers?.has('retry-after')).toBe(false);
  });

  it('401 for a key that is not one of the router', async () => {
    const error = await chat(clientOf(closed), { stream });
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(error.headers?.get('x-should-retry')).toBe('false');
    expect(error.message).not.toContain('wrong-key');
  });

  it('404 for an unknown model', async () => {
    const error = await chat(clientOf(harness), { stream, model: 'nobody/nothing' });
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error.message).toContain('nobody/nothing');
  });

  it('413 for a body above the limit', async () => {
    const error = await chat(clientOf(harness), { stream, messages: [{ role: 'user', content: 'x'.repeat(2000) }] });
    expect(error).toMatchObject({ status: 413, type: 'payload_too_large' });
    expect(error.message).toContain('2000');
  });

  it("429 carries the provider's own Retry-After", async () => {
    const error = await chat(clientOf(harness, { 'x-simulator-fault': 'status=429' }), { stream });
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error.headers?.get('retry-after')).toBe('2');
    expect(error.headers?.has('x-should-retry')).toBe(false);
  });

  it("502 is retryable for a provider that fails, and not for one that rejects the router's key", async () => {
    const failed = await chat(clientOf(harness, { 'x-simulator-fault': 'status=500' }), { stream });
    expect(failed).toBeInstanceOf(InternalServerError);
    expect(failed.headers?.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const refused = await chat(clientOf(harness, { 'x-simulator-fault': 'status=401' }), { stream });
    expect(refused).toBeInstanceOf(InternalServerError);
    expect(refused.message).toContain('NOVITA_API_KEY');
    expect(refused.headers?.get('x-should-retry')).toBe('false');
  });
});

it('an error inside a stream is thrown by the package after the text so far', async () => {
  const client = clientOf(harness, { 'x-simulator-fault': 'cut-after=8' });
  const stream = await client.chat.completions.create({ model: '@novita/m', messages, stream: true });
  const pieces: string[] = [];
  const error = await failure(
    (async () => {
      for await (const chunk of stream) pieces.push(chunk.choices[0]?.delta.content ?? '');
    })(),
  );
  expect(pieces.join('')).toMatch(/^You said:/);
  expect(error.message).toContain('Novita AI');
  expect(error.type).toBe('provider_unavailable');
});

it('a request that cannot succeed is not retried by the package', async () => {
  const client = new OpenAI({
    baseURL: `${harness.url}/v1`,
    apiKey: 'any',
    maxRetries: 3,
    defaultHeaders: { 'x-simulator-fault': 'redirect' },
  });
  const content = 'asked-once';
  await failure(client.chat.completions.create({ model: '@novita/m', messages: [{ role: 'user', content }] }));
  const log = (await (await fetch(`${harness.simulatorUrl}/log`)).json()) as { body: unknown }[];
  expect(log.filter(({ body }) => JSON.stringify(body).includes(content))).toHaveLength(1);
});
