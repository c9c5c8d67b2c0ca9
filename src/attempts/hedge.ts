/**
 * Two tries for one answer: the second starts when the first has shown no content for a while (or has failed), the first to show
 * content is the answer, the other is given up. Knows nothing of what the sources are, nor of what they cost.
 */
import type { Clock } from '../lib/clock.ts';
import { isTerminal, type StreamEvent } from '../unified/response/event.ts';
import { readFirstContent, type FirstContent } from '../stream/first-content.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { withTimeout } from '../lib/timeout.ts';

/** One of the two. */
export type Try = {
  /** Starts the call; rejects when the upstream refuses. */
  open: () => Promise<EventSource>;
  /** Gives it up, open or not. */
  cancel: () => void;
};

/** How the race went, as far as it has gone. */
export type Race = {
  source: EventSource;
  /** The try that answers: 0 or 1; null while nobody does. */
  winner: () => 0 | 1 | null;
  /** How many tries have been started. */
  started: () => number;
};

/** @param afterMs silence of the first try, in milliseconds, before the second starts. */
export function createRace(tries: readonly [Try, Try], afterMs: number, clock: Clock): Race {
  const outcomes: [FirstContent | null, FirstContent | null] = [null, null];
  let winner: 0 | 1 | null = null;
  let started = 0;
  let opening: StreamEvent[] | null = null;
  let over = false;

  async function run(which: 0 | 1): Promise<FirstContent> {
    started++;
    const outcome = await readFirstContent(tries[which].open, null);
    outcomes[which] = outcome;
    return outcome;
  }

  async function decide(): Promise<StreamEvent[]> {
    const first = run(0);
    const early = await withTimeout(first, afterMs, clock);
    if (early !== null && early.error === null) return settle(0, early);
    const second = run(1);
    const [which, outcome] = early === null ? await firstToAnswer(first, second) : ([1, await second] as const);
    if (outcome.error === null) return settle(which, outcome);
    // Both failed: the first cause leads.
    return [{ type: 'error', error: outcomes[0]?.error ?? outcome.error, usage: null, openChoices: [0] }];
  }

  /** One try answers; the other, if there is one, is given up or has failed already. */
  function settle(which: 0 | 1, { events }: FirstContent): StreamEvent[] {
    winner = which;
    const other = which === 0 ? 1 : 0;
    // A loser that has shown content as well, at the same moment, is still under way.
    if (started > 1 && (outcomes[other]?.error ?? null) === null) tries[other].cancel();
    return events;
  }

  return {
    winner: () => winner,
    started: () => started,
    source: {
      async read() {
        if (over) return null;
        const answer = winner === null ? null : outcomes[winner]?.source;
        const events = opening === null ? (opening = await decide()) : ((await answer?.read()) ?? null);
        if (events === null) return null;
        over = events.some(isTerminal);
        return events;
      },
      cancel() {
        for (const one of tries) one.cancel();
      },
    },
  };
}

/** The first of two that answers without an error; if neither does, the second's outcome. */
async function firstToAnswer(first: Promise<FirstContent>, second: Promise<FirstContent>): Promise<readonly [0 | 1, FirstContent]> {
  const tagged = [first.then((outcome) => [0, outcome] as const), second.then((outcome) => [1, outcome] as const)] as const;
  const earlier = await Promise.race(tagged);
  if (earlier[1].error === null) return earlier;
  return earlier[0] === 0 ? tagged[1] : tagged[0];
}
