/** Limits how long a promise is awaited. The awaited work itself is not cancelled. */
import type { Clock } from './clock.ts';

/** Returns the value, or null after `ms` milliseconds. Rejects when `pending` rejects. */
export async function withTimeout<Value>(pending: Promise<Value>, ms: number, clock: Clock): Promise<Value | null> {
  let clearTimer: () => void = () => undefined;
  const expired = new Promise<null>((resolve) => {
    clearTimer = clock.setTimer(ms, () => resolve(null));
  });
  try {
    return await Promise.race([pending, expired]);
  } finally {
    clearTimer();
  }
}
