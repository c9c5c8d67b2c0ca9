/** Calls to the object of an account: each is tried twice, and none counts twice. */
import { limitsUsd } from '../accounts/key-record.ts';
import { accountLabel } from '../accounts/caller.ts';
import type { ReserveCall, ReserveResult, Settlement, SoftAlert } from '../accounts/lease.ts';
import type { Clock } from '../lib/clock.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { KeyObject } from './key-object.ts';

/** How long a request waits for its object, in milliseconds. */
export const RESERVE_MS = 3000;

/** The object of an account, as a Worker reaches it. */
export type AccountStub = Pick<KeyObject, 'reserve' | 'settle' | 'describe'>;

/** What calls to objects are made with. */
export type ExchangeOptions = {
  /** Connects to the object of an account. Called for every exchange, because a request must not use another request's connection. */
  connect: (account: string) => AccountStub;
  clock: Clock;
  /** Keeps the current request alive until the work is done. */
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
};

/** Reserves, and tries once more after an error: a reservation has an id, so it counts once. Null = the object did not answer in time. */
export async function reserveIn(
  { connect, clock, background }: ExchangeOptions,
  account: string,
  call: ReserveCall,
): Promise<ReserveResult | null> {
  const reserve = async () => connect(account).reserve(call);
  const pending = reserve().catch(reserve);
  try {
    const result = await withTimeout(pending, RESERVE_MS, clock);
    if (result !== null) return result;
  } catch {
    // It may have been reserved although no answer came.
  }
  // A request that is not refused has its own lease: it settles that one. A slice is spent by nothing.
  const unused = [...(limitsUsd(call.record) ? [call.lease] : []), ...(call.slice === undefined ? [] : [call.slice])];
  const free = async () => connect(account).settle({ settlements: unused.map(({ id }) => ({ id, rows: [] })) });
  if (unused.length > 0) background(pending.then(free, free).catch(() => undefined));
  return null;
}

/** Settles, and tries once more after an error. Where that fails too, the object counts the worst case when the lease expires. */
export async function settle({ connect, log }: ExchangeOptions, account: string, settlement: Settlement): Promise<void> {
  const exchange = async () => connect(account).settle({ settlements: [settlement] });
  try {
    // What was not reserved has no lease that makes a second settlement harmless.
    const { alerts } = await exchange().catch((thrown: unknown) =>
      settlement.unreserved === undefined ? exchange() : Promise.reject(thrown),
    );
    for (const alert of alerts) log(alertLine(account, alert));
  } catch {
    log(`${accountLabel(account)}: ${settlement.id} could not be settled; what it reserved counts when its lease expires.`);
  }
}

const alertLine = (account: string, { limit: { resource, window, scope, used, max }, softAt }: SoftAlert): string =>
  `${accountLabel(account)}: ${Math.floor((used / max) * 100)} % of a limit of ${resource} (${window}, ${scope}) are used, the warning is at ${softAt * 100} %.`;
