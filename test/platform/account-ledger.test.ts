/** What the object of an account does for its ledger by alarm: registers, copies to D1, tries again. On real SQLite databases. */
import { describe, expect, it } from 'vitest';
import { ledgerRow } from '../support/ledger-rows.ts';
import { openD1, openSqlite } from '../support/sqlite.ts';
import { EVERY_ROW } from '../../src/accounts/activity.ts';
import { AccountLedger, COPY_DELAY_MS, type LedgerLinks } from '../../src/platform/account-ledger.ts';
import { D1Ledger } from '../../src/platform/d1-ledger.ts';

const NOW_MS = Date.UTC(2026, 11, 1, 12);
const row = (id: string, fields = {}) => ledgerRow({ id: `gen-${id}`, createdMs: NOW_MS - 1000, ...fields });

/** An object's ledger, its D1 and what it has reported. */
function bound(changes: Partial<LedgerLinks> = {}) {
  const [sql, database] = [openSqlite(), openD1()];
  const d1 = new D1Ledger(database);
  const registered: string[] = [];
  const lines: string[] = [];
  const links: LedgerLinks = {
    copy: d1,
    register: (account) => Promise.resolve(registered.push(account)),
    log: (line) => void lines.push(line),
    ...changes,
  };
  const copied = async () => (await d1.page(null, { filter: EVERY_ROW, after: null, limit: 1000 })).map((found) => found.row.id);
  return { sql, database, d1, links, registered, lines, copied, ledger: new AccountLedger(sql, links) };
}

describe('AccountLedger', () => {
  it('registers its account once, at once, and copies rows together', async () => {
    const { ledger, database, registered, copied } = bound();
    database.migrate();
    ledger.record('acc', [row('1')], NOW_MS);
    expect(ledger.nextDueMs()).toBe(NOW_MS);
    await ledger.work(NOW_MS);
    expect([registered, await copied(), ledger.nextDueMs()]).toEqual([['acc'], ['gen-1'], null]);
    ledger.record('acc', [row('2')], NOW_MS);
    ledger.record('acc', [row('3')], NOW_MS + 50);
    expect(ledger.nextDueMs()).toBe(NOW_MS + COPY_DELAY_MS);
    await ledger.work(NOW_MS + COPY_DELAY_MS);
    expect([registered, (await copied()).toSorted()]).toEqual([['acc'], ['gen-1', 'gen-2', 'gen-3']]);
  });

  it('loses nothing while D1 has no table, through a restart too, and tries again with growing pauses', async () => {
    const { sql, links, database, lines, copied } = bound();
    let [ledger, nowMs] = [new AccountLedger(sql, links), NOW_MS];
    ledger.record('acc', [row('1')], nowMs);
    const pauses: number[] = [];
    for (let tries = 0; tries < 9; tries++) {
      await ledger.work(nowMs);
      const dueMs = ledger.nextDueMs() ?? 0;
      pauses.push((dueMs - nowMs) / 1000);
      nowMs = dueMs;
    }
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600]);
    expect(lines[0]).toContain('no such table');
    ledger = new AccountLedger(sql, links);
    ledger.record('acc', [row('2')], nowMs);
    database.migrate();
    await ledger.work(nowMs + COPY_DELAY_MS);
    expect([(await copied()).toSorted(), ledger.nextDueMs()]).toEqual([['gen-1', 'gen-2'], null]);
  });

  it('registers after a restart an account that a killed process had not registered, without D1 too', async () => {
    const { sql, links, registered } = bound({ copy: null });
    new AccountLedger(sql, links).record('acc', [row('1')], NOW_MS);
    const restarted = new AccountLedger(sql, links);
    await restarted.work(NOW_MS);
    expect([registered, restarted.nextDueMs()]).toEqual([['acc'], null]);
  });

  it('copies rows of its account after a transaction that was not written, and counts them as they are stored', async () => {
    const { sql, links, database, d1 } = bound();
    database.migrate();
    let ledger = new AccountLedger(sql, links);
    sql.exec('BEGIN');
    ledger.record('acc', [row('lost')], NOW_MS);
    sql.exec('ROLLBACK');
    ledger.reload();
    ledger.record('acc', [row('kept')], NOW_MS);
    ledger = new AccountLedger(sql, links);
    await ledger.work(NOW_MS);
    expect([await d1.find('acc', 'gen-lost'), (await d1.find('acc', 'gen-kept'))?.id]).toEqual([null, 'gen-kept']);
  });

  it('copies a row again that is corrected while it is being copied', async () => {
    let ledger: AccountLedger | null = null;
    const { sql, database, d1, links } = bound();
    database.migrate();
    let isFirst = true;
    const write: D1Ledger['write'] = async (account, rows) => {
      if (isFirst) ledger?.record('acc', [row('1', { costNanoUsd: 7 })], NOW_MS);
      isFirst = false;
      await d1.write(account, rows);
    };
    ledger = new AccountLedger(sql, { ...links, copy: { write } });
    ledger.record('acc', [row('1')], NOW_MS);
    await ledger.work(NOW_MS);
    expect(await d1.find('acc', 'gen-1')).toMatchObject({ costNanoUsd: 7 });
    expect(await d1.find('other', 'gen-1')).toBeNull();
  });

  it('copies more rows than one statement has', async () => {
    const { ledger, database, copied } = bound();
    database.migrate();
    ledger.record(
      'acc',
      Array.from({ length: 1234 }, (_, number) => row(`${number}`)),
      NOW_MS,
    );
    for (let alarms = 0; ledger.nextDueMs() !== null && alarms < 5; alarms++) await ledger.work(NOW_MS);
    expect(await copied()).toHaveLength(1000); // a page
    expect(ledger.nextDueMs()).toBeNull();
  });

  it('keeps statements small where rows are large', async () => {
    const { ledger, database, d1, copied } = bound();
    database.migrate();
    const sizes: number[] = [];
    const large = bound({
      copy: {
        write: async (account, rows) => {
          sizes.push(JSON.stringify(rows).length);
          await d1.write(account, rows);
        },
      },
    }).ledger;
    const tags = { team: 'x'.repeat(20_000) };
    large.record(
      'acc',
      Array.from({ length: 100 }, (_, number) => row(`${number}`, { tags })),
      NOW_MS,
    );
    for (let alarms = 0; large.nextDueMs() !== null && alarms < 5; alarms++) await large.work(NOW_MS);
    expect([await copied(), Math.max(...sizes) < 700_000, ledger.nextDueMs()]).toEqual([
      expect.objectContaining({ length: 100 }),
      true,
      null,
    ]);
  });

  it('without D1 and a directory it needs an alarm once a day, for old sums', async () => {
    const { ledger } = bound({ copy: null, register: null });
    ledger.record('acc', [row('1')], NOW_MS);
    await ledger.work(NOW_MS);
    ledger.record('acc', [row('2')], NOW_MS);
    expect(ledger.nextDueMs()).toBeNull();
    ledger.record('acc', [row('3')], NOW_MS + 86_400_000);
    expect(ledger.nextDueMs()).not.toBeNull();
  });
});
