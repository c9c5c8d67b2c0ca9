/** Two tries of a race that a test plays by hand. */
import type { EventSource } from '../../src/unified/response/event-source.ts';
import { readFirstContent } from '../../src/attempts/first-content.ts';
import { HedgeRace, type TryNumber } from '../../src/attempts/hedge.ts';
import type { Clock } from '../../src/lib/clock.ts';
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
  const attempt = {
    open(): Promise<EventSource> {
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

/** A try that has shown content: its events so far, and the rest. */
type Begun = { which: TryNumber; events: StreamEvent[]; source: EventSource };

type Hand = ReturnType<typeof createHand>['attempt'];

/** A race of two tries that are played by hand. */
class HandRace extends HedgeRace<Begun> {
  readonly #hands: readonly [Hand, Hand];

  constructor(hands: readonly [Hand, Hand], clock: Clock) {
    super(AFTER_MS, clock);
    this.#hands = hands;
  }

  protected async begin(which: TryNumber): Promise<Begun> {
    const source = await this.#hands[which].open();
    return { which, events: await readFirstContent(source, { observe: () => undefined }), source };
  }

  protected cancelTry(which: TryNumber): void {
    this.#hands[which].cancel();
  }
}

type RaceResult = { events: StreamEvent[]; over: () => boolean; winner: () => TryNumber | null };

/** Reads a race to its end. An error of the race is its last event. */
function readAll(race: HandRace): RaceResult {
  const events: StreamEvent[] = [];
  let over = false;
  let winner: TryNumber | null = null;
  async function read(): Promise<void> {
    try {
      const begun = await race.run();
      winner = begun.which;
      events.push(...begun.events);
      for (let batch = await begun.source.read(); batch !== null; batch = await begun.source.read()) events.push(...batch);
    } catch (thrown) {
      if (!(thrown instanceof RouterError)) throw thrown;
      events.push({ type: 'error', error: thrown, usage: null, openChoices: [0] });
    }
    over = true;
  }
  void read();
  return { events, over: () => over, winner: () => winner };
}

/** A race of two tries, being read. */
export function createScene() {
  const clock = createFakeClock();
  const hands = [createHand(), createHand()] as const;
  const own = new HandRace([hands[0].attempt, hands[1].attempt], clock);
  const reading = readAll(own);
  const race = { started: () => own.started, winner: reading.winner };
  return { clock, race, first: hands[0], second: hands[1], reading };
}
