/**
 * The ledger in the object of an account: rows and sums (`ledger-store.ts`), and what its alarm does for them: it registers the
 * account in the directory, copies rows to D1, and turns old sums by hour into sums by day.
 */
import type { Activity, ActivityQuery, RowsQuery } from '../accounts/activity.ts';
import type { LedgerRow } from '../accounts/ledger-row.ts';
import { DAY_MS } from '../accounts/window.ts';
import type { D1Ledger } from './d1-ledger.ts';
import { LedgerStore } from './ledger-store.ts';
import { migrateTables, type Sql } from './object-tables.ts';

/** How long rows wait, so that they go to D1 together. */
export const COPY_DELAY_MS = 8000;

/** Rows of one statement to D1: about 100 kB. */
const COPIED_ROWS = 100;

/** Statements of one alarm. */
const MAX_STATEMENTS = 10;

/** Pause after an error of D1 or the directory; twice as long after each further one. */
const FIRST_PAUSE_MS = 10_000;
const MAX_PAUSE_MS = 600_000;

/** Longest text of an error in a log line, in characters. */
const MAX_ERROR_CHARACTERS = 200;

/** What an account's ledger is connected to. */
export type LedgerLinks = {
  /** Null = D1 is not bound. */
  copy: Pick<D1Ledger, 'write'> | null;
  /** Adds the account to the list of those with a ledger. Null = there is no list. */
  register: ((account: string) => Promise<unknown>) | null;
  log: (line: string) => void;
};

/** What is known of the account besides its rows. */
type Facts = { account: string; isRegistered: boolean; /** Milliseconds since 1970. */ sweptDayMs: number };

const STEPS = ['CREATE TABLE ledger_facts (name TEXT PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID'];

/** The ledger of one account. */
export class AccountLedger {
  readonly #sql: Sql;
  readonly #store: LedgerStore;
  readonly #links: LedgerLinks;
  #facts: Facts;
  /** When the alarm is due; null = there is nothing to do. */
  #dueMs: number | null;
  /** Errors since D1 and the directory answered last. */
  #failures = 0;
  #pausedUntilMs = 0;

  constructor(sql: Sql, links: LedgerLinks) {
    this.#sql = sql;
    this.#links = links;
    this.#store = new LedgerStore(sql, links.copy !== null);
    migrateTables(sql, 'ledger-facts', STEPS);
    this.#facts = this.#stored();
    const isUnregistered = links.register !== null && this.#facts.account !== '' && !this.#facts.isRegistered;
    this.#dueMs = isUnregistered || this.#store.waiting?.isEmpty() === false ? 0 : null;
  }

  /** Forgets what is in memory, after a transaction that was not written. */
  reload(): void {
    this.#facts = this.#stored();
    this.#store.reload();
  }

  /** Adds rows of the account. Synchronous, for a transaction of the object. Then the alarm is set for {@link nextDueMs}. */
  record(account: string, rows: readonly LedgerRow[], nowMs: number): void {
    if (rows.length === 0) return;
    this.#store.record(rows);
    if (this.#facts.account !== account) this.#learn({ account });
    const { copy, register } = this.#links;
    const isNew = (register !== null && !this.#facts.isRegistered) || this.#facts.sweptDayMs !== dayOf(nowMs);
    if (isNew) this.#dueMs = nowMs;
    else if (copy !== null) this.#dueMs ??= nowMs + COPY_DELAY_MS;
  }

  /** When {@link work} is due, in milliseconds since 1970. Null = there is nothing to do. */
  nextDueMs(): number | null {
    return this.#dueMs === null ? null : Math.max(this.#dueMs, this.#pausedUntilMs);
  }

  /** Does what is due. Never fails: it is tried again. */
  async work(nowMs: number): Promise<void> {
    const dueMs = this.nextDueMs();
    if (dueMs === null || dueMs > nowMs) return;
    this.#dueMs = null;
    try {
      if (this.#facts.sweptDayMs !== dayOf(nowMs)) {
        this.#store.sweep(nowMs);
        this.#learn({ sweptDayMs: dayOf(nowMs) });
      }
      await this.#register();
      const hasMore = await this.#copy();
      this.#failures = 0;
      if (hasMore) this.#dueMs = nowMs;
    } catch (thrown) {
      this.#pausedUntilMs = nowMs + Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, MAX_PAUSE_MS);
      this.#dueMs = this.#pausedUntilMs;
      const reason = String(thrown instanceof Error ? thrown.message : thrown).slice(0, MAX_ERROR_CHARACTERS);
      this.#links.log(`Rows of the ledger wait (${this.#failures} tries): ${reason}`);
    }
  }

  find(id: string): LedgerRow | null {
    return this.#store.find(id);
  }

  page(query: RowsQuery): LedgerRow[] {
    return this.#store.page(query);
  }

  sums(query: ActivityQuery): Activity {
    return this.#store.sums(query);
  }

  async #register(): Promise<void> {
    const { register } = this.#links;
    if (register === null || this.#facts.isRegistered) return;
    await register(this.#facts.account);
    this.#learn({ isRegistered: true });
  }

  /** Copies rows to D1. True = some are left. */
  async #copy(): Promise<boolean> {
    const { copy, log } = this.#links;
    const { waiting } = this.#store;
    if (copy === null || waiting === null) return false;
    for (let statement = 0; statement < MAX_STATEMENTS; statement++) {
      const { rows, keys, lost } = waiting.next(COPIED_ROWS);
      if (keys.length === 0) return false;
      if (lost > 0) log(`${lost} rows of the ledger were removed before D1 had them.`);
      if (rows.length > 0) await copy.write(this.#facts.account, rows);
      waiting.remove(keys);
    }
    return !waiting.isEmpty();
  }

  #stored(): Facts {
    const [found] = this.#sql.exec(`SELECT facts FROM ledger_facts WHERE name = 'account'`).toArray();
    const facts = found === undefined ? {} : (JSON.parse(String(found['facts'])) as Partial<Facts>);
    return { account: '', isRegistered: false, sweptDayMs: 0, ...facts };
  }

  #learn(facts: Partial<Facts>): void {
    this.#facts = { ...this.#facts, ...facts };
    this.#sql.exec(`INSERT OR REPLACE INTO ledger_facts (name, facts) VALUES ('account', ?)`, JSON.stringify(this.#facts));
  }
}

const dayOf = (timeMs: number): number => timeMs - (timeMs % DAY_MS);
