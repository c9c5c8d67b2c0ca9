import { describe, expect, it } from 'vitest';
import { encodeBody } from '../../../../src/dialects/anthropic/client/body.ts';
import { createEncoder } from '../../../../src/dialects/anthropic/client/encode.ts';
import type { ServedBy } from '../../../../src/dialects/client-dialect.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { createCollector } from '../../../../src/stream/collect.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { call, ended, START, text, usageOf } from '../../../stream/events.ts';
import { headOf } from '../../answer-head.ts';
import { eventsIn, readMessage, type MessageEvent } from './read-message.ts';

const PLAIN = { answerOptions: {} };
const END: StreamEvent = { type: 'end', usage: usageOf(5, 7, { costUsd: 0.25 }) };

/** An event as a decoder of the same format makes it. */
const of = (event: StreamEvent, payload: JsonObject): StreamEvent =>
  ({ ...event, original: { format: 'anthropic', payload } }) as StreamEvent;
const native = (payload: JsonObject): StreamEvent => of({ type: 'native', choice: 0, format: 'anthropic', fields: payload }, payload);

const USAGE = { input_tokens: 5, output_tokens: 1, cache_read_input_tokens: 0, new_count: 3 };
const start = of(START, {
  type: 'message_start',
  message: {
    id: 'msg_up',
    type: 'message',
    role: 'assistant',
    model: 'river-2',
    content: [],
    container: null,
    stop_reason: null,
    usage: USAGE,
    new_field: 1,
  },
});
const begin = (index: number, block: JsonObject) => native({ type: 'content_block_start', index, content_block: block });
const stop = (index: number) => native({ type: 'content_block_stop', index });
const delta = (index: number, fields: JsonObject) => ({ type: 'content_block_delta', index, delta: fields });
const end = of(ended(0, 'stop', 'end_turn'), {
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null, new_field: 2 },
  usage: { output_tokens: 7, new_count: 4 },
  context_management: { applied_edits: [] },
});

const write = (events: readonly StreamEvent[], continuedBy: () => ServedBy | null = () => null): MessageEvent[] =>
  eventsIn(createEncoder(headOf({ id: 'msg_1', continuedBy }), PLAIN).push(events));
const blocksOf = (events: readonly MessageEvent[]) => events.filter(({ type }) => type.startsWith('content_block'));

describe('a stream of an upstream that speaks Messages', () => {
  it("passes on every field, with the upstream's name of the model, the cost and our own field", () => {
    const events = write([start, begin(0, { type: 'text', text: '', odd: 1 }), text('Hi'), stop(0), end, END]);
    expect(events[0]).toEqual({
      type: 'message_start',
      message: expect.objectContaining({ id: 'msg_up', model: 'river-2', usage: USAGE, new_field: 1 }) as unknown,
    });
    expect(blocksOf(events)).toEqual([
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', odd: 1 } },
      delta(0, { type: 'text_delta', text: 'Hi' }),
      { type: 'content_block_stop', index: 0 },
    ]);
    expect(events.slice(-2)).toEqual([
      {
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null, new_field: 2 },
        usage: { output_tokens: 7, new_count: 4, cost: 0.25 },
        context_management: { applied_edits: [] },
        tributary: expect.objectContaining({ id: 'msg_1', provider: 'Acme' }) as unknown,
      },
      { type: 'message_stop' },
    ]);
  });

  it('passes on blocks and deltas that no event of ours says, and unknown events', () => {
    const payloads = [
      { type: 'content_block_start', index: 0, content_block: { type: 'server_tool_use', id: 's', name: 'web_search', input: {} } },
      delta(0, { type: 'input_json_delta', partial_json: '{"q":1}' }),
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      delta(1, { type: 'citations_delta', citation: { type: 'page_location' } }),
      { type: 'content_block_stop', index: 1 },
    ];
    expect(blocksOf(write([start, ...payloads.map(native), end, END]))).toEqual(payloads);
    expect(write([start, native({ type: 'new_event', a: 1 }), end, END])[1]).toEqual({ type: 'new_event', a: 1 });
  });

  it('keeps signatures as they are', () => {
    const [thinking, signature] = [
      delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
      delta(0, { type: 'signature_delta', signature: 'c2ln' }),
    ];
    const state = { kind: 'signature', format: 'anthropic-claude-v1', data: 'c2ln', provider: 'anthropic', model: 'm' } as const;
    const events = [
      begin(0, { type: 'thinking', thinking: '', signature: '' }),
      of({ type: 'reasoning-delta', choice: 0, text: 'Hm.' }, thinking),
      of({ type: 'reasoning-state', choice: 0, state }, signature),
      stop(0),
    ];
    expect(blocksOf(write([start, ...events, end, END])).slice(1, 3)).toEqual([thinking, signature]);
  });

  it('writes calls once, though the router completes those without arguments', () => {
    const block = { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} } };
    const events = [of(call(0, { id: 'a', name: 'f' }), block), stop(0), call(0, { arguments: '{}' })];
    expect(blocksOf(write([start, ...events, end, END]))).toEqual([block, { type: 'content_block_stop', index: 0 }]);
  });

  it('writes what a stage has changed as its own event', () => {
    const block = { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 'f', input: {} } };
    const events = [of(call(0, { id: 'a', name: 'f' }), block), call(0, { arguments: '{"key":"***"}' }), stop(0)];
    expect(blocksOf(write([start, ...events, end, END]))[1]).toEqual(delta(0, { type: 'input_json_delta', partial_json: '{"key":"***"}' }));
    const unmapped = [call(0, { id: 'a', name: 'f', arguments: '{}' }), stop(0), begin(1, { type: 'text', text: '' }), text('a'), stop(1)];
    expect(blocksOf(write([start, ...unmapped, end, END])).map(({ type, index }) => `${type} ${String(index)}`)).toEqual([
      'content_block_start 0',
      'content_block_delta 0',
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_delta 1',
      'content_block_stop 1',
    ]);
  });

  it('goes on in the open block where another upstream continues it', () => {
    let finisher: ServedBy | null = null;
    const encoder = createEncoder(headOf({ continuedBy: () => finisher }), PLAIN);
    const before = encoder.push([start, begin(0, { type: 'text', text: '' }), text('one ')]);
    finisher = { slug: 'acme/river', upstreamModel: 'r', provider: 'Other' };
    const after = encoder.push([
      text('two'),
      native({ type: 'content_block_start', index: 0 }),
      call(0, { id: 'a', name: 'f', arguments: '{}' }),
      ended(),
      END,
    ]);
    const events = eventsIn(before + after);
    expect(blocksOf(events).map(({ type, index }) => `${type} ${String(index)}`)).toEqual([
      'content_block_start 0',
      'content_block_delta 0',
      'content_block_delta 0',
      'content_block_stop 0',
      'content_block_start 1',
      'content_block_delta 1',
      'content_block_stop 1',
    ]);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  it('that breaks off ends with the upstream’s own error', () => {
    const payload = {
      type: 'error',
      error: { type: 'overloaded_error', message: 'busy', details: { error_code: 'x' } },
      request_id: 'req_1',
    };
    const error = new RouterError('provider_overloaded', 'busy', { original: { format: 'anthropic', payload } });
    const failed: StreamEvent = { type: 'error', error, usage: null, openChoices: [0] };
    const events = write([start, begin(0, { type: 'text', text: '' }), text('a'), failed]);
    expect(events.at(-1)).toMatchObject(payload);
    expect(events.map(({ type }) => type)).not.toContain('message_stop');
  });
});

describe('a whole message of an upstream, where a stream was asked for', () => {
  it('becomes a stream with every field', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'server_tool_use', id: 's', name: 'web_search', input: { q: 1 }, caller: { type: 'direct' } },
      { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
      { type: 'text', text: 'Hi', citations: [{ type: 'page_location' }], odd: 1 },
      { type: 'tool_use', id: 'a', name: 'f', input: {}, new_field: 1 },
    ];
    const body = {
      id: 'msg_up',
      type: 'message',
      role: 'assistant',
      content,
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: USAGE,
      new_field: 1,
    };
    const [whole, unknown] = [of(START, body), { type: 'native', choice: 0, format: 'anthropic', fields: content[1] ?? {} } as const];
    const events = eventsIn(
      createEncoder(headOf(), PLAIN).push([whole, text('Hi'), call(0, { id: 'a', name: 'f' }), unknown, ended(), END]),
    );
    expect(events[0]).toMatchObject({ message: { id: 'msg_up', content: [], stop_reason: null, new_field: 1 } });
    const { message, isComplete } = readMessage(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
    expect(isComplete).toBe(true);
    expect(message).toMatchObject({ ...body, usage: { ...USAGE, cost: 0.25 } });
  });
});

describe('a body of an upstream that speaks Messages', () => {
  it("passes on every field, with the upstream's name of the model, the cost and our own field", () => {
    const body = {
      id: 'msg_up',
      type: 'message',
      model: 'river-2',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
        { type: 'text', text: 'Hi', odd: 1 },
      ],
      stop_reason: 'pause_turn',
      usage: USAGE,
      new_field: 1,
    };
    const collector = createCollector();
    collector.push([of(START, body), text('Hi'), ended(), END]);
    expect(encodeBody(collector.result(), headOf({ id: 'msg_1' }), PLAIN)).toEqual({
      ...body,
      model: 'river-2',
      usage: { ...USAGE, cost: 0.25 },
      tributary: expect.objectContaining({ id: 'msg_1', finish_reason: 'stop' }) as unknown,
    });
  });
});
