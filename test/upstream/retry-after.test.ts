import { describe, expect, it } from 'vitest';
import { collectErrorFacts } from '../../src/unified/error-facts.ts';
import type { ErrorMeaning } from '../../src/unified/meaning.ts';
import { retryAfterSeconds } from '../../src/upstream/retry-after.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');

function secondsOf(headers: Record<string, string>, body: unknown = null, meaning: ErrorMeaning = 'rate-limited'): number | null {
  return retryAfterSeconds({ headers: new Headers(headers), facts: collectErrorFacts(body, 429), meaning, nowMs: NOW });
}

describe('retryAfterSeconds', () => {
  it.each<[string, Record<string, string>, number | null]>([
    ['milliseconds before seconds', { 'retry-after-ms': '90000', 'retry-after': '1' }, 90],
    ['seconds before any reset', { 'retry-after': '7', 'x-ratelimit-reset-tokens': '1m30s' }, 7],
    ['an epoch', { 'retry-after': String(NOW / 1000 + 90) }, 90],
    ['a date', { 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, 30],
    ['nonsense, then a reset', { 'retry-after': 'soon', 'x-ratelimit-reset-requests': '1m30s' }, 90],
    [
      'the longest reset where nothing says which limit is used up',
      { 'x-ratelimit-reset-requests': '6ms', 'x-ratelimit-reset-tokens': '1m30s' },
      90,
    ],
    [
      'the reset of the limit that is used up',
      {
        'x-ratelimit-reset-requests': '17h2m',
        'x-ratelimit-remaining-requests': '12',
        'x-ratelimit-reset-tokens': '7.66s',
        'x-ratelimit-remaining-tokens': '0',
      },
      8,
    ],
    [
      "Anthropic's dates",
      {
        'anthropic-ratelimit-requests-remaining': '40',
        'anthropic-ratelimit-requests-reset': '2026-11-20T12:10:00Z',
        'anthropic-ratelimit-input-tokens-remaining': '0',
        'anthropic-ratelimit-input-tokens-reset': '2026-11-20T12:01:00Z',
      },
      60,
    ],
    ['an epoch in milliseconds', { 'x-ratelimit-reset': String(NOW + 45_000), 'x-ratelimit-remaining': '0' }, 45],
    ['nothing', {}, null],
  ])('reads %s', (_, headers, seconds) => {
    expect(secondsOf(headers)).toBe(seconds);
  });

  it.each<[string, unknown, number | null]>([
    ["Google's RetryInfo", { error: { code: 429, details: [{ '@type': 'x/google.rpc.RetryInfo', retryDelay: '34.4s' }] } }, 35],
    ["OpenRouter's copy of headers", { error: { code: 429, metadata: { headers: { 'X-RateLimit-Reset': String(NOW + 60_000) } } } }, 60],
    ['a number of seconds', { error: { message: 'slow down', retry_after: 12 } }, 12],
    ['a number of milliseconds', { error: { message: 'slow down', retry_after_ms: 2500 } }, 3],
    ['words', { error: { message: 'Rate limit reached. Please try again in 7m12s.' } }, 432],
    ['nothing', { error: { message: 'Rate limit reached.' } }, null],
  ])('reads %s in a body', (_, body, seconds) => {
    expect(secondsOf({}, body)).toBe(seconds);
  });

  it('reads resets and messages only for a rate limit', () => {
    expect(secondsOf({ 'x-ratelimit-reset-requests': '1m30s' }, { message: 'try again in 20s' }, 'provider-fault')).toBeNull();
    expect(secondsOf({ 'retry-after': '30' }, null, 'provider-fault')).toBe(30);
  });
});
