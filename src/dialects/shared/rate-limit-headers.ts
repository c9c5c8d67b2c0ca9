/** Writes the limits of a provider's account as response headers. */
import type { RateLimit } from '../../unified/rate-limits.ts';

/** OpenAI's names (platform.openai.com, Rate limits, read 2026-11-30): `x-ratelimit-reset-tokens: 6s`. */
export function openAiRateLimits(limits: readonly RateLimit[], nowMs: number): Record<string, string> {
  return headersOf(
    limits,
    (name, kind) => `x-ratelimit-${name}-${kind}`,
    (resetMs) => `${Math.max(1, Math.ceil((resetMs - nowMs) / 1000))}s`,
  );
}

/** Anthropic's names (platform.claude.com, Rate limits, read 2026-11-30): `anthropic-ratelimit-tokens-reset` is a time of RFC 3339. */
export function anthropicRateLimits(limits: readonly RateLimit[]): Record<string, string> {
  return headersOf(
    limits,
    (name, kind) => `anthropic-ratelimit-${kind}-${name}`,
    (resetMs) => new Date(resetMs).toISOString(),
  );
}

function headersOf(
  limits: readonly RateLimit[],
  nameOf: (name: string, kind: string) => string,
  writeTime: (resetMs: number) => string,
): Record<string, string> {
  const entries = limits.flatMap(({ kind, limit, remaining, resetMs }) => [
    ...(limit === null ? [] : [[nameOf('limit', kind), String(limit)]]),
    ...(remaining === null ? [] : [[nameOf('remaining', kind), String(remaining)]]),
    ...(resetMs === null ? [] : [[nameOf('reset', kind), writeTime(resetMs)]]),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
