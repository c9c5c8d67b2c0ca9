/** How many calls wait for their headers at once. Every run is settled by hand. */
import { describe, expect, it } from 'vitest';
import { Slots, WAITING_CALLS } from '../../src/upstream/call-limiter.ts';
import { turn } from '../support/fake-ports.ts';

const stays = new AbortController().signal;

/** So many runs over the slots of one request. */
function start(count: number, signals: readonly AbortSignal[] = []) {
  const slots = new Slots(WAITING_CALLS);
  const started: number[] = [];
  const running = new Set<number>();
  let most = 0;
  const settlers = new Map<number, { resolve(): void; reject(error: Error): void }>();
  const results = Array.from({ length: count }, (_, index) =>
    slots.use(signals[index] ?? stays, async () => {
      started.push(index);
      running.add(index);
      most = Math.max(most, running.size);
      try {
        await new Promise<void>((resolve, reject) => settlers.set(index, { resolve, reject }));
      } finally {
        running.delete(index);
      }
      return index;
    }),
  );
  const outcomes = Promise.allSettled(results);
  return {
    started,
    outcomes,
    results,
    most: () => most,
    finish: (index: number) => settlers.get(index)?.resolve(),
    fail: (index: number) => settlers.get(index)?.reject(new Error(`run ${index} failed`)),
  };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('Slots', () => {
  it('has five slots, one fewer than the platform allows', () => {
    expect(WAITING_CALLS).toBe(5);
  });

  it('starts the next run only when a slot is free', async () => {
    const { started, finish, most, outcomes } = start(12);
    await turn();
    expect(started).toEqual([0, 1, 2, 3, 4]);
    finish(3);
    await turn();
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
    for (const index of upTo(12)) {
      finish(index);
      await turn();
    }
    await outcomes;
    expect(most()).toBe(5);
  });

  it('grants slots in the order of requests', async () => {
    const { started, finish } = start(10);
    await turn();
    for (const index of [4, 0, 2, 1, 3]) {
      finish(index);
      await turn();
    }
    expect(started).toEqual(upTo(10));
  });

  it('does not grant a passed-on slot twice', async () => {
    const slots = new Slots(1);
    const release: (() => void)[] = [];
    const run = () => slots.use(stays, () => new Promise<void>((resolve) => void release.push(resolve)));
    const first = [run(), run()];
    await turn();
    release[0]?.();
    await turn();
    const late = run();
    await turn();
    expect(release).toHaveLength(2);
    release[1]?.();
    await Promise.all(first);
    await turn();
    expect(release).toHaveLength(3);
    release[2]?.();
    await late;
  });

  it('frees the slot of a failed run, and rethrows its error', async () => {
    const { started, fail, results, outcomes } = start(6);
    void outcomes;
    await turn();
    fail(2);
    await expect(results[2]).rejects.toThrow('run 2 failed');
    await turn();
    expect(started).toEqual(upTo(6));
  });

  it('frees the slot of a run that throws synchronously', async () => {
    const slots = new Slots(1);
    const broken = slots.use(stays, () => {
      throw new Error('at once');
    });
    await expect(broken).rejects.toThrow('at once');
    await expect(slots.use(stays, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('returns the result of a run', async () => {
    const { finish, results } = start(1);
    await turn();
    finish(0);
    await expect(results[0]).resolves.toBe(0);
  });

  it('does not run after a disconnect, and frees the slot', async () => {
    const signal = new AbortController();
    const { started, finish, results, outcomes } = start(7, [stays, stays, stays, stays, stays, signal.signal, stays]);
    void outcomes;
    await turn();
    signal.abort();
    finish(0);
    await expect(results[5]).rejects.toMatchObject({ message: expect.stringContaining('client disconnected') });
    await turn();
    expect(started).toEqual([0, 1, 2, 3, 4, 6]);
  });

  it('finishes 31 of 32 calls when one never answers', async () => {
    const stalled = 3;
    const { started, finish, results, most } = start(32);
    const others = results.filter((_, index) => index !== stalled);
    for (let round = 0; started.length < 32 && round < 32; round++) {
      await turn();
      for (const index of started) if (index !== stalled) finish(index);
    }
    await turn();
    for (const index of started) if (index !== stalled) finish(index);
    expect(await Promise.all(others)).toEqual(upTo(32).filter((index) => index !== stalled));
    expect(most()).toBe(5);
  });
});
