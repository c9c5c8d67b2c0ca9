/** What refused requests are told holds: who waits as long as it is told to is let through. Time is moved by hand. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KeyLimit } from '../../src/accounts/key-record.ts';
import type { LimitRefusal } from '../../src/accounts/lease.ts';
import { LeaseMachine, worstOf } from '../../src/accounts/lease-machine.ts';
import { rateLimitsOf, refusalError } from '../../src/accounts/refusal.ts';
import { AccountStore, costRow, keyRecord, leaseRequest, limit } from './account-store.ts';

/** Seconds of `Retry-After`; null = none. */
function waitOf(refusal: LimitRefusal, nowMs: number): number | null {
  const { retryAfterSeconds, headers } = refusalError(refusal, nowMs).details;
  const seconds = retryAfterSeconds ?? headers?.['retry-after'];
  return seconds === undefined ? null : Number(seconds);
}

const limits: fc.Arbitrary<KeyLimit> = fc
  .record({
    resource: fc.constantFrom('requests' as const, 'tokens' as const),
    window: fc.constantFrom('minute', 'hour', 'day', 'week', 'month'),
    amount: fc.integer({ min: 1, max: 6 }),
    calendar: fc.boolean(),
    timezone: fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'),
  })
  .map(({ resource, amount, ...fields }) => limit({ ...fields, resource, amount: resource === 'tokens' ? amount * 10 : amount }));

/** Around changes of clocks in several zones, and the end of a year. */
const starts = fc
  .constantFrom(
    Date.UTC(2026, 2, 8, 6),
    Date.UTC(2026, 10, 1, 5),
    Date.UTC(2027, 3, 3, 14),
    Date.UTC(2026, 11, 31, 20),
    Date.UTC(2026, 9, 3, 15),
  )
  .chain((startMs) => fc.integer({ min: 0, max: 7_200_000 }).map((laterMs) => startMs + laterMs));

const pauses = fc.array(fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 90_000 }), fc.nat({ max: 5_000_000 })), {
  minLength: 1,
  maxLength: 30,
});

it('Retry-After is a whole number of seconds, from 1, after which the request is let through', () => {
  let waited = 0;
  fc.assert(
    fc.property(fc.array(limits, { minLength: 1, maxLength: 3 }), starts, pauses, (list, startMs, steps) => {
      const record = keyRecord({ limits: list });
      const machine = new LeaseMachine(new AccountStore().load(), startMs);
      let nowMs = startMs;
      let requests = 0;
      const ask = () => {
        const id = `lease-${requests++}`;
        const result = machine.reserve({ record, lease: leaseRequest(id, { worst: worstOf(0, 10) }) }, nowMs);
        if (result.kind === 'open') machine.settle({ id, rows: [costRow(id, 0, 10)] }, nowMs);
        return result;
      };
      for (const pauseMs of steps) {
        nowMs += pauseMs;
        const result = ask();
        const shown = result.kind === 'open' ? rateLimitsOf(result.states) : [];
        expect(shown.filter(({ remaining, resetMs }) => remaining === null || remaining < 0 || (resetMs ?? 0) <= nowMs)).toEqual([]);
        if (result.kind === 'open') continue;
        if (result.kind !== 'refused') throw new Error(result.kind);
        const { reason, limit: refused } = result.refusal;
        expect([reason, refused.held, (refused.resetMs ?? 0) > nowMs]).toEqual(['spent', 0, true]);
        const seconds = waitOf(result.refusal, nowMs);
        expect(seconds).toBe(Math.max(1, Math.ceil(seconds ?? 0)));
        nowMs += (seconds ?? 0) * 1000;
        expect(ask().kind).toBe('open');
        waited++;
      }
    }),
  );
  expect(waited).toBeGreaterThan(20);
});
