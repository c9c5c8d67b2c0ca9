/** What a client gets does not depend on how the sources between the network and the writer return their batches. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { EncodedFrames } from '../../src/pipeline/encoded-frames.ts';
import { writeFrames } from '../../src/stream/write.ts';
import { toRouterError } from '../../src/unified/error.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { FailedWait, SteppedSource, type Batch, type EventSource } from '../../src/unified/response/event-source.ts';
import { createFakeClock } from '../support/fake-ports.ts';
import { ended, text } from '../stream/events.ts';

/** How one batch is returned: by a call, by a promise, or by the wait. */
const HOW = fc.constantFrom('called', 'promised', 'awaited');
type How = 'called' | 'promised' | 'awaited';

/** Where the source fails instead of its next batch. */
const FAILURE = fc.constantFrom(null, 'wait', 'take', 'promise');

type Script = { batches: StreamEvent[][]; how: How[]; failure: 'wait' | 'take' | 'promise' | null };

/** Returns each batch as the script says. */
class ScriptedSource extends SteppedSource {
  cancelled = 0;
  readonly #script: Script;
  #next = 0;

  constructor(script: Script) {
    super();
    this.#script = script;
  }

  wait(): Promise<unknown> | null {
    const { batches, how, failure } = this.#script;
    if (this.#next === batches.length) {
      if (failure === null) return null;
      return failure === 'wait' ? Promise.reject(new Error('it broke')) : Promise.resolve();
    }
    return how[this.#next] === 'awaited' ? new Promise((resolve) => void setImmediate(resolve)) : Promise.resolve();
  }

  take(arrived: unknown): Batch | Promise<Batch> {
    const { batches, how, failure } = this.#script;
    if (arrived instanceof FailedWait) throw arrived.thrown;
    const batch = batches[this.#next];
    if (batch === undefined) {
      if (failure === 'promise') return Promise.reject(new Error('it broke'));
      throw new Error('it broke');
    }
    return how[this.#next++] === 'promised' ? Promise.resolve(batch) : batch;
  }

  cancel(): void {
    this.cancelled++;
  }
}

/** The same source without its steps. */
const inOneStep = (source: SteppedSource): EventSource => ({ read: () => source.read(), cancel: () => source.cancel() });

const written = (events: readonly StreamEvent[]): string =>
  events
    .map((event) => (event.type === 'text-delta' ? event.text : `<${event.type}${'error' in event ? `: ${event.error.message}` : ''}>`))
    .join('');

/** What a client reads, and what was cancelled. */
async function readByClient(source: EventSource, hasHeldEnd: boolean): Promise<{ body: string; cancelled: boolean }> {
  let held: string | null = null;
  let cancelled = false;
  const frames = new EncodedFrames({
    opening: Promise.resolve({ source, events: [] }),
    observer: { observe: (events) => void (held = hasHeldEnd && events.at(-1)?.type === 'end' ? '<kept>' : held) },
    encoder: {
      push: (events) => written(events),
      heldEnd: () => (held === null ? null : { response: {}, write: () => '' }),
    },
    cancel: () => void (cancelled = true),
    keep: async () => {
      const end = held ?? '';
      held = null;
      return end;
    },
  });
  const body = writeFrames(frames, { first: '|', keepAlive: '', clock: createFakeClock(), joinMs: 0 });
  return { body: await new Response(body).text(), cancelled };
}

const script: fc.Arbitrary<Script> = fc
  .record({ sizes: fc.array(fc.nat({ max: 2 }), { maxLength: 8 }), how: fc.array(HOW, { minLength: 9, maxLength: 9 }), failure: FAILURE })
  .map(({ sizes, how, failure }) => {
    const batches: StreamEvent[][] = sizes.map((size, place) => Array.from({ length: size }, (_, at) => text(`(${place}.${at})`)));
    return { batches: failure === null ? [...batches, [ended(0), { type: 'end', usage: null }]] : batches, how, failure };
  });

it('a stream has the same text whether its batches are returned by calls, by promises, or by waits', async () => {
  await fc.assert(
    fc.asyncProperty(script, fc.boolean(), async (given, hasHeldEnd) => {
      const last =
        given.failure === null
          ? hasHeldEnd
            ? '<kept>'
            : ''
          : written([{ type: 'error', error: toRouterError(new Error('it broke')), usage: null, openChoices: [0] }]);
      const expected = { body: `|${given.batches.map(written).join('')}${last}`, cancelled: given.failure !== null };
      expect(await readByClient(new ScriptedSource(given), hasHeldEnd)).toEqual(expected);
      expect(await readByClient(inOneStep(new ScriptedSource(given)), hasHeldEnd)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});
