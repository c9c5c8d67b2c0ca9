/**
 * Providers that answer in the other way than they were asked, to a client of their own format: one JSON document where a stream was asked for,
 * and a stream where a body was. The client gets what it asked for, with everything in it.
 */
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { readMessage } from '../dialects/anthropic/client/read-message.ts';
import { event } from '../dialects/replay.ts';
import { readResponse } from '../dialects/read-response.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { ask } from './ask.ts';

const streamOf =
  (events: readonly JsonObject[], type = 'text/event-stream') =>
  () =>
    new Response(bodyOf(...events.map(event)), { headers: { 'content-type': type } });

const MESSAGES_REQUEST: JsonObject = { model: '@anthropic/claude-opus-5', max_tokens: 99, messages: [{ role: 'user', content: 'Hi' }] };

/** A message with blocks that only clients of the format read. */
const MESSAGE: JsonObject = {
  id: 'msg_9',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content: [
    { type: 'thinking', thinking: 'Hm', signature: 'c2ln' },
    { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'x' } },
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [{ type: 'web_search_result', url: 'https://a.example' }] },
    { type: 'text', text: 'It is.', citations: [{ type: 'web_search_result_location', url: 'https://a.example', cited_text: 'It' }] },
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
  ],
  stop_reason: 'pause_turn',
  stop_sequence: null,
  container: { id: 'c' },
  unheard_of: 1,
  usage: { input_tokens: 5, output_tokens: 7, unheard_of: 2 },
};

const delta = (index: number, fields: JsonObject) => ({ type: 'content_block_delta', index, delta: fields });
const blocks = MESSAGE['content'] as JsonObject[];
const BEGUN: JsonObject[][] = [
  [
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: 'Hm' },
    { type: 'signature_delta', signature: 'c2ln' },
  ],
  [
    { ...blocks[1], input: {} },
    { type: 'input_json_delta', partial_json: '{"query":"x"}' },
  ],
  [blocks[2] ?? {}],
  [
    { type: 'text', text: '', citations: [] },
    { type: 'text_delta', text: 'It ' },
    { type: 'text_delta', text: 'is.' },
    { type: 'citations_delta', citation: { type: 'web_search_result_location', url: 'https://a.example', cited_text: 'It' } },
  ],
  [
    { ...blocks[4], input: {} },
    { type: 'input_json_delta', partial_json: '{"a":' },
    { type: 'input_json_delta', partial_json: '1}' },
  ],
];
const { stop_reason, stop_sequence, container, usage, ...opening } = MESSAGE;
const MESSAGE_EVENTS: JsonObject[] = [
  { type: 'message_start', message: { ...opening, content: [], stop_reason: null, usage: { input_tokens: 5, output_tokens: 1 } } },
  { type: 'ping' },
  ...BEGUN.flatMap(([block, ...pieces], index) => [
    { type: 'content_block_start', index, content_block: block },
    ...pieces.map((piece) => delta(index, piece)),
    { type: 'content_block_stop', index },
  ]),
  { type: 'message_delta', delta: { stop_reason, stop_sequence, container }, usage },
  { type: 'message_stop' },
];

const ITEMS: JsonObject[] = [
  { type: 'reasoning', id: 'rs_9', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'gAAA' },
  { type: 'web_search_call', id: 'ws_9', status: 'completed', action: { type: 'search', query: 'x' } },
  {
    type: 'message',
    id: 'msg_9',
    role: 'assistant',
    status: 'completed',
    phase: 'final_answer',
    content: [{ type: 'output_text', text: 'It is.', annotations: [{ type: 'file_citation', file_id: 'f', index: 1 }], logprobs: [] }],
  },
  { type: 'function_call', id: 'fc_9', call_id: 'call_1', name: 'f', arguments: '{"a":1}', status: 'completed', unheard_of: 3 },
  { type: 'custom_tool_call', id: 'ctc_9', call_id: 'call_2', name: 'patch', input: '*** Begin', status: 'completed' },
];
const RESPONSE: JsonObject = {
  id: 'resp_9',
  object: 'response',
  model: 'gpt-5.5',
  status: 'completed',
  error: null,
  incomplete_details: null,
  unheard_of: 1,
  output: ITEMS,
  usage: {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  },
};
const RESPONSE_EVENTS: JsonObject[] = [
  { type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [], usage: null } },
  ...ITEMS.flatMap((item, index) => [
    { type: 'response.output_item.added', output_index: index, item: { ...item, content: [], summary: [] } },
    { type: 'response.output_item.done', output_index: index, item },
  ]),
  { type: 'response.completed', response: RESPONSE },
].map((one, index) => ({ ...one, sequence_number: index }));
const RESPONSES_REQUEST: JsonObject = { model: '@openai/gpt-5.5', input: 'Hi' };

describe('Messages', () => {
  it('as one document are a whole stream of events', async () => {
    const { response } = await ask(anthropicClient, { ...MESSAGES_REQUEST, stream: true }, () => Response.json(MESSAGE));
    const { message, isComplete } = readMessage(await response.text());
    expect(message).toMatchObject({ ...MESSAGE, usage: { input_tokens: 5, output_tokens: 7 } });
    expect(isComplete).toBe(true);
  });

  it.each(['text/event-stream', 'application/json'])('as a stream of the type %s are one message', async (type) => {
    const { response } = await ask(anthropicClient, MESSAGES_REQUEST, streamOf(MESSAGE_EVENTS, type));
    expect(response.headers.get('content-type')).toContain('json');
    expect(await response.json()).toMatchObject(MESSAGE);
  });
});

describe('Responses', () => {
  it('as one document are a whole stream of events', async () => {
    const { response } = await ask(openaiResponsesClient, { ...RESPONSES_REQUEST, stream: true }, () => Response.json(RESPONSE));
    expect(readResponse(await response.text()).response).toMatchObject(RESPONSE);
  });

  it.each(['text/event-stream', 'application/json'])('as a stream of the type %s are one object', async (type) => {
    const { response } = await ask(openaiResponsesClient, RESPONSES_REQUEST, streamOf(RESPONSE_EVENTS, type));
    expect(response.headers.get('content-type')).toContain('json');
    expect(await response.json()).toMatchObject(RESPONSE);
  });
});
