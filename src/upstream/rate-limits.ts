/** Reads the limits of a provider's account from the headers of an answer. Names differ: Anthropic's, and OpenAI's, which others follow. */
import { LIMITED_KINDS, type RateLimit } from '../unified/rate-limits.ts';
import { secondsUntil } from '../unified/retry-time.ts';

/** Returns the limits that are stated, each with at least one number. */
export function readRateLimits(headers: Headers, nowMs: number): RateLimit[] {
  return LIMITED_KINDS.flatMap((kind) => {
    const value = (name: string) => headers.get(`anthropic-ratelimit-${kind}-${name}`) ?? headers.get(`x-ratelimit-${name}-${kind}`);
    const [limit, remaining, reset] = [countIn(value('limit')), countIn(value('remaining')), value('reset')];
    if (limit === null && remaining === null) return [];
    const seconds = reset === null ? null : secondsUntil(reset, nowMs);
    return [{ kind, limit, remaining, resetMs: seconds === null ? null : nowMs + seconds * 1000 }];
  });
}

const countIn = (text: string | null) => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null);
