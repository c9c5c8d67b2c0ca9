/**
 * The limits of a key in both spellings: the list `limits`, and `limit` with `limit_reset` of OpenRouter. `limit` is the first entry of the
 * list that it can express: USD by the calendar of UTC, for a day, a week, a month, or in total.
 */
import { RouterError } from '../unified/error.ts';
import { RESETS, type GivenLimit, type KeyFields } from './key-fields.ts';
import type { KeyLimit, LimitWindow } from './key-record.ts';

type Reset = keyof typeof RESETS;

const UTC = 'UTC';

/** The name of a window in OpenRouter's `limit_reset`: null = `total`; undefined = it has none. */
const RESET_OF: Readonly<Partial<Record<LimitWindow, Reset | null>>> = { day: 'daily', week: 'weekly', month: 'monthly', total: null };

/** A limit as it is stored. */
function toLimit(given: GivenLimit): KeyLimit {
  const { resource, amount } = given;
  if (resource === 'concurrent') return { resource, window: 'total', amount, calendar: true, timezone: UTC };
  return { resource, window: given.window, amount, calendar: given.calendar ?? true, timezone: given.timezone ?? UTC };
}

/** A limit as it is sent and shown. */
export function describeLimit({ resource, window, amount, calendar, timezone }: KeyLimit): GivenLimit {
  return resource === 'concurrent' ? { resource, amount } : { resource, window, amount, calendar, timezone };
}

/** The limit that `limit` and `limit_reset` show; undefined = there is none. */
export const plainLimit = (limits: readonly KeyLimit[]): KeyLimit | undefined => limits.find(isPlain);

const isPlain = ({ resource, window, calendar, timezone }: KeyLimit): boolean =>
  resource === 'usd' && calendar && timezone === UTC && RESET_OF[window] !== undefined;

/** `limit_reset` of a limit. */
export const resetOf = (limit: KeyLimit | undefined): Reset | null => (limit === undefined ? null : (RESET_OF[limit.window] ?? null));

/**
 * The limits of a key after a request: `limits` replaces the list, `limit` and `limit_reset` replace or add their entry in it.
 *
 * @throws RouterError `invalid_request` where the two spellings contradict each other, or two entries limit the same.
 */
export function changedLimits(before: readonly KeyLimit[], fields: KeyFields): readonly KeyLimit[] {
  const listed = fields.limits === undefined ? before : toLimits('limits', fields.limits);
  if (fields.limit === undefined && fields.limit_reset === undefined) return listed;
  const shown = plainLimit(before);
  const amount = fields.limit === undefined ? (shown?.amount ?? null) : fields.limit;
  const reset = fields.limit_reset === undefined ? resetOf(shown) : fields.limit_reset;
  const others = fields.limits === undefined ? before.filter((limit) => limit !== shown) : listed;
  if (amount === null) {
    if (typeof fields.limit_reset === 'string')
      throw invalid('limit_reset', `${fields.limit_reset} without a limit; expected a limit, too`);
    return others;
  }
  const limit: KeyLimit = { resource: 'usd', window: reset === null ? 'total' : RESETS[reset], amount, calendar: true, timezone: UTC };
  const same = others.find((other) => isSame(other, limit));
  if (same === undefined) return [limit, ...others];
  if (same.amount === amount) return others;
  throw invalid('limit', `${amount}, and limits has ${same.amount} USD for the same window; expected one amount`);
}

/** A list of limits as it is stored. @param name the field, for errors. @throws RouterError where two entries limit the same. */
export function toLimits(name: string, given: readonly GivenLimit[] | null): readonly KeyLimit[] {
  const limits = (given ?? []).map(toLimit);
  for (const [index, limit] of limits.entries()) {
    const first = limits.findIndex((other) => isSame(other, limit));
    if (first < index) throw invalid(`${name}[${index}]`, `a second limit of what ${name}[${first}] limits; expected one of them`);
  }
  return limits;
}

const isSame = (one: KeyLimit, other: KeyLimit): boolean =>
  one.resource === other.resource && one.window === other.window && one.calendar === other.calendar && one.timezone === other.timezone;

const invalid = (param: string, what: string) => new RouterError('invalid_request', `${param} is ${what}.`, { param });
