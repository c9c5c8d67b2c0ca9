/**
 * Limits under random schedules of reservations, sends, settlements, crashes, expiries and repeated calls: counters equal the ledger, are
 * never below zero, and no admitted set of leases passes a limit.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sumOf } from '../../src/accounts/amounts.ts';
import { LeaseMachine, worstOf } from '../../src/accounts/lease-machine.ts';
import type { KeyLimit, KeyRecord, LimitResource } from '../../src/accounts/key-record.ts';
import type { LedgerRow } from '../../src/accounts/ledger-row.ts';
import { AccountStore, keyRecord, leaseRequest, costRow, START_MS } from './account-store.ts';

const RESOURCES: readonly LimitResource[] = ['usd', 'requests', 'tokens', 'concurrent'];

const limits = (resources = RESOURCES): fc.Arbitrary<KeyLimit> =>
  fc.record({
    resource: fc.constantFrom(...resources),
    window: fc.constantFrom('minute', 'hour', 'day', 'week', 'month', 'total'),
    amount: fc.integer({ min: 0, max: 20 }),
    calendar: fc.boolean(),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata'),
  }).map((fields) => ({ ...fields, amount: fields.resource === 'usd' ? fields.amount / 1e7 : fields.resource === 'tokens' ? fields.amount * 10 : fields.amount })); // prettier-ignore

type Step =
  | { kind: 'reserve'; id: number; usd: number; tokens: number; user: number; isSent: boolean; ttlMs: number }
  | { kind: 'settle'; id: number; part: number; isEmpty: boolean }
  | { kind: 'markSent'; id: number }
  | { kind: 'crash' }
  | { kind: 'expire' }
  | { kind: 'wait'; ms: number };

const ids = fc.integer({ min: 0, max: 12 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ kind: fc.constant('reserve' as const), id: ids, usd: fc.nat({ max: 1000 }), tokens: fc.nat({ max: 60 }), user: fc.nat({ max: 2 }), isSent: fc.boolean(), ttlMs: fc.integer({ min: 1, max: 120_000 }) }) }, // prettier-ignore
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('settle' as const), id: ids, part: fc.double({ min: 0, max: 1, noNaN: true }), isEmpty: fc.boolean() }),
    }, // prettier-ignore
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('markSent' as const), id: ids }) },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'crash' }, { kind: 'expire' }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.oneof(fc.nat({ max: 90_000 }), fc.nat({ max: 100_000_000 })) }),
    },
  ),
  { maxLength: 60 },
);

/** The machine with its store, stepped. A repeated settlement has the same rows. */
class Schedule {
  readonly store = new AccountStore();
  machine: LeaseMachine;
  nowMs = START_MS;
  readonly worst = new Map<number, { usd: number; tokens: number }>();
  readonly record: KeyRecord;
  readonly #drafts = new Map<number, LedgerRow>();
  #createdMs = 0;

  constructor(record: KeyRecord) {
    this.record = record;
    this.machine = new LeaseMachine(this.store.load(), this.nowMs);
  }

  run(step: Step): void {
    if (step.kind === 'wait') this.nowMs += step.ms;
    else if (step.kind === 'crash') this.machine = new LeaseMachine(this.store.load(), this.nowMs);
    else if (step.kind === 'expire') this.machine.expire(this.nowMs);
    else if (step.kind === 'markSent') this.machine.markSent(`lease-${step.id}`, this.nowMs);
    else if (step.kind === 'reserve') this.#reserve(step);
    else this.#settle(step);
    this.store.save(this.machine.take());
  }

  #reserve({ id, usd, tokens, user, isSent, ttlMs }: Step & { kind: 'reserve' }): void {
    const name = `lease-${id}`;
    const known = this.store.load().leases.find((stored) => stored.id === name);
    const draft = known?.draft ?? { ...costRow(name), createdMs: this.#createdMs++ };
    const lease = leaseRequest(name, { worst: worstOf(usd, tokens), user: known?.user ?? `usr_${user}`, isSent, ttlMs, draft });
    if (this.machine.reserve({ record: this.record, lease }, this.nowMs).kind !== 'open') return;
    this.#drafts.set(id, draft);
    const before = known === undefined ? undefined : this.worst.get(id);
    this.worst.set(id, { usd: Math.max(usd, before?.usd ?? 0), tokens: Math.max(tokens, before?.tokens ?? 0) });
  }

  /** Costs at most what was reserved. */
  #settle({ id, part, isEmpty }: Step & { kind: 'settle' }): void {
    const worst = this.worst.get(id);
    if (worst === undefined) return;
    const measured = costRow(`lease-${id}`, Math.floor(worst.usd * part), Math.floor(worst.tokens * part));
    const row = { ...measured, createdMs: this.#drafts.get(id)?.createdMs ?? 0 };
    this.machine.settle({ id: `lease-${id}`, rows: isEmpty ? [] : [row] }, this.nowMs);
  }
}

it('counters are never below zero, and no admitted set of leases passes a limit', () => {
  fc.assert(
    fc.property(fc.array(limits(), { minLength: 1, maxLength: 4 }), steps, (list, schedule) => {
      const record = keyRecord({ limits: list });
      const run = new Schedule(record);
      for (const step of schedule) {
        run.run(step);
        for (const { used, held, max } of run.machine.describe(record, run.nowMs)) {
          expect(used).toBeGreaterThanOrEqual(0);
          expect(held).toBeGreaterThanOrEqual(0);
          expect(used + held).toBeLessThanOrEqual(max);
        }
      }
    }),
  );
});

it('counters without an end equal the sum of the ledger, and those of users the sum of theirs', () => {
  const forever = limits(['usd', 'requests', 'tokens']).map((one) => ({ ...one, window: 'total' as const, amount: one.amount * 50 }));
  fc.assert(
    fc.property(fc.array(forever, { minLength: 1, maxLength: 4 }), steps, (list, schedule) => {
      const record = keyRecord({ limits: list, userLimits: list });
      const run = new Schedule(record);
      for (const step of schedule) {
        run.run(step);
        const sum = sumOf(run.store.rows, false);
        const stored = run.store.load().counters;
        for (const { resource } of list) {
          const used = (scope: string) =>
            stored.filter(({ id }) => id.startsWith(scope) && id.includes(` ${resource} `)).map((counter) => counter.used);
          expect(used('key').reduce((total, one) => total + one, 0)).toBe(sum[resource]);
          expect(used('user').reduce((total, one) => total + one, 0)).toBe(sum[resource]);
        }
      }
    }),
  );
});

it('what open leases hold is free again when all of them have ended', () => {
  fc.assert(
    fc.property(fc.array(limits(), { minLength: 1, maxLength: 4 }), steps, (list, schedule) => {
      const record = keyRecord({ limits: list });
      const run = new Schedule(record);
      for (const step of schedule) run.run(step);
      run.run({ kind: 'wait', ms: 25 * 3_600_000 });
      run.run({ kind: 'expire' });
      expect(run.machine.describe(record, run.nowMs).map(({ held }) => held)).toEqual(list.map(() => 0));
      run.run({ kind: 'wait', ms: 25 * 3_600_000 });
      run.run({ kind: 'expire' });
      expect(run.store.load().leases).toEqual([]);
    }),
  );
});

it('a crash after any step changes nothing that later calls return', () => {
  fc.assert(
    fc.property(fc.array(limits(), { minLength: 1, maxLength: 4 }), steps, (list, schedule) => {
      const [kept, crashed] = [new Schedule(keyRecord({ limits: list })), new Schedule(keyRecord({ limits: list }))];
      for (const step of schedule) {
        kept.run(step);
        crashed.run(step);
        crashed.run({ kind: 'crash' });
        expect(crashed.machine.describe(crashed.record, crashed.nowMs)).toEqual(kept.machine.describe(kept.record, kept.nowMs));
      }
      expect(crashed.store.rows).toEqual(kept.store.rows);
    }),
  );
});
