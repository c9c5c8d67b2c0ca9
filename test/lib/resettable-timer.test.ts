/** A deadline that moves rings once, at the time that was set last. */
import { expect, it } from 'vitest';
import { ResettableTimer } from '../../src/lib/resettable-timer.ts';
import { createFakeClock } from '../support/fake-ports.ts';

function createRinging() {
  const clock = createFakeClock(0);
  const rang: number[] = [];
  return { clock, rang, timer: new ResettableTimer(clock, () => void rang.push(clock.nowMs())) };
}

it('ResettableTimer fires once, at its deadline', () => {
  const { clock, rang, timer } = createRinging();
  timer.set(10);
  clock.advance(100);
  expect(rang).toEqual([10]);
  expect(clock.pending()).toBe(0);
});

it('ResettableTimer uses one platform timer when the deadline moves later many times', () => {
  const { clock, rang, timer } = createRinging();
  for (let now = 0; now < 50; now++) {
    timer.set(now + 20);
    expect(clock.pending()).toBe(1);
    clock.advance(1);
  }
  clock.advance(100);
  expect(rang).toEqual([69]);
});

it('ResettableTimer checks a far deadline at intervals, so that moving it earlier seldom needs a second timer', () => {
  const { clock, rang, timer } = createRinging();
  let timers = 0;
  const counted = new ResettableTimer({ ...clock, setTimer: (delayMs, run) => (timers++, clock.setTimer(delayMs, run)) }, () =>
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

it('ResettableTimer accepts an earlier deadline', () => {
  const { clock, rang, timer } = createRinging();
  timer.set(50);
  timer.set(5);
  clock.advance(100);
  expect(rang).toEqual([5]);
});

it('ResettableTimer does not fire after stop, leaves no timer, and can be set again', () => {
  const { clock, rang, timer } = createRinging();
  timer.set(10);
  timer.stop();
  expect(clock.pending()).toBe(0);
  clock.advance(20);
  timer.set(30);
  clock.advance(20);
  expect(rang).toEqual([30]);
});

it('ResettableTimer can be set again inside onExpire', () => {
  const clock = createFakeClock(0);
  const rang: number[] = [];
  const timer = new ResettableTimer(clock, () => {
    rang.push(clock.nowMs());
    if (rang.length < 3) timer.set(clock.nowMs() + 5);
  });
  timer.set(5);
  clock.advance(100);
  expect(rang).toEqual([5, 10, 15]);
});
