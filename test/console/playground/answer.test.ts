/** An answer, made from the chunks of its stream. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerReader, tokensPerSecond } from '../../../src/console/pages/playground/answer.ts';

const HEADERS = new Headers({
  'x-generation-id': 'gen-1',
  'x-tributary-provider': 'p',
  'x-tributary-simulated': 'true',
  'x-tributary-attempts': '2',
});

/** A reader that has the headers. */
function started(): AnswerReader {
  const reader = new AnswerReader();
  reader.start();
  reader.pushHeaders(HEADERS);
  return reader;
}

const delta = (fields: object, index = 0, finish: string | null = null) =>
  JSON.stringify({ provider: 'P (simulated)', model: 'a/b', choices: [{ index, delta: fields, finish_reason: finish }] });

describe('AnswerReader', () => {
  it('joins the pieces of each choice, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ index: fc.nat(2), content: fc.string() })), (pieces) => {
        const reader = started();
        for (const { index, content } of pieces) reader.push(delta({ content }, index), 1);
        for (const choice of reader.snapshot().choices) {
          const own = pieces.filter(({ index }) => index === choice.index);
          expect(choice.text).toBe(own.map(({ content }) => content).join(''));
        }
        expect(reader.snapshot().choices.map(({ index }) => index)).toEqual([...new Set(pieces.map(({ index }) => index))].toSorted());
      }),
    );
  });

  it('keeps reasoning, refusals and calls of tools apart', () => {
    const reader = started();
    reader.push(delta({ role: 'assistant', reasoning: 'think', reasoning_details: [{ type: 'reasoning.text', text: 'think' }] }), 5);
    reader.push(delta({ content: 'text', refusal: 'no' }), 6);
    reader.push(delta({ tool_calls: [{ index: 0, id: 'call_1', function: { name: 'look', arguments: '{"a"' } }] }), 7);
    reader.push(
      delta({
        tool_calls: [
          { index: 1, id: 'call_2', function: { name: 'go', arguments: '' } },
          { index: 0, function: { arguments: ':1}' } },
        ],
      }),
      8,
    );
    reader.push(delta({}, 0, 'tool_calls'), 9);
    reader.push('[DONE]', 10);
    const { choices, firstContentMs, durationMs, state } = reader.snapshot();
    expect(choices[0]).toMatchObject({ text: 'text', reasoning: 'think', refusal: 'no', finishReason: 'tool_calls', otherFields: [] });
    expect(choices[0]?.toolCalls).toEqual([
      { id: 'call_1', name: 'look', text: '{"a":1}' },
      { id: 'call_2', name: 'go', text: '' },
    ]);
    expect([state, firstContentMs, durationMs]).toEqual(['done', 5, 10]);
  });

  it('names what it does not show', () => {
    const reader = started();
    reader.push(delta({ content: 'a', audio: { data: '' }, annotations: [] }), 1);
    expect(reader.snapshot().choices[0]?.otherFields).toEqual(['audio', 'annotations']);
  });

  it('has its facts from headers, usage and adjustments', () => {
    const reader = started();
    reader.push(delta({ content: 'a' }), 100);
    const adjustments = [{ param: 'seed', action: 'dropped', reason: 'r' }];
    reader.push(JSON.stringify({ choices: [], usage: { completion_tokens: 50, cost: 0.1 }, adjustments }), 600);
    reader.push('[DONE]', 600);
    const answer = reader.snapshot();
    expect(answer).toMatchObject({
      id: 'gen-1',
      provider: 'P (simulated)',
      isSimulated: true,
      attempts: 2,
      usage: { cost: 0.1 },
      adjustments,
    });
    expect(tokensPerSecond(answer)).toBe(100);
  });

  it('states no speed that was not measured', () => {
    const reader = started();
    reader.push(delta({ content: 'a' }), 100);
    expect(tokensPerSecond(reader.snapshot())).toBeNull();
    reader.push('[DONE]', 100);
    expect(tokensPerSecond(reader.snapshot())).toBeNull();
  });

  it('does not count an empty piece as content', () => {
    const reader = started();
    reader.push(delta({ role: 'assistant', content: '' }), 1);
    expect(reader.snapshot().firstContentMs).toBeNull();
  });

  it('fails with the error of a chunk, and keeps the text before it', () => {
    const reader = started();
    reader.push(delta({ content: 'half' }), 1);
    reader.push(JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'error' }], error: { code: 502, message: 'gone' } }), 2);
    reader.finish(3, false);
    expect(reader.snapshot()).toMatchObject({ state: 'failed', error: { message: 'gone' }, durationMs: 2, choices: [{ text: 'half' }] });
  });

  it('fails where the stream ends without its mark', () => {
    const reader = started();
    reader.push(delta({ content: 'half' }), 1);
    reader.finish(2, false);
    expect(reader.snapshot()).toMatchObject({ state: 'failed', error: { message: 'The stream ended before the answer was complete.' } });
  });

  it('reads a whole body', () => {
    const reader = started();
    const message = {
      role: 'assistant',
      content: 'all',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    reader.push(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }], usage: { prompt_tokens: 1 } }), 4);
    reader.finish(5, true);
    expect(reader.snapshot()).toMatchObject({
      state: 'done',
      choices: [{ text: 'all', toolCalls: [{ name: 'f', text: '{}' }], finishReason: 'stop' }],
    });
  });

  it('stays stopped, and takes no time where it was never sent', () => {
    const reader = new AnswerReader();
    reader.stop(7);
    reader.fail({ message: 'aborted' }, 8);
    expect(reader.snapshot()).toMatchObject({ state: 'stopped', error: null, durationMs: null });
  });

  it('passes over events that it cannot read', () => {
    const reader = started();
    for (const payload of ['', 'null', '[]', '{"choices":[null,{"delta":7},{"index":"x","delta":{"content":9}}]}', '{'])
      reader.push(payload, 1);
    expect(reader.snapshot().choices.map(({ text }) => text)).toEqual(['']);
  });
});
