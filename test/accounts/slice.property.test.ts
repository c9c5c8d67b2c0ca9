/** Slices of several isolates under random schedules: whatever they spend, and whichever of them crash, no limit is passed and nothing is lost. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { sumOf } from '../../src/accounts/amounts.ts';
import { LeaseMachine, worstOf } from '../../src/accounts/lease-machine.ts';
import type { Settlement } from '../../src/accounts/lease.ts';
import { Slice, SLICE_MS } from '../../src/accounts/slice.ts';
import { AccountStore, costRow, keyRecord, leaseRequest, limit, START_MS } from './account-store.ts';

type Step =
  | { kind: 'request'; isolate: number; usd: number; tokens: number }
  | { kind: 'end'; pick: number; part: number }
  | { kind: 'crash' | 'close'; isolate: number }
  | { kind: 'wait'; ms: number };

const isolates = fc.nat({ max: 2 });
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('request' as const), isolate: isolates, usd: fc.nat({ max: 40 }), tokens: fc.nat({ max: 40 }) }) }, // prettier-ignore
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('end' as const), pick: fc.nat(), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('crash' as const, 'close' as const), isolate: isolates }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 20_000 }) }) },
  ),
  { minLength: 20, maxLength: 120 },
);

/** A request in progress. `slice`: null = it has a lease of its own. */
type Open = { id: string; isolate: number; worst: ReturnType<typeof worstOf>; slice: Slice | null };

class Isolates {
  readonly record = keyRecord({ limits: [limit({ amount: 60_000 / 1e9 }), limit({ resource: 'tokens', amount: 60_000 })] });
  readonly store = new AccountStore();
  readonly machine = new LeaseMachine(this.store.load(), START_MS);
  readonly slices: (Slice | null)[] = [null, null, null];
  open: Open[] = [];
  nowMs = START_MS;
  spentUsd = 0;
  paidBySlices = 0;
  #count = 0;

  run(step: Step): void {
    if (step.kind === 'wait') this.nowMs += step.ms;
    else if (step.kind === 'request') this.#request(step);
    else if (step.kind === 'end') this.#end(step);
    else if (step.kind === 'close') this.#settle(this.slices[step.isolate]?.close() ?? null);
    else this.#crash(step.isolate);
    this.store.save(this.machine.take());
  }

  endAll(): void {
    while (this.open.length > 0) this.run({ kind: 'end', pick: 0, part: 1 });
    for (const isolate of [0, 1, 2]) this.run({ kind: 'close', isolate });
    this.run({ kind: 'wait', ms: 3_600_000 });
    this.machine.expire(this.nowMs);
    this.store.save(this.machine.take());
  }

  #request({ isolate, usd, tokens }: Step & { kind: 'request' }): void {
    const [id, worst] = [`r${this.#count++}`, worstOf(usd, tokens)];
    const current = this.slices[isolate] ?? null;
    if (current?.isFor(this.record, this.nowMs) === true && current.spend(worst)) {
      this.paidBySlices++;
      this.open.push({ id, isolate, worst, slice: current });
      return;
    }
    this.#settle(current?.close() ?? null);
    const sliceId = `s${this.#count}`;
    const { worst: _, ...asked } = leaseRequest(sliceId, { ttlMs: 600_000 });
    const result = this.machine.reserve(
      { record: this.record, lease: leaseRequest(id, { worst, ttlMs: 600_000 }), slice: asked },
      this.nowMs,
    );
    if (result.kind !== 'open') return;
    const amount = result.slice ?? null;
    this.slices[isolate] = amount === null ? null : new Slice({ id: sliceId, amount, record: this.record, endMs: this.nowMs + SLICE_MS });
    this.open.push({ id, isolate, worst, slice: null });
  }

  #end({ pick, part }: Step & { kind: 'end' }): void {
    const [ended] = this.open.splice(pick % Math.max(1, this.open.length), 1);
    if (ended === undefined) return;
    const row = costRow(ended.id, Math.floor(ended.worst.usd * part), Math.floor(ended.worst.tokens * part));
    this.spentUsd += row.costNanoUsd ?? 0;
    this.#settle(ended.slice === null ? { id: ended.id, rows: [row] } : ended.slice.settle(ended.worst, row));
  }

  /** Settlements may come twice. */
  #settle(settlement: Settlement | null): void {
    if (settlement === null) return;
    for (let time = 0; time < 2; time++) this.machine.settle(settlement, this.nowMs);
  }

  /** What its requests cost is never reported: it may be their worst case. */
  #crash(isolate: number): void {
    for (const lost of this.open) if (lost.isolate === isolate) this.spentUsd += lost.worst.usd;
    this.open = this.open.filter((open) => open.isolate !== isolate);
    this.slices[isolate] = null;
  }
}

it('no limit is passed, and in the end the counters are the sum of the ledger and at least what was spent', () => {
  let paidBySlices = 0;
  fc.assert(
    fc.property(steps, (schedule) => {
      const run = new Isolates();
      for (const step of schedule) {
        run.run(step);
        for (const { used, held, max } of run.machine.describe(run.record, run.nowMs)) {
          expect(used).toBeGreaterThanOrEqual(0);
          expect(held).toBeGreaterThanOrEqual(0);
          expect(used + held).toBeLessThanOrEqual(max);
        }
      }
      run.endAll();
      const [usd, tokens] = run.machine.describe(run.record, run.nowMs);
      const sum = sumOf(run.store.rows, false);
      expect([usd?.used, usd?.held, tokens?.used, tokens?.held]).toEqual([sum.usd, 0, sum.tokens, 0]);
      expect(sum.usd).toBeGreaterThanOrEqual(run.spentUsd);
      expect(run.spentUsd).toBeLessThanOrEqual(60_000);
      paidBySlices += run.paidBySlices;
    }),
  );
  expect(paidBySlices).toBeGreaterThan(100); // else the property says nothing
});
