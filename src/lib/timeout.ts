/** Waiting for something, but not for ever. The timer comes from outside; what is waited for goes on either way. */
import type { Clock } from './clock.ts';

/** The value, or null when it takes longer than `ms` milliseconds. Rejects as `pending` does. */
export async function withTimeout<Value>(pending: Promise<Value>, ms: number, clock: Clock): Promise<Value | null> {
  let forgetTimer: () => void = () => undefined;
  const late = new Promise<null>((resolve) => {
    forgetTimer = clock.setTimer(ms, () => resolve(null));
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    forgetTimer();
  }
}
