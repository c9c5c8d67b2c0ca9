import { describe, expect, it } from 'vitest';
import { workersAiUpstream } from '../../../src/dialects/workers-ai/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { replayBody, replayEvents } from '../replay.ts';

const read = (...payloads: (JsonObject | string)[]) => replayEvents(workersAiUpstream, payloads);
const body = (document: unknown) => replayBody(workersAiUpstream, document);
const lastOf = ({ events }: ReturnType<typeof read>) => events.at(-1)?.type;
const USAGE = { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 };

describe('Workers AI decoder: the own form', () => {
  it('ends with [DONE], which is a normal stop', () => {
    const outcome = read({ response: 'a', p: 'x' }, { response: 'b' }, { response: '', usage: USAGE }, '[DONE]');
    expect(outcome.result).toMatchObject({
      choices: [{ text: 'ab', finishReason: 'stop', nativeReason: null }],
      usage: { promptTokens: 9, completionTokens: 6 },
    });
    expect(outcome.events[0]).toMatchObject({ type: 'start', model: null });
    expect(lastOf(outcome)).toBe('end');
  });

  it('without [DONE] was cut', () => {
    expect(read({ response: 'a' }, { response: '', usage: USAGE }).error?.message).toContain('without a finish reason');
  });

  it('with nothing but [DONE] is no answer', () => {
    expect(read('[DONE]').error?.message).toBe('the upstream ended without an answer');
    expect(read({ p: 'x' }, { usage: USAGE }, '[DONE]').error?.message).toBe('the upstream ended without an answer');
  });

  it('may be an answer without a word', () => {
    const outcome = read({ response: '' }, '[DONE]');
    expect(outcome.result.choices).toMatchObject([{ text: '', finishReason: 'stop' }]);
  });

  it('may name a finish reason after all', () => {
    const outcome = read({ response: 'a', finish_reason: 'length' }, { response: '', usage: USAGE }, '[DONE]');
    expect(outcome.result.choices[0]).toMatchObject({ finishReason: 'length', nativeReason: 'length' });
  });

  it('has tokens that were read as numbers', () => {
    expect(read({ response: 'It is ' }, { response: 4 }, { response: 2 }, '[DONE]').result.choices[0]?.text).toBe('It is 42');
  });

  it('has calls of either shape, whole or in pieces', () => {
    const outcome = read(
      { response: null, tool_calls: [{ name: 'f', arguments: { a: 1 } }] },
      { tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'g', arguments: '{"b"' } }] },
      { tool_calls: [{ function: { arguments: ':2}' } }, { id: null, function: { name: null, arguments: null } }] },
      '[DONE]',
    );
    expect(outcome.result.choices[0]).toMatchObject({
      finishReason: 'tool_calls',
      toolCalls: [
        { name: 'f', arguments: '{"a":1}' },
        { id: 'call_1', name: 'g', arguments: '{"b":2}' },
      ],
    });
  });
});

describe('Workers AI decoder: the form of OpenAI', () => {
  const chunk = (delta: JsonObject, finish: string | null = null) => ({
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });

  it('ends with its finish reason, or with [DONE] where it has none', () => {
    expect(read(chunk({ content: 'a' }, 'length')).result.choices[0]).toMatchObject({ finishReason: 'length', nativeReason: 'length' });
    expect(read(chunk({ content: 'a' }), '[DONE]').result.choices[0]).toMatchObject({ finishReason: 'stop', nativeReason: null });
    expect(lastOf(read(chunk({ content: 'a' })))).toBe('error');
  });

  it.each(['reasoning', 'reasoning_content'])('thinks in %s', (field) => {
    expect(read(chunk({ [field]: 'hm' }), chunk({ content: 'a' }, 'stop')).result.choices[0]).toMatchObject({ reasoning: 'hm', text: 'a' });
  });

  it('may have several choices', () => {
    const outcome = read({ choices: [0, 1].map((index) => ({ index, delta: { content: `c${index}` } })) }, '[DONE]');
    expect(outcome.result.choices).toMatchObject([
      { text: 'c0', finishReason: 'stop' },
      { text: 'c1', finishReason: 'stop' },
    ]);
  });

  it('that opens with an empty call opens none', () => {
    const closer = { index: 0, id: null, type: null, function: { name: null, arguments: '' } };
    expect(read(chunk({ tool_calls: [closer] }), chunk({ content: 'a' }, 'stop')).result.choices[0]).toMatchObject({
      toolCalls: [],
      finishReason: 'stop',
    });
  });
});

describe('Workers AI decoder: a whole answer', () => {
  const result = { response: 'a', usage: USAGE };

  it.each<[string, unknown]>([
    ['in its envelope', { result, success: true, errors: [], messages: [] }],
    ['bare', result],
  ])('%s is the same', (_, document) => {
    expect(body(document).result).toMatchObject({ choices: [{ text: 'a', finishReason: 'stop' }], usage: { promptTokens: 9 } });
  });

  it('may be nothing but a text', () => {
    expect(body({ result: 'a', success: true, errors: [] }).result.choices).toMatchObject([{ text: 'a', finishReason: 'stop' }]);
  });

  it('of JSON mode is an object, and becomes its text', () => {
    expect(body({ response: { level: 3, river: 'Inn' } }).result.choices[0]?.text).toBe('{"level":3,"river":"Inn"}');
  });

  it('in the form of OpenAI names its model, envelope or not', () => {
    const answer = { model: 'm', choices: [{ index: 0, message: { content: 'a' }, finish_reason: 'stop' }], usage: USAGE };
    for (const document of [answer, { result: answer, success: true, errors: [] }]) {
      expect(body(document).result).toMatchObject({ starts: [{ model: 'm' }], choices: [{ text: 'a', nativeReason: 'stop' }] });
    }
  });

  it.each([{ result: {}, success: true, errors: [] }, { result: null, success: true }, {}, { request_id: 'x' }])(
    'with nothing in it (%j) is no answer',
    (document) => {
      expect(body(document).error?.message).toBe('the upstream ended without an answer');
    },
  );

  it('may be an error', () => {
    const document = { success: false, errors: [{ code: 3040, message: 'Capacity temporarily exceeded' }], result: {}, messages: [] };
    expect(body(document).error).toMatchObject({ type: 'provider_overloaded', message: 'Capacity temporarily exceeded' });
  });
});

describe('Workers AI decoder: an answer of the own form, which says no reason', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 8, total_tokens: 11 };
  it.each<[number | undefined, string]>([
    [8, 'length'],
    [9, 'stop'],
    [undefined, 'stop'],
  ])('and used 8 of %s tokens ended with %s', (maxTokens, reason) => {
    const options = { quirks: [], ...(maxTokens === undefined ? {} : { maxTokens }) };
    const decoder = workersAiUpstream.createDecoder(options);
    const streamed = ['{"response":"Hi"}', JSON.stringify({ response: '', usage }), '[DONE]'].flatMap((payload) => decoder.push(payload));
    const whole = workersAiUpstream.decodeBody({ result: { response: 'Hi', usage }, success: true, errors: [] }, options);
    for (const events of [streamed, whole])
      expect(events.find(({ type }) => type === 'choice-end')).toMatchObject({ reason, nativeReason: null });
  });
});
