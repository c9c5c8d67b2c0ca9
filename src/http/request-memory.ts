/**
 * Leases memory of the isolate to requests. A request takes a lease before it uses the memory, and waits while none is free: ten large bodies at
 * a time would end the isolate with every answer in it.
 */
import { sleep, type Clock } from '../lib/clock.ts';
import { RouterError } from '../unified/error.ts';

/** A lease. */
export type Lease = {
  /** Changes its size, once more is known; never waits. */
  resize(bytes: number): void;
  /** Ends the lease. Further calls do nothing. */
  release(): void;
};

/** Memory to lease. */
export type Budget = {
  /** Takes a lease. One that is larger than the whole waits until no other is held. @throws RouterError 503 after {@link MAX_WAIT_MS}. */
  take(bytes: number): Promise<Lease>;
};

/** Longest wait for a lease. */
const MAX_WAIT_MS = 30_000;

/** Time between two tries. Waking a waiting request from another one would tie it to the context of that request. */
const LOOK_MS = 20;

/** A lease of a request that the platform has ended without notice is void after this long: no answer takes longer. */
const MAX_LEASE_MS = 20 * 60_000;

/** @param limit in bytes. */
export function createBudget(limit: number, clock: Clock): Budget {
  const leases = new Map<Lease, { bytes: number; untilMs: number }>();
  let taken = 0;

  function set(lease: Lease, bytes: number): void {
    const known = leases.get(lease);
    if (known === undefined) return;
    taken += bytes - known.bytes;
    known.bytes = bytes;
  }

  function forgetLost(): void {
    for (const [lease, { untilMs }] of leases) if (untilMs <= clock.nowMs()) lease.release();
  }

  return {
    async take(bytes) {
      const wanted = Math.min(bytes, limit);
      const untilMs = clock.nowMs() + MAX_WAIT_MS;
      const isFull = () => taken + wanted > limit;
      while (isFull()) {
        forgetLost();
        if (clock.nowMs() >= untilMs) throw busy();
        await sleep(clock, LOOK_MS);
      }
      const lease: Lease = {
        resize: (size) => set(lease, Math.min(size, limit)),
        release() {
          set(lease, 0);
          leases.delete(lease);
        },
      };
      leases.set(lease, { bytes: 0, untilMs: clock.nowMs() + MAX_LEASE_MS });
      set(lease, wanted);
      return lease;
    },
  };
}

function busy(): RouterError {
  const message =
    'The large requests that are under way take all the memory there is for them (variable MAX_REQUEST_MEMORY_BYTES). Try again in a moment.';
  return new RouterError('server', message, { status: 503, retryable: true, retryAfterSeconds: 2 });
}
