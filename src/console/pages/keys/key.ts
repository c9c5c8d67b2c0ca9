/** Keys of callers as the router describes them, and what their limits state. Pure. */
import { formatCount, formatTime, formatUsd } from '../../format.ts';

/** What a limit counts. */
export const RESOURCES = { usd: 'USD', requests: 'requests', tokens: 'tokens', concurrent: 'requests at a time' } as const;

/** Name of what a limit counts. */
export type Resource = keyof typeof RESOURCES;

/** Windows of time with their words in sentences. */
export const WINDOWS = { minute: 'a minute', hour: 'an hour', day: 'a day', week: 'a week', month: 'a month', total: 'in total' } as const;

/** Name of a window. */
export type WindowName = keyof typeof WINDOWS;

/** A limit with its state. The state is absent where the router has none. */
export type Limit = {
  readonly resource: Resource;
  readonly window?: WindowName;
  /** USD, or a count. */
  readonly amount: number;
  /** True: by the calendar of `timezone`. */
  readonly calendar?: boolean;
  readonly timezone?: string;
  readonly used?: number;
  readonly reserved?: number;
  readonly resets_at?: string | null;
};

/** What `GET /key` and `GET /keys` both have. */
export type KeyState = {
  readonly name?: string;
  readonly label: string;
  readonly limit: number | null;
  readonly limit_remaining: number | null;
  readonly limit_reset: 'daily' | 'weekly' | 'monthly' | null;
  readonly limits?: readonly Limit[];
  readonly user_limits?: readonly Limit[];
  readonly session_limits?: readonly Limit[];
  readonly soft_at?: number | null;
  readonly on_unpriced?: 'allow' | 'refuse';
  readonly include_byok_in_limit: boolean;
  readonly models?: readonly string[] | null;
  readonly providers?: readonly string[] | null;
  readonly cache?: boolean;
  readonly cache_ttl?: number | null;
  readonly resumable?: boolean;
  readonly expires_at: string | null;
  readonly usage: number;
  readonly usage_daily: number;
  readonly usage_weekly: number;
  readonly usage_monthly: number;
  readonly byok_usage: number;
  /** Present where costs are counted by one isolate since this time only. */
  readonly usage_since?: string;
  readonly usage_unpriced?: number;
};

/** A key of `GET /keys`. */
export type KeyRecord = KeyState & {
  readonly hash: string;
  readonly name: string;
  readonly disabled: boolean;
  readonly created_at: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
};

/** An amount in the unit of a limit. */
const formatAmount = (resource: Resource, amount: number): string =>
  resource === 'usd' ? formatUsd(amount) : `${formatCount(amount)} ${RESOURCES[resource]}`;

/** A limit in words: `$5 a day`. */
export function describeLimit({ resource, window = 'total', amount, calendar = true, timezone = 'UTC' }: Limit): string {
  const text = formatAmount(resource, amount);
  if (resource === 'concurrent') return text;
  const zone = timezone === 'UTC' ? '' : ` (${timezone})`;
  return `${text} ${WINDOWS[window]}${window === 'total' ? '' : calendar ? zone : ' from the first request on'}`;
}

/** The parts of a limit's bar, from 0 to 1. Null = the state is not known. */
export type LimitParts = { readonly used: number; readonly reserved: number };

/** How much of a limit is used, and how much is held by requests in progress: together at most the whole bar. */
export function partsOf({ amount, used, reserved = 0 }: Limit): LimitParts | null {
  if (used === undefined) return null;
  if (amount === 0) return { used: 1, reserved: 0 };
  const part = Math.min(1, used / amount);
  return { used: part, reserved: Math.min(1 - part, reserved / amount) };
}

/** The state of a limit, in words. */
export function describeState({ resource, amount, used, reserved = 0, resets_at: resets }: Limit): string {
  if (used === undefined) return 'Its use is not known.';
  if (resource === 'concurrent') return `${formatCount(used + reserved)} in progress`;
  const share = amount === 0 ? '' : ` (${((100 * used) / amount).toFixed(1)} %)`;
  const held = reserved > 0 ? `, ${formatAmount(resource, reserved)} reserved by requests in progress` : '';
  return `${formatAmount(resource, used)} used${share}${held}${resets == null ? '' : `; begins anew ${formatTime(resets)}`}`;
}

/** A warning, and whether the limit is spent. */
export type LimitWarning = { readonly text: string; readonly isSpent: boolean };

/** Warnings of a key: limits that are spent, or from which answers carry a warning (`soft_at`). */
export function warningsOf({ limits = [], soft_at: softAt = null }: KeyState): LimitWarning[] {
  return limits.flatMap((limit): LimitWarning[] => {
    const { amount, used } = limit;
    if (used === undefined || limit.resource === 'concurrent') return [];
    if (used >= amount) return [{ text: `Spent: ${describeLimit(limit)}`, isSpent: true }];
    if (softAt === null || used < softAt * amount) return [];
    return [{ text: `${percent(used / amount)} of ${describeLimit(limit)} (warning from ${percent(softAt)} on)`, isSpent: false }];
  });
}

const percent = (part: number): string => `${Math.floor(100 * part)} %`;

/** `active`, or why the key is refused. */
export function stateOf({ disabled, expires_at: expires }: Pick<KeyRecord, 'disabled' | 'expires_at'>, nowMs: number): string {
  if (disabled) return 'disabled';
  return expires !== null && Date.parse(expires) <= nowMs ? 'expired' : 'active';
}
