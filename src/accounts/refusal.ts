/** The error of a request that a limit of its key does not allow. */
import { RouterError, type ErrorDetails } from '../unified/error.ts';
import type { RateLimit } from '../unified/rate-limits.ts';
import type { LimitResource } from './key-record.ts';
import type { LimitCount, LimitRefusal } from './lease.ts';
import { toUsd } from './money.ts';

/** Longest wait for which the SDKs of OpenAI and Anthropic follow `Retry-After`; after a longer one they try again at once (read 2026-12-01). */
const MAX_WAIT_SECONDS = 60;

/** When a request may be sent again that others hold the rest of a limit for. */
const HELD_SECONDS = 2;

/** Returns the error: `payment_required` for money that is spent, else `rate_limit_exceeded`. */
export function refusalError(refusal: LimitRefusal, nowMs: number): RouterError {
  const { reason, limit } = refusal;
  const message = `${sentence(refusal)} ${advice(refusal)}`;
  const metadata = metadataOf(refusal);
  const rateLimits = rateLimitsOf([limit]);
  if (reason === 'held')
    return new RouterError('rate_limit_exceeded', message, { retryAfterSeconds: heldSeconds(limit, nowMs), metadata, rateLimits });
  if (limit.resource === 'usd') return new RouterError('payment_required', message, { metadata });
  const wait = isTooLarge(refusal) ? { retryable: false } : waitFor(limit, nowMs);
  return new RouterError('rate_limit_exceeded', message, { ...wait, metadata, rateLimits });
}

/** No window has room for such a request. */
const isTooLarge = ({ limit, worst }: LimitRefusal): boolean => worst > limit.max;

/** The limits of requests and tokens in the form in which answers report limits: for each of the two the one with the least left. */
export function rateLimitsOf(limits: readonly LimitCount[]): RateLimit[] {
  const found = new Map<'requests' | 'tokens', RateLimit & { remaining: number }>();
  for (const { resource: kind, max, used, held, resetMs } of limits) {
    if (kind !== 'requests' && kind !== 'tokens') continue;
    const remaining = Math.max(0, max - used - held);
    if (remaining < (found.get(kind)?.remaining ?? Infinity)) found.set(kind, { kind, limit: max, remaining, resetMs });
  }
  return [...found.values()];
}

/** The largest used part of a limit, from 0; null where it is below `softAt`, or nothing is limited that can be used up. */
export function softPart(limits: readonly LimitCount[], softAt: number): number | null {
  let largest = 0;
  for (const { resource, max, used } of limits) if (resource !== 'concurrent' && max > 0) largest = Math.max(largest, used / max);
  return largest >= softAt ? largest : null;
}

/** A limit that is free within a minute is waited for; others are not, but their time is stated. */
function waitFor({ resetMs }: LimitCount, nowMs: number): ErrorDetails {
  if (resetMs === null) return { retryable: false };
  const seconds = secondsUntil(resetMs, nowMs);
  return seconds <= MAX_WAIT_SECONDS ? { retryAfterSeconds: seconds } : { retryable: false, headers: { 'retry-after': String(seconds) } };
}

const secondsUntil = (timeMs: number, nowMs: number): number => Math.max(1, Math.ceil((timeMs - nowMs) / 1000));

const heldSeconds = ({ resource, resetMs }: LimitCount, nowMs: number): number =>
  Math.min(resource === 'concurrent' ? 1 : HELD_SECONDS, resetMs === null ? HELD_SECONDS : secondsUntil(resetMs, nowMs));

const WINDOWS = { minute: 'a minute', hour: 'an hour', day: 'a day', week: 'a week', month: 'a month', total: 'in total' } as const;

function sentence({ limit, worst }: LimitRefusal): string {
  const { resource, window, max, used, held, scope } = limit;
  const owner = scope === 'key' ? "This key's limit" : `The limit of this ${scope}`;
  if (resource === 'concurrent') return `${owner} of ${max} concurrent ${max === 1 ? 'request' : 'requests'} is reached.`;
  const of = (amount: number) => amountText(resource, amount);
  const counted = resource === 'requests' ? '' : ` This request may take up to ${of(worst)}.`;
  return `${owner} of ${of(max)} ${WINDOWS[window]} does not allow this request: ${of(used)} used, ${of(held)} held by requests in progress.${counted}`;
}

function advice(refusal: LimitRefusal): string {
  const { reason, limit, worst } = refusal;
  const { resource, resetMs } = limit;
  if (reason === 'held') return 'Send it again when others have ended.';
  const ways = [
    ...(resetMs === null || isTooLarge(refusal) ? [] : [`Wait until the limit begins anew at ${new Date(resetMs).toISOString()}`]),
    ...(resource === 'requests' || worst === 0 ? [] : ['send a smaller max_tokens']),
    'use a key with a higher limit',
  ].join(', or ');
  return `${ways.charAt(0).toUpperCase()}${ways.slice(1)}.`;
}

function amountText(resource: LimitResource, amount: number): string {
  if (resource === 'usd') return `${toUsd(amount)} USD`;
  return `${amount} ${resource === 'requests' ? 'requests' : 'tokens'}`;
}

function metadataOf({ reason, limit }: LimitRefusal): Record<string, unknown> {
  const { scope, resource, window, max, used, held, resetMs } = limit;
  const amount = (value: number) => (resource === 'usd' ? toUsd(value) : value);
  const spent = resource === 'usd' ? 'budget' : resource === 'concurrent' ? 'concurrency' : 'rate';
  return {
    reason: reason === 'held' && resource !== 'concurrent' ? 'reserved' : spent,
    scope,
    resource,
    window,
    limit: amount(max),
    spent: amount(used),
    reserved: amount(held),
    resets_at: resetMs === null ? null : new Date(resetMs).toISOString(),
  };
}
