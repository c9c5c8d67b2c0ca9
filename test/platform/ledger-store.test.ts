/** The ledger of an account on a real SQLite database. In workerd it runs in `test/e2e/ledger.test.ts`. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERY_ROW, type ActivityGroup, type Dimension } from '../../src/accounts/activity.ts';
import { bareId, type LedgerRow } from '../../src/accounts/ledger-row.ts';
import { measuresOf, sumMeasures } from '../../src/accounts/measures.ts';
import { DAY_MS, HOUR_MS } from '../../src/accounts/window.ts';
import { LedgerStore, MAX_ROWS } from '../../src/platform/ledger-store.ts';
import { anyLedgerRow, ledgerRow } from '../support/ledger-rows.ts';
import { openSqlite } from '../support/sqlite.ts';

/** The rows that count: the last one of each time and id. */
const latest = (rows: readonly LedgerRow[]): LedgerRow[] => [...new Map(rows.map((row) => [`${row.createdMs} ${row.id}`, row])).values()];

/** What groups have in common with those of other sources: their order may differ. */
const sorted = (groups: readonly ActivityGroup[]) => groups.map((group) => JSON.stringify(group)).sort();

/** The groups, summed in plain code. */
function groupsOf(rows: readonly LedgerRow[], groupBy: readonly Dimension[]): ActivityGroup[] {
  const named = (row: LedgerRow) => ({
    key: '',
    model: row.model,
    provider: row.provider,
    user: row.user ?? '',
    session: row.session ?? '',
    day: row.createdMs - (row.createdMs % DAY_MS),
    hour: row.createdMs - (row.createdMs % HOUR_MS),
  });
  const groups = Map.groupBy(rows, (row) => JSON.stringify(Object.fromEntries(groupBy.map((name) => [name, named(row)[name]]))));
  return [...groups].map(([name, members]) => ({ ...(JSON.parse(name) as object), ...sumMeasures(members.map(measuresOf)) }));
}

const dimensions = fc.subarray(['model', 'provider', 'user', 'day', 'hour'] as const);
const filters = fc.record({
  fromMs: fc.constantFrom(0, 2 * HOUR_MS, 900_000),
  toMs: fc.constantFrom(EVERY_ROW.toMs - (EVERY_ROW.toMs % HOUR_MS), 6 * HOUR_MS, 5 * HOUR_MS + 900_000),
  model: fc.constantFrom(null, 'm/1'),
  provider: fc.constantFrom(null, 'acme'),
  user: fc.constantFrom(null, 'u1'),
  session: fc.constantFrom(null, null, 's1'),
  status: fc.constantFrom(null, null, 200),
  endedFromMs: fc.constantFrom(null, null, 3 * HOUR_MS, 5 * HOUR_MS + 100_000),
  tag: fc.constantFrom(null, null, { name: 'a "b" $.c', value: 'y' }),
});

describe('LedgerStore', () => {
  it('sums kept by hour are those of the rows, whatever is written, repeated or corrected', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyLedgerRow, { maxLength: 8 }), { maxLength: 6 }), dimensions, filters, (batches, groupBy, filter) => {
        const store = new LedgerStore(openSqlite(), false);
        for (const batch of batches) store.record(batch);
        const repeated = batches.at(-1);
        if (repeated !== undefined) store.record(repeated);
        const { fromMs, toMs, model, provider, user, session, status, tag, endedFromMs } = filter;
        const kept = latest(batches.flat()).filter(
          (row) =>
            row.createdMs >= fromMs &&
            row.createdMs < toMs &&
            (model === null || row.model === model) &&
            (provider === null || row.provider === provider) &&
            (user === null || row.user === user) &&
            (session === null || row.session === session) &&
            (status === null || row.status === status) &&
            (endedFromMs === null || row.createdMs + row.durationMs >= endedFromMs) &&
            (tag === null || row.tags[tag.name] === tag.value),
        );
        const answer = store.sums({ filter, groupBy });
        expect(sorted(answer.groups)).toEqual(sorted(groupsOf(kept, groupBy)));
        expect(answer).toMatchObject({ isCut: false, precision: 'minute', completeFromMs: null });
        const pages = store.page({ filter, after: null, limit: 1000 });
        expect(pages).toEqual(kept.sort((one, other) => other.createdMs - one.createdMs || (bareId(one.id) < bareId(other.id) ? 1 : -1)));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the last rows, and the sums of all', () => {
    const store = new LedgerStore(openSqlite(), false);
    const rows = Array.from({ length: MAX_ROWS + 2000 }, (_, number) => ledgerRow({ id: `gen-${number}`, createdMs: number * 60_000 }));
    for (let first = 0; first < rows.length; first += 100) store.record(rows.slice(first, first + 100));
    expect(store.find('gen-0')).toBeNull();
    expect(store.find(`chatcmpl-${rows.length - 1}`)?.id).toBe(`gen-${rows.length - 1}`);
    const whole = { ...EVERY_ROW, toMs: 1000 * DAY_MS };
    expect(store.sums({ filter: whole, groupBy: [] }).groups).toEqual([expect.objectContaining({ requests: rows.length })]);
    // Minutes are exact where the rows are kept; else the hours around them are answered.
    const recent = { ...whole, fromMs: 11_000 * 60_000 + 60_000 };
    expect(store.sums({ filter: recent, groupBy: [] })).toMatchObject({ precision: 'minute', groups: [{ requests: 999 }] });
    expect(store.sums({ filter: { ...whole, fromMs: 90_000 }, groupBy: [] })).toMatchObject({
      precision: 'hour',
      groups: [{ requests: rows.length }],
    });
    const bySession = store.sums({ filter: whole, groupBy: ['session'] });
    expect(bySession.completeFromMs).toBeGreaterThan(0);
  });

  it('pages through rows of one millisecond without a gap or a repeat', () => {
    const store = new LedgerStore(openSqlite(), false);
    store.record(Array.from({ length: 25 }, (_, number) => ledgerRow({ id: `gen-${number}`, createdMs: 5 })));
    const seen: string[] = [];
    let after = null;
    for (;;) {
      const page = store.page({ filter: EVERY_ROW, after, limit: 10 });
      const last = page.at(-1);
      if (last === undefined) break;
      seen.push(...page.map(({ id }) => id));
      after = { createdMs: last.createdMs, id: bareId(last.id) };
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  it('old sums by hour become sums by day, and lose nothing', () => {
    const store = new LedgerStore(openSqlite(), false);
    store.record(Array.from({ length: 48 }, (_, hour) => ledgerRow({ id: `gen-${hour}`, createdMs: hour * HOUR_MS, durationMs: 7 })));
    const filter = { ...EVERY_ROW, toMs: 1000 * DAY_MS };
    const byDay = store.sums({ filter, groupBy: ['day'] });
    expect(store.sums({ filter, groupBy: ['hour'] }).groups).toHaveLength(48);
    store.sweep(40 * DAY_MS);
    expect(store.sums({ filter, groupBy: ['day'] })).toEqual(byDay);
    expect(store.sums({ filter, groupBy: ['hour'] }).groups).toHaveLength(2);
    store.sweep(500 * DAY_MS);
    expect(store.sums({ filter, groupBy: ['day'] }).groups).toEqual([]);
  });

  it('rows wait for D1 until they are there, those from before it was bound too', () => {
    const sql = openSqlite();
    new LedgerStore(sql, false).record([ledgerRow({ id: 'gen-before', createdMs: 1 })]);
    const store = new LedgerStore(sql, true);
    store.record([ledgerRow({ id: 'gen-after', createdMs: 2 })]);
    const { rows = [], keys = [], lost } = store.waiting?.next(10) ?? {};
    expect([rows.map(({ id }) => id), lost]).toEqual([['gen-before', 'gen-after'], 0]);
    store.waiting?.remove(keys);
    expect(store.waiting?.isEmpty()).toBe(true);
    store.record([ledgerRow({ id: 'gen-after', createdMs: 2, status: 500 })]);
    expect(store.waiting?.next(10).rows).toMatchObject([{ id: 'gen-after', status: 500 }]);
  });
});
