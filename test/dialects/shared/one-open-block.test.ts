import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOneOpenBlock } from '../../../src/dialects/shared/one-open-block.ts';
import { createAnswerBudget, UNLIMITED } from '../../../src/unified/response/answer-budget.ts';
import { createBlockAccumulator } from '../../../src/unified/response/blocks.ts';
import { isContent, type StreamEvent } from '../../../src/unified/response/event.ts';
import { call, ended, END, failed, reasoning, START, text } from '../../stream/events.ts';

const state = (callId?: string): StreamEvent => ({
  type: 'reasoning-state',
  choice: 0,
  state: { kind: 'encrypted', format: 'f-v1', data: 'c2ln', provider: null, model: null, ...(callId === undefined ? {} : { callId }) },
});
const custom = (index: number, id: string): StreamEvent => ({ ...call(index, { id, name: 'patch' }), kind: 'custom' }) as StreamEvent;

/** Passes the events one by one. */
function ordered(events: readonly StreamEvent[], stage = createOneOpenBlock(UNLIMITED)): StreamEvent[] {
  return events.flatMap((event) => stage.push([event]));
}

/** Each event in one word: the text, or the call and its piece. */
const words = (events: readonly StreamEvent[]) =>
  events.map((event) =>
    event.type === 'tool-call-delta' ? `${event.index}:${event.arguments}` : 'text' in event ? event.text : event.type,
  );

const [A, B] = [call(0, { id: 'a', name: 'f' }), call(1, { id: 'b', name: 'g' })];
const args = (index: number, piece: string) => call(index, { arguments: piece });

describe('createOneOpenBlock', () => {
  it('passes on an answer without calls as it is', () => {
    const events = [START, text('a'), reasoning('b'), ended(), END];
    expect(createOneOpenBlock(UNLIMITED).push(events)).toBe(events);
  });

  it('streams the first call and holds another one until it has ended', () => {
    const stage = createOneOpenBlock(UNLIMITED);
    expect(words(stage.push([text('x'), A, args(0, '{"a"'), B, args(1, '{"b":1}')]))).toEqual(['x', '0:', '0:{"a"']);
    expect(words(stage.push([args(0, ':1}')]))).toEqual(['0::1}']);
    expect(words(stage.push([ended()]))).toEqual(['1:{"b":1}', 'choice-end']);
  });

  it('streams the next call as soon as the arguments of the one before are whole', () => {
    expect(words(ordered([A, args(0, '{"a":"}"}'), B, args(1, '{'), args(1, '}')]))).toEqual(['0:', '0:{"a":"}"}', '1:', '1:{', '1:}']);
  });

  it('holds a call until its name arrives, and what follows it', () => {
    const named = call(0, { name: 'f' });
    const events = [call(0, { id: 'a' }), args(0, '{"a"'), text('t'), named, args(0, ':1}'), text('u')];
    expect(ordered(events)).toEqual([{ ...A, arguments: '{"a"' }, args(0, ':1}'), text('t'), text('u')]);
    expect(words(ordered([call(0, { id: 'a' }), text('t'), B, args(1, '{}'), ended()]))).toEqual(['0:', 't', '1:{}', 'choice-end']);
    expect(words(ordered([A, args(0, '{'), call(1, { id: 'b' }), args(0, '}'), text('t'), call(1, { name: 'g' })]))).toEqual([
      '0:',
      '0:{',
      '0:}',
      '1:',
    ]);
  });

  it('joins what is held of a call, with fields that came later', () => {
    const late: StreamEvent = { ...call(1, { arguments: '}' }), extra: { x: 1 } } as StreamEvent;
    const events = ordered([A, args(0, '{'), call(1), call(1, { id: 'b', name: 'g', arguments: '{' }), late, args(0, '}'), text('t')]);
    expect(events.slice(3)).toEqual([{ ...B, arguments: '{}', extra: { x: 1 } }, text('t')]);
  });

  it('holds text that comes while arguments are not whole, in its order', () => {
    const events = [A, args(0, '{'), text('t'), B, args(1, '{}'), text('u'), args(0, '}'), text('v'), ended()];
    expect(words(ordered(events))).toEqual(['0:', '0:{', '0:}', 't', '1:{}', 'u', 'v', 'choice-end']);
  });

  it('ends the call of a custom tool with other content, not with another call', () => {
    const events = [custom(0, 'a'), args(0, '*** Begin {'), B, args(1, '{}'), args(0, 'X'), text('t'), ended()];
    expect(words(ordered(events))).toEqual(['0:', '0:*** Begin {', '0:X', '1:{}', 't', 'choice-end']);
  });

  it('holds calls behind one without arguments until the choice ends', () => {
    expect(words(ordered([A, B, args(1, '{}'), args(0, '{}'), ended()]))).toEqual(['0:', '0:{}', '1:{}', 'choice-end']);
  });

  it('places the state of a call before it, where both come together or the call is held', () => {
    const together = createOneOpenBlock(UNLIMITED).push([text('t'), A, args(0, '{}'), state('a'), state('a'), ended()]);
    expect(words(together)).toEqual(['t', 'reasoning-state', 'reasoning-state', '0:', '0:{}', 'choice-end']);
    const heldUp = ordered([A, args(0, '{'), B, args(1, '{}'), state('b'), state(), args(0, '}'), ended()]);
    expect(words(heldUp)).toEqual(['0:', '0:{', '0:}', 'reasoning-state', '1:{}', 'reasoning-state', 'choice-end']);
  });

  it('leaves state of no known call where it is', () => {
    expect(words(ordered([reasoning('r'), state('rs_1'), A, args(0, '{}'), state('a')]))).toEqual([
      'r',
      'reasoning-state',
      '0:',
      '0:{}',
      'reasoning-state',
    ]);
  });

  it('releases nothing after an error', () => {
    for (const error of [failed(), { type: 'choice-error', choice: 0, error: failed().error } as const])
      expect(words(ordered([A, args(0, '{'), B, args(1, '{}'), error]))).toEqual(['0:', '0:{', error.type]);
  });

  it('ignores blanks after whole arguments, and refuses anything else', () => {
    const events = [A, args(0, '{}'), text('t'), args(0, ' \n')];
    expect(words(ordered(events))).toEqual(['0:', '0:{}', 't']);
    expect(() => ordered([...events, args(0, '{}')])).toThrow('more arguments for a tool call that was complete');
  });

  it('keeps no more than its budget, and gives it back', () => {
    const stage = createOneOpenBlock(createAnswerBudget(2000));
    stage.push([A, args(0, '{'), B]);
    expect(() => stage.push([args(1, 'x'.repeat(3000))])).toThrow('MAX_ANSWER_BYTES');
    const budget = createAnswerBudget(2000);
    const again = createOneOpenBlock(budget);
    ordered([A, args(0, '{'), B, text('t'), args(1, `"${'x'.repeat(1000)}"`), args(0, '}'), ended()], again);
    expect(budget.tryTake(2000 - 2 * 64)).toBe(true);
  });

  it('changes the order of pieces, and nothing else', () => {
    const piece = fc.oneof(
      fc.constantFrom<StreamEvent>(text('t'), reasoning('r'), state()),
      fc.tuple(fc.nat(2), fc.constantFrom('x', '"y"', ' ', '1')).map(([index, more]) => args(index, more)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        // Each call gets a list of its own, which stays open until the end.
        const begun = [0, 1, 2].map((index) => call(index, { id: `call_${index}`, name: 'f', arguments: '[' }));
        const closed = [2, 0, 1].map((index) => args(index, ']'));
        const events = [...begun, ...pieces, ...closed, ended(), END];
        const passed = ordered(events);
        const collect = (all: readonly StreamEvent[]) => {
          const blocks = createBlockAccumulator(UNLIMITED);
          for (const event of all) if (isContent(event)) blocks.add(event);
          return blocks.blocks();
        };
        expect(collect(passed)).toEqual(collect(events));
        const order = passed.flatMap((event) => (event.type === 'tool-call-delta' ? [event.index] : [-1]));
        for (const index of [0, 1, 2])
          expect(order.lastIndexOf(index) - order.indexOf(index) + 1).toBe(order.filter((at) => at === index).length);
        expect(passed.slice(-2)).toEqual([ended(), END]);
      }),
      { numRuns: 100 },
    );
  });
});
