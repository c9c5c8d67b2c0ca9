/**
 * Streams of an upstream of the client's own format that break off in the middle, and go on at another endpoint, of the same format or of
 * another. What the client gets is read by the strict readers of both formats.
 */
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { readMessage } from '../dialects/anthropic/client/read-message.ts';
import { readResponse } from '../dialects/read-response.ts';
import { event } from '../dialects/replay.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { createClientRouter } from '../support/client-router.ts';
import { bodyOf, counts } from '../support/scripted-upstream.ts';

const sse = (payloads: readonly (JsonObject | string)[]): Response =>
  new Response(bodyOf(...payloads.map(event)), { headers: { 'content-type': 'text/event-stream' } });

/** Another answer, in which the text comes in other pieces. */
const CHAT: readonly (JsonObject | string)[] = [
  CHAT_WIRE.chunk([{ index: 0, text: 'Hel' }]),
  CHAT_WIRE.chunk([{ index: 0, text: 'lo wor' }]),
  CHAT_WIRE.chunk([{ index: 0, text: 'ld.' }]),
  CHAT_WIRE.chunk([{ index: 0, finish: 'stop' }]),
  { choices: [], usage: counts(5, 7) },
  '[DONE]',
];

/** Streams the first part at one endpoint, which breaks off, and goes on at another. */
async function streamOf(
  client: TextClientDialect,
  body: JsonObject,
  answers: readonly Response[],
): Promise<{ text: string; calls: number }> {
  const left = [...answers];
  const router = createClientRouter(() => left.shift() ?? new Response('gone', { status: 503 }));
  const response = await router.ask(client, { ...body, stream: true });
  return { text: await response.text(), calls: router.sent.length };
}

describe('a stream of Messages that breaks off', () => {
  const delta = (index: number, fields: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta: fields });
  const start = (index: number, block: JsonObject): JsonObject => ({ type: 'content_block_start', index, content_block: block });
  const stop = (index: number): JsonObject => ({ type: 'content_block_stop', index });
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: [],
    usage: { input_tokens: 5, output_tokens: 1 },
  };
  const begin: JsonObject = { type: 'message_start', message };
  const thinking = (text: string, signature: string): JsonObject[] => [
    start(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: text }),
    delta(0, { type: 'signature_delta', signature }),
    stop(0),
  ];
  const text = (index: number, ...pieces: string[]): JsonObject[] => [
    start(index, { type: 'text', text: '' }),
    ...pieces.map((piece) => delta(index, { type: 'text_delta', text: piece })),
  ];
  const whole: JsonObject[] = [
    begin,
    ...thinking('Again', 'c2ln'),
    ...text(1, 'Hello', ' world.'),
    stop(1),
    { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 9 } },
    { type: 'message_stop' },
  ];
  const body = (second: string): JsonObject => ({
    model: '@anthropic/claude-opus-4-7',
    models: ['@anthropic/claude-opus-4-7', second],
    max_tokens: 99,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const others = [
    ['another format', '@novita/m', CHAT],
    ['the same format', '@google-vertex/claude-opus-4-7', whole],
  ] as const;
  const signed = { type: 'thinking', thinking: 'Hm', signature: 'YQ==' };

  it.each(
    others.flatMap(([format, second, rest]) =>
      [
        { cut: 'in text after thinking', part: [...thinking('Hm', 'YQ=='), ...text(1, 'Hello ')], before: [signed] },
        { cut: 'between the ends of a block of text and of the message', part: [...text(0, 'Hello '), stop(0)], before: [] },
        { cut: 'in a second block of text', part: [...text(0, 'Hel'), stop(0), ...text(1, 'lo')], before: [] },
        {
          cut: 'after the start of a block of text',
          part: [...thinking('Hm', 'YQ=='), start(1, { type: 'text', text: '' })],
          before: [signed],
        },
        { cut: 'in thinking', part: thinking('Hm', 'YQ==').slice(0, 2), before: [{ type: 'thinking', thinking: 'Hm', signature: '' }] },
        { cut: 'after thinking', part: thinking('Hm', 'YQ=='), before: [signed] },
        { cut: 'within the signature', part: thinking('Hm', 'YQ==').slice(0, 3), before: [signed] },
      ].map((row) => ({ ...row, format, second, rest })),
    ),
  )('$cut goes on in $format', async ({ part, before, second, rest }) => {
    const { text: stream, calls } = await streamOf(anthropicClient, body(second), [sse([begin, ...part]), sse(rest)]);
    const read = readMessage(stream);
    expect(read).toMatchObject({ error: null, isComplete: true, message: { id: 'msg_1', stop_reason: 'end_turn' } });
    const content = read.message?.['content'] as JsonObject[];
    expect(content.slice(0, before.length)).toEqual(before);
    const texts = content.slice(before.length);
    expect(texts.map(({ type }) => type)).toEqual(texts.map(() => 'text'));
    expect(texts.map((block) => String(block['text'])).join('')).toBe('Hello world.');
    expect(JSON.stringify(read.message?.['tributary'])).toContain('broke off');
    expect(calls).toBe(2);
  });

  it.each([
    [
      'in a tool call',
      [
        ...text(0, 'Hello '),
        stop(0),
        start(1, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
        delta(1, { type: 'input_json_delta', partial_json: '{"a"' }),
      ],
    ],
    [
      'after a block that no other format has',
      [start(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }), stop(0), ...text(1, 'Hello ')],
    ],
  ])('%s ends with an error', async (_, part) => {
    const { text: stream } = await streamOf(anthropicClient, body('@novita/m'), [sse([begin, ...part]), sse(CHAT)]);
    expect(readMessage(stream)).toMatchObject({ error: { type: 'error', error: { type: 'api_error' } }, isComplete: false });
  });

  it('ends with an error where the other answer differs', async () => {
    const differing = [CHAT_WIRE.chunk([{ index: 0, text: 'Good day.' }]), ...CHAT.slice(3)];
    const part = [begin, ...thinking('Hm', 'YQ=='), ...text(1, 'Hello ')];
    const { text: stream } = await streamOf(anthropicClient, body('@novita/m'), [sse(part), sse(differing), sse(part)]);
    expect(readMessage(stream)).toMatchObject({
      error: { type: 'error' },
      isComplete: false,
      message: { content: [signed, { text: 'Hello ' }] },
    });
  });
});

describe('a stream of Responses that breaks off', () => {
  const at = (type: string, fields: JsonObject): JsonObject => ({ type: `response.${type}`, ...fields });
  const response: JsonObject = { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-5.5', status: 'in_progress', output: [] };
  const begin = [at('created', { response }), at('in_progress', { response })];
  const reasoningItem = (index: number, text: string, encrypted: string): JsonObject[] => {
    const place = { item_id: `rs_${index}`, output_index: index, summary_index: 0 };
    const item = { id: `rs_${index}`, type: 'reasoning', summary: [] };
    const done = { ...item, summary: [{ type: 'summary_text', text }], encrypted_content: encrypted };
    return [
      at('output_item.added', { output_index: index, item }),
      at('reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } }),
      at('reasoning_summary_text.delta', { ...place, delta: text }),
      at('reasoning_summary_text.done', { ...place, text }),
      at('reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } }),
      at('output_item.done', { output_index: index, item: done }),
    ];
  };
  const partOf = (text: string): JsonObject => ({ type: 'output_text', text, annotations: [], logprobs: [] });
  const message = (index: number, ...pieces: string[]): JsonObject[] => {
    const place = { item_id: `msg_${index}`, output_index: index, content_index: 0 };
    const item = { id: `msg_${index}`, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    return [
      at('output_item.added', { output_index: index, item }),
      at('content_part.added', { ...place, part: partOf('') }),
      ...pieces.map((piece) => at('output_text.delta', { ...place, delta: piece, logprobs: [] })),
    ];
  };
  const endOf = (index: number, text: string): JsonObject[] => {
    const place = { item_id: `msg_${index}`, output_index: index, content_index: 0 };
    const item = { id: `msg_${index}`, type: 'message', role: 'assistant', status: 'completed', content: [partOf(text)] };
    return [
      at('output_text.done', { ...place, text, logprobs: [] }),
      at('content_part.done', { ...place, part: partOf(text) }),
      at('output_item.done', { output_index: index, item }),
    ];
  };
  const usage = {
    input_tokens: 5,
    output_tokens: 9,
    total_tokens: 14,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  };
  const whole: JsonObject[] = [
    ...begin,
    ...reasoningItem(0, 'Again', 'bbb'),
    ...message(1, 'Hello', ' world.'),
    ...endOf(1, 'Hello world.'),
    at('completed', { response: { ...response, status: 'completed', output: [], usage } }),
  ];
  const body = (second: string): JsonObject => ({ model: '@openai/gpt-5.5', models: ['@openai/gpt-5.5', second], input: 'Hi' });
  const callItem = { id: 'fc_1', type: 'function_call', call_id: 'a', name: 'f', arguments: '', status: 'in_progress' };
  const others = [
    ['another format', '@novita/m', CHAT],
    ['the same format', '@azure-openai/gpt-5.5', whole],
  ] as const;

  it.each(
    others.flatMap(([format, second, rest]) =>
      [
        { cut: 'in text after reasoning', part: [...reasoningItem(0, 'Hm', 'aaa'), ...message(1, 'Hello ')] },
        { cut: 'after a message has ended', part: [...message(0, 'Hello '), ...endOf(0, 'Hello ')] },
        { cut: 'in a second message', part: [...message(0, 'Hel'), ...endOf(0, 'Hel'), ...message(1, 'lo')] },
        { cut: 'after the start of a message', part: [...reasoningItem(0, 'Hm', 'aaa'), ...message(1)] },
        { cut: 'in reasoning', part: reasoningItem(0, 'Hm', 'aaa').slice(0, 3) },
        { cut: 'after reasoning', part: reasoningItem(0, 'Hm', 'aaa') },
      ].map((row) => ({ ...row, format, second, rest })),
    ),
  )('$cut goes on in $format', async ({ part, second, rest }) => {
    const { text: stream, calls } = await streamOf(openaiResponsesClient, body(second), [sse([...begin, ...part]), sse(rest)]);
    const read = readResponse(stream).response as JsonObject;
    expect(read).toMatchObject({ status: 'completed' });
    const output = read['output'] as { type: string; content?: { text: string }[]; encrypted_content?: string }[];
    expect(output.flatMap(({ content = [] }) => content.map((one) => one.text)).join('')).toBe('Hello world.');
    const reasoning = output.filter(({ type }) => type === 'reasoning');
    expect(reasoning).toHaveLength(JSON.stringify(part).includes('"reasoning"') ? 1 : 0);
    expect(JSON.stringify(read['tributary'])).toContain('broke off');
    expect(calls).toBe(2);
  });

  it.each([
    [
      'in a tool call',
      [
        ...message(0, 'Hello '),
        ...endOf(0, 'Hello '),
        at('output_item.added', { output_index: 1, item: callItem }),
        at('function_call_arguments.delta', { item_id: 'fc_1', output_index: 1, delta: '{"a"' }),
      ],
    ],
    [
      'after an item that no other format has',
      [
        at('output_item.added', { output_index: 0, item: { id: 'ws_1', type: 'web_search_call', status: 'in_progress' } }),
        at('output_item.done', { output_index: 0, item: { id: 'ws_1', type: 'web_search_call', status: 'completed' } }),
        ...message(1, 'Hello '),
      ],
    ],
  ])('%s ends as failed', async (_, part) => {
    const { text: stream } = await streamOf(openaiResponsesClient, body('@novita/m'), [sse([...begin, ...part]), sse(CHAT)]);
    expect(readResponse(stream).response).toMatchObject({ status: 'failed' });
  });
});
