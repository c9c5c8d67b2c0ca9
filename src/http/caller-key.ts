/** `GET /key`: what is known of the caller's key, in OpenRouter's shape (its OpenAPI document, read 2026-08-22). */
import type { Spending } from '../ports.ts';
import type { JsonObject } from '../lib/json.ts';

/** Keys of at least so many characters are shown with their beginning and end. */
const SHOWN_FROM = 20;

/**
 * Describes a key. The router has no limits and no accounts. Costs are those that this isolate has counted since `usage_since`;
 * `usage_unpriced` counts the answers in it whose cost is not known.
 *
 * @param key null = the caller needs none.
 */
export function describeKey(key: string | null, { sinceMs, totalUsd, dayUsd, weekUsd, monthUsd, unpriced }: Spending): JsonObject {
  return {
    data: {
      label: labelOf(key),
      limit: null,
      limit_remaining: null,
      limit_reset: null,
      usage: totalUsd,
      usage_daily: dayUsd,
      usage_weekly: weekUsd,
      usage_monthly: monthUsd,
      usage_since: new Date(sinceMs).toISOString(),
      usage_unpriced: unpriced,
      byok_usage: 0,
      byok_usage_daily: 0,
      byok_usage_weekly: 0,
      byok_usage_monthly: 0,
      include_byok_in_limit: false,
      is_free_tier: false,
      is_management_key: false,
      is_provisioning_key: false,
      creator_user_id: null,
      expires_at: null,
      rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated; the router has no rate limit.' },
    },
  };
}

/** `sk-abc...wxyz`, or less of a short key. */
function labelOf(key: string | null): string {
  if (key === null) return 'anonymous';
  return key.length < SHOWN_FROM ? '***' : `${key.slice(0, 6)}...${key.slice(-4)}`;
}
