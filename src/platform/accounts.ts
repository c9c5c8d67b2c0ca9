/**
 * The accounts of callers: what their keys may spend is reserved in the object of the account and settled there. A request that is under limits
 * makes two calls to its object: one before anything is sent, and one in the background after its end. Other requests make none.
 */
import { worstOf } from '../accounts/lease-machine.ts';
import { invalidKey } from '../accounts/invalid-key.ts';
import type { AccountUsage, LimitState } from '../accounts/account-usage.ts';
import type { Caller } from '../accounts/caller.ts';
import type { KeyRecord } from '../accounts/key-record.ts';
import type { LeaseRequest, LimitCount, ReserveResult, Settlement, SoftAlert } from '../accounts/lease.ts';
import { completeRow } from '../accounts/ledger-row.ts';
import { rateLimitsOf, refusalError, softPart } from '../accounts/refusal.ts';
import { toUsd } from '../accounts/money.ts';
import type { Clock } from '../lib/clock.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { Accounts, GenerationRecord, Lease, Reservation } from '../ports.ts';
import { toLedgerRow } from '../state/ledger-entry.ts';
import { RouterError } from '../unified/error.ts';
import { systemBackground } from './background.ts';
import { objectsOf } from './bindings.ts';
import { leasePolicy, type Env } from './env.ts';
import type { KeyObject } from './key-object.ts';
import { systemClock, systemLog } from './system.ts';

/** How long a request waits for its object, in milliseconds. */
export const RESERVE_MS = 3000;

/** The object of an account, as a Worker reaches it. */
export type AccountStub = Pick<KeyObject, 'reserve' | 'settle' | 'describe'>;

/** Where answers go that count against no limit. */
export interface LedgerSink {
  /** False = the caller has no ledger. */
  keeps(caller: Caller): boolean;
  add(caller: Caller, record: GenerationRecord): void;
}

/** What accounts are made of. */
export type AccountsOptions = {
  /** Connects to the object of an account. Called for every exchange, because a request must not use another request's connection. */
  connect: (account: string) => AccountStub;
  /** Null = only what limits count is kept. */
  ledger: LedgerSink | null;
  clock: Clock;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
  /** Tokens of an answer that are reserved where the request does not limit them. */
  outputTokens: number;
  /** How long a lease is kept whose request is never settled, in milliseconds. */
  leaseMs: number;
};

/** Where there is no ledger. */
const NO_LEASE: Lease = Object.freeze({ headers: {}, rateLimits: [], settle: () => undefined });

/** Creates the accounts of one isolate. */
export function createAccounts(options: AccountsOptions): Accounts {
  const { connect, ledger, clock, outputTokens } = options;
  return {
    outputTokens,
    open(caller) {
      if (ledger?.keeps(caller) !== true) return NO_LEASE;
      return leaseOf(NO_LEASE, (record) => ledger.add(caller, record));
    },
    async reserve(caller, key, reservation) {
      const lease = leaseRequest(reservation, key, options.leaseMs);
      const result = await reserveIn(options, caller.account, { record: key, lease });
      if (result !== null) refuse(result, clock.nowMs());
      else if (isHard(key)) throw unreachable();
      const states = result?.kind === 'open' ? result.states : [];
      if (result === null)
        options.log(`${caller.account.slice(0, 12)}: the object of the key did not answer; ${reservation.id} is not limited.`);
      return leaseOf(shownOf(states, key), (record) => {
        const settlement: Settlement = {
          id: lease.id,
          rows: [toLedgerRow(record, caller)],
          ...(result === null ? { unreserved: key } : {}),
        };
        options.background(settle(options, caller.account, settlement));
      });
    },
    describe: (account, key) => describe(connect, account, key),
  };
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

/** Limits that count money hold also while the object cannot be asked. */
const isHard = ({ limits, userLimits, sessionLimits }: KeyRecord): boolean =>
  [limits, userLimits, sessionLimits].some((list) => list.some(({ resource }) => resource === 'usd'));

const unreachable = () =>
  new RouterError(
    'provider_overloaded',
    'The limits of this key cannot be checked at the moment, so nothing was sent. Send the request again.',
    {
      retryAfterSeconds: 2,
    },
  );

function refuse(result: ReserveResult, nowMs: number): void {
  if (result.kind === 'refused') throw refusalError(result.refusal, nowMs);
  if (result.kind !== 'open') throw invalidKey();
}

function shownOf(states: readonly LimitCount[], { softAt }: KeyRecord): Pick<Lease, 'headers' | 'rateLimits'> {
  const part = softAt === null ? null : softPart(states, softAt);
  return { headers: part === null ? {} : { 'x-tributary-budget': part.toFixed(2) }, rateLimits: rateLimitsOf(states) };
}

function leaseRequest({ worst, ...facts }: Reservation, { tags }: KeyRecord, ttlMs: number): LeaseRequest {
  const draft = completeRow({ ...facts, tags });
  return {
    id: facts.id,
    worst: worstOf(worst.nanoUsd, worst.tokens),
    user: facts.user,
    session: facts.session,
    ttlMs,
    isSent: true,
    draft,
  };
}

/** Reserves, and tries once more after an error: a reservation has an id, so it counts once. Null = the object did not answer in time. */
async function reserveIn(
  { connect, clock, background }: AccountsOptions,
  account: string,
  call: { record: KeyRecord; lease: LeaseRequest },
): Promise<ReserveResult | null> {
  const reserve = async () => connect(account).reserve(call);
  const pending = reserve().catch(reserve);
  try {
    const result = await withTimeout(pending, RESERVE_MS, clock);
    if (result !== null) return result;
  } catch {
    // It may have been reserved although no answer came.
  }
  const free = async () => connect(account).settle({ settlements: [{ id: call.lease.id, rows: [] }] });
  if (isHard(call.record)) background(pending.then(free, free).catch(() => undefined));
  return null;
}

/** Settles, and tries once more after an error. Where that fails too, the object counts the worst case when the lease expires. */
async function settle({ connect, log }: AccountsOptions, account: string, settlement: Settlement): Promise<void> {
  const exchange = async () => connect(account).settle({ settlements: [settlement] });
  try {
    // What was not reserved has no lease that makes a second settlement harmless.
    const { alerts } = await exchange().catch((thrown: unknown) =>
      settlement.unreserved === undefined ? exchange() : Promise.reject(thrown),
    );
    for (const alert of alerts) log(alertLine(account, alert));
  } catch {
    log(`${account.slice(0, 12)}: ${settlement.id} could not be settled; what it reserved counts when its lease expires.`);
  }
}

const alertLine = (account: string, { limit: { resource, window, scope, used, max }, softAt }: SoftAlert): string =>
  `${account.slice(0, 12)}: ${Math.floor((used / max) * 100)} % of a limit of ${resource} (${window}, ${scope}) are used, the warning is at ${softAt * 100} %.`;

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

/** Creates this isolate's accounts; null where `KEYS` is not bound. */
export function createAccountsPort(env: Env, ledger: LedgerSink | null): Accounts | null {
  const connect = objectsOf<AccountStub>(env, 'KEYS');
  if (connect === null) return null;
  return createAccounts({ connect, ledger, clock: systemClock, background: systemBackground, log: systemLog, ...leasePolicy(env) });
}
