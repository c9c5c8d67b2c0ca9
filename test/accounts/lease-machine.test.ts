/** Single cases of limits and leases. Random schedules are in `lease-machine.property.test.ts`. */
import { describe, expect, it } from 'vitest';
import { LeaseMachine, worstOf } from '../../src/accounts/lease-machine.ts';
import type { KeyLimit, KeyRecord } from '../../src/accounts/key-record.ts';
import { AccountStore, costRow, keyRecord, leaseRequest, limit, START_MS } from './account-store.ts';

const HOUR_MS = 3_600_000;

/** A machine with one limit. */
function machineOf(fields: Partial<KeyLimit>, more: Partial<KeyRecord> = {}) {
  const store = new AccountStore();
  const machine = new LeaseMachine(store.load(), START_MS);
  const record = keyRecord({ limits: [limit(fields)], ...more });
  const reserve = (id: string, atMs: number, usd = 1000) =>
    machine.reserve({ record, lease: leaseRequest(id, { worst: worstOf(usd, 10), draft: costRow(id), ttlMs: HOUR_MS }) }, atMs).kind;
  const settle = (id: string, atMs: number, costNanoUsd = 1000) => machine.settle({ id, rows: [costRow(id, costNanoUsd, 10)] }, atMs);
  const restart = () => {
    store.save(machine.take());
    return new LeaseMachine(store.load(), START_MS);
  };
  return { machine, record, reserve, settle, restart, store, state: (atMs: number) => machine.describe(record, atMs)[0] };
}

describe('a window that begins with its first request', () => {
  it('does not begin with a reader', () => {
    const { state, reserve } = machineOf({ window: 'hour', calendar: false });
    state(START_MS);
    reserve('a', START_MS + HOUR_MS / 2);
    expect(state(START_MS + HOUR_MS / 2)).toMatchObject({ held: 1000, resetMs: START_MS + 1.5 * HOUR_MS });
  });

  it('does not begin with a request that is still open from the one before', () => {
    const { machine, record, reserve, state } = machineOf({ window: 'minute', calendar: false });
    reserve('a', START_MS);
    const later = START_MS + 90_000;
    machine.describe({ ...record, softAt: 0.5, updatedMs: record.updatedMs + 1 }, later);
    reserve('b', later + 10_000);
    expect(state(later + 10_000)).toMatchObject({ held: 1000, resetMs: later + 70_000 });
  });
});

it('hours of a zone that moves its clocks by half an hour do not overlap: a lease of the first frees nothing of the second', () => {
  // Lord Howe, 2027-04-04: at 02:00 (15:00 UTC) clocks go back to 01:30.
  const change = Date.UTC(2027, 3, 3, 15);
  const { reserve, settle, state } = machineOf({ window: 'hour', timezone: 'Australia/Lord_Howe' });
  reserve('a', change - 15 * 60_000);
  reserve('b', change + 5 * 60_000);
  settle('a', change + 6 * 60_000);
  expect(state(change + 6 * 60_000)).toMatchObject({ used: 0, held: 1000 });
});

describe('a slice that is lost with its isolate', () => {
  it.each([
    { resource: 'usd', amount: 0.001, held: { usd: 19_980, tokens: 0 }, row: { costNanoUsd: 19_980, tokens: null, estimated: ['cost'] } },
    { resource: 'tokens', amount: 50_000, held: { usd: 0, tokens: 999 }, row: { costNanoUsd: 0, tokens: { completion: 999 } } },
  ] as const)('counts as a whole against a limit of $resource, and nothing of what no limit counts', ({ resource, amount, held, row }) => {
    const { machine, record, store } = machineOf({ resource, amount });
    const { worst: _, ...slice } = leaseRequest('s', { ttlMs: HOUR_MS, draft: costRow('s') });
    const lease = leaseRequest('a', { worst: worstOf(1000, 50), draft: costRow('a') });
    const asked = machine.reserve({ record, lease, slice }, START_MS);
    const repeated = machine.reserve({ record, lease, slice }, START_MS);
    expect(asked).toMatchObject({ slice: { [resource]: held[resource] } });
    expect(repeated).toMatchObject({ slice: { [resource]: held[resource] } });
    machine.settle({ id: 'a', rows: [costRow('a', 0, 0)] }, START_MS);
    machine.expire(START_MS + HOUR_MS);
    store.save(machine.take());
    expect(store.rows.find(({ id }) => id === 's')).toMatchObject({ error: 'expired', ...row });
    expect(machine.describe(record, START_MS + HOUR_MS)[0]).toMatchObject({ used: held[resource], held: 0 });
  });
});

describe('a budget that one answer has passed', () => {
  it('refuses what may cost something, and nothing that is free', () => {
    const { reserve, settle } = machineOf({ amount: 1e-6 });
    reserve('a', START_MS);
    settle('a', START_MS, 5000);
    expect([reserve('b', START_MS, 1), reserve('c', START_MS, 0)]).toEqual(['refused', 'open']);
  });
});

describe('a change of limits while leases are open', () => {
  it('holds them against the new limit, of another amount, window and zone, and counts them there', () => {
    const { machine, record, reserve } = machineOf({ window: 'day' });
    reserve('a', START_MS);
    const limits = [limit({ window: 'day', amount: 1e-9 }), limit({ window: 'week', timezone: 'Asia/Kolkata' })];
    const changed = { ...record, limits, updatedMs: record.updatedMs + 1 };
    expect(machine.describe(changed, START_MS + 1000).map(({ used, held }) => [used, held])).toEqual([[0, 1000], [0, 1000]]); // prettier-ignore
    machine.settle({ id: 'a', rows: [costRow('a', 700, 5)] }, START_MS + 2000);
    expect(machine.describe(changed, START_MS + 2000).map(({ used, held }) => [used, held])).toEqual([[700, 0], [700, 0]]); // prettier-ignore
    expect(machine.reserve({ record: changed, lease: leaseRequest('b', { worst: worstOf(1, 1) }) }, START_MS + 3000)).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'spent', limit: { max: 1, used: 700, held: 0 } },
    });
    const raised = { ...changed, limits: [limit({ window: 'day', amount: 1 })], updatedMs: changed.updatedMs + 1 };
    expect(machine.reserve({ record: raised, lease: leaseRequest('c') }, START_MS + 4000)).toMatchObject({ kind: 'open', states: [{ used: 700 }] }); // prettier-ignore
  });

  it('is not undone by an isolate that has the older record', () => {
    const { machine, record, reserve } = machineOf({ amount: 1 });
    machine.accept({ ...record, limits: [limit({ amount: 0 })], updatedMs: record.updatedMs + 1 }, START_MS);
    expect(reserve('a', START_MS)).toBe('refused');
  });

  it('leaves nothing locked where the key is disabled: what is open settles', () => {
    const { machine, record, reserve, settle, restart } = machineOf({ amount: 1 });
    reserve('a', START_MS);
    machine.accept({ ...record, disabled: true, updatedMs: record.updatedMs + 1 }, START_MS);
    settle('a', START_MS, 700);
    expect([reserve('b', START_MS), restart().describe(record, START_MS)[0]]).toMatchObject(['inactive', { used: 700, held: 0 }]);
  });
});

it('an answer that ends after its window has ended counts in the window it began in, and not in the next', () => {
  const { reserve, settle, state } = machineOf({ window: 'minute' });
  reserve('a', START_MS);
  reserve('b', START_MS + 61_000);
  settle('a', START_MS + 62_000);
  expect(state(START_MS + 62_000)).toMatchObject({ used: 0, held: 1000 });
});

it('a slice that expired, whose isolate then settles a part of it and the rest, counts what it has paid for', () => {
  const { machine, record, restart, store } = machineOf({ amount: 1 });
  const lease = leaseRequest('a');
  machine.reserve({ record, lease, slice: { ...leaseRequest('slice'), draft: costRow('slice'), ttlMs: 1000 } }, START_MS);
  machine.settle({ id: 'a', rows: [] }, START_MS);
  const after = restart();
  const used = (atMs: number) => {
    const [state] = after.describe(record, atMs);
    store.save(after.take());
    const spent = store.rows.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0);
    expect(state).toMatchObject({ used: spent, held: 0 });
    return spent;
  };
  expect(used(START_MS + 2000)).toBe(64_000); // the whole slice: 64 requests
  const part = { id: 'slice', rows: [costRow('b', 500, 5)], rest: worstOf(3000, 10), part: 1 };
  for (let time = 0; time < 2; time++) after.settle(part, START_MS + 3000);
  expect(used(START_MS + 3000)).toBe(3500);
  for (let time = 0; time < 2; time++) after.settle({ id: 'slice', rows: [costRow('c', 700, 5)] }, START_MS + 4000);
  expect(used(START_MS + 4000)).toBe(1200);
});

describe('a soft limit', () => {
  const soft = () => machineOf({ window: 'minute', amount: 1e-5 }, { softAt: 0.5 });

  it('is reported once in each window', () => {
    const { reserve, settle } = soft();
    const alerts = [0, 1, 2, 60_000, 60_001].map((laterMs, call) => {
      reserve(`lease-${call}`, START_MS + laterMs);
      return settle(`lease-${call}`, START_MS + laterMs, call === 3 ? 9000 : 3000).map(({ limit: { used } }) => used);
    });
    expect(alerts).toEqual([[], [6000], [], [9000], []]);
  });

  it('that an expired lease has passed is reported with the next settlement', () => {
    const { reserve, settle } = machineOf({ amount: 1e-5 }, { softAt: 0.5 });
    reserve('lost', START_MS, 6000);
    reserve('next', START_MS + 2 * HOUR_MS);
    expect(settle('next', START_MS + 2 * HOUR_MS)).toMatchObject([{ softAt: 0.5, limit: { used: 6000 } }]);
  });
});
