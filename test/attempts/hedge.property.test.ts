/** A race at random timings and failures. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isContent, isTerminal, type StreamEvent } from '../../src/unified/response/event.ts';
import { END, ended, failed, START, text } from '../stream/events.ts';
import { turn } from '../support/fake-ports.ts';
import { AFTER_MS, createScene } from './tries.ts';

/** What a try does, each step some time after the one before. All times are even: none is at the same moment as the hedge's timer. */
type Script = { steps: { afterMs: number; events: StreamEvent[] | 'refuse' }[] };

const pause = fc.integer({ min: 0, max: 50 }).map((half) => half * 2);

const scriptOf = (which: number): fc.Arbitrary<Script> =>
  fc
    .record({
      openMs: pause,
      refused: fc.integer({ min: 0, max: 3 }).map((value) => value === 0),
      quiet: fc.array(fc.tuple(pause, fc.constantFrom<StreamEvent[]>([], [START])), { maxLength: 2 }),
      spoken: fc.array(fc.tuple(pause, fc.string({ maxLength: 3 })), { maxLength: 4 }),
      lastMs: pause,
      ends: fc.boolean(),
    })
    .map(({ openMs, refused, quiet, spoken, lastMs, ends }) => ({
      steps: refused
        ? [{ afterMs: openMs, events: 'refuse' }]
        : [
            { afterMs: openMs, events: [] },
            ...quiet.map(([afterMs, events]) => ({ afterMs, events })),
            ...spoken.map(([afterMs, piece]) => ({ afterMs, events: [text(`${which}${piece}`)] })),
            { afterMs: lastMs, events: ends ? [ended(), END] : [failed(`cause ${which}`)] },
          ],
    }));

/** When a script shows its first content or end, and when it fails before that; from its start. */
function momentsOf({ steps }: Script): { answersMs: number; failsMs: number } {
  let now = 0;
  for (const { afterMs, events } of steps) {
    now += afterMs;
    if (events === 'refuse' || events.some(({ type }) => type === 'error')) return { answersMs: Infinity, failsMs: now };
    if (events.some((event) => isContent(event) || isTerminal(event))) return { answersMs: now, failsMs: Infinity };
  }
  return { answersMs: Infinity, failsMs: Infinity };
}

/** What must come of two scripts. Within a millisecond of each other either may be the first. */
function courseOf(one: Script, other: Script) {
  const [early, late] = [momentsOf(one), momentsOf(other)];
  const hedged = early.answersMs > AFTER_MS;
  const secondAtMs = hedged ? Math.min(AFTER_MS, early.failsMs) : Infinity;
  const answers = [early.answersMs, secondAtMs + late.answersMs] as const;
  const fails = [early.failsMs, secondAtMs + late.failsMs] as const;
  const soonest = Math.min(...answers);
  const possible: (0 | 1 | null)[] = soonest === Infinity ? [null] : ([0, 1] as const).filter((which) => answers[which] - soonest <= 1);

  /** How often the other one may have been left: not when it had failed by then. */
  function leavings(winner: 0 | 1 | null): number[] {
    if (winner === null || !hedged) return [0];
    const aheadMs = fails[winner === 0 ? 1 : 0] - answers[winner];
    return [...(aheadMs <= 1 ? [0] : []), ...(aheadMs >= -1 ? [1] : [])];
  }
  return { hedged, possible, leavings };
}

/** An event without its bill, an error by its message. */
const saidBy = (event: StreamEvent) => (event.type === 'error' ? event.error.message : event.type === 'end' ? 'the end' : event);

it('at any timing and with any failures, the client sees exactly one try, whole, and one last word', async () => {
  await fc.assert(
    fc.asyncProperty(scriptOf(0), scriptOf(1), async (one, other) => {
      const scripts = [one, other] as const;
      const { clock, first, second, race, reading } = createScene();
      const hands = [first, second] as const;
      const begun = [false, false];
      function play(which: 0 | 1, step: number): void {
        const next = scripts[which].steps[step];
        if (next === undefined) return;
        clock.setTimer(next.afterMs, () => {
          if (hands[which].left() > 0) return;
          if (next.events === 'refuse') hands[which].refuse(`cause ${which}`);
          else {
            if (step === 0) hands[which].open();
            hands[which].send(...next.events);
          }
          play(which, step + 1);
        });
      }
      for (let ms = 0; ms < 2000 && !reading.over(); ms++) {
        await turn();
        for (const which of [0, 1] as const) {
          if (begun[which] === true || hands[which].opened() === 0) continue;
          begun[which] = true;
          play(which, 0);
        }
        clock.advance(1);
      }

      const { hedged, possible, leavings } = courseOf(one, other);
      const winner = race.winner();
      expect(possible).toContain(winner);
      expect([first.opened(), second.opened(), race.started()]).toEqual([1, hedged ? 1 : 0, hedged ? 2 : 1]);

      const steps = winner === null ? [{ events: [failed('cause 0')] }] : scripts[winner].steps;
      const expected = steps.flatMap(({ events }) => (events === 'refuse' ? [] : events));
      expect(reading.events.map(saidBy)).toEqual(expected.map(saidBy));
      expect([reading.over(), reading.events.filter(isTerminal).length]).toEqual([true, 1]);

      const lefts = [first.left(), second.left()];
      expect(winner === null ? 0 : lefts[winner]).toBe(0);
      const left = lefts.reduce((sum, times) => sum + times, 0);
      expect(leavings(winner)).toContain(left);
    }),
    { numRuns: 150 },
  );
});
