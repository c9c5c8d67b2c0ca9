/** Deadlines of one answer, in a time that the test makes. */
import { describe, expect, it } from 'vitest';
import { Watch, type Deadlines } from '../../src/stream/deadline.ts';
import type { EventSource } from '../../src/unified/response/event-source.ts';
import { isContent, isTerminal, type StreamEvent } from '../../src/unified/response/event.ts';
import { createFakeClock, turn } from '../support/fake-ports.ts';

const TEXT: StreamEvent[] = [{ type: 'text-delta', choice: 0, text: 'a' }];
const START: StreamEvent[] = [{ type: 'start', model: 'm', systemFingerprint: null, serviceTier: null }];
const NONE: Deadlines = { firstContentMs: null, idleMs: null, totalMs: null };

/** A source that returns what the test gives, when the test gives it. */
function handDriven() {
  const waiting: ((events: StreamEvent[] | null) => void)[] = [];
  const source: EventSource = { read: () => new Promise((resolve) => waiting.push(resolve)), cancel: () => undefined };
  return { source, give: (events: StreamEvent[] | null) => waiting.shift()?.(events) };
}

/** Reads as `calls/call-answer.ts` does. */
const withDeadlines = (source: EventSource, watch: Watch): EventSource => ({
  async read() {
    const events = await watch.waitFor(source.read());
    if (events === null || events.some(isTerminal)) watch.stop();
    else if (events.some(isContent)) watch.markContent();
    return events;
  },
  cancel() {
    watch.stop();
    source.cancel();
  },
});

function watched(deadlines: Partial<Deadlines>) {
  const clock = createFakeClock();
  const { source, give } = handDriven();
  return { clock, give, source: withDeadlines(source, new Watch({ ...NONE, ...deadlines }, clock)) };
}

/** What became of a read. */
async function outcomeOf(reading: Promise<unknown>): Promise<unknown> {
  return Promise.race([reading.catch((error: Error) => error.message), turn().then(() => 'waiting')]);
}

describe('Watch first content', () => {
  it('may take until its deadline', async () => {
    const { clock, give, source } = watched({ firstContentMs: 100 });
    const reading = source.read();
    clock.advance(99);
    expect(await outcomeOf(reading)).toBe('waiting');
    give(TEXT);
    expect(await reading).toEqual(TEXT);
  });

  it('times out when late, even after events without content', async () => {
    const { clock, give, source } = watched({ firstContentMs: 100, idleMs: 50 });
    const first = source.read();
    clock.advance(60);
    give(START);
    await first;
    const second = source.read();
    clock.advance(30);
    give([]);
    await second;
    const third = source.read();
    clock.advance(9);
    expect(await outcomeOf(third)).toBe('waiting');
    clock.advance(1);
    await expect(third).rejects.toMatchObject({ type: 'timeout', message: 'no content within 100 ms' });
  });
});

describe('Watch isWhole', () => {
  it('times out when the answer is not complete by the first-content deadline', async () => {
    const { clock, give, source } = watched({ firstContentMs: 100, idleMs: 50, isWhole: true });
    for (let piece = 0; piece < 3; piece++) {
      const reading = source.read();
      clock.advance(30);
      give(TEXT);
      await reading;
    }
    const last = source.read();
    clock.advance(9);
    expect(await outcomeOf(last)).toBe('waiting');
    clock.advance(1);
    await expect(last).rejects.toMatchObject({ type: 'timeout', message: 'no complete answer within 100 ms' });
  });

  it('times out on silence after the first piece', async () => {
    const { clock, give, source } = watched({ firstContentMs: 100, idleMs: 50, isWhole: true });
    const first = source.read();
    clock.advance(30);
    give(TEXT);
    await first;
    const second = source.read();
    clock.advance(50);
    await expect(second).rejects.toMatchObject({ message: 'no further data for 50 ms' });
  });
});

describe('Watch idle', () => {
  it('restarts with every event', async () => {
    const { clock, give, source } = watched({ firstContentMs: 10, idleMs: 50 });
    for (const events of [TEXT, [], START, TEXT]) {
      const reading = source.read();
      clock.advance(events === TEXT ? 9 : 49);
      give(events);
      await reading;
    }
    const last = source.read();
    clock.advance(49);
    expect(await outcomeOf(last)).toBe('waiting');
    clock.advance(1);
    await expect(last).rejects.toMatchObject({ message: 'no further data for 50 ms' });
  });
});

it('Watch times out at the total deadline, with or without content', async () => {
  const { clock, give, source } = watched({ idleMs: 50, totalMs: 70 });
  const first = source.read();
  clock.advance(40);
  give(TEXT);
  await first;
  const second = source.read();
  clock.advance(29);
  expect(await outcomeOf(second)).toBe('waiting');
  clock.advance(1);
  await expect(second).rejects.toMatchObject({ message: 'the answer was not complete within 70 ms' });
});

it('Watch sets no timer without deadlines', async () => {
  const { clock, give, source } = watched({});
  const reading = source.read();
  clock.advance(1e9);
  give(null);
  expect(await reading).toBeNull();
});

describe('Watch without a promise', () => {
  it('calls with the error at the deadline, and not after the wait has ended', () => {
    const clock = createFakeClock();
    const watch = new Watch({ ...NONE, firstContentMs: 100, idleMs: 50 }, clock);
    const errors: string[] = [];
    const begin = () => watch.begin(({ message }) => errors.push(message));
    begin();
    clock.advance(99);
    watch.end();
    clock.advance(1000);
    expect(errors).toEqual([]);
    watch.markContent();
    begin();
    clock.advance(49);
    expect(errors).toEqual([]);
    clock.advance(1);
    expect(errors).toEqual(['no further data for 50 ms']);
    watch.stop();
    expect(clock.pending()).toBe(0);
  });

  it('sets no timer without deadlines', () => {
    const clock = createFakeClock();
    new Watch(NONE, clock).begin(() => undefined);
    expect(clock.pending()).toBe(0);
  });
});
