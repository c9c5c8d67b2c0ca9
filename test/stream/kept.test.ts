/** Text and events that are kept while an answer grows: what they say, and what they take of the budget. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollector } from '../../src/stream/collect.ts';
import { groupResult } from '../dialects/grouped.ts';
import { createKeptEvents } from '../../src/stream/kept-events.ts';
import { KeptText } from '../../src/unified/response/kept-text.ts';
import { createAnswerBudget, UNLIMITED } from '../../src/unified/response/answer-budget.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { call, ended, reasoning, text } from './events.ts';

const piece = fc.tuple(fc.constantFrom('a', 'é', '終', '🌊', '\ud83c', ''), fc.nat(3000)).map(([unit, times]) => unit.repeat(times));

describe('KeptText', () => {
  it('returns the text of its pieces', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const kept = new KeptText(UNLIMITED);
        for (const piece of pieces) kept.add(piece);
        expect([kept.text(), kept.length()]).toEqual([pieces.join(''), pieces.join('').length]);
      }),
      { numRuns: 50 },
    );
  });

  it('takes one byte for a Latin character and two for others from the budget, and gives them back', () => {
    const budget = createAnswerBudget(20_000);
    const latin = new KeptText(budget);
    for (let piece = 0; piece < 8192; piece++) latin.add('é');
    expect(budget.tryTake(20_000 - 8192 + 1)).toBe(false);
    latin.release();
    const other = new KeptText(budget);
    for (let piece = 0; piece < 8192; piece++) other.add('終');
    expect(budget.tryTake(20_000 - 2 * 8192 + 1)).toBe(false);
    other.release();
    expect(budget.tryTake(20_000)).toBe(true);
  });
});

const event = fc.oneof(
  fc.tuple(fc.string(), fc.nat(1)).map(([piece, choice]) => text(piece, choice)),
  fc.tuple(fc.string(), fc.nat(1)).map(([piece, choice]) => reasoning(piece, choice)),
  fc.tuple(fc.string(), fc.nat(2), fc.nat(1)).map(([piece, index, choice]) => call(index, { arguments: piece }, choice)),
  fc.nat(1).map((choice) => call(0, { id: 'a', name: 'b' }, choice)),
  fc.nat(1).map((choice) => ended(choice)),
);

const collected = (events: readonly StreamEvent[]) => {
  const collector = createCollector();
  collector.push(events);
  return groupResult(collector.result());
};

describe('createKeptEvents', () => {
  it('returns the same answer in fewer events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const kept = createKeptEvents(UNLIMITED);
        kept.push(events);
        expect(collected(kept.take())).toEqual(collected(events));
      }),
    );
  });

  it('keeps a million tokens of one text as one event, in at most two bytes per character', () => {
    const kept = createKeptEvents(createAnswerBudget(2_000_000));
    const token = [text('a')];
    for (let piece = 0; piece < 1_000_000; piece++) kept.push(token);
    const [only, ...more] = kept.take();
    expect(only).toMatchObject({ type: 'text-delta', text: expect.objectContaining({ length: 1_000_000 }) });
    expect(more).toEqual([]);
  });

  it('gives back all memory that it took', () => {
    const budget = createAnswerBudget(10_000);
    const kept = createKeptEvents(budget);
    kept.push([text('a'), text('b'), call(0, { id: 'x', name: 'y', arguments: '{' }), call(0, { arguments: '}' }), ended()]);
    expect(budget.tryTake(10_000)).toBe(false);
    kept.take();
    expect(budget.tryTake(10_000)).toBe(true);
  });
});
