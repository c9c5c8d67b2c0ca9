/** Claude on Google Vertex AI over real HTTP: the address, the body, the answer, and errors in both of the forms that Vertex returns. */
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, post } from './harness.ts';

type Call = { url: string | undefined; authorization: string | undefined; body: Record<string, unknown> };

const MODEL = '@google-vertex/claude-sonnet-4-5@20250929';

const frame = (payload: { type: string } & Record<string, unknown>) => `event: ${payload.type}\ndata: ${JSON.stringify(payload)}\n\n`;

const ANSWER = {
  id: 'msg_vrtx_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Good day.' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 9, output_tokens: 4 },
};
const STREAM = [
  { type: 'message_start', message: { ...ANSWER, content: [], stop_reason: null, usage: { input_tokens: 9, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Good day.' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } },
  { type: 'message_stop' },
];

let vertex: OwnUpstream;
let router: ServingOperation;
let calls: Call[] = [];
let refusal: { status: number; body: unknown } | null = null;

async function read(request: IncomingMessage): Promise<void> {
  const text = await bodyOf(request);
  calls.push({ url: request.url, authorization: request.headers.authorization, body: JSON.parse(text) as Call['body'] });
}

beforeAll(async () => {
  vertex = await listen(async (request, response) => {
    await read(request);
    if (refusal !== null) response.writeHead(refusal.status, { 'content-type': 'application/json' }).end(JSON.stringify(refusal.body));
    else if (request.url?.endsWith(':streamRawPredict') === true) response.writeHead(200, STREAM_HEADERS).end(STREAM.map(frame).join(''));
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(ANSWER));
  });
  router = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    MAX_ATTEMPTS: '1',
    GOOGLE_VERTEX_PROJECT: 'p',
    GOOGLE_VERTEX_ACCESS_TOKEN: 'token-of-vertex',
    GOOGLE_VERTEX_BASE_URL: `${vertex.url}/v1`,
  });
});
afterAll(async () => {
  await router.stop();
  await vertex.stop();
});
beforeEach(() => {
  calls = [];
  refusal = null;
});

const ask = (more: Record<string, unknown> = {}) =>
  post(`${router.url}/v1/chat/completions`, { model: MODEL, messages: [{ role: 'user', content: 'hello' }], max_tokens: 50, ...more });

describe('Claude on Vertex', () => {
  it('is called by rawPredict, with the model in the path and the version in the body', async () => {
    const response = await ask({ temperature: 0.5, stop: ['END'] });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      choices: [{ message: { content: 'Good day.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 9, completion_tokens: 4 },
    });
    expect(calls).toEqual([
      {
        url: '/v1/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict',
        authorization: 'Bearer token-of-vertex',
        body: {
          anthropic_version: 'vertex-2023-10-16',
          max_tokens: 50,
          messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
          temperature: 0.5,
          stop_sequences: ['END'],
        },
      },
    ]);
  });

  it('is streamed by streamRawPredict', async () => {
    const response = await ask({ stream: true, stream_options: { include_usage: true } });
    const text = await response.text();
    expect(text).toContain('"content":"Good day."');
    expect(text).toContain('"completion_tokens":4');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(calls.map(({ url, body }) => [url, body['stream']])).toEqual([
      ['/v1/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict', true],
    ]);
  });

  it('does not change the calls of Gemini', async () => {
    refusal = { status: 404, body: { error: { code: 404, message: 'no such model', status: 'NOT_FOUND' } } };
    await (await ask({ model: '@google-vertex/gemini-2.5-flash' })).text();
    expect(calls.map(({ url }) => url)).toEqual(['/v1/models/gemini-2.5-flash:generateContent']);
  });

  it('returns JSON for a schema through a tool, because structured output is off there by default', async () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false };
    await (await ask({ response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } })).text();
    expect(calls[0]?.body).toMatchObject({ tools: [{ input_schema: schema }], tool_choice: { type: 'tool' } });
    expect(calls[0]?.body).not.toHaveProperty('output_config');
  });

  it.each([
    [429, { type: 'error', error: { type: 'rate_limit_error', message: 'Slow down.' } }, 429],
    [400, { type: 'error', error: { type: 'invalid_request_error', message: 'max_tokens: Field required' } }, 400],
    [429, { error: { code: 429, message: 'Quota exceeded for aiplatform.googleapis.com.', status: 'RESOURCE_EXHAUSTED' } }, 429],
    [404, [{ error: { code: 404, message: 'Publisher Model was not found.', status: 'NOT_FOUND' } }], 404],
    [400, { error: { code: 400, message: 'Project `1` is not allowed to use Publisher Model.', status: 'FAILED_PRECONDITION' } }, 502],
  ])('reads an error of status %i, %j', async (status, body, expected) => {
    refusal = { status, body };
    const response = await ask();
    expect(response.status).toBe(expected);
    const [said] = [body].flat();
    expect((await errorOf(response)).message).toContain(said?.error.message);
  });
});
