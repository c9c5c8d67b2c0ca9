import { describe, expect, it } from 'vitest';
import { cohereUpstream } from '../../../src/dialects/cohere/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { joinReasoningDetails } from '../../../src/unified/request/reasoning.ts';
import { replayBody, replayEvents } from '../replay.ts';

const said = (type: string, message: JsonObject, index = 0): JsonObject => ({ type, index, delta: { message } });
const text = (words: string, more: JsonObject = {}) => ({ ...said('content-delta', { content: { text: words } }), ...more });
const end = (finish = 'COMPLETE', more: JsonObject = {}): JsonObject => ({
  type: 'message-end',
  delta: { finish_reason: finish, ...more },
});
const readFirstContent = (name: string, index: number, args = '') =>
  said('tool-call-start', { tool_calls: { id: `id-${name}`, type: 'function', function: { name, arguments: args } } }, index);
const grow = (args: string, index: number) => said('tool-call-delta', { tool_calls: { function: { arguments: args } } }, index);
const close = (index: number): JsonObject => ({ type: 'tool-call-end', index });
const read = (...events: (JsonObject | string)[]) => replayEvents(cohereUpstream, events);
const choiceOf = (...events: JsonObject[]) => read(...events).result.choices[0];
const usage = (given: unknown) => read(text('a'), end('COMPLETE', { usage: given })).result.usage;

/** The decoder alone: no guard behind it. */
const typesOf = (...payloads: (JsonObject | string)[]) => {
  const decoder = cohereUpstream.createDecoder({ quirks: [] });
  return payloads
    .flatMap((payload) => decoder.push(typeof payload === 'string' ? payload : JSON.stringify(payload)))
    .map(({ type }) => type);
};

describe('Cohere decoder: a stream', () => {
  it('is over with message-end, whatever follows', () => {
    expect(typesOf({ type: 'message-start' }, text('a'), end(), '[DONE]', text('b'), end())).toEqual([
      'start',
      'text-delta',
      'choice-end',
      'end',
    ]);
  });

  it('is not whole for a [DONE] alone', () => {
    expect(read(text('a'), '[DONE]').error?.type).toBe('provider_unavailable');
  });

  it('that ends on purpose without a reason has stopped', () => {
    expect(read(text('a'), { type: 'message-end', delta: {} })).toMatchObject({ error: null, defaulted: 'stop' });
  });

  it('returns an error for what is no JSON object, and reads on: the caller may leave one such event out', () => {
    for (const payload of ['<html>', '[]', 'null']) {
      expect(typesOf(payload, text('a'), end())).toEqual(['error', ...typesOf(text('a'), end())]);
    }
  });

  it('may hold an error without a type', () => {
    expect(read(text('a'), { message: 'the model is gone', id: 'one' }).error).toMatchObject({
      type: 'provider_unavailable',
      message: 'the model is gone',
    });
  });

  it('may begin with text', () => {
    expect(choiceOf(said('content-start', { content: { type: 'text', text: 'a' } }), text('b'), end())?.text).toBe('ab');
  });
});

describe('Cohere decoder: an end that is a failure', () => {
  it.each([
    ['ERROR', { error: 'no GPU' }, 'provider_unavailable', 'no GPU'],
    ['ERROR', {}, 'provider_unavailable', 'the upstream ended the answer with finish reason "ERROR"'],
    ['TIMEOUT', {}, 'timeout', 'the upstream ended the answer with finish reason "TIMEOUT"'],
  ])('%s %j', (native, more, type, message) => {
    const outcome = read(text('a'), end(native, { ...more, usage: { billed_units: { input_tokens: 1, output_tokens: 2 } } }));
    expect(outcome.error).toMatchObject({ type, message, details: { nativeFinishReason: native } });
    expect(outcome.result.usage).toMatchObject({ promptTokens: 1, completionTokens: 2 });
  });

  it('may have no word for it', () => {
    expect(read(text('a'), { type: 'message-end', delta: { error: 'no GPU' } }).error?.message).toBe('no GPU');
  });

  it('in a document too', () => {
    expect(replayBody(cohereUpstream, { message: { content: [] }, finish_reason: 'ERROR' }).error?.type).toBe('provider_unavailable');
    expect(replayBody(cohereUpstream, { id: 'one', message: 'no GPU' }).error?.message).toBe('no GPU');
  });
});

describe('Cohere decoder: tool calls', () => {
  it('are counted among themselves, not among all blocks', () => {
    expect(
      choiceOf(
        text('a'),
        readFirstContent('one', 1),
        grow('{}', 1),
        close(1),
        readFirstContent('two', 4),
        grow('{"x":1}', 4),
        close(4),
        end('TOOL_CALL'),
      ),
    ).toMatchObject({
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'id-one', name: 'one', arguments: '{}' },
        { id: 'id-two', name: 'two', arguments: '{"x":1}' },
      ],
    });
  });

  it.each([
    ['nothing', []],
    ['null', [grow('null', 0)]],
    ['null in pieces', [grow('nu', 0), grow('ll', 0)]],
    ['spaces', [grow(' ', 0)]],
  ])('whose arguments are %s have none', (_, pieces: JsonObject[]) => {
    for (const closing of [[close(0)], []])
      expect(choiceOf(readFirstContent('now', 0), ...pieces, ...closing, end('TOOL_CALL'))?.toolCalls).toMatchObject([
        { name: 'now', arguments: '{}' },
      ]);
  });

  it('may bring their arguments at once, or as an object', () => {
    expect(choiceOf(readFirstContent('one', 0, '{"a":1}'), close(0), end())?.toolCalls).toMatchObject([{ arguments: '{"a":1}' }]);
    const whole = { id: 'x', function: { name: 'one', arguments: { a: 1 } } };
    expect(choiceOf(said('tool-call-start', { tool_calls: [whole] }), end())?.toolCalls).toMatchObject([{ id: 'x', arguments: '{"a":1}' }]);
  });

  it('whose beginning was lost are calls all the same', () => {
    expect(choiceOf(grow('{"a":', 3), grow('1}', 3), close(3), end('TOOL_CALL'))?.toolCalls).toMatchObject([{ arguments: '{"a":1}' }]);
  });

  it('in one place one after the other are two', () => {
    const calls = choiceOf(
      readFirstContent('one', 0),
      grow('{}', 0),
      readFirstContent('two', 0),
      grow('{"b":2}', 0),
      end('TOOL_CALL'),
    )?.toolCalls;
    expect(calls).toMatchObject([
      { name: 'one', arguments: '{}' },
      { name: 'two', arguments: '{"b":2}' },
    ]);
  });
});

describe('Cohere decoder: reasoning and plans', () => {
  const outcome = read(
    said('content-delta', { content: { thinking: 'F' } }),
    said('content-delta', { content: { thinking: 'ar. ' } }),
    said('content-delta', { content: { thinking: 'And wide. ' } }, 1),
    { type: 'tool-plan-delta', delta: { message: { tool_plan: 'Look' } } },
    { type: 'tool-plan-delta', delta: { message: { tool_plan: '.' } } },
    readFirstContent('look', 0),
    end('TOOL_CALL'),
  );

  it('are reasoning', () => {
    expect(outcome.result.choices[0]).toMatchObject({ text: '', reasoning: 'Far. And wide. Look.' });
  });

  it('are blocks that a client can send back', () => {
    expect(joinReasoningDetails(outcome.result.choices[0]?.reasoningDetails ?? [])).toEqual([
      { type: 'reasoning.text', text: 'Far. ', format: 'unknown', index: 0 },
      { type: 'reasoning.text', text: 'And wide. ', format: 'unknown', index: 1 },
      { type: 'reasoning.text', text: 'Look.', id: 'tool_plan', format: 'unknown', index: 2 },
    ]);
  });
});

describe('Cohere decoder: usage', () => {
  it('is what is billed: cached tokens are of another count', () => {
    const given = {
      billed_units: { input_tokens: 12, output_tokens: 7 },
      tokens: { input_tokens: 507, output_tokens: 10 },
      cached_tokens: 448,
    };
    expect(usage(given)).toMatchObject({ promptTokens: 12, completionTokens: 7, cachedTokens: null, reasoningTokens: null, costUsd: null });
  });

  it('is what was read where nothing is said of the bill', () => {
    expect(usage({ tokens: { input_tokens: 5, output_tokens: 3 } })).toMatchObject({ promptTokens: 5, completionTokens: 3 });
    expect(usage({ billed_units: { search_units: 1 }, tokens: { input_tokens: 5 } })).toMatchObject({
      promptTokens: 5,
      completionTokens: 0,
    });
  });

  it.each([undefined, null, {}, [], 'x', { billed_units: {} }, { tokens: { input_tokens: '5' } }])('is unknown for %j', (given) => {
    expect(usage(given)).toBeNull();
  });
});

describe('Cohere decoder: log probabilities', () => {
  it('belong to the text they come with', () => {
    const one = text('Rh', { logprobs: { text: 'Rh', token_ids: [7], logprobs: [-0.25] } });
    const two = text('ône', { logprobs: { text: 'ône', token_ids: [8, 9], logprobs: [-0.5, -0.25] } });
    expect(choiceOf(one, two, end())?.logprobs).toEqual([
      { token: 'Rh', logprob: -0.25, bytes: null, top: [] },
      { token: 'ône', logprob: -0.75, bytes: null, top: [] },
    ]);
  });

  it('of a document are a list', () => {
    const logprobs = [
      { text: 'Rh', token_ids: [7], logprobs: [-0.25] },
      { text: 'ône', token_ids: [8], logprobs: [-0.5] },
      { token_ids: [] },
    ];
    const body = { message: { content: [{ type: 'text', text: 'Rhône' }] }, finish_reason: 'COMPLETE', logprobs };
    expect(replayBody(cohereUpstream, body).result.choices[0]?.logprobs?.map(({ token }) => token)).toEqual(['Rh', 'ône']);
  });
});

describe('Cohere decoder: a document', () => {
  it('may be odd', () => {
    const odd = {
      message: { content: [null, 7, { type: 'hologram' }], tool_calls: [null, {}], tool_plan: 7, citations: ['x'] },
      finish_reason: 'COMPLETE',
    };
    const outcome = replayBody(cohereUpstream, odd);
    expect(outcome.result.choices[0]).toMatchObject({ text: '7', reasoning: '7', extra: {} });
    expect(outcome.events.at(-1)?.type).toBe('end');
  });

  it('may hold a text for its content, and citations', () => {
    const citation = { start: 0, end: 1, text: 'a', sources: [] };
    const body = { message: { content: 'a', citations: [citation] }, finish_reason: 'COMPLETE' };
    expect(replayBody(cohereUpstream, body).result.choices[0]).toMatchObject({ text: 'a', extra: { citations: [citation] } });
  });

  it('without a reason to end has stopped', () => {
    expect(replayBody(cohereUpstream, { message: { content: 'a' } })).toMatchObject({ error: null, defaulted: 'stop' });
  });
});
