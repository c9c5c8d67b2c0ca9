import { describe, expect, it } from 'vitest';
import { createReasoningMakerStage } from '../../../src/stream/stages/reasoning-maker.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';

const MAKER = { provider: 'deepseek', model: 'deepseek-chat' };
const PLAIN = { kind: 'plain', format: 'unknown', data: '', ...MAKER };

const think = (text: string, detail?: object): StreamEvent => ({
  type: 'reasoning-delta',
  choice: 0,
  text,
  ...(detail === undefined ? {} : { details: [{ type: 'reasoning.text', ...detail }] }),
});
const say = (text: string, choice = 0): StreamEvent => ({ type: 'text-delta', choice, text });
const stateOf = (state: object, choice = 0) => ({ type: 'reasoning-state', choice, state });
const run = (events: readonly StreamEvent[], isNative = false) => {
  const stage = createReasoningMakerStage(MAKER, isNative);
  return events.flatMap((event) => stage.push([event]));
};

describe('createReasoningMakerStage', () => {
  it('names the maker of a state and keeps the rest of it', () => {
    const state = { kind: 'signature', format: 'f', data: 'd', callId: 'c', provider: null, model: null } as const;
    const event: StreamEvent = { type: 'reasoning-state', choice: 0, state, details: [1], original: { format: 'x', payload: {} } };
    for (const isNative of [false, true])
      expect(run([think('a'), event, say('b')], isNative)).toEqual([think('a'), { ...event, state: { ...state, ...MAKER } }, say('b')]);
  });

  it.each<[string, StreamEvent]>([
    ['text', say('b')],
    ['a call', { type: 'tool-call-delta', choice: 0, index: 0, id: 'c', name: 'f', arguments: '' }],
    ['the end of the choice', { type: 'choice-end', choice: 0, reason: 'stop', nativeReason: null }],
  ])('adds a plain state where %s follows reasoning without one', (_, next) => {
    expect(run([think('a'), think('b'), next, say('c')])).toEqual([think('a'), think('b'), stateOf(PLAIN), next, say('c')]);
  });

  it('gives a plain state the format and the id of the reasoning', () => {
    const piece = think('a', { format: 'f', id: 'tool_plan' });
    expect(run([piece, say('b')])).toEqual([piece, stateOf({ ...PLAIN, format: 'f', callId: 'tool_plan' }), say('b')]);
  });

  it('ends reasoning where that of another id begins', () => {
    const [one, more, two] = [think('a', { id: 'x' }), think('b', { id: 'x' }), think('c', { id: 'y' })];
    expect(run([one, more, two, say('d')])).toEqual([
      one,
      more,
      stateOf({ ...PLAIN, callId: 'x' }),
      two,
      stateOf({ ...PLAIN, callId: 'y' }),
      say('d'),
    ]);
  });

  it('keeps choices apart', () => {
    const other: StreamEvent = { type: 'reasoning-delta', choice: 1, text: 'z' };
    expect(run([think('a'), other, say('b', 1), say('c')])).toEqual([
      think('a'),
      other,
      stateOf(PLAIN, 1),
      say('b', 1),
      stateOf(PLAIN),
      say('c'),
    ]);
  });

  it('adds nothing after sources, and to an answer in the format of the client', () => {
    const sources: StreamEvent = { type: 'citation', choice: 0, citations: [] };
    expect(run([think('a'), sources, think('b'), say('c')])).toEqual([think('a'), sources, think('b'), stateOf(PLAIN), say('c')]);
    expect(run([think('a'), say('b')], true)).toEqual([think('a'), say('b')]);
  });

  it('returns the same array where there is no reasoning', () => {
    const events = [say('a'), say('b')];
    expect(createReasoningMakerStage(MAKER, false).push(events)).toBe(events);
  });
});
