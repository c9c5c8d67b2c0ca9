/**
 * Durable Object of one account: its limits, its open leases and its ledger. One transaction for each call. Arguments and results are plain
 * objects, and later versions only add fields: for a while after a deployment, older isolates call a newer object, or newer ones an older one.
 */
import { DurableObject } from 'cloudflare:workers';
import type { LeaseMachine } from '../accounts/lease-machine.ts';
import type { LimitCount, ReserveCall, ReserveResult, Settlement, SoftAlert } from '../accounts/lease.ts';
import { calendarWindow } from '../accounts/window.ts';
import type { KeyRecord } from '../accounts/key-record.ts';
import { EVERY_ROW, type Activity, type ActivityQuery, type RowsQuery } from '../accounts/activity.ts';
import { completeRow, type LedgerRow } from '../accounts/ledger-row.ts';
import { AccountLedger } from './account-ledger.ts';
import { Alarms } from './alarms.ts';
import { ledgerLinks } from './ledger-links.ts';
import { LimitStore } from './limit-store.ts';
import { RefusalStore } from './refusal-store.ts';
import type { Env } from './env.ts';
import { systemClock } from './system.ts';

/** Windows for which spending is stated. */
type SpentWindow = 'total' | 'day' | 'week' | 'month';

/** Billionths of a USD: of the operator, and with the caller's own provider keys. */
type Money = Readonly<{ nanoUsd: number; byokNanoUsd: number }>;

/** What a question of another version of the Worker may lack. */
const UNASKED = { groupBy: [], after: null };

/** The object of one account. */
export class KeyObject extends DurableObject {
  readonly #storage = this.ctx.storage;
  readonly #refusal = new RefusalStore(this.#storage.sql);
  readonly #limits = new LimitStore(this.#storage.sql);
  readonly #ledger = new AccountLedger(this.#storage.sql, ledgerLinks(this.env as Env));
  readonly #alarms = new Alarms(this.#storage);

  /** Reserves what a request may cost. */
  reserve(call: ReserveCall): Promise<ReserveResult> {
    if (this.#refusal.isRefused) return Promise.resolve({ kind: 'inactive' });
    return this.#change((machine, nowMs) => machine.reserve(call, nowMs));
  }

  /** The request of a lease is being sent. */
  async markSent({ id }: { id: string }): Promise<Record<string, never>> {
    await this.#change((machine, nowMs) => machine.markSent(id, nowMs));
    return {};
  }

  /** Settles leases, each once, and writes their rows to the ledger. */
  async settle({ settlements = [] }: { settlements?: readonly Settlement[] }): Promise<{ alerts: readonly SoftAlert[] }> {
    const alerts = await this.#change((machine, nowMs) => settlements.flatMap((settlement) => machine.settle(settlement, nowMs)));
    return { alerts };
  }

  /** Refuses all requests of the account from now on, or no longer. */
  setRefused({ isRefused = false }: { isRefused?: boolean }): Record<string, never> {
    this.#refusal.set(isRefused, systemClock.nowMs());
    return {};
  }

  /** What the limits of a key have counted, and what the account has spent in windows of UTC. @param record null = it has no limits. */
  async describe({
    record = null,
  }: {
    record?: KeyRecord | null;
  }): Promise<{ states: readonly LimitCount[]; spent: Readonly<Record<SpentWindow, Money>> }> {
    const states = record === null ? [] : await this.#change((machine, nowMs) => machine.describe(record, nowMs));
    return { states, spent: this.#spent(systemClock.nowMs()) };
  }

  /** Adds rows of the ledger of an account without limits. A row that comes again changes nothing. */
  async record({ account, rows = [] }: { account: string; rows?: readonly LedgerRow[] }): Promise<Record<string, never>> {
    this.#write(() => this.#ledger.record(account, rows.map(completeRow), systemClock.nowMs()));
    await this.#alarms.set(this.#ledger.nextDueMs());
    return {};
  }

  /** Sums of rows of the ledger. */
  sums({ query }: { query: ActivityQuery }): Activity {
    return this.#ledger.sums({ ...UNASKED, ...query, filter: { ...EVERY_ROW, ...query.filter } });
  }

  /** Rows of the ledger, from new to old. */
  rows({ query }: { query: RowsQuery }): { rows: readonly LedgerRow[] } {
    return { rows: this.#ledger.page({ ...UNASKED, ...query, filter: { ...EVERY_ROW, ...query.filter } }) };
  }

  /** A row of the ledger by the id of its generation, or that of the upstream. */
  row({ id }: { id: string }): { row: LedgerRow | null } {
    return { row: this.#ledger.find(id) };
  }

  override async alarm(): Promise<void> {
    this.#alarms.ran();
    const work = this.#ledger.work(systemClock.nowMs()); // leases do not wait for D1
    await this.#change((machine, nowMs) => machine.expire(nowMs));
    await work;
    await this.#alarms.set(this.#ledger.nextDueMs());
  }

  #spent(nowMs: number): Readonly<Record<SpentWindow, Money>> {
    const since = (window: SpentWindow): Money => {
      const filter = { ...EVERY_ROW, fromMs: calendarWindow(window, 'UTC', nowMs).startMs };
      const [sum] = this.#ledger.sums({ filter, groupBy: [] }).groups;
      return { nanoUsd: sum?.cost_nano_usd ?? 0, byokNanoUsd: sum?.byok_nano_usd ?? 0 };
    };
    return { total: since('total'), day: since('day'), week: since('week'), month: since('month') };
  }

  async #change<Result>(change: (machine: LeaseMachine, nowMs: number) => Result): Promise<Result> {
    const nowMs = systemClock.nowMs();
    const machine = this.#limits.machine(nowMs);
    const result = this.#write(() => {
      const changed = change(machine, nowMs);
      const { rows } = this.#limits.save(machine);
      this.#ledger.record(machine.account ?? '', rows, nowMs);
      return changed;
    });
    await this.#alarms.set(machine.nextDueMs());
    await this.#alarms.set(this.#ledger.nextDueMs());
    return result;
  }

  /** Writes all of it, or nothing: then what is in memory is read again. */
  #write<Result>(step: () => Result): Result {
    try {
      return this.#storage.transactionSync(step);
    } catch (thrown) {
      this.#limits.reload();
      this.#ledger.reload();
      throw thrown;
    }
  }
}
