import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBody } from '../../../../src/dialects/anthropic/client/body.ts';
import { createEncoder } from '../../../../src/dialects/anthropic/client/encode.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { createCollector } from '../../../../src/stream/collect.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import { createAnswerBudget } from '../../../../src/unified/response/answer-budget.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { anyText } from '../../../support/any-text.ts';
import { call, ended, reasoning, START, text, usageOf } from '../../../stream/events.ts';
import { headOf } from '../../answer-head.ts';
import { PLAIN, META, END, state, refusal, broken, write, read, body, both, typesOf } from './written-messages.ts';

describe('a stream of Messages', () => {
  it('has the events of the format, each in a frame of two lines', () => {
    expect(write([START, text('Hi'), ended(), END])).toBe(
      [
        'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"acme/river","content":[],"container":null,"diagnostics":null,"stop_reason":null,"stop_sequence":null,"stop_details":null,"usage":{"input_tokens":12,"cache_creation_input_tokens":null,"cache_read_input_tokens":null,"cache_creation":null,"output_tokens":0,"output_tokens_details":null,"server_tool_use":null,"service_tier":null,"inference_geo":null,"speed":null}}}\n\n',
        'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","citations":null}}\n\n',
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}\n\n',
        'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
        'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"stop_details":null,"container":null},"usage":{"input_tokens":5,"cache_creation_input_tokens":null,"cache_read_input_tokens":null,"cache_creation":null,"output_tokens":7,"output_tokens_details":null,"server_tool_use":null,"service_tier":null,"inference_geo":null,"speed":null},"tributary":{"id":"msg_1","model":"acme/river","provider":"Acme","finish_reason":"stop","native_finish_reason":"stop","usage":{"calls":1}}}\n\n',
        'event: message_stop\ndata: {"type":"message_stop"}\n\n',
      ].join(''),
    );
  });

  it('is the same text however its events are batched', () => {
    const events = [START, reasoning('Hm.'), state(), text('a'), text('"b'), call(0, { id: 'a', name: 'f', arguments: '{' }), text('c')];
    const all = [...events, call(0, { arguments: '}' }), ended(), END];
    const whole = write(all);
    for (let at = 1; at < all.length; at++) {
      const encoder = createEncoder(META, PLAIN);
      expect(encoder.push(all.slice(0, at)) + encoder.push(all.slice(at))).toBe(whole);
    }
  });

  it('begins with the first content, and not with what the upstream says of itself', () => {
    const encoder = createEncoder(META, PLAIN);
    expect(encoder.push([START])).toBe('');
    expect(encoder.push([text('a')])).toContain('message_start');
  });

  it('holds a second call until the first has ended: test vector 3 of the client formats', () => {
    const args = (index: number, piece: string) => call(index, { arguments: piece });
    const [A, B] = [call(0, { id: 'A', name: 'f' }), call(1, { id: 'B', name: 'g' })];
    const events = [START, text('x'), A, args(0, '{"a"'), B, args(1, '{"b":1}'), args(0, ':1}'), ended(0, 'stop'), END];
    expect(typesOf(events)).toEqual([
      'message_start',
      ...['start 0', 'delta 0', 'stop 0', 'start 1', 'delta 1', 'delta 1', 'stop 1', 'start 2', 'delta 2', 'stop 2'].map(
        (type) => `content_block_${type}`,
      ),
      'message_delta',
      'message_stop',
    ]);
    expect(both(events)).toMatchObject({
      content: [
        { type: 'text', text: 'x', citations: null },
        { type: 'tool_use', id: 'A', name: 'f', input: { a: 1 }, caller: { type: 'direct' } },
        { type: 'tool_use', id: 'B', name: 'g', input: { b: 1 }, caller: { type: 'direct' } },
      ],
      stop_reason: 'tool_use',
    });
  });

  it('has no block for empty text', () => {
    expect(both([START, text(''), call(0, { id: 'a', name: 'f', arguments: '{}' }), text(''), ended(), END])['content']).toHaveLength(1);
    expect(both([START, reasoning(''), ended(), END])['content']).toEqual([]);
  });

  it('writes no more than its budget allows', () => {
    const encoder = createEncoder(headOf({ budget: createAnswerBudget(500) }), PLAIN);
    encoder.push([START, call(0, { id: 'a', name: 'f', arguments: '{' })]);
    expect(() => encoder.push([call(1, { id: 'b', name: 'g', arguments: 'x'.repeat(600) })])).toThrow('MAX_ANSWER_BYTES');
    expect(encoder.push([broken()])).toMatch(/^event: error\n/);
  });

  describe('that breaks off', () => {
    it('ends with an error, and never with the end of a message: test vector 5', () => {
      const { message, error, isComplete } = read([START, text('x'), broken()]);
      expect(message).toMatchObject({ content: [{ type: 'text', text: 'x' }], stop_reason: null });
      expect(error).toMatchObject({ type: 'error', error: { message: 'it broke off' }, request_id: 'req_1' });
      expect(isComplete).toBe(false);
    });

    it('before its content has nothing but the error', () => {
      expect(typesOf([START, broken()])).toEqual(['error']);
    });

    it('after its content has the error instead of an end', () => {
      expect(typesOf([START, text('x'), ended(), broken()]).slice(-2)).toEqual(['content_block_delta 0', 'error']);
    });

    it('writes nothing after the error', () => {
      const encoder = createEncoder(META, PLAIN);
      encoder.push([START, text('x'), broken()]);
      expect(encoder.push([text('y'), ended(), END])).toBe('');
    });

    it('reports its usage and what was changed', () => {
      const adjustments = [{ param: 'top_a', action: 'dropped' as const, reason: 'why' }];
      const meta = headOf({ finalMeta: () => ({ adjustments, metadata: null }) });
      const { error } = read([START, text('x'), broken(usageOf(5, 2, { costUsd: 0.5 }))], meta);
      expect(error).toMatchObject({ usage: { input_tokens: 5, output_tokens: 2, cost: 0.5 }, tributary: { adjustments } });
    });

    it('in its only choice fails as a whole', () => {
      const error = new RouterError('provider_unavailable', 'it broke off');
      expect(read([START, text('x'), { type: 'choice-error', choice: 0, error }, END])).toMatchObject({
        isComplete: false,
        error: { type: 'error' },
      });
      expect(() => body([START, text('x'), { type: 'choice-error', choice: 0, error }, END])).toThrow('it broke off');
    });

    it('by a finish reason that means failure is no complete answer', () => {
      const events = [START, text('x'), ended(0, 'error', 'abort'), END];
      expect(() => write(events)).toThrow('the upstream ended the answer with "abort"');
      expect(() => body(events)).toThrow('the upstream ended the answer with "abort"');
    });
  });
});

describe('the end of a message', () => {
  const CALL = call(0, { id: 'a', name: 'f', arguments: '{}' });
  it.each<[string, StreamEvent[], JsonObject]>([
    ['stop', [text('a'), ended(0, 'stop')], { stop_reason: 'end_turn' }],
    ['a call, whatever the upstream says', [CALL, ended(0, 'stop')], { stop_reason: 'tool_use' }],
    ['calls announced, none sent', [text('a'), ended(0, 'tool_calls')], { stop_reason: 'end_turn' }],
    ['the limit', [text('a'), ended(0, 'length')], { stop_reason: 'max_tokens' }],
    ['the limit, in a call', [CALL, ended(0, 'length')], { stop_reason: 'max_tokens' }],
    ['the window', [text('a'), ended(0, 'length', 'model_context_window_exceeded')], { stop_reason: 'model_context_window_exceeded' }],
    [
      'a stop sequence',
      [text('a'), { type: 'choice-end', choice: 0, reason: 'stop', nativeReason: 'stop', stopSequence: '###' }],
      { stop_reason: 'stop_sequence', stop_sequence: '###' },
    ],
    [
      'a filter',
      [text('a'), ended(0, 'content_filter')],
      { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation: null } },
    ],
    [
      'a refusal in words',
      [refusal('I '), refusal('cannot.'), ended(0, 'stop')],
      {
        content: [{ type: 'text', text: 'I cannot.', citations: null }],
        stop_reason: 'refusal',
        stop_details: { type: 'refusal', category: null, explanation: null },
      },
    ],
  ])('has its reason: %s', (_, events, expected) => {
    expect(both([START, ...events, END])).toMatchObject({ stop_sequence: null, stop_details: null, container: null, ...expected });
  });

  it('has the usage without what the cache counts in input_tokens: test vector 6', () => {
    const usage = usageOf(100, 20, { cachedTokens: 40, cacheWriteTokens: 10, reasoningTokens: 5, costUsd: 0.25 });
    expect(both([START, text('a'), ended(), { type: 'end', usage }])['usage']).toEqual({
      input_tokens: 50,
      cache_read_input_tokens: 40,
      cache_creation_input_tokens: 10,
      cache_creation: null,
      output_tokens: 20,
      output_tokens_details: { thinking_tokens: 5 },
      server_tool_use: null,
      service_tier: null,
      inference_geo: null,
      speed: null,
      cost: 0.25,
    });
  });

  it('has the parts of the usage in its fields, and the rest beside them', () => {
    const usage = usageOf(100, 20, {
      cacheWriteTokens: 10,
      parts: { cacheWrite1h: 4, webSearches: 2, audioPrompt: 3 },
      estimated: ['prompt_tokens'],
      charge: { is_byok: false },
      calls: 2,
    });
    expect(both([{ ...START, serviceTier: 'default' } as StreamEvent, text('a'), ended(), { type: 'end', usage }])).toMatchObject({
      usage: {
        input_tokens: 90,
        cache_read_input_tokens: null,
        cache_creation: { ephemeral_5m_input_tokens: 6, ephemeral_1h_input_tokens: 4 },
        server_tool_use: { web_search_requests: 2, web_fetch_requests: 0 },
        service_tier: 'standard',
      },
      tributary: { usage: { calls: 2, estimated: ['input_tokens'], is_byok: false, input_tokens_details: { audio_tokens: 3 } } },
    });
  });

  it('has no numbers where no usage is known', () => {
    expect(body([START, text('a'), ended(), { type: 'end', usage: null }])).toMatchObject({
      usage: { input_tokens: null, output_tokens: null },
    });
  });

  it('names the router’s own facts in one field: provider, changes, sources, what has no block', () => {
    const adjustments = [{ param: 'top_a', action: 'dropped' as const, reason: 'why' }];
    const meta = headOf({
      continuedBy: () => ({ slug: 'acme/river', upstreamModel: 'r', provider: 'Other' }),
      finalMeta: () => ({ adjustments, metadata: { attempt: 1 } }),
    });
    const citations = [{ type: 'url_citation', url_citation: { url: 'https://a.example' } }];
    const parts: StreamEvent[] = [
      { type: 'citation', choice: 0, citations },
      { type: 'image', choice: 0, images: [{}] },
      { type: 'image', choice: 0, images: [{}] },
      { type: 'audio', choice: 0, audio: {} },
      { type: 'native', choice: 0, format: 'openai-chat', fields: { odd: 1 } },
    ];
    expect(both([START, text('a'), ...parts, ended(), END], meta)['tributary']).toEqual({
      id: 'gen-1',
      model: 'acme/river',
      provider: 'Acme',
      continued_by: { model: 'acme/river', provider: 'Other' },
      finish_reason: 'stop',
      native_finish_reason: 'stop',
      usage: { calls: 1 },
      annotations: citations,
      adjustments: [
        ...adjustments,
        ...['image', 'audio', 'odd'].map((name) => expect.objectContaining({ param: `answer.${name}`, action: 'dropped' }) as unknown),
      ],
      metadata: { attempt: 1 },
    });
  });

  it('leaves out choices that the format has no place for', () => {
    expect(both([START, text('a'), text('b', 1), ended(1), ended(), END])['content']).toEqual([
      { type: 'text', text: 'a', citations: null },
    ]);
  });
});

describe('a body of Messages', () => {
  it('has arguments with all digits of their numbers', () => {
    const collector = createCollector();
    collector.push([START, call(0, { id: 'a', name: 'f', arguments: '{"n":12345678901234567890,"d":1.0}' }), ended(), END]);
    expect(JSON.stringify(encodeBody(collector.result(), META, PLAIN))).toContain('"input":{"n":12345678901234567890,"d":1.0}');
  });

  it.each(['{"a":', '[1]', '{"a" 1}', '"{}"'])(
    'keeps arguments that are no JSON object as a text, and reports it as a stream does: %s',
    (args) => {
      const pieces = [...args].map((piece) => call(0, { arguments: piece }));
      const message = both([START, call(0, { id: 'a', name: 'f' }), ...pieces, ended(0, 'length'), END]);
      expect(message).toMatchObject({
        content: [{ type: 'tool_use', input: { invalid_arguments: args } }],
        stop_reason: 'max_tokens',
        tributary: { adjustments: [{ param: 'answer.tool_use.input', action: 'dropped' }] },
      });
    },
  );

  it('says the same as the stream', () => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: anyText({ maxLength: 4 }).map((piece) => text(piece)) },
      { weight: 3, arbitrary: anyText({ maxLength: 4 }).map((piece) => reasoning(piece)) },
      fc.constantFrom<StreamEvent>(state(), state({ kind: 'encrypted', callId: 'rs_1' }), refusal('no'), {
        type: 'image',
        choice: 0,
        images: [],
      }),
    );
    const args = (index: number) =>
      fc.constantFrom('{"a":1}', '{}', '{"b":["}"]}', '[1]', '{"a" 1}').map((piece) => [index, piece] as const);
    const calls = fc.subarray([0, 1, 2]).chain((indexes) => fc.tuple(...indexes.map(args)));
    const reason = fc.constantFrom('stop' as const, 'length' as const, 'content_filter' as const);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), calls, fc.array(fc.nat(5), { maxLength: 30 }), reason, (pieces, made, order, how) => {
        // Pieces of calls and all else, mixed in any order that keeps that of each.
        const waiting: StreamEvent[][] = [
          pieces,
          ...made.map(([index, json]) => [
            call(index, { id: `call_${index}`, name: 'f' }),
            ...[...json].map((character) => call(index, { arguments: character })),
          ]),
        ].map((events) => [...events]);
        const mixed = order.flatMap((at) => waiting[at % waiting.length]?.splice(0, 1) ?? []);
        const events = [START, ...mixed, ...waiting.flat(), ended(0, how), END];
        expect(body(events)).toEqual(read(events).message);
      }),
      { numRuns: 150 },
    );
  });
});
