/** Several keys of a provider under load, over real HTTP: no request fails as long as one key works. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, hello, post } from './harness.ts';

const GOOD = 'good-key-7391';
const BAD = 'bad-key-5512';
const OTHER_BAD = 'bad-key-8830';

type Answer = (response: ServerResponse, status: number, body: object, headers?: Record<string, string>) => void;
const json: Answer = (response, status, body, headers = {}) =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const refuse =
  (status: number, message: string, more: object = {}) =>
  (response: ServerResponse) =>
    json(response, status, { error: { message, ...more } });
const firstEvent = (error: object) => (response: ServerResponse) =>
  void response.writeHead(200, STREAM_HEADERS).end(`data: ${JSON.stringify({ error })}\n\n`);

const CREDIT = { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API.' };

/** What a bad key leads to, by provider: each has its own, since a bad key is remembered. */
const REFUSALS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  novita: refuse(401, 'Incorrect API key provided'),
  groq: refuse(402, 'Payment required'),
  deepinfra: refuse(429, 'Rate limit reached'),
  cerebras: refuse(400, 'Billing hard limit has been reached', { type: 'invalid_request_error', code: 'billing_hard_limit_reached' }),
  nebius: refuse(403, 'Your account may not use this model'),
  hyperbolic: refuse(404, 'The model does not exist or you do not have access to it'),
  together: refuse(200, 'Incorrect API key provided', { code: 401, type: 'authentication_error' }),
  fireworks: firstEvent({ message: 'Rate limit reached', code: 429, type: 'rate_limit_exceeded' }),
  openai: refuse(401, `Incorrect API key provided: ${OTHER_BAD}`),
  anthropic: (response) => json(response, 400, { type: 'error', error: CREDIT }),
  mistral: refuse(401, `Unauthorized, like ${BAD} and ${OTHER_BAD}`),
};
const SLUGS = Object.keys(REFUSALS).filter((slug) => slug !== 'mistral');
const variable = (slug: string, name: string) => `${slug.toUpperCase().replaceAll('-', '_')}_${name}`;

/** A model that always fails, whatever the key. */
const OVERLOADED = 'claude-overloaded';

let host: OwnUpstream;
let router: ServingOperation;
/** Keys that each provider was called with. */
const used = new Map<string, string[]>();
/** When the provider xai was called with its limited key, in milliseconds since 1970. */
const limitedAtMs: number[] = [];

const COMPLETION = { id: 'c', object: 'chat.completion', created: 1, model: 'm' };
const usage = { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 };

/** A message of Anthropic's. */
function answerMessage({ stream }: { stream?: boolean }, response: ServerResponse): void {
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'm', stop_reason: null, stop_sequence: null };
  const counts = { input_tokens: 2, output_tokens: 3 };
  if (stream !== true) {
    const content = [{ type: 'text', text: 'fine' }];
    return json(response, 200, { ...message, content, stop_reason: 'end_turn', usage: counts });
  }
  const events = [
    { type: 'message_start', message: { ...message, content: [], usage: counts } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'fine' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: counts },
    { type: 'message_stop' },
  ];
  const frames = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, STREAM_HEADERS).end(frames.join(''));
}

function answerWell(path: string, body: { stream?: boolean; input?: unknown }, response: ServerResponse): void {
  if (path.endsWith('/embeddings')) {
    const count = Array.isArray(body.input) ? body.input.length : 1;
    const data = Array.from({ length: count }, (_, index) => ({ object: 'embedding', index, embedding: [0.5, 0.25] }));
    return json(response, 200, { object: 'list', model: 'm', data, usage: { prompt_tokens: 2, total_tokens: 2 } });
  }
  if (path.endsWith('/messages')) return answerMessage(body, response);
  if (body.stream === true) return void response.writeHead(200, STREAM_HEADERS).end(contentFrame('fine') + ENDING);
  const choices = [{ index: 0, message: { role: 'assistant', content: 'fine' }, finish_reason: 'stop' }];
  return json(response, 200, { ...COMPLETION, choices, usage });
}

beforeAll(async () => {
  host = await listen((incoming, response) => {
    const key = (incoming.headers.authorization ?? String(incoming.headers['x-api-key'])).replace('Bearer ', '');
    const path = incoming.url ?? '';
    const slug = path.split('/')[1] ?? '';
    used.set(slug, [...(used.get(slug) ?? []), key]);
    void bodyOf(incoming).then((text) => {
      const body = JSON.parse(text) as { model: string; stream?: boolean; input?: unknown };
      if (body.model === OVERLOADED)
        return json(response, 529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
      if (slug === 'xai' && key === BAD) {
        limitedAtMs.push(Date.now());
        return json(response, 429, { error: { message: 'Rate limit reached' } }, { 'retry-after': '1' });
      }
      return key === GOOD ? answerWell(path, body, response) : REFUSALS[slug]?.(response);
    });
  });
  const keyed = [...SLUGS, 'xai', 'mistral'];
  router = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    ...Object.fromEntries(keyed.map((slug) => [variable(slug, 'BASE_URL'), `${host.url}/${slug}`])),
    ...Object.fromEntries(keyed.map((slug) => [variable(slug, 'API_KEY'), `${BAD},${GOOD}`])),
    OPENAI_API_KEY: `${BAD},${OTHER_BAD},${GOOD}`,
    MISTRAL_API_KEY: `${BAD},${OTHER_BAD}`,
  });
});
afterAll(async () => {
  await router.stop();
  await host.stop();
});

type ReadResponse = { status: number; text: string; headers: Headers };
async function ask(path: string, body: object): Promise<ReadResponse> {
  const response = await post(`${router.url}/v1/${path}`, body, { 'x-openrouter-metadata': 'enabled' });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Asks 30 at a time, each of them so often. */
async function askMany(path: string, body: object, times = 2): Promise<ReadResponse[]> {
  const answers: ReadResponse[] = [];
  const worker = async () => {
    for (let request = 0; request < times; request++) answers.push(await ask(path, body));
  };
  await Promise.all(Array.from({ length: 30 }, worker));
  return answers;
}

const failuresOf = (answers: readonly ReadResponse[]) => answers.filter(({ status, text }) => status !== 200 || text.includes('"error"'));

describe.each(SLUGS)('30 requests at a time to %s with one working key of several', (slug) => {
  const model = `@${slug}/m`;

  it.each([true, false])('all succeed (stream: %s)', async (stream) => {
    const answers = await askMany('chat/completions', hello({ model, stream }), stream ? 4 : 1);
    expect(failuresOf(answers)).toEqual([]);
    expect(answers.every(({ text }) => text.includes('fine'))).toBe(true);
    const all = answers.map(({ text }) => text).join('');
    for (const key of [GOOD, BAD, OTHER_BAD]) expect(all).not.toContain(key);
  });
});

it('a rejected key is not used by later requests', async () => {
  const model = '@openai/m';
  await ask('chat/completions', hello({ model }));
  used.set('openai', []);
  for (const stream of [true, false]) await ask('chat/completions', hello({ model, stream }));
  await ask('embeddings', { model: '@openai/text-embedding-3-small', input: 'a' });
  expect(used.get('openai')).toEqual([GOOD, GOOD, GOOD]);
});

it('each rejected key is listed as an attempt without its value', async () => {
  const answers = await askMany('chat/completions', hello({ model: '@deepinfra/another' }));
  const changed = answers.filter(({ text }) => text.includes('"attempt":2'));
  expect(changed.length).toBeGreaterThan(0);
  expect(JSON.parse(changed[0]?.text ?? '')).toMatchObject({
    openrouter_metadata: {
      attempts: [
        { status: 429, error_type: 'rate_limit_exceeded' },
        { status: 200, error_type: null },
      ],
    },
  });
});

it('embeddings try another key after a rejected one', async () => {
  const answers = await askMany('embeddings', { model: '@openai/text-embedding-3-small', input: ['a', 'b'] });
  expect(failuresOf(answers)).toEqual([]);
});

it('a rate-limited key is used again after its Retry-After, and no request fails meanwhile', async () => {
  while (limitedAtMs.length < 2) {
    expect((await ask('chat/completions', hello({ model: '@xai/m' }))).status).toBe(200);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  const [first = 0, second = 0] = limitedAtMs;
  expect(second - first).toBeGreaterThanOrEqual(1000);
});

it('an error after every key was rejected contains no key, and each key was tried once', async () => {
  const response = await post(`${router.url}/v1/chat/completions`, hello({ model: '@mistral/m' }));
  const text = JSON.stringify(await errorOf(response));
  expect(response.status).toBe(502);
  expect(text).toContain('MISTRAL_API_KEY');
  for (const key of [BAD, OTHER_BAD]) expect(text).not.toContain(key);
  expect(used.get('mistral')?.toSorted()).toEqual([BAD, OTHER_BAD].toSorted());
});

describe('MAX_UPSTREAM_CALLS', () => {
  it('allows at most 32 calls for 32 choices of a failing provider, and the error names the limit', async () => {
    used.set('anthropic', []);
    const response = await post(`${router.url}/v1/chat/completions`, hello({ model: `@anthropic/${OVERLOADED}`, n: 32 }));
    expect(response.ok).toBe(false);
    const { message } = await errorOf(response);
    expect(message).toContain('Overloaded');
    expect(message).toContain('MAX_UPSTREAM_CALLS');
    expect(used.get('anthropic')?.length).toBeLessThanOrEqual(32);
  });

  it('allows 32 choices of a provider with one rejected key', async () => {
    await ask('chat/completions', hello({ model: '@anthropic/m' }));
    used.set('anthropic', []);
    const { status, text } = await ask('chat/completions', hello({ model: '@anthropic/m', n: 32 }));
    expect([status, (JSON.parse(text) as { choices: unknown[] }).choices.length]).toEqual([200, 32]);
    expect(used.get('anthropic')).toEqual(Array.from({ length: 32 }, () => GOOD));
  });
});
