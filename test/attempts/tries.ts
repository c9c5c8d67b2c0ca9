/** Two tries of a race that a test plays by hand. */
import type { EventSource } from '../../src/unified/response/event-source.ts';
import { createRace, type Race, type Try } from '../../src/attempts/hedge.ts';
import { RouterError } from '../../src/unified/error.ts';
import { isTerminal, type StreamEvent } from '../../src/unified/response/event.ts';
import { failed, usageOf } from '../stream/events.ts';
import { createFakeClock } from '../support/fake-ports.ts';

/** Silence before the second try starts. */
export const AFTER_MS = 101;

export const refusal = (message: string) => new RouterError('provider_overloaded', message);

/** A try that a test plays by hand. One that was left fails, as a call does whose connection is cut. */
function createHand() {
  const opening = Promise.withResolvers<EventSource>();
  const batches: StreamEvent[][] = [];
  let [opened, left, over] = [0, 0, false];
  let wake: () => void = () => undefined;

  function send(...events: StreamEvent[]): void {
    batches.push(events);
    wake();
  }

  const source: EventSource = {
    async read() {
      if (over) return null;
      if (batches.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const batch = batches.shift() ?? [];
      over = batch.some(isTerminal);
      return batch;
    },
    cancel: () => undefined,
  };
  const attempt: Try = {
    open() {
      opened++;
      return opening.promise;
    },
    cancel() {
      left++;
      send({ ...failed('left'), usage: usageOf(1000, 1000) });
    },
  };
  return {
    attempt,
    open: () => opening.resolve(source),
    refuse: (message: string) => opening.reject(refusal(message)),
    send,
    opened: () => opened,
    left: () => left,
  };
}

type Reading = { events: StreamEvent[]; over: () => boolean };

/** Reads a race to its end. */
function readAll({ source }: Race): Reading {
  const events: StreamEvent[] = [];
  let over = false;
  async function read(): Promise<void> {
    for (let batch = await source.read(); batch !== null; batch = await source.read()) events.push(...batch);
    over = true;
  }
  void read();
  return { events, over: () => over };
}

/** A race of two tries, being read. */
export function createScene() {
  const clock = createFakeClock();
  const hands = [createHand(), createHand()] as const;
  const race = createRace([hands[0].attempt, hands[1].attempt], AFTER_MS, clock);
  return { clock, race, first: hands[0], second: hands[1], reading: readAll(race) };
}
