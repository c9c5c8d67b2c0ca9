/** `POST /messages` over real HTTP, in front of scripted upstreams and of the simulator's formats. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMessage } from '../dialects/anthropic/client/read-message.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { logged, post, startHarness, type Harness } from './harness.ts';

/** A chunk of a chat stream with pieces of calls. */
const callFrame = (...calls: object[]): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { tool_calls: calls }, finish_reason: null }] })}\n\n`;
const begin = (index: number, id: string, name: string) => ({ index, id, type: 'function', function: { name, arguments: '' } });
const piece = (index: number, text: string) => ({ index, function: { arguments: text } });

/** Streams of an upstream, by what the user says. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'call two tools at once': [
    contentFrame('x'),
    callFrame(begin(0, 'A', 'f')),
    callFrame(piece(0, '{"a"'), begin(1, 'B', 'g')),
    callFrame(piece(1, '{"b":1}')),
    callFrame(piece(0, ':1}')),
    ENDING,
  ].join(''),
  'break off': contentFrame('x'),
};

function reply(text: string, response: ServerResponse): void {
  const script = Object.entries(SCRIPTS).find(([words]) => text.includes(words))?.[1];
  if (script === undefined) {
    response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"we are overloaded","code":"overloaded"}}');
    return;
  }
  response.writeHead(200, STREAM_HEADERS).end(script);
}

let [harness, upstream]: [Harness | null, OwnUpstream | null] = [null, null];
beforeAll(async () => {
  upstream = await listen(async (request, response) => reply(await bodyOf(request), response));
  harness = await startHarness({ NOVITA_API_KEY: 'key', NOVITA_BASE_URL: upstream.url });
});
afterAll(async () => {
  await harness?.stop();
  await upstream?.stop();
});

const ask = (path: string, content: string, fields: object = {}) =>
  post(`${harness?.url ?? ''}${path}`, { model: '@novita/m', max_tokens: 100, messages: [{ role: 'user', content }], ...fields });

describe('POST /messages', () => {
  it('writes calls that an upstream mixes one after the other', async () => {
    const response = await ask('/v1/messages?beta=true', 'call two tools at once', { stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    const { message, isComplete } = readMessage(await response.text());
    expect(isComplete).toBe(true);
    expect(message).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      content: [
        { type: 'text', text: 'x' },
        { type: 'tool_use', id: 'A', name: 'f', input: { a: 1 } },
        { type: 'tool_use', id: 'B', name: 'g', input: { b: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 2, output_tokens: 3 },
    });
  });

  it('ends a stream that breaks off with an error', async () => {
    const { message, error, isComplete } = readMessage(await (await ask('/v1/messages', 'break off', { stream: true })).text());
    expect(message).toMatchObject({ content: [{ type: 'text', text: 'x' }], stop_reason: null });
    expect(error).toMatchObject({ type: 'error', error: { type: 'api_error' }, request_id: expect.stringMatching(/^req_/) });
    expect(isComplete).toBe(false);
  });

  it('answers a failure before the first byte in the format', async () => {
    const response = await ask('/v1/messages', 'nothing is scripted', { stream: true });
    expect(response.status).toBe(529);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } });
  });

  it('counts tokens without a limit for an answer', async () => {
    const response = await ask('/v1/messages/count_tokens?beta=true', 'hello', { max_tokens: undefined });
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) });
  });

  it.each([
    '@openai/gpt-4o',
    '@anthropic/claude-sonnet-4-5',
    '@amazon-bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    '@google-vertex/claude-sonnet-4-5@20250929',
    '@google-ai-studio/gemini-2.5-flash',
    '@cohere/command-a-03-2025',
  ])('has the same answer streamed and not, at %s', async (model) => {
    const tool = { name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };
    for (const fields of [{}, { tools: [tool] }]) {
      const [whole, streamed] = await Promise.all([
        ask('/v1/messages', 'What is the weather?', { model, ...fields }),
        ask('/v1/messages', 'What is the weather?', { model, ...fields, stream: true }),
      ]);
      const body = (await whole.json()) as { content: unknown[] };
      const { message, isComplete } = readMessage(await streamed.text());
      expect(isComplete).toBe(true);
      expect(withoutIds(message)).toEqual(withoutIds(body));
      expect(body).toMatchObject({ type: 'message', stop_reason: 'tools' in fields ? 'tool_use' : 'end_turn' });
    }
  });
});

describe('POST /messages at simulated clouds with Claude', () => {
  it.each([
    ['@amazon-bedrock/us.anthropic.claude-opus-4-7', 'bedrock-2023-05-31'],
    ['@google-vertex/claude-opus-4-7', 'vertex-2023-10-16'],
  ])("sends the client's own body, at %s", async (model, version) => {
    const text = `native at ${model}`;
    const response = await ask('/v1/messages', text, { model, output_config: { effort: 'xhigh' } });
    expect(response.status).toBe(200);
    const entry = await logged(harness as Harness, text);
    expect(entry?.body).toEqual({
      anthropic_version: version,
      max_tokens: 100,
      messages: [{ role: 'user', content: text }],
      output_config: { effort: 'xhigh' },
    });
  });

  it.each([
    '@anthropic/claude-sonnet-4-5',
    '@amazon-bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    '@google-vertex/claude-sonnet-4-5@20250929',
  ])('plays a loop of tools with thinking as Claude Code does, at %s', async (model) => {
    const tools = [{ name: 'get_weather', input_schema: { type: 'object', properties: {} } }];
    const fields = { model, tools, max_tokens: 3000, thinking: { type: 'enabled', budget_tokens: 2000 }, stream: true };
    const question = { role: 'user', content: 'What is the weather?' };
    const { message } = readMessage(await (await ask('/v1/messages', '', { ...fields, messages: [question] })).text());
    const { content } = message as { content: { type: string; id: string }[] };
    expect(content.map(({ type }) => type)).toEqual(['thinking', 'tool_use']);
    const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: content[1]?.id, content: 'rain' }] };
    const second = await ask('/v1/messages', '', { ...fields, messages: [question, { role: 'assistant', content }, result] });
    expect(readMessage(await second.text()).isComplete).toBe(true);
  });
});

/** What two answers to one request have in common. */
function withoutIds(message: unknown): unknown {
  const { content, stop_reason, usage } = message as { content: object[]; stop_reason: string; usage: object };
  return { content: content.map((block) => ({ ...block, id: '', signature: '', data: '' })), stop_reason, usage };
}
