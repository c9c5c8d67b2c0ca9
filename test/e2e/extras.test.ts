/** What all client formats share besides their own fields, over real HTTP: the same request through each of them to one chat provider. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { post } from './harness.ts';

type Fields = Record<string, unknown>;

/** A model with a context of 8,192 tokens. */
const MODEL = '@novita/meta-llama/llama-3-8b-instruct';

let provider: OwnUpstream;
let router: ServingOperation;
/** Bodies and idempotency keys of the upstream calls. */
let sent: { body: Fields; key: string | undefined }[] = [];
/** The text of the next answer that is not streamed. */
let text = 'Hello';

const JSON_HEADERS = { 'content-type': 'application/json' };

const claudeAnswer = (answer: string): Fields => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-4-5',
  content: [{ type: 'text', text: answer }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 7, output_tokens: 3 },
});

beforeAll(async () => {
  provider = await listen(async (request, response) => {
    const body = JSON.parse(await bodyOf(request)) as Fields;
    sent.push({ body, key: request.headers['idempotency-key'] as string | undefined });
    if (request.url === '/messages') return void response.writeHead(200, JSON_HEADERS).end(JSON.stringify(claudeAnswer(text)));
    if (body['stream'] === true) return void response.writeHead(200, STREAM_HEADERS).end(contentFrame('Hello') + ENDING);
    const choice = { index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    response.writeHead(200, JSON_HEADERS).end(JSON.stringify({ id: 'c', model: 'm', choices: [choice], usage }));
  });
  const addresses = Object.fromEntries(['NOVITA', 'DEEPINFRA', 'ANTHROPIC'].map((name) => [`${name}_BASE_URL`, provider.url]));
  router = await serveRouter({ ALLOW_ANONYMOUS: 'true', MAX_ATTEMPTS: '1', ...addresses });
});
afterAll(async () => {
  await router.stop();
  await provider.stop();
});
beforeEach(() => {
  [sent, text] = [[], 'Hello'];
});

/** A conversation in the fields of one client format. `format`: asks for JSON of this schema; `user`: names the end user. */
type Door = {
  path: string;
  body: (turns: Fields[]) => Fields;
  user: (name: string) => Fields;
  format: (schema: Fields) => Fields;
  shorten: Fields;
};

const DOORS: [string, Door][] = [
  [
    'chat completions',
    {
      path: '/v1/chat/completions',
      body: (messages) => ({ messages, max_tokens: 100 }),
      user: (user) => ({ user }),
      format: (schema) => ({ response_format: { type: 'json_schema', json_schema: { name: 'x', schema } } }),
      shorten: { transforms: ['middle-out'] },
    },
  ],
  [
    'Messages',
    {
      path: '/v1/messages?beta=true',
      body: (messages) => ({ messages, max_tokens: 100 }),
      user: (user) => ({ metadata: { user_id: user } }),
      format: (schema) => ({ output_config: { format: { type: 'json_schema', schema } } }),
      shorten: { transforms: ['middle-out'] },
    },
  ],
  [
    'Responses',
    {
      path: '/v1/responses',
      body: (input) => ({ input, max_output_tokens: 100, store: false }),
      user: (user) => ({ user }),
      format: (schema) => ({ text: { format: { type: 'json_schema', name: 'x', schema } } }),
      shorten: { truncation: 'auto' },
    },
  ],
];

const HELLO = [{ role: 'user', content: 'hello' }];

describe.each(DOORS)('%s', (_, { path, body, user, format, shorten }) => {
  async function ask(fields: Fields = {}, turns: Fields[] = HELLO, headers: Record<string, string> = {}): Promise<Fields> {
    const response = await post(`${router.url}${path}`, { model: MODEL, ...body(turns), ...fields }, headers);
    expect([response.status, response.status === 200 ? '' : await response.text()]).toEqual([200, '']);
    const isStream = response.headers.get('content-type')?.includes('event-stream') === true;
    return isStream ? { stream: await response.text() } : ((await response.json()) as Fields);
  }

  it('hashes the user before a provider gets it', async () => {
    const model = '@deepinfra/any-model';
    const name = JSON.stringify({ device_id: 'd'.repeat(64), session_id: 's'.repeat(36) });
    await ask({ model, ...user(name) });
    await ask({ model, ...user(name) });
    const [first, second] = sent.map((call) => call.body['user']);
    expect(first).toMatch(/^usr_[0-9a-f]{32}$/);
    expect(second).toBe(first);
  });

  it('sends idempotency keys on, the same for the same request', async () => {
    await ask({}, HELLO, { 'Idempotency-Key': 'order-1' });
    await ask({}, HELLO, { 'Idempotency-Key': 'order-1' });
    await ask();
    expect(sent[0]?.key).toMatch(/^order-1-/);
    expect(sent.map(({ key }) => key)).toEqual([sent[0]?.key, sent[0]?.key, undefined]);
  });

  it('shortens a conversation that is too long, where the request allows it', async () => {
    const turns = Array.from({ length: 41 }, (__, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `${index} ${'word '.repeat(400)}`,
    }));
    const refused = await post(`${router.url}${path}`, { model: MODEL, ...body(turns) });
    expect(refused.status).toBe(400);
    const answer = await ask(shorten, turns);
    const messages = sent[0]?.body['messages'] as { content: string }[];
    expect(messages.length).toBeLessThan(25);
    expect([messages[0]?.content.slice(0, 6), messages.at(-1)?.content.slice(0, 7)]).toEqual(['0 word', '40 word']);
    expect(JSON.stringify(answer)).toContain('messages are left out of the middle');
  });

  it('shows what was sent in a stream that asks for it', async () => {
    const { stream } = await ask({ stream: true, debug: { echo_upstream_body: true } });
    expect(stream).toContain(`"echo_upstream_body":`);
    expect(stream).toContain(JSON.stringify(sent[0]?.body));
    expect(sent[0]?.body).not.toHaveProperty('debug');
  });

  it('repairs an answer that should be JSON, and reports it', async () => {
    text = 'Here you are:\n```json\n{"a": 1,}\n```';
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false };
    const answer = JSON.stringify(await ask({ ...format(schema), plugins: [{ id: 'response-healing' }] }));
    expect(answer).toMatch(/"(content|text)":"\{\\"a\\": 1\}"/);
    expect(answer).toContain('response-healing repaired it');
    expect(sent[0]?.body).not.toHaveProperty('plugins');
  });
});

describe('an upstream of the client format', () => {
  const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false };

  it('has its answer repaired as well, and what else is in it kept', async () => {
    text = '```json\n{"a": 1,}\n```';
    const response = await post(`${router.url}/v1/messages`, {
      model: '@anthropic/claude-opus-4-5',
      max_tokens: 100,
      messages: HELLO,
      output_config: { format: { type: 'json_schema', schema } },
      plugins: [{ id: 'response-healing' }],
    });
    const answer = (await response.json()) as Fields;
    expect(answer).toMatchObject({ content: [{ type: 'text', text: '{"a": 1}' }], stop_reason: 'end_turn', usage: { input_tokens: 7 } });
    expect(JSON.stringify(answer['tributary'])).toContain('response-healing repaired it');
    expect(sent[0]?.body).not.toHaveProperty('plugins');
  });
});
