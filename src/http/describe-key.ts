/**
 * Describes keys in OpenRouter's shapes (its OpenAPI document, read 2026-12-01), with the router's own fields: `GET /key` for the caller's own,
 * `/keys` for all of them. Costs are in USD.
 */
import type { AccountUsage, LimitState, Spent } from '../accounts/account-usage.ts';
import type { Caller } from '../accounts/caller.ts';
import { describeLimit, plainLimit, resetOf } from '../accounts/key-limits.ts';
import type { KeyLimit, KeyRecord } from '../accounts/key-record.ts';
import { boundedInteger, toNanoUsd, toUsd } from '../accounts/money.ts';
import type { Accounts, Spending } from '../ports.ts';
import type { JsonObject } from '../lib/json.ts';
import { RouterError } from '../unified/error.ts';

/** Keys of at least so many characters are shown with their beginning and end. */
const SHOWN_FROM = 20;

const NOTHING: Spent = { totalUsd: 0, dayUsd: 0, weekUsd: 0, monthUsd: 0 };

/** What an account has spent; null = nothing is kept of it. @throws RouterError 503 where its object does not answer. */
export async function usageOf(accounts: Accounts | null, account: string, key: KeyRecord | null): Promise<AccountUsage | null> {
  if (accounts === null) return null;
  return accounts.describe(account, key).catch(() => {
    throw new RouterError(
      'provider_overloaded',
      'What the key has spent cannot be read: its object does not answer. Send the request again.',
    );
  });
}

/** There is none; OpenRouter's SDK (1.3.19) requires the field. */
const NO_QUOTA = { limit: -1, remaining: -1, used: 0 };

/** A key, for the operator. `workspace_id` and the like are there because OpenRouter's SDK (1.3.19) requires them. */
export function describeRecord(record: KeyRecord, usage: AccountUsage | null): JsonObject {
  return {
    hash: record.hash,
    name: record.name,
    label: record.label,
    disabled: record.disabled,
    ...describeLimits(record, usage),
    ...describeSpent(usage?.spent ?? NOTHING, usage?.byokSpent),
    created_at: timeText(record.createdMs),
    updated_at: record.updatedMs === record.createdMs ? null : timeText(record.updatedMs),
    creator_user_id: null,
    external_user: null,
    workspace_id: 'default',
    tags: record.tags,
    metadata: record.metadata,
  };
}

/** The key of a caller. Without an account the costs are those that this isolate has counted since `usage_since`. */
export function describeOwnKey({ key, isAdmin }: Caller, text: string | null, known: AccountUsage | Spending): JsonObject {
  const usage = 'spent' in known ? known : null;
  const counted = 'sinceMs' in known ? { usage_since: timeText(known.sinceMs), usage_unpriced: known.unpriced } : {};
  return {
    data: {
      label: key?.label ?? (isAdmin && text === null ? 'cloudflare-access' : labelOf(text)),
      ...(key === null ? { limit: null, limit_remaining: null, limit_reset: null } : { name: key.name, ...describeLimits(key, usage) }),
      ...describeSpent('spent' in known ? known.spent : known, usage?.byokSpent),
      ...counted,
      include_byok_in_limit: key?.isByokCounted ?? false,
      is_free_tier: false,
      is_management_key: isAdmin,
      is_provisioning_key: isAdmin,
      creator_user_id: null,
      organization_id: null,
      workspace_id: null,
      allowed_data_regions: ['global'],
      free_model_daily_requests: NO_QUOTA,
      expires_at: timeOf(key?.expiresMs ?? null),
      rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated; see limits.' },
    },
  };
}

/** What a key may do: fields that `POST /keys` takes, and what is left of the limits. */
function describeLimits(record: KeyRecord, usage: AccountUsage | null): JsonObject {
  const plain = plainLimit(record.limits);
  const stateOf = (limit: KeyLimit): LimitState | undefined => usage?.limits[record.limits.indexOf(limit)];
  return {
    limit: plain?.amount ?? null,
    limit_remaining: plain === undefined ? null : remaining(plain, stateOf(plain)),
    limit_reset: resetOf(plain),
    include_byok_in_limit: record.isByokCounted,
    expires_at: timeOf(record.expiresMs),
    limits: record.limits.map((limit) => ({ ...describeLimit(limit), ...describeState(limit, stateOf(limit)) })),
    user_limits: record.userLimits.map(describeLimit),
    session_limits: record.sessionLimits.map(describeLimit),
    soft_at: record.softAt,
    on_unpriced: record.onUnpriced,
    models: record.models,
    providers: record.providers,
    cache: record.cacheSeconds !== null,
    cache_ttl: record.cacheSeconds,
    resumable: record.isResumable,
  };
}

function describeState(limit: KeyLimit, state: LimitState | undefined): JsonObject {
  if (state === undefined) return {};
  return { used: state.used, reserved: state.reserved, remaining: remaining(limit, state), resets_at: timeOf(state.resetsMs) };
}

/** What is left of a limit. USD are subtracted as integers: 0.001 - 0.000645 is 0.000355, not 0.00035500000000000006. */
function remaining({ resource, amount }: KeyLimit, state: LimitState | undefined): number {
  const used = state?.used ?? 0;
  return resource === 'usd' ? toUsd(boundedInteger(toNanoUsd(amount) - toNanoUsd(used))) : Math.max(0, amount - used);
}

const describeSpent = (own: Spent, byok: Spent = NOTHING): JsonObject => ({
  usage: own.totalUsd,
  usage_daily: own.dayUsd,
  usage_weekly: own.weekUsd,
  usage_monthly: own.monthUsd,
  byok_usage: byok.totalUsd,
  byok_usage_daily: byok.dayUsd,
  byok_usage_weekly: byok.weekUsd,
  byok_usage_monthly: byok.monthUsd,
});

const timeText = (ms: number): string => new Date(ms).toISOString();
const timeOf = (ms: number | null): string | null => (ms === null ? null : timeText(ms));

/** `sk-abc...wxyz`, or less of a short key. */
function labelOf(key: string | null): string {
  if (key === null) return 'anonymous';
  return key.length < SHOWN_FROM ? '***' : `${key.slice(0, 6)}...${key.slice(-4)}`;
}
