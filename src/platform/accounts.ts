/**
 * The accounts of callers: what their keys may spend is reserved in the object of the account and settled there. A request that is under limits
 * makes two calls to its object: one before anything is sent, and one in the background after its end. Other requests make none.
 */
import { worstOf } from '../accounts/lease-machine.ts';
import { invalidKey } from '../accounts/invalid-key.ts';
import type { AccountUsage, LimitState } from '../accounts/account-usage.ts';
import { accountLabel, type Caller } from '../accounts/caller.ts';
import { limitsUsd, type KeyRecord } from '../accounts/key-record.ts';
import type { LimitCount, ReserveCall, ReserveResult } from '../accounts/lease.ts';
import { completeRow } from '../accounts/ledger-row.ts';
import { rateLimitsOf, refusalError, softPart } from '../accounts/refusal.ts';
import { toUsd } from '../accounts/money.ts';
import { SLICE_MS } from '../accounts/slice.ts';
import type { Accounts, GenerationRecord, Lease, Reservation } from '../ports.ts';
import { toLedgerRow } from '../state/ledger-entry.ts';
import { RouterError } from '../unified/error.ts';
import { reserveIn, settle, type ExchangeOptions } from './account-exchange.ts';
import { AccountSlices } from './account-slices.ts';

/** Where answers go that count against no limit. */
export interface LedgerSink {
  /** False = the caller has no ledger. */
  keeps(caller: Caller): boolean;
  add(caller: Caller, record: GenerationRecord): void;
}

/** What accounts are made of. */
export type AccountsOptions = ExchangeOptions & {
  /** Null = only what limits count is kept. */
  ledger: LedgerSink | null;
  /** Tokens of an answer that are reserved where the request does not limit them. */
  outputTokens: number;
  /** How long a lease is kept whose request is never settled, in milliseconds. */
  leaseMs: number;
};

/** Where there is no ledger. */
const NO_LEASE: Lease = Object.freeze({ headers: {}, rateLimits: [], settle: () => undefined });

/** Creates the accounts of one isolate. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { connect, ledger, clock, background, outputTokens, leaseMs } = options;
  const slices = new AccountSlices({ clock, background, settle: (account, settlement) => settle(options, account, settlement) });
  return {
    outputTokens,
    open(caller) {
      if (ledger?.keeps(caller) !== true) return NO_LEASE;
      return leaseOf(NO_LEASE, (record) => ledger.add(caller, record));
    },
    async reserve(caller, key, reservation) {
      const { account } = caller;
      const { worst } = reservation;
      const paid = slices.pay(account, key, worstOf(worst.nanoUsd, worst.tokens));
      if (paid !== null) return leaseOf(shownOf(paid.states, key), (record) => paid.settle(toLedgerRow(record, caller)));
      const result = await slices.ask(account, key, (wantsSlice) =>
        reserveIn(options, account, callOf(key, reservation, { leaseMs, wantsSlice })),
      );
      if (result === null) return openLease(options, caller, key);
      if (result.kind !== 'open') throw refusalOf(result, clock.nowMs());
      const { states, slice: amount = null } = result;
      if (amount !== null) slices.begin(account, { id: sliceId(reservation), amount, record: key, states });
      return leaseOf(shownOf(states, key), (record) => {
        background(settle(options, account, { id: reservation.id, rows: [toLedgerRow(record, caller)] }));
      });
    },
    async describe(account, key) {
      await slices.flush(account);
      return describe(connect, account, key);
    },
  };
}

/** The lease of a request that could not be reserved: it counts when it ends. @throws RouterError for a key with a limit of USD. */
function openLease(options: AccountsOptions, caller: Caller, key: KeyRecord): Lease {
  if (limitsUsd(key)) throw unreachable();
  options.log(`${accountLabel(caller.account)}: the object of the key does not answer; a request is not limited.`);
  return leaseOf(NO_LEASE, (record) => {
    options.background(settle(options, caller.account, { id: record.id, rows: [toLedgerRow(record, caller)], unreserved: key }));
  });
}

/** A lease that settles once. */
function leaseOf({ headers, rateLimits }: Pick<Lease, 'headers' | 'rateLimits'>, settleOnce: Lease['settle']): Lease {
  let isSettled = false;
  return {
    headers,
    rateLimits,
    settle(record) {
      if (isSettled) return;
      isSettled = true;
      settleOnce(record);
    },
  };
}

const unreachable = () =>
  new RouterError(
    'provider_overloaded',
    'The limits of this key cannot be checked at the moment, so nothing was sent. Send the request again.',
    {
      retryAfterSeconds: 2,
    },
  );

const refusalOf = (result: ReserveResult, nowMs: number): RouterError =>
  result.kind === 'refused' ? refusalError(result.refusal, nowMs) : invalidKey();

function shownOf(states: readonly LimitCount[], { softAt }: KeyRecord): Pick<Lease, 'headers' | 'rateLimits'> {
  const part = softAt === null ? null : softPart(states, softAt);
  return { headers: part === null ? {} : { 'x-tributary-budget': part.toFixed(2) }, rateLimits: rateLimitsOf(states) };
}

const sliceId = ({ id }: Pick<Reservation, 'id'>): string => `${id}-slice`;

function callOf(
  key: KeyRecord,
  { worst, ...facts }: Reservation,
  { leaseMs, wantsSlice }: { leaseMs: number; wantsSlice: boolean },
): ReserveCall {
  const { id, user, session } = facts;
  const draft = completeRow({ ...facts, tags: key.tags });
  const lease = { id, user, session, ttlMs: leaseMs, isSent: true, draft };
  const slice = {
    ...lease,
    id: sliceId(facts),
    user: null,
    session: null,
    ttlMs: leaseMs + SLICE_MS,
    draft: completeRow({ id: sliceId(facts), createdMs: facts.createdMs }),
  };
  return { record: key, lease: { ...lease, worst: worstOf(worst.nanoUsd, worst.tokens) }, ...(wantsSlice ? { slice } : {}) };
}

async function describe(connect: AccountsOptions['connect'], account: string, record: KeyRecord | null): Promise<AccountUsage> {
  const { states, spent } = await connect(account).describe({ record });
  const spentOf = (kind: 'nanoUsd' | 'byokNanoUsd') => ({
    totalUsd: toUsd(spent.total[kind]),
    dayUsd: toUsd(spent.day[kind]),
    weekUsd: toUsd(spent.week[kind]),
    monthUsd: toUsd(spent.month[kind]),
  });
  const limits = (record?.limits ?? []).map((limit, position): LimitState => {
    const { used = 0, held = 0, resetMs = null } = states[position] ?? {};
    const amount = (value: number) => (limit.resource === 'usd' ? toUsd(value) : value);
    return { limit, used: amount(used), reserved: amount(held), resetsMs: resetMs };
  });
  return { spent: spentOf('nanoUsd'), byokSpent: spentOf('byokNanoUsd'), limits };
}
