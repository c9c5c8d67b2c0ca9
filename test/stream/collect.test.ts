import { describe, expect, it } from 'vitest';
import { createCollector } from '../../src/stream/collect.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { groupResult } from '../dialects/grouped.ts';
import { call, END, ended, failed, reasoning, START, text, usageOf } from './events.ts';

function collect(...events: StreamEvent[]) {
  const collector = createCollector();
  for (const event of events) collector.push([event]);
  return { ...collector, grouped: () => groupResult(collector.result()) };
}

describe('createCollector', () => {
  it('joins the pieces of each kind and sorts choices', () => {
    const { choices, starts, usage } = collect(
      START,
      text('b', 1),
      reasoning('th'),
      text('a1'),
      reasoning('ought'),
      text('a2'),
      { type: 'refusal-delta', choice: 1, text: 'no' },
      ended(1, 'length', 'max'),
      ended(0),
      { ...END, usage: usageOf(1, 2) },
    ).grouped();
    expect(starts).toEqual([START]);
    expect(usage).toEqual(usageOf(1, 2));
    expect(choices).toMatchObject([
      { index: 0, text: 'a1a2', reasoning: 'thought', refusal: '', finishReason: 'stop' },
      { index: 1, text: 'b', reasoning: '', refusal: 'no', finishReason: 'length', nativeReason: 'max' },
    ]);
  });

  it('joins the arguments of each tool call', () => {
    const { choices } = collect(
      call(0, { id: 'call_a', name: 'f', arguments: '{"x"' }),
      call(1, { id: 'call_b', name: 'g' }),
      call(0, { arguments: ':1}' }),
      call(1, { arguments: '{}' }),
    ).grouped();
    expect(choices[0]?.toolCalls).toEqual([
      { id: 'call_a', name: 'f', arguments: '{"x":1}' },
      { id: 'call_b', name: 'g', arguments: '{}' },
    ]);
  });

  it('keeps log probabilities, details and other fields', () => {
    const entry = (token: string) => ({ token, logprob: -1, bytes: null, top: [] });
    const { choices } = collect(
      { type: 'text-delta', choice: 0, text: 'a', logprobs: [entry('a')] },
      { type: 'text-delta', choice: 0, text: 'b', logprobs: [entry('b')] },
      { type: 'refusal-delta', choice: 0, text: 'c', logprobs: [entry('c')] },
      { type: 'reasoning-delta', choice: 0, text: '', details: [1] },
      { type: 'reasoning-delta', choice: 0, text: '', details: [2] },
      { type: 'image', choice: 0, images: [1] },
      { type: 'audio', choice: 0, audio: {} },
    ).grouped();
    expect(choices[0]).toMatchObject({
      logprobs: [entry('a'), entry('b')],
      refusalLogprobs: [entry('c')],
      reasoningDetails: [1, 2],
      extra: { images: [1], audio: {} },
    });
  });

  it('keeps the start event of each upstream', () => {
    const [one, other]: StreamEvent[] = [
      { ...START, choices: [0] },
      { ...START, model: 'n', choices: [1] },
    ];
    expect(collect(...(one && other ? [one, other] : [])).result().starts).toEqual([one, other]);
  });

  it('keeps a failed choice beside a complete one, with its error and its content', () => {
    const { error } = failed('no capacity');
    const collector = collect(text('a'), text('b', 1), { type: 'choice-error', choice: 1, error }, ended(0), END);
    expect(collector.error()).toBeNull();
    expect(collector.grouped().choices).toMatchObject([
      { index: 0, text: 'a', finishReason: 'stop', error: null },
      { index: 1, text: 'b', finishReason: 'error', error },
    ]);
  });

  it('lists a choice that failed without content', () => {
    const { error } = failed('no capacity');
    const { choices } = collect({ type: 'choice-error', choice: 1, error }, text('a'), ended(), END).grouped();
    expect(choices).toMatchObject([
      { index: 0, text: 'a', finishReason: 'stop' },
      { index: 1, text: '', finishReason: 'error', error },
    ]);
  });

  it('returns null for log probabilities that were not sent', () => {
    expect(collect(text('a')).grouped().choices[0]).toMatchObject({ logprobs: null, refusalLogprobs: null });
  });

  it('keeps the error that ended the answer, and the content before it', () => {
    const collector = collect(text('a'), { ...failed('broken'), usage: usageOf(1, 2) });
    expect(collector.error()?.message).toBe('broken');
    expect(collector.grouped()).toMatchObject({ usage: usageOf(1, 2), choices: [{ text: 'a' }] });
    expect(collect(text('a'), ended(), END).error()).toBeNull();
  });
});
