/**
 * Reads and discards the rest of a refused body, within bounds. When a server answers and closes while a client still sends, many clients fail
 * (npm `undici`: EPIPE) and never read the answer.
 */
import type { Clock } from '../lib/clock.ts';
import { withTimeout } from '../lib/timeout.ts';

/** Longest that the answer waits for the rest. */
const MAX_WAIT_MS = 2000;

/** Reads what is left of a request's body and keeps nothing of it. @param maxBytes the most that is read. */
export async function readRest({ body }: Request, maxBytes: number, clock: Clock): Promise<void> {
  if (body === null || body.locked) return;
  const reader = body.getReader();
  const rest = async () => {
    for (let bytes = 0; bytes <= maxBytes;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.byteLength;
    }
  };
  await withTimeout(
    rest().catch(() => undefined), // a body that breaks off has no rest
    MAX_WAIT_MS,
    clock,
  );
  reader.cancel().catch(() => undefined);
}
