/** A deadline that moves rings once, at the time that was set last. */
import { expect, it } from 'vitest';
import { createResettableTimer } from '../../src/lib/resettable-timer.ts';
import { createFakeClock } from '../stream/fake-clock.ts';

function createRinging() {
  const clock = createFakeClock(0);
  const rang: number[] = [];
  return { clock, rang, timer: createResettableTimer(clock, () => void rang.push(clock.nowMs())) };
}

it('rings at its time, and once', () => {
  const { clock, rang, timer } = createRinging();
  timer.set(10);
  clock.advance(100);
  expect(rang).toEqual([10]);
  expect(clock.pending()).toBe(0);
});

it('that is put off again and again takes one timer, and rings at the last time', () => {
  const { clock, rang, timer } = createRinging();
  for (let now = 0; now < 50; now++) {
    timer.set(now + 20);
    expect(clock.pending()).toBe(1);
    clock.advance(1);
  }
  clock.advance(100);
  expect(rang).toEqual([69]);
});

it('that is far away is looked at now and then, so that bringing it forward seldom needs another timer', () => {
  const { clock, rang, timer } = createRinging();
  let timers = 0;
  const counted = createResettableTimer({ ...clock, setTimer: (delayMs, run) => (timers++, clock.setTimer(delayMs, run)) }, () =>
    rang.push(clock.nowMs()),
  );
  counted.set(120_000);
  counted.set(20_000);
  expect(timers).toBe(1);
  clock.advance(120_000);
  expect(rang).toEqual([20_000]);
  timer.set(clock.nowMs() + 600_000);
  clock.advance(599_999);
  expect(rang).toHaveLength(1);
  clock.advance(1);
  expect(rang).toEqual([20_000, 720_000]);
});

it('may be brought forward', () => {
  const { clock, rang, timer } = createRinging();
  timer.set(50);
  timer.set(5);
  clock.advance(100);
  expect(rang).toEqual([5]);
});

it('that is stopped does not ring and leaves no timer; it may be set again', () => {
  const { clock, rang, timer } = createRinging();
  timer.set(10);
  timer.stop();
  expect(clock.pending()).toBe(0);
  clock.advance(20);
  timer.set(30);
  clock.advance(20);
  expect(rang).toEqual([30]);
});

it('may be set by what it rings for', () => {
  const clock = createFakeClock(0);
  const rang: number[] = [];
  const timer = createResettableTimer(clock, () => {
    rang.push(clock.nowMs());
    if (rang.length < 3) timer.set(clock.nowMs() + 5);
  });
  timer.set(5);
  clock.advance(100);
  expect(rang).toEqual([5, 10, 15]);
});
