import { describe, expect, it } from 'vitest';
import { DEAD_MS, findFlight, flightsOf, lead, SIGN_MS, waitForFlight, type Flight } from '../../src/state/answers-in-flight.ts';
import { createFakeClock, whileTimePasses } from '../support/fake-ports.ts';

function start() {
  const clock = createFakeClock();
  const flights = flightsOf({});
  return { clock, flights, find: () => findFlight(flights, 'key', clock.nowMs()) };
}

const found = (flight: Flight | null): Flight => {
  if (flight === null) throw new Error('no answer is being made');
  return flight;
};

describe('answers in flight', () => {
  it('are found until they are over, and given to those who wait', async () => {
    const { clock, flights, find } = start();
    const leader = lead(flights, 'key', clock);
    expect(lead(flights, 'key', clock)).toBeNull();
    const waiting = waitForFlight(found(find()), clock, () => false);
    clock.advance(10 * DEAD_MS);
    expect(find()).not.toBeNull();
    leader?.finish('entry');
    leader?.finish(null);
    expect(await whileTimePasses(clock, waiting)).toBe('entry');
    expect(find()).toBeNull();
    expect(clock.pending()).toBe(0);
  });

  it('let others go when they cannot be repeated', async () => {
    const { clock, flights, find } = start();
    const leader = lead(flights, 'key', clock);
    const waiting = waitForFlight(found(find()), clock, () => false);
    leader?.finish(null);
    expect(await whileTimePasses(clock, waiting)).toBeNull();
  });

  it('let others go when their request was ended by the platform, and make place for the next', async () => {
    const [{ clock, flights, find }, dead] = [start(), createFakeClock()];
    lead(flights, 'key', dead); // its timers never run
    const waiting = waitForFlight(found(find()), clock, () => false);
    const [startMs, result] = [clock.nowMs(), await whileTimePasses(clock, waiting)];
    expect(result).toBeNull();
    expect(clock.nowMs() - startMs).toBeLessThan(DEAD_MS + 1000);
    expect(find()).toBeNull();
    expect(lead(flights, 'key', clock)).not.toBeNull();
  });

  it('let others go when their client reads too slowly', () => {
    const { clock, flights, find } = start();
    const leader = lead(flights, 'key', clock);
    leader?.setWorking(false);
    clock.advance(DEAD_MS + SIGN_MS);
    expect(find()).toBeNull();
    leader?.setWorking(true);
    expect(find()).not.toBeNull();
  });

  it('are not waited for by a client that has disconnected', async () => {
    const { clock, flights, find } = start();
    lead(flights, 'key', clock);
    expect(
      await whileTimePasses(
        clock,
        waitForFlight(found(find()), clock, () => true),
      ),
    ).toBeNull();
  });

  it('are bounded, and those that were ended by the platform do not count', () => {
    const [{ clock, flights }, dead] = [start(), createFakeClock()];
    for (let index = 0; index < 512; index++) expect(lead(flights, `key ${index}`, dead)).not.toBeNull();
    expect(lead(flights, 'one more', clock)).toBeNull();
    clock.advance(DEAD_MS);
    expect(lead(flights, 'one more', clock)).not.toBeNull();
    expect(flights.size).toBe(1);
  });
});
