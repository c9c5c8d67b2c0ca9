/**
 * Two tries for one answer: the second starts when the first has shown no content for a while (or has failed), the first to show
 * content is the answer, the other is given up. What the loser read is billed all the same, so it is in the usage. Knows nothing of
 * what the sources are.
 */
import type { Clock } from '../ports.ts';
import { toRouterError, type RouterError } from '../unified/error.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/event.ts';
import { sumUsage, type Usage } from '../unified/usage.ts';
import type { EventSource } from './event-source.ts';

/** One of the two. */
export type Try = {
  /** Starts the call; rejects when the upstream refuses. */
  open: () => Promise<EventSource>;
  /** Gives it up, open or not. */
  leave: () => void;
  /** What it cost when it was given up before its usage was known. */
  abandoned: () => Usage;
};

/** How the race went, as far as it has gone. */
export type Race = {
  source: EventSource;
  /** The try that answers: 0 or 1; null while nobody does. */
  winner: () => 0 | 1 | null;
  /** How many tries have been started. */
  started: () => number;
};

type Outcome = { events: StreamEvent[]; source: EventSource | null; error: RouterError | null };

/** @param afterMs silence of the first try, in milliseconds, before the second starts. */
export function createRace(tries: readonly [Try, Try], afterMs: number, clock: Clock): Race {
  let winner: 0 | 1 | null = null;
  let started = 0;
  let answer: EventSource | null = null;
  let opening: StreamEvent[] | null = null;
  let lost: Usage[] = [];

  /** Runs one try up to its first content, or its end. */
  async function run(which: 0 | 1): Promise<Outcome> {
    started++;
    const events: StreamEvent[] = [];
    try {
      const source = await tries[which].open();
      for (;;) {
        const batch = await source.read();
        if (batch === null) return { events, source, error: null };
        events.push(...batch);
        const failure = batch.find((event) => event.type === 'error');
        if (failure !== undefined && !events.some(isContent)) return { events, source, error: failure.error };
        if (batch.some((event) => isContent(event) || isTerminal(event) || event.type === 'choice-end'))
          return { events, source, error: null };
      }
    } catch (thrown) {
      return { events: [], source: null, error: toRouterError(thrown) };
    }
  }

  async function decide(): Promise<StreamEvent[]> {
    const first = run(0);
    const early = await within(first, afterMs, clock);
    if (early !== null && early.error === null) return settle(0, early);
    const second = run(1);
    const [which, outcome] = early === null ? await firstToAnswer(first, second) : ([1, await second] as const);
    if (outcome.error === null) {
      if (early === null) {
        tries[which === 0 ? 1 : 0].leave();
        lost = [tries[which === 0 ? 1 : 0].abandoned()];
      }
      return settle(which, outcome);
    }
    // Both failed: the first cause leads.
    const cause = early?.error ?? (await first).error ?? outcome.error;
    return [{ type: 'error', error: cause, usage: null, open: [0] }];
  }

  function settle(which: 0 | 1, { events, source }: Outcome): StreamEvent[] {
    winner = which;
    answer = source;
    return events;
  }

  /** The loser's bill added to the last word. */
  const billed = (events: StreamEvent[]) =>
    events.map((event) => {
      if (!isTerminal(event) || lost.length === 0) return event;
      const usages = [...(event.usage === null ? [] : [event.usage]), ...lost];
      return {
        ...event,
        usage: sumUsage(
          usages,
          usages.reduce((calls, usage) => calls + usage.calls, 0),
        ),
      };
    });

  let over = false;
  return {
    winner: () => winner,
    started: () => started,
    source: {
      async read() {
        if (over) return null;
        const events: StreamEvent[] | null = opening === null ? (opening = await decide()) : ((await answer?.read()) ?? null);
        if (events === null) return null;
        over = events.some(isTerminal);
        return billed(events);
      },
      cancel() {
        for (const one of tries) one.leave();
      },
    },
  };
}

/** The value, or null when it takes longer. */
async function within<Value>(pending: Promise<Value>, afterMs: number, clock: Clock): Promise<Value | null> {
  let forget: () => void = () => undefined;
  const late = new Promise<null>((resolve) => {
    forget = clock.setTimer(afterMs, () => resolve(null));
  });
  const value = await Promise.race([pending, late]);
  forget();
  return value;
}

/** The first of two that answers without an error; if neither does, the second's outcome. */
async function firstToAnswer(first: Promise<Outcome>, second: Promise<Outcome>): Promise<readonly [0 | 1, Outcome]> {
  const tagged = [first.then((outcome) => [0, outcome] as const), second.then((outcome) => [1, outcome] as const)] as const;
  const earlier = await Promise.race(tagged);
  if (earlier[1].error === null) return earlier;
  return earlier[0] === 0 ? tagged[1] : tagged[0];
}
