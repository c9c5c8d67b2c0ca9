/** The ledger of the router: rows go to the object of their account, queries to that object, or to D1 for all accounts. */
import type { AccountRow, Activity, ActivityQuery, Ledger, RowsQuery } from '../accounts/activity.ts';
import type { Caller } from '../accounts/caller.ts';
import type { LedgerRow } from '../accounts/ledger-row.ts';
import { ActivityMerge, mergeRows } from '../accounts/merge-activity.ts';
import type { GenerationRecord } from '../ports.ts';
import { toLedgerRow } from '../state/ledger-entry.ts';
import type { D1Ledger } from './d1-ledger.ts';
import type { LedgerScope } from './env.ts';
import { reach } from './reach.ts';
import { LedgerBatch, type BatchOptions, type RecordStub } from './ledger-batch.ts';

/** The object of an account, as far as the ledger uses it. Later versions only add fields. */
export type LedgerStub = RecordStub & {
  sums(call: { query: ActivityQuery }): Promise<Activity>;
  rows(call: { query: RowsQuery }): Promise<{ rows: readonly LedgerRow[] }>;
  row(call: { id: string }): Promise<{ row: LedgerRow | null }>;
};

/** Most accounts whose objects are read for one query. */
const MAX_ACCOUNTS = 500;

/** Most accounts that are counted. */
const MAX_LISTED = 1000;

/** Longest text of an error in a log line, in characters. */
const MAX_ERROR_CHARACTERS = 200;

const UNREACHABLE = 'The ledger cannot be read: the object of an account does not answer. Send the request again.';

/** Objects that are read at a time. */
const PARALLEL = 6;

/** What the ledger is made of. */
export type LedgerOptions = Omit<BatchOptions, 'connect'> & {
  scope: LedgerScope;
  connect: (account: string) => LedgerStub;
  /** Accounts that have a ledger, oldest first. */
  listAccounts: (limit: number) => Promise<readonly string[]>;
  /** Null = D1 is not bound. */
  database: D1Ledger | null;
};

/** The ledger, as an isolate has it. */
export class RouterLedger implements Ledger {
  readonly #options: LedgerOptions;
  readonly #batch: LedgerBatch;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#batch = new LedgerBatch(options);
  }

  /** True when the answers of a caller are kept, also without limits. */
  keeps({ key }: Pick<Caller, 'key'>): boolean {
    const { scope } = this.#options;
    return scope === 'all' || (scope === 'keys' && key !== null);
  }

  /** Keeps an answer of a caller without limits, soon. */
  add(caller: Caller, record: GenerationRecord): void {
    this.#batch.add(caller.account, toLedgerRow(record, caller));
  }

  async sums(account: string | null, query: ActivityQuery): Promise<Activity> {
    await this.#batch.flush();
    const { connect } = this.#options;
    const copied = account === null ? await this.#askD1((database) => database.sums(null, query)) : null;
    if (copied !== null) return copied;
    const accounts = await this.#accounts(account);
    const own = { ...query, groupBy: query.groupBy.filter((name) => name !== 'key') }; // an object has one account
    const merged = new ActivityMerge(query.groupBy, Math.max(0, accounts.length - MAX_ACCOUNTS));
    for await (const [name, activity] of this.#askAll(accounts, (one) => reach(connect(one).sums({ query: own }), UNREACHABLE)))
      merged.add(name, activity);
    return merged.result();
  }

  async page(account: string | null, query: RowsQuery): Promise<readonly AccountRow[]> {
    await this.#batch.flush();
    const { connect } = this.#options;
    const copied = account === null ? await this.#askD1((database) => database.page(null, query)) : null;
    if (copied !== null) return copied;
    const accounts = await this.#accounts(account);
    let merged: readonly AccountRow[] = [];
    for await (const [name, { rows }] of this.#askAll(accounts, (one) => reach(connect(one).rows({ query }), UNREACHABLE)))
      merged = mergeRows(
        merged,
        rows.map((row) => ({ account: name, row })),
        query.limit,
      );
    return merged;
  }

  /** Looks in the object, then in D1, which keeps rows longer. */
  async find(account: string, id: string): Promise<LedgerRow | null> {
    await this.#batch.flush();
    return (
      (await reach(this.#options.connect(account).row({ id }), UNREACHABLE)).row ?? this.#askD1((database) => database.find(account, id))
    );
  }

  /** Null = D1 is not bound, or does not answer: then the objects are read. */
  async #askD1<Answer>(ask: (database: D1Ledger) => Promise<Answer>): Promise<Answer | null> {
    const { database, log } = this.#options;
    if (database === null) return null;
    try {
      return await ask(database);
    } catch (thrown) {
      log(`D1 does not answer: ${String(thrown instanceof Error ? thrown.message : thrown).slice(0, MAX_ERROR_CHARACTERS)}`);
      return null;
    }
  }

  async #accounts(account: string | null): Promise<readonly string[]> {
    return account === null ? reach(this.#options.listAccounts(MAX_LISTED), UNREACHABLE) : [account];
  }

  /** Reads some objects at a time, so that few results are in memory. */
  async *#askAll<Answer>(accounts: readonly string[], ask: (account: string) => Promise<Answer>): AsyncGenerator<[string, Answer]> {
    const asked = accounts.slice(0, MAX_ACCOUNTS);
    for (let first = 0; first < asked.length; first += PARALLEL) {
      const some = asked.slice(first, first + PARALLEL);
      yield* await Promise.all(some.map(async (account): Promise<[string, Answer]> => [account, await ask(account)]));
    }
  }
}
