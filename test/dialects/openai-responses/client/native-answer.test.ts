/** Payloads of an upstream of the same format. They are made by the encoder itself, as those of another router. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServedBy } from '../../../../src/dialects/client-dialect.ts';
import { createEncoder } from '../../../../src/dialects/openai-responses/client/encode.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { headOf } from '../../answer-head.ts';
import { call, ended, failed, reasoning, START, text, usageOf } from '../../../stream/events.ts';
import { bodyOf, lastResponse, outputOf, requestWith, streamed, typesOf, type WireEvent } from './answered.ts';
import { readWithOpenAi } from './openai-client.ts';

const END: StreamEvent = { type: 'end', usage: usageOf(5, 7) };
const STATE = { kind: 'encrypted', format: 'openai-responses-v1', data: 'gAAA', provider: 'openai', model: 'gpt' } as const;
const state: StreamEvent = { type: 'reasoning-state', choice: 0, state: STATE };
const upstreamMeta = { id: 'resp_up' };
const request = requestWith({ patch: { kind: 'custom', name: 'patch', namespace: null } });
const FORMAT = 'openai-responses';

/** The payloads of an upstream's answer. */
const upstream = (content: readonly StreamEvent[], reason: 'stop' | 'length' = 'stop'): WireEvent[] =>
  streamed([START, ...content, ended(0, reason), END], { meta: upstreamMeta, request });

/** Payloads as a decoder returns them. @param isPlain pieces of text come without their payload. */
function asEvents(payloads: readonly WireEvent[], isPlain = false): StreamEvent[] {
  let calls = -1;
  return payloads.flatMap((payload): StreamEvent[] => {
    const original = { format: FORMAT, payload };
    const delta = String(payload['delta']);
    const item = payload['item'] as JsonObject | undefined;
    const isCall = item?.['call_id'] !== undefined;
    switch (payload.type.replace('response.', '')) {
      case 'created':
        return [{ ...START, original }];
      case 'output_text.delta':
        return [{ type: 'text-delta', choice: 0, text: delta, ...(isPlain ? {} : { original }) }];
      case 'reasoning_summary_text.delta':
        return [{ type: 'reasoning-delta', choice: 0, text: delta, original }];
      case 'function_call_arguments.delta':
      case 'custom_tool_call_input.delta':
        return [{ type: 'tool-call-delta', choice: 0, index: calls, arguments: delta, ...(isPlain ? {} : { original }) }];
      case 'completed':
      case 'incomplete':
        return [{ ...ended(), original } as StreamEvent, END];
      case 'output_item.added':
        if (isCall) return [{ ...call(++calls, { id: String(item?.['call_id']), name: String(item?.['name']) }), original } as StreamEvent];
    }
    return [{ type: 'native', choice: 0, format: FORMAT, fields: payload, original, isStructural: true }];
  });
}

const piece = fc.string({ minLength: 1, maxLength: 4 });
const content = fc
  .array(
    fc.oneof(
      piece.map((one): StreamEvent[] => [text(one)]),
      piece.map((one): StreamEvent[] => [reasoning(one), state]),
      piece.map((one): StreamEvent[] => [call(0, { id: 'c', name: 'f', arguments: `{"${one.length}":1}` })]),
      piece.map((one): StreamEvent[] => [
        { type: 'tool-call-delta', choice: 0, index: 0, id: 'd', name: 'patch', arguments: one, kind: 'custom' },
      ]),
    ),
    { maxLength: 6 },
  )
  .map((groups) => {
    const calls = new Map<string, number>();
    return groups.flatMap((group, at) =>
      group.map((event) => {
        if (event.type !== 'tool-call-delta') return event;
        if (!calls.has(String(at))) calls.set(String(at), calls.size);
        return { ...event, index: calls.get(String(at)) ?? 0, id: `${event.id ?? ''}${at}` };
      }),
    );
  });

describe('payloads of the same format', () => {
  it('are passed on as they are, with numbers of this stream and the field of the router at the end', () => {
    fc.assert(
      fc.property(content, fc.boolean(), fc.constantFrom('stop' as const, 'length' as const), (events, isPlain, reason) => {
        const sent = upstream(events, reason);
        const passed = streamed(
          asEvents(
            sent.map((one) => ({ ...one, sequence_number: 7 })),
            isPlain,
          ),
        );
        const last = passed.at(-1);
        expect(passed.slice(0, -1)).toEqual(sent.slice(0, -1));
        expect(last?.['response']).toMatchObject({ tributary: { id: 'resp_1', provider: 'Acme' } });
        expect({ ...lastResponse(passed), tributary: lastResponse(sent)['tributary'] }).toEqual(lastResponse(sent));
      }),
      { numRuns: 100 },
    );
  });

  it('keep items and events that the router does not know', () => {
    const payloads: WireEvent[] = [
      { type: 'response.created', response: { id: 'resp_up', output: [], odd: 1 } },
      { type: 'response.output_item.added', output_index: 0, item: { id: 'ws_1', type: 'web_search_call', status: 'in_progress' } },
      { type: 'response.web_search_call.searching', output_index: 0, item_id: 'ws_1', odd: [1] },
      { type: 'response.output_item.done', output_index: 0, item: { id: 'ws_1', type: 'web_search_call', status: 'completed' } },
      { type: 'response.completed', response: { id: 'resp_up', output: [{ id: 'ws_1' }], odd: 2 } },
    ];
    const passed = streamed(asEvents(payloads));
    expect(passed.slice(0, -1)).toMatchObject(payloads.slice(0, -1).map((one, index) => ({ ...one, sequence_number: index })));
    expect(passed.slice(1, -1)).toEqual(payloads.slice(1, -1).map((one, index) => ({ ...one, sequence_number: index + 1 })));
    expect(lastResponse(passed)).toMatchObject({ id: 'resp_up', odd: 2, output: [{ id: 'ws_1' }] });
  });

  it('get the keys that Open Responses requires, and change none', () => {
    const item = { id: 'msg_1', type: 'message', role: 'assistant', content: [], status: 'completed' };
    const bare = { id: 'resp_up', temperature: null };
    const events = streamed(
      asEvents([
        { type: 'response.created', response: bare },
        { type: 'response.output_item.added', output_index: 0, item },
        { type: 'response.output_item.done', output_index: 0, item },
        { type: 'response.completed', response: bare },
      ]),
    );
    expect(events[0]?.['response']).toMatchObject({ ...bare, status: 'in_progress', output: [], error: null, instructions: null });
    expect(lastResponse(events)).toMatchObject({ ...bare, status: 'completed', output: [item], error: null, parallel_tool_calls: true });
    const body = bodyOf([
      { ...START, original: { format: FORMAT, payload: { ...bare, object: 'response', output: [item] } } },
      ended(),
      END,
    ]);
    expect(body).toMatchObject({ ...bare, status: 'completed', output: [item], error: null, parallel_tool_calls: true });
  });

  it('get the counts that Codex fails without', () => {
    const usage = { input_tokens: 5, input_tokens_details: {}, output_tokens: 7, output_tokens_details: { odd: 1 }, total_tokens: 12 };
    const counted = { ...usage, input_tokens_details: { cached_tokens: 0 }, output_tokens_details: { odd: 1, reasoning_tokens: 0 } };
    const response = { id: 'resp_up', object: 'response', output: [], usage };
    const payloads: WireEvent[] = [
      { type: 'response.created', response: { ...response, usage: null } },
      { type: 'response.completed', response },
    ];
    expect(lastResponse(streamed(asEvents(payloads)))).toMatchObject({ usage: counted });
    const body: StreamEvent[] = [{ ...START, original: { format: FORMAT, payload: response } }, ended(), END];
    expect(bodyOf(body)).toMatchObject({ usage: counted });
  });

  it('may have any index', () => {
    const item = { id: 'x', type: 'odd' };
    const payloads = [9_000_000_000, 2].map((index): WireEvent => ({ type: 'response.output_item.done', output_index: index, item }));
    const passed = streamed([...asEvents([{ type: 'response.created', response: { id: 'resp_up' } }, ...payloads]), failed()]);
    expect(outputOf(lastResponse(passed))).toEqual([item, item]);
  });

  it("that break off anywhere end with the output so far, under the upstream's ids", () => {
    fc.assert(
      fc.property(content, fc.nat({ max: 40 }), fc.boolean(), (events, cut, isPlain) => {
        const sent = upstream(events).slice(0, -1);
        const kept = sent.slice(0, 1 + (cut % sent.length));
        const passed = streamed([...asEvents(kept, isPlain), failed('it broke')]);
        expect(passed.slice(0, kept.length)).toEqual(kept);
        expect(typesOf(passed.slice(kept.length))).toEqual(['error', 'failed']);
        const response = lastResponse(passed);
        expect(response).toMatchObject({ id: 'resp_up', status: 'failed', error: { message: 'it broke' } });
        const ids = kept.flatMap(({ type, item }) => (type === 'response.output_item.added' ? [(item as JsonObject)['id']] : []));
        expect(outputOf(response).map(({ id }) => id)).toEqual(ids);
        const done = kept.flatMap(({ type, item }) => (type === 'response.output_item.done' ? [item] : []));
        expect(outputOf(response).slice(0, done.length)).toEqual(done);
      }),
      { numRuns: 100 },
    );
  });

  it.each([true, false])('that another endpoint continues are one answer for the openai package (plain text: %s)', async (isPlain) => {
    const sent = upstream([reasoning('Hm.'), state, text('Hel'), text('lo')]);
    const cut = sent.findIndex(({ delta }) => delta === 'lo') + 1;
    let continuedBy: ServedBy | null = null;
    const encoder = createEncoder(headOf({ id: 'resp_1', continuedBy: () => continuedBy }), request);
    const begun = encoder.push(asEvents(sent.slice(0, cut), isPlain));
    continuedBy = { slug: 'b/c', upstreamModel: 'c', provider: 'Beta' };
    const stream = begun + encoder.push([text(' world'), call(0, { id: 'c', name: 'f', arguments: '{}' }), ended(), END]);
    const { response } = await readWithOpenAi(stream);
    expect(response).toMatchObject({ id: 'resp_up', status: 'completed', output_text: 'Hello world', usage: { input_tokens: 5 } });
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);
    expect(response).toMatchObject({ tributary: { continued_by: { provider: 'Beta' } } });
  });

  it("and events without one, which belong to nothing open, are written as the router's own", () => {
    const sent = upstream([]).slice(0, 2);
    const passed = streamed([...asEvents(sent), text('Hi'), ended(), END]);
    expect(lastResponse(passed)).toMatchObject({
      id: 'resp_up',
      status: 'completed',
      output: [{ id: 'msg_1_0', content: [{ text: 'Hi' }] }],
    });
  });

  it('of another format are not read', () => {
    const event: StreamEvent = { ...START, original: { format: 'anthropic', payload: { type: 'message_start' } } };
    expect(typesOf(streamed([event, text('a'), ended(), END]))[0]).toBe('created');
  });
});

describe('the error of an upstream of the same format', () => {
  it('keeps its code', () => {
    const payload = { error: { code: 'bio_policy', message: 'x', type: 'invalid_request_error', param: null } };
    const error = new RouterError('content_policy_violation', 'not allowed', { original: { format: FORMAT, payload } });
    const events = streamed([START, { type: 'error', error, usage: null, openChoices: [0] }]);
    expect(events.at(-2)).toMatchObject({ code: 'bio_policy', message: 'not allowed', error: { code: 'bio_policy' } });
    expect(lastResponse(events)).toMatchObject({ error: { code: 'bio_policy' } });
  });
});

describe('a body of the same format', () => {
  it('is returned as it is, with the keys that it lacks and the field of the router', () => {
    const payload = { id: 'resp_up', object: 'response', output: [{ type: 'odd', id: 'x' }], odd: 1 };
    const events: StreamEvent[] = [{ ...START, original: { format: FORMAT, payload } }, text('Hi'), ended(), END];
    expect(bodyOf(events)).toMatchObject({ ...payload, tributary: expect.objectContaining({ provider: 'Acme', finish_reason: 'stop' }) });
  });

  it('that came for a stream is written as one, with the items as they are', () => {
    const message = { id: 'msg_up', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi', annotations: [] }] };
    const payload = { id: 'resp_up', object: 'response', output: [message, { id: 'ws_1', type: 'web_search_call' }] };
    const items: StreamEvent[] = [text('Hi'), { type: 'native', choice: 0, format: FORMAT, fields: payload.output[1] ?? {} }];
    const events = streamed([{ ...START, original: { format: FORMAT, payload } }, ...items, ended(), END]);
    expect(typesOf(events).slice(0, 3)).toEqual(['created', 'in_progress', 'output_item.added']);
    expect(lastResponse(events)).toMatchObject({ ...payload, tributary: { id: 'resp_1' } });
  });

  it('that was read from a stream is the object at its end', () => {
    const events = asEvents(upstream([text('Hi')]));
    const { tributary, ...last } = lastResponse(streamed(events));
    expect(bodyOf(events)).toEqual({ ...last, tributary });
    expect(last).toMatchObject({ id: 'resp_up' });
  });

  it('has the items of a stream whose last object has none', () => {
    const item = { type: 'web_search_call', id: 'ws_1', status: 'completed' };
    const at = (type: string, fields: JsonObject): WireEvent => ({ type: `response.${type}`, ...fields });
    const response = { id: 'resp_up', object: 'response', status: 'completed' };
    const events = asEvents([
      at('created', { response }),
      at('output_item.added', { output_index: 0, item }),
      at('output_item.done', { output_index: 0, item }),
      at('completed', { response: { ...response, output: [] } }),
    ]);
    expect(lastResponse(streamed(events))).toMatchObject({ output: [item] });
  });
});
