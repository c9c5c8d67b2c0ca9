/** The ledger of an isolate, over the objects of several accounts and over D1. On real SQLite databases. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERY_ROW, type ActivityGroup, type Dimension } from '../../src/accounts/activity.ts';
import { bareId, type LedgerRow } from '../../src/accounts/ledger-row.ts';
import { D1Ledger } from '../../src/platform/d1-ledger.ts';
import { RouterLedger, type LedgerOptions } from '../../src/platform/ledger.ts';
import { FLUSH_MS, FLUSH_ROWS, LedgerBatch, MAX_WAITING_ROWS } from '../../src/platform/ledger-batch.ts';
import { LedgerStore } from '../../src/platform/ledger-store.ts';
import { createFakeClock, turn } from '../support/fake-ports.ts';
import { anyLedgerRow, ledgerRow } from '../support/ledger-rows.ts';
import { openD1, openSqlite } from '../support/sqlite.ts';

const ACCOUNTS = ['acc-1', 'acc-2', 'acc-3'] as const;

/** Routers with the same rows: one asks the objects, one D1. */
async function routers(rows: readonly (readonly [account: string, row: LedgerRow])[]) {
  const stores = new Map(ACCOUNTS.map((account) => [account as string, new LedgerStore(openSqlite(), false)]));
  const database = openD1();
  database.migrate();
  const d1 = new D1Ledger(database);
  for (const [account, row] of rows) {
    // An id belongs to one account.
    const own = { ...row, id: `${row.id}-${account}-${row.createdMs}` };
    stores.get(account)?.record([own]);
    await d1.write(account, [own]);
  }
  const options: LedgerOptions = {
    scope: 'keys',
    connect: (account) => ({
      record: () => Promise.resolve(),
      sums: ({ query }) => Promise.resolve(stores.get(account)!.sums(query)),
      rows: ({ query }) => Promise.resolve({ rows: stores.get(account)!.page(query) }),
      row: ({ id }) => Promise.resolve({ row: stores.get(account)!.find(id) }),
    }),
    listAccounts: () => Promise.resolve(ACCOUNTS),
    database: null,
    clock: createFakeClock(),
    background: () => undefined,
    log: () => undefined,
  };
  return { options, byObjects: new RouterLedger(options), byD1: new RouterLedger({ ...options, database: d1 }) };
}

/** A group in a form that does not depend on the order of its fields. */
const plain = (groups: readonly ActivityGroup[]) => groups.map((group) => Object.entries(group).toSorted());

describe('RouterLedger', () => {
  it('answers 503 where an object does not answer', async () => {
    const { options } = await routers([]);
    const down = () => Promise.reject(new Error('Network connection lost.'));
    const router = new RouterLedger({ ...options, connect: () => ({ record: down, sums: down, rows: down, row: down }) });
    const unreachable = expect.objectContaining({ status: 503, retryable: true });
    await expect(router.sums('acc-1', { filter: EVERY_ROW, groupBy: [] })).rejects.toEqual(unreachable);
    await expect(router.page(null, { filter: EVERY_ROW, after: null, limit: 1 })).rejects.toEqual(unreachable);
    await expect(router.find('acc-1', 'gen-1')).rejects.toEqual(unreachable);
    await expect(new RouterLedger({ ...options, listAccounts: down }).sums(null, { filter: EVERY_ROW, groupBy: [] })).rejects.toEqual(
      unreachable,
    );
  });

  it('has the same sums, in the same order, and the same pages from the objects of all accounts as from D1', async () => {
    const dimensions = fc.subarray<Dimension>(['key', 'model', 'provider', 'user', 'session', 'day', 'hour']);
    const tuples = fc.array(fc.tuple(fc.constantFrom(...ACCOUNTS), anyLedgerRow), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(tuples, dimensions, fc.constantFrom(null, 'm/1'), async (rows, groupBy, model) => {
        const { byObjects, byD1 } = await routers(rows);
        const filter = { ...EVERY_ROW, model };
        const [one, other] = [await byObjects.sums(null, { filter, groupBy }), await byD1.sums(null, { filter, groupBy })];
        expect(plain(one.groups)).toEqual(plain(other.groups));
        for (const router of [byObjects, byD1]) {
          const whole = await router.page(null, { filter, after: null, limit: 1000 });
          const [first] = await router.page(null, { filter, after: null, limit: 1 });
          const after = first === undefined ? null : { createdMs: first.row.createdMs, id: bareId(first.row.id) };
          const rest = first === undefined ? [] : await router.page(null, { filter, after, limit: 1000 });
          expect([...(first === undefined ? [] : [first]), ...rest]).toEqual(whole);
          expect(whole).toEqual(await byD1.page(null, { filter, after: null, limit: 1000 }));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('asks the objects where D1 has no table', async () => {
    const { byObjects, options } = await routers([['acc-1', ledgerRow({ id: 'gen-1', createdMs: 5 })]]);
    const lines: string[] = [];
    const broken = new RouterLedger({ ...options, database: new D1Ledger(openD1()), log: (line) => void lines.push(line) });
    const query = { filter: EVERY_ROW, groupBy: ['key'] } as const;
    expect(await broken.sums(null, query)).toEqual(await byObjects.sums(null, query));
    expect(lines).toEqual([expect.stringContaining('no such table')]);
    expect(await broken.find('acc-1', 'gen-none')).toBeNull();
  });
});

/** A batch, its clock and what was written. `answers`: whether the objects answer. */
function batchWith(answers: { current: boolean }) {
  const clock = createFakeClock();
  const written: string[][] = [];
  const lines: string[] = [];
  const batch = new LedgerBatch({
    connect: (account) => ({
      async record(call) {
        await turn();
        if (!answers.current) throw new Error('not reachable');
        written.push([account, ...call.rows.map(({ id }) => id)]);
      },
    }),
    clock,
    background: () => undefined,
    log: (line) => void lines.push(line),
  });
  const settle = async () => {
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  return { batch, clock, written, lines, settle };
}

describe('LedgerBatch', () => {
  it('writes after 10 s, with one call for each account', async () => {
    const { batch, clock, written, settle } = batchWith({ current: true });
    for (const [account, id] of [['a', '1'] as const, ['b', '2'] as const, ['a', '3'] as const]) batch.add(account, ledgerRow({ id }));
    clock.advance(FLUSH_MS - 1);
    await settle();
    expect(written).toEqual([]);
    clock.advance(1);
    await settle();
    expect(written).toEqual([
      ['a', '1', '3'],
      ['b', '2'],
    ]);
    expect(clock.pending()).toBe(0);
  });

  it('writes at once when 50 rows wait, with one timer', async () => {
    const { batch, clock, written, settle } = batchWith({ current: true });
    for (let id = 0; id < FLUSH_ROWS + 10; id++) batch.add('a', ledgerRow({ id: `${id}` }));
    expect(clock.pending()).toBe(2);
    clock.advance(0);
    await settle();
    expect(written.map((call) => call.length - 1)).toEqual([FLUSH_ROWS + 10]);
  });

  it('is flushed by a later request when the timer went with its request', async () => {
    const { batch, clock, written, settle } = batchWith({ current: true });
    const timers: (() => void)[] = [];
    const setTimer = clock.setTimer;
    clock.setTimer = (_, run) => (timers.push(run), () => undefined); // never rings
    batch.add('a', ledgerRow({ id: '1' }));
    clock.setTimer = setTimer;
    clock.advance(FLUSH_MS + 2000);
    batch.add('a', ledgerRow({ id: '2' }));
    clock.advance(FLUSH_MS);
    await settle();
    expect([timers.length, written]).toEqual([1, [['a', '1', '2']]]);
  });

  it('keeps rows that could not be written, up to a bound, and counts those that are dropped', async () => {
    const answers = { current: false };
    const { batch, clock, written, lines, settle } = batchWith(answers);
    for (let id = 0; id < MAX_WAITING_ROWS + 5; id++) batch.add('a', ledgerRow({ id: `${id}` }));
    clock.advance(0);
    await settle();
    expect([written, lines.length]).toEqual([[], 1]);
    expect(lines[0]).toMatch(/^5 rows/);
    answers.current = true;
    clock.advance(FLUSH_MS);
    batch.add('a', ledgerRow({ id: 'dropped' }));
    await batch.flush();
    expect(written.map((call) => call.length - 1)).toEqual([MAX_WAITING_ROWS]);
  });
});
