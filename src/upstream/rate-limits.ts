/** Reads the limits of a provider's account from the headers of an answer. Names differ: Anthropic's, and OpenAI's, which others follow. */
import { LIMITED_KINDS, type RateLimit } from '../unified/rate-limits.ts';
import { secondsUntil } from '../unified/retry-time.ts';

/** Names of the headers for each kind, in either family. Made once: every answer is read for them. */
const NAMES = LIMITED_KINDS.map((kind) => {
  const namesOf = (name: string) => [`x-ratelimit-${name}-${kind}`, `anthropic-ratelimit-${kind}-${name}`] as const;
  return { kind, limit: namesOf('limit'), remaining: namesOf('remaining'), reset: namesOf('reset') };
});

/** Returns the limits that are stated, each with at least one number. */
export function readRateLimits(headers: Headers, nowMs: number): RateLimit[] {
  const limits: RateLimit[] = [];
  const value = ([one, other]: readonly [string, string]) => headers.get(one) ?? headers.get(other);
  for (const names of NAMES) {
    const [limit, remaining] = [countIn(value(names.limit)), countIn(value(names.remaining))];
    if (limit === null && remaining === null) continue;
    const reset = value(names.reset);
    const seconds = reset === null ? null : secondsUntil(reset, nowMs);
    limits.push({ kind: names.kind, limit, remaining, resetMs: seconds === null ? null : nowMs + seconds * 1000 });
  }
  return limits;
}

const countIn = (text: string | null) => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null);
