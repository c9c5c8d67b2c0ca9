/** A client of Messages at a service that has Bedrock's Converse alone, over real HTTP: its requests are translated there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { readMessage } from '../dialects/anthropic/client/read-message.ts';
import { toFrame } from '../simulator/wire-formats/bedrock.ts';
import { bodyOf, listen, type OwnUpstream } from '../support/http-upstream.ts';
import { post } from './harness.ts';

const USAGE = { inputTokens: 3, outputTokens: 4, totalTokens: 7 };
const TOOL_USE = { toolUseId: 'A', name: 'lookup' };
const WHOLE = {
  output: { message: { role: 'assistant', content: [{ text: 'Well.' }, { toolUse: { ...TOOL_USE, input: { word: 'x' } } }] } },
  stopReason: 'tool_use',
  usage: USAGE,
};
const delta = (contentBlockIndex: number, piece: object) => toFrame('event', 'contentBlockDelta', { contentBlockIndex, delta: piece });
const FRAMES = [
  toFrame('event', 'messageStart', { role: 'assistant' }),
  delta(0, { text: 'Well.' }),
  toFrame('event', 'contentBlockStop', { contentBlockIndex: 0 }),
  toFrame('event', 'contentBlockStart', { contentBlockIndex: 1, start: { toolUse: TOOL_USE } }),
  delta(1, { toolUse: { input: '{"word":"x"}' } }),
  toFrame('event', 'contentBlockStop', { contentBlockIndex: 1 }),
  toFrame('event', 'messageStop', { stopReason: 'tool_use' }),
  toFrame('event', 'metadata', { usage: USAGE, metrics: { latencyMs: 1 } }),
];

let [upstream, router]: [OwnUpstream | null, ServingOperation | null] = [null, null];
const paths: (string | undefined)[] = [];

beforeAll(async () => {
  upstream = await listen(async (request, response) => {
    await bodyOf(request);
    const action = request.url?.split('/').at(-1);
    paths.push(action);
    if (action === 'converse') response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(WHOLE));
    else if (action === 'converse-stream')
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(Buffer.concat(FRAMES));
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
  });
  router = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    MAX_ATTEMPTS: '1',
    AMAZON_BEDROCK_API_KEY: 'key-of-bedrock',
    AMAZON_BEDROCK_BASE_URL: upstream.url,
  });
});
afterAll(async () => {
  await router?.stop();
  await upstream?.stop();
});

describe('POST /messages at a service with Converse alone', () => {
  it('answers in the format, streamed and not', async () => {
    const ask = (more: object) =>
      post(`${router?.url ?? ''}/v1/messages`, {
        model: '@amazon-bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0',
        max_tokens: 50,
        messages: [{ role: 'user', content: 'Look x up' }],
        tools: [{ name: 'lookup', input_schema: { type: 'object' } }],
        ...more,
      });
    const expected = {
      content: [
        { type: 'text', text: 'Well.' },
        { type: 'tool_use', id: 'A', name: 'lookup', input: { word: 'x' } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 3, output_tokens: 4 },
    };
    const { message, isComplete } = readMessage(await (await ask({ stream: true })).text());
    expect(isComplete).toBe(true);
    expect(message).toMatchObject(expected);
    expect(await (await ask({})).json()).toMatchObject({ type: 'message', ...expected });
    expect(paths.slice(0, 2)).toEqual(['invoke-with-response-stream', 'converse-stream']);
    expect(paths.at(-1)).toBe('converse');
  });
});
