/** Numbers of choices, whatever the upstream calls them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createChoiceStage } from '../../../src/stream/stages/choices.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';
import { ended, START, text, usage } from '../events.ts';

const open = (expected: number) => {
  const dropped = { times: 0 };
  return { stage: createChoiceStage(expected, () => void dropped.times++), dropped };
};
const numbersOf = (events: readonly StreamEvent[]) => events.flatMap((event) => ('choice' in event ? [event.choice] : []));

describe('createChoiceStage', () => {
  it.each([1, -1, 0.5, 1e9, NaN, -Infinity])('numbers a single choice 0 when the upstream numbers it %s', (name) => {
    const { stage, dropped } = open(1);
    expect(stage.push([START, text('a', name), text('b', name), ended(name)])).toEqual([START, text('a'), text('b'), ended()]);
    expect(dropped.times).toBe(0);
  });

  it('returns the same list when every number is right', () => {
    const { stage } = open(2);
    const events = [START, text('a', 1), text('b', 0), usage(1, 2)];
    expect(stage.push(events)).toBe(events);
  });

  it('keeps numbers in range and gives the others free numbers', () => {
    const { stage } = open(3);
    expect(numbersOf(stage.push([text('a', 1), text('b', 2), text('c', 3), text('a', 1)]))).toEqual([1, 2, 0, 1]);
    expect(numbersOf(open(3).stage.push([text('a', -1), text('b', 0), text('c', 1)]))).toEqual([2, 0, 1]);
  });

  it('drops surplus choices, and reports it once', () => {
    const { stage, dropped } = open(1);
    expect(stage.push([text('a', 0), text('b', 1), ended(1), text('c', 2), ended(0)])).toEqual([text('a'), ended()]);
    expect(dropped.times).toBe(1);
  });

  it('never mixes two choices and never leaves the range, whatever the upstream numbers are', () => {
    const name = fc.oneof(fc.integer({ min: -2, max: 6 }), fc.double());
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(name, { maxLength: 30 }), (expected, names) => {
        const { stage } = open(expected);
        const passed = names.flatMap((one) => stage.push([text(String(one), one)]));
        const said = new Map<number, string>();
        for (const event of passed) {
          if (event.type !== 'text-delta') continue;
          expect(event.choice).toBeGreaterThanOrEqual(0);
          expect(event.choice).toBeLessThan(expected);
          expect(said.get(event.choice) ?? event.text).toBe(event.text);
          said.set(event.choice, event.text);
        }
        expect(said.size).toBe(Math.min(expected, new Set(names.map(String)).size));
      }),
    );
  });
});
