/**
 * Answers for a client of the upstream's own format lose nothing: each payload of a stream is in exactly one event, in order, but for
 * the last word, which a client's format writes itself, and for plain text, which an event says as well.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anthropicNative } from '../../src/dialects/anthropic/upstream/native.ts';
import { bedrockMessages } from '../../src/dialects/bedrock-messages.ts';
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import { openaiResponsesNative } from '../../src/dialects/openai-responses/upstream/native.ts';
import { toBase64 } from '../../src/lib/base64.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { UNLIMITED } from '../../src/unified/response/answer-budget.ts';
import { isContent, type StreamEvent } from '../../src/unified/response/event.ts';
import { createStreamReader } from '../../src/upstream/byte-reader.ts';
import { openRecordings } from '../support/recordings.ts';
import { bytesOf, event, expectSameWhenCut, gather, payloadsOf } from './replay.ts';

const decode = (dialect: UpstreamDialect, payloads: readonly JsonObject[]): StreamEvent[] => {
  const decoder = dialect.createDecoder({ quirks: [] });
  return payloads.flatMap((payload) => decoder.push(JSON.stringify(payload)));
};

/** The payloads that a client of the format would be written, a stand-in for its encoder. */
function payloadsIn(events: readonly StreamEvent[]): JsonObject[] {
  let index = 0;
  return events.flatMap((event): JsonObject[] => {
    const payload = 'original' in event ? event.original?.payload : undefined;
    if (payload?.['type'] === 'content_block_start') index = Number(payload['index']);
    if (payload !== undefined) return [payload];
    if (event.type !== 'text-delta') return [];
    return [{ type: 'content_block_delta', index, delta: { type: 'text_delta', text: event.text } }];
  });
}

const UNWRITTEN = new Set<unknown>(['message_stop', 'error', 'response.failed']);
const written = (payloads: readonly JsonObject[]) => payloads.filter(({ type }) => !UNWRITTEN.has(type));

const start = (index: number, block: JsonObject): JsonObject => ({ type: 'content_block_start', index, content_block: block });
const delta = (index: number, fields: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta: fields });
const stop = (index: number): JsonObject => ({ type: 'content_block_stop', index });
const message: JsonObject = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [], usage: { input_tokens: 5 } };

/** What only Anthropic's own clients read, beside what everybody does. */
const MESSAGES: JsonObject[] = [
  { type: 'message_start', message: { ...message, diagnostics: { a: 1 } } },
  { type: 'ping' },
  start(0, { type: 'thinking', thinking: '', signature: '' }),
  delta(0, { type: 'thinking_delta', thinking: 'Hm', estimated_tokens: 3 }),
  delta(0, { type: 'thinking_delta', thinking: '' }),
  delta(0, { type: 'signature_delta', signature: 'c2ln' }),
  stop(0),
  start(1, { type: 'redacted_thinking', data: 'ZGF0YQ' }),
  stop(1),
  start(2, { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }),
  delta(2, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
  stop(2),
  start(3, {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: [{ type: 'web_search_result', url: 'https://a.example' }],
  }),
  stop(3),
  start(4, { type: 'text', text: '', citations: null }),
  delta(4, { type: 'text_delta', text: 'It ' }),
  delta(4, { type: 'text_delta', text: 'is.' }),
  delta(4, { type: 'text_delta', text: '', marked: true }),
  delta(4, { type: 'text_delta', text: '!', marked: true }),
  delta(4, { type: 'citations_delta', citation: { type: 'web_search_result_location', url: 'https://a.example', cited_text: 'It is' } }),
  delta(4, { type: 'sparkle_delta', sparkle: 1 }),
  stop(4),
  start(5, { type: 'compaction', content: null }),
  delta(5, { type: 'compaction_delta', content: 'so far' }),
  stop(5),
  start(6, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {}, caller: { type: 'direct' } }),
  delta(6, { type: 'input_json_delta', partial_json: ' ' }),
  delta(6, { type: 'input_json_delta', partial_json: '{"a":1}' }),
  stop(6),
  start(7, { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} }),
  stop(7),
  { type: 'something_new', more: 1 },
  { type: 'message_delta', delta: { stop_reason: 'pause_turn', stop_sequence: null, container: { id: 'c' } }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
];

const sequenced = (events: readonly JsonObject[]): JsonObject[] => events.map((one, index) => ({ ...one, sequence_number: index }));
const response: JsonObject = { id: 'resp_1', object: 'response', model: 'gpt', status: 'in_progress', output: [] };
const textItem: JsonObject = {
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'It is.' }],
};
const search: JsonObject = { type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'x' } };

const RESPONSES: JsonObject[] = sequenced([
  { type: 'response.created', response },
  { type: 'response.in_progress', response },
  { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [] } },
  {
    type: 'response.reasoning_summary_part.added',
    item_id: 'rs_1',
    output_index: 0,
    summary_index: 0,
    part: { type: 'summary_text', text: '' },
  },
  { type: 'response.reasoning_summary_text.delta', item_id: 'rs_1', output_index: 0, summary_index: 0, delta: 'Hm' },
  { type: 'response.reasoning_summary_text.done', item_id: 'rs_1', output_index: 0, summary_index: 0, text: 'Hm' },
  { type: 'response.output_item.done', output_index: 0, item: { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' } },
  { type: 'response.output_item.added', output_index: 1, item: { ...search, status: 'in_progress' } },
  { type: 'response.web_search_call.searching', item_id: 'ws_1', output_index: 1 },
  { type: 'response.output_item.done', output_index: 1, item: search },
  { type: 'response.output_item.added', output_index: 2, item: { ...textItem, status: 'in_progress', content: [] } },
  { type: 'response.content_part.added', item_id: 'msg_1', output_index: 2, content_index: 0, part: { type: 'output_text', text: '' } },
  { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 2, content_index: 0, delta: 'It ', logprobs: [] },
  { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 2, content_index: 0, delta: 'is.', logprobs: [], obfuscation: 'x' },
  {
    type: 'response.output_text.annotation.added',
    item_id: 'msg_1',
    output_index: 2,
    content_index: 0,
    annotation_index: 0,
    annotation: {},
  },
  { type: 'response.output_text.done', item_id: 'msg_1', output_index: 2, content_index: 0, text: 'It is.', logprobs: [] },
  { type: 'response.output_item.done', output_index: 2, item: textItem },
  {
    type: 'response.output_item.added',
    output_index: 3,
    item: { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '' },
  },
  { type: 'response.function_call_arguments.delta', item_id: 'fc_1', output_index: 3, delta: '{}' },
  { type: 'response.function_call_arguments.done', item_id: 'fc_1', output_index: 3, arguments: '{}' },
  {
    type: 'response.output_item.done',
    output_index: 3,
    item: { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' },
  },
  {
    type: 'response.completed',
    response: { ...response, status: 'completed', output: [textItem], usage: { input_tokens: 5, output_tokens: 7 } },
  },
]);

/** Frames as the framer hands them on. */
const framed = (payloads: readonly JsonObject[]): JsonObject[] =>
  payloads.map((payload) => ({ chunk: { bytes: toBase64(bytesOf(JSON.stringify(payload))), p: 'abc' } }));

const STREAMS: Readonly<Record<string, { dialect: UpstreamDialect; payloads: JsonObject[]; sent?: JsonObject[] }>> = {
  'the Messages API': { dialect: anthropicNative, payloads: MESSAGES },
  'Messages at Bedrock': { dialect: bedrockMessages, payloads: MESSAGES, sent: framed(MESSAGES) },
  Responses: { dialect: openaiResponsesNative, payloads: RESPONSES },
};

const fixturesOf = (folder: string): [string, JsonObject[]][] => {
  const path = join(import.meta.dirname, '../fixtures', folder);
  return readdirSync(path).map((file) => [
    `${folder}/${file}`,
    payloadsOf([readFileSync(join(path, file))])
      .filter((payload) => payload.startsWith('{'))
      .map((payload) => JSON.parse(payload) as JsonObject),
  ]);
};
const recorded = openRecordings('anthropic');

describe("a stream for a client of the upstream's own format", () => {
  it.each(Object.entries(STREAMS))('has each payload in one event, in order: %s', (_, { dialect, payloads, sent = payloads }) => {
    const events = decode(dialect, sent);
    expect(payloadsIn(events)).toEqual(written(payloads));
    // Behind the stages too, which hold the end of the answer.
    expect(payloadsIn(gather([events]).events)).toEqual(written(payloads));
    expect(gather([events]).error).toBeNull();
  });

  it.each([
    ...fixturesOf('anthropic').map(([name, payloads]) => ({ name, dialect: anthropicNative, payloads })),
    ...fixturesOf('openai-responses').map(([name, payloads]) => ({ name, dialect: openaiResponsesNative, payloads })),
    ...recorded.names.map((name) => ({
      name,
      dialect: anthropicNative,
      payloads: recorded.linesOf(name).map((line) => JSON.parse(line) as JsonObject),
    })),
  ])('loses nothing of $name', ({ dialect, payloads }) => {
    expect(payloadsIn(decode(dialect, payloads))).toEqual(written(payloads));
  });

  it('is the same however its bytes are cut, also where tokens are decoded without parsing', () => {
    const limits = { answerBytes: 1e6, eventCharacters: 1e6 };
    for (const { dialect, payloads } of [STREAMS['the Messages API'], STREAMS['Responses']].flatMap((one) => one ?? [])) {
      const bytes = bytesOf(payloads.map(event).join(''));
      expectSameWhenCut(dialect, bytes, [1, 7]);
      const reader = createStreamReader({ dialect, options: { quirks: [] }, limits, budget: UNLIMITED, skipped: () => undefined });
      expect(reader.push(bytes)).toEqual(decode(dialect, payloads));
    }
  });

  it('begins with structure, which is no answer yet', () => {
    const opening = decode(anthropicNative, [...MESSAGES.slice(0, 1), start(0, { type: 'text', text: '' })]);
    expect(opening.some(isContent)).toBe(false);
    expect(decode(openaiResponsesNative, RESPONSES.slice(0, 4)).some(isContent)).toBe(false);
    expect(decode(anthropicNative, [start(0, { type: 'server_tool_use', id: 'a' })]).some(isContent)).toBe(true);
  });

  it('ends where the upstream pauses or stops for a reason of its own, which is no error there', () => {
    for (const reason of ['pause_turn', 'a_new_reason']) {
      const events = decode(anthropicNative, [{ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 1 } }]);
      const end = events.find(({ type }) => type === 'choice-end');
      expect(events).toHaveLength(2);
      expect(end).toMatchObject({ nativeReason: reason });
      expect(end).not.toHaveProperty('isGuess');
    }
  });

  it('has no refusal beside the payload that states it', () => {
    const details = { type: 'refusal', category: 'cyber', explanation: 'No.' };
    const events = decode(anthropicNative, [{ type: 'message_delta', delta: { stop_reason: 'refusal', stop_details: details } }]);
    expect(events.map(({ type }) => type)).toEqual(['choice-end']);
  });

  it('has the error of the upstream in the form of a body', () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_1' };
    const [failed] = decode(anthropicNative, [overloaded]);
    expect(failed).toMatchObject({
      error: { type: 'provider_overloaded', details: { original: { format: 'anthropic', payload: overloaded } } },
    });
    const flat = { type: 'error', code: 'server_error', message: 'no', param: null, sequence_number: 3 };
    const own = { code: 'server_error', message: 'no' };
    for (const [sent, body] of [
      [flat, { error: { message: 'no', type: null, param: null, code: 'server_error' } }],
      [{ type: 'response.failed', response: { ...response, status: 'failed', error: own } }, { error: own }],
    ] as const) {
      const error = decode(openaiResponsesNative, [sent]).find(({ type }) => type === 'error');
      expect(error).toMatchObject({ error: { details: { original: { format: 'openai-responses', payload: body } } } });
    }
  });

  it('has the exception of a Bedrock stream, in words of the format where they are about the request', () => {
    const [wrong] = decode(bedrockMessages, [{ validationException: { message: 'max_tokens: Field required' } }]);
    const error = { type: 'invalid_request_error', message: 'max_tokens: Field required' };
    expect(wrong).toMatchObject({ type: 'error', error: { details: { original: { payload: { type: 'error', error } } } } });
    expect(decode(bedrockMessages, [{ chunk: { bytes: '?' } }])).toMatchObject([
      { type: 'error', error: { type: 'provider_unavailable' } },
    ]);
    const [slow] = decode(bedrockMessages, [{ throttlingException: { message: 'Too many requests' } }]);
    expect(slow).toMatchObject({ type: 'error', error: { type: 'rate_limit_exceeded' } });
    expect((slow as { error: { details: object } }).error.details).not.toHaveProperty('original');
  });
});

describe("a whole answer for a client of the upstream's own format", () => {
  it('is in its first event, whatever else is read from it', () => {
    const body = {
      ...message,
      content: [
        { type: 'text', text: 'a' },
        { type: 'server_tool_use', id: 's' },
      ],
      stop_reason: 'pause_turn',
    };
    const events = anthropicNative.decodeBody(body, { quirks: [] });
    expect(events[0]).toMatchObject({ type: 'start', original: { format: 'anthropic', payload: body } });
    expect(events.slice(1).some((one) => 'original' in one)).toBe(false);
    expect(events).toContainEqual({ type: 'native', choice: 0, format: 'anthropic', fields: { type: 'server_tool_use', id: 's' } });
    expect(gather([events]).error).toBeNull();
    expect(bedrockMessages.decodeBody(body, { quirks: [] })).toEqual(events);
  });

  it('is in its first event in Responses too, which may not name a model', () => {
    const body: JsonObject = { ...response, model: undefined, status: 'completed', output: [search, textItem] };
    const events = openaiResponsesNative.decodeBody(body, { quirks: [] });
    expect(events[0]).toMatchObject({ type: 'start', model: null, original: { payload: body } });
    expect(events).toContainEqual({ type: 'native', choice: 0, format: 'openai-responses', fields: search });
    expect(gather([events]).error).toBeNull();
  });

  it('is an error with the body of the upstream', () => {
    const body = { type: 'error', error: { type: 'api_error', message: 'no' } };
    const [error] = anthropicNative.decodeBody(body, { quirks: [] });
    expect(error).toMatchObject({ type: 'error', error: { details: { original: { payload: body } } } });
  });
});

describe("an error status for a client of the upstream's own format", () => {
  it('keeps the body where it has the format, and none where it has not', () => {
    const body = { type: 'error', error: { type: 'invalid_request_error', message: 'context_management: Extra inputs are not permitted' } };
    expect(anthropicNative.parseError(400, body).details.original).toEqual({ format: 'anthropic', payload: body });
    expect(anthropicNative.parseError(502, '<html>').details.original).toBeUndefined();
    expect(anthropicNative.parseError(400, [{ error: { code: 400, message: 'Google' } }]).details.original).toBeUndefined();
    const open = { error: { message: 'no', type: 'invalid_request_error', param: 'input', code: null } };
    expect(openaiResponsesNative.parseError(400, open).details.original).toEqual({ format: 'openai-responses', payload: open });
    const bedrock = bedrockMessages.parseError(400, { message: 'tools.0: wrong' }, () => 'ValidationException');
    expect(bedrock.details.original?.payload).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'tools.0: wrong' },
    });
  });
});
