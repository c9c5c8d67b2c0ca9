/**
 * Reads whether a request may be answered from the response cache: from its headers, or from what is set for the caller's key. The headers are
 * OpenRouter's (https://openrouter.ai/docs/features/response-caching, read 2026-11-30).
 */

/** How the response cache is used for one request. */
export type CacheWish = Readonly<{
  /** Seconds that an answer is kept, and that one may be old: 1 to 86,400. */
  ttlSeconds: number;
  /** False: an answer is made anew (`Cache-Control: no-cache`), and stored. */
  mayRead: boolean;
  /** What is stored for the request is removed first. */
  mustClear: boolean;
}>;

const [HEADER, TTL_HEADER, CLEAR_HEADER] = ['x-openrouter-cache', 'x-openrouter-cache-ttl', 'x-openrouter-cache-clear'];

const [DEFAULT_SECONDS, MAX_SECONDS] = [300, 86_400];

/**
 * Returns null for a request that does not use the cache. A header decides before the key.
 *
 * @param keySeconds seconds that are set for the caller's key; null = none are.
 */
export function readCacheWish(header: (name: string) => string | null, keySeconds: number | null): CacheWish | null {
  const asked = header(HEADER)?.trim().toLowerCase() ?? null;
  if (asked === 'false' || (asked !== 'true' && keySeconds === null)) return null;
  const directives = (header('cache-control') ?? '').toLowerCase();
  if (hasDirective(directives, 'no-store')) return null;
  return {
    ttlSeconds: secondsIn(header(TTL_HEADER)) ?? clamp(keySeconds ?? DEFAULT_SECONDS),
    mayRead: !hasDirective(directives, 'no-cache'),
    mustClear: header(CLEAR_HEADER)?.trim().toLowerCase() === 'true',
  };
}

const hasDirective = (directives: string, name: string): boolean => directives.split(',').some((one) => one.trim() === name);

/** The number that a text begins with, as OpenRouter reads it: 60 in `60abc`. Null = it begins with none. */
function secondsIn(text: string | null): number | null {
  const digits = /^\s*(\d+)/.exec(text ?? '')?.[1];
  return digits === undefined ? null : clamp(Number(digits));
}

const clamp = (seconds: number): number => Math.min(MAX_SECONDS, Math.max(1, Math.floor(seconds)));
