/**
 * A slice: a lease that one isolate spends on many requests, without a call to the object for each. It is a small part of what is left, so it is
 * only granted while much is left, and what it holds counts in the object all the time: no limit is passed by it.
 */
import { amountsOf, minus, plus, ZERO, type Amounts } from './amounts.ts';
import type { KeyRecord } from './key-record.ts';
import type { LimitCount, Settlement } from './lease.ts';
import type { LedgerRow } from './ledger-row.ts';

/** The part of what is left that a slice has. */
const SHARE = 0.02;

/** A slice has at least so many times the worst case of a request: else the request has a lease of its own. */
const MIN_REQUESTS = 4;

/** A slice has at most so many times the worst case: an isolate that is killed loses it, and all of it then counts as spent. */
const MAX_REQUESTS = 64;

/** How long an isolate spends a slice, in milliseconds. */
export const SLICE_MS = 10_000;

/** True for a key whose requests may be paid from slices: its limits count USD and tokens, and are those of the key alone. */
export const mayHaveSlices = ({ limits, userLimits, sessionLimits }: KeyRecord): boolean =>
  userLimits.length + sessionLimits.length === 0 && limits.every(({ resource }) => resource === 'usd' || resource === 'tokens');

/**
 * What the object holds for a slice: a share of what is left, enough for some requests, and nothing of what no limit counts. Null = too little is left.
 *
 * @param request the worst case of the request.
 */
export function sliceAmount(limits: readonly LimitCount[], request: Amounts): Amounts | null {
  let [usd, tokens] = [Infinity, Infinity];
  const most = { usd: request.usd * MAX_REQUESTS, tokens: request.tokens * MAX_REQUESTS };
  for (const { resource, max, used, held } of limits) {
    const share = Math.floor(Math.max(0, max - used - held) * SHARE);
    if (resource === 'usd') usd = Math.min(usd, share, most.usd);
    else tokens = Math.min(tokens, share, most.tokens);
  }
  const limited = (amount: number) => (amount === Infinity ? 0 : amount);
  const amount = { ...ZERO, usd: limited(usd), tokens: limited(tokens) };
  return holds(spendableAmount(amount, limits), request) ? amount : null;
}

/** What an isolate may spend of a slice: what the object holds for it, and any amount of what no limit counts. */
export function spendableAmount(amount: Amounts, limits: readonly LimitCount[]): Amounts {
  const of = (resource: 'usd' | 'tokens') =>
    limits.some((limit) => limit.resource === resource) ? amount[resource] : Number.MAX_SAFE_INTEGER;
  return { ...amount, usd: of('usd'), tokens: of('tokens') };
}

const holds = (amount: Amounts, { usd, tokens }: Amounts): boolean =>
  amount.usd >= usd * MIN_REQUESTS && amount.tokens >= tokens * MIN_REQUESTS;

/** Where a slice comes from. */
export type SliceOrigin = { id: string; amount: Amounts; record: KeyRecord; endMs: number };

/** One slice. Time is an argument. */
export class Slice {
  readonly #origin: SliceOrigin;
  #left: Amounts;
  /** Worst cases of requests in progress. */
  #held: Amounts = ZERO;
  #open = 0;
  #rows: LedgerRow[] = [];
  #parts = 0;
  #isClosed = false;

  constructor(origin: SliceOrigin) {
    this.#origin = origin;
    this.#left = origin.amount;
  }

  /** True when a request may use it: its time is not over, and the key has not changed. */
  isFor({ updatedMs }: KeyRecord, nowMs: number): boolean {
    return !this.#isClosed && nowMs < this.#origin.endMs && updatedMs === this.#origin.record.updatedMs;
  }

  /** Pays for a request. False = it has too little left. */
  spend(worst: Amounts): boolean {
    if (this.#isClosed || !holds(this.#left, worst)) return false;
    this.#left = minus(this.#left, worst);
    this.#held = plus(this.#held, worst);
    this.#open++;
    return true;
  }

  /** A request has ended. @returns what is to be settled now; null = nothing. */
  settle(worst: Amounts, row: LedgerRow): Settlement | null {
    this.#open--;
    this.#held = minus(this.#held, worst);
    const actual = amountsOf(row, this.#origin.record.isByokCounted);
    this.#left = minus(plus(this.#left, worst), actual);
    this.#rows.push(row);
    return this.#isClosed && this.#open === 0 ? this.#settlement() : null;
  }

  /** Pays for no more requests. @returns what is to be settled now; null = nothing. Those in progress settle with the last of them. */
  close(): Settlement | null {
    if (this.#isClosed) return null;
    this.#isClosed = true;
    return this.#settlement();
  }

  #settlement(): Settlement {
    const settlement = { id: this.#origin.id, rows: this.#rows };
    this.#rows = [];
    return this.#open === 0 ? settlement : { ...settlement, rest: this.#held, part: ++this.#parts };
  }
}
