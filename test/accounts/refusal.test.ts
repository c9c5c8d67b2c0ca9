/** Errors of limits. How each client format writes them is tested in `test/e2e/limits.test.ts`. */
import { describe, expect, it } from 'vitest';
import type { LimitCount, LimitRefusal } from '../../src/accounts/lease.ts';
import { rateLimitsOf, refusalError, softPart } from '../../src/accounts/refusal.ts';

const NOW_MS = Date.UTC(2026, 11, 1, 12);
const count = (fields: Partial<LimitCount>): LimitCount => ({ scope: 'key', resource: 'usd', window: 'day', max: 5e9, used: 4.9e9, held: 0.05e9, resetMs: NOW_MS + 3_600_000, ...fields }); // prettier-ignore
const refused = (reason: LimitRefusal['reason'], fields: Partial<LimitCount> = {}, worst = fields.resource === undefined ? 0.2e9 : 1) =>
  refusalError({ reason, limit: count(fields), worst }, NOW_MS);

describe('refusalError', () => {
  it('of a spent budget is a payment error that states the limit, what counts against it, and when it begins anew', () => {
    const error = refused('spent');
    expect(error).toMatchObject({ status: 402, retryable: false });
    expect(error.message).toBe(
      "This key's limit of 5 USD a day does not allow this request: 4.9 USD used, 0.05 USD held by requests in progress. This request may take up to 0.2 USD. Wait until the limit begins anew at 2026-12-01T13:00:00.000Z, or send a smaller max_tokens, or use a key with a higher limit.",
    );
    expect(error.details.metadata).toEqual({ reason: 'budget', scope: 'key', resource: 'usd', window: 'day', limit: 5, spent: 4.9, reserved: 0.05, resets_at: '2026-12-01T13:00:00.000Z' }); // prettier-ignore
  });

  it.each([
    ['held by siblings', refused('held'), 'reserved', 2],
    ['of concurrent requests', refused('held', { resource: 'concurrent', max: 2, used: 0, held: 2, resetMs: null }), 'concurrency', 1],
    [
      'of a minute',
      refused('spent', { resource: 'requests', window: 'minute', max: 3, used: 3, held: 0, resetMs: NOW_MS + 20_100 }),
      'rate',
      21,
    ],
  ])('%s is a rate limit that is over soon', (_, error, reason, retryAfterSeconds) => {
    expect(error).toMatchObject({ status: 429, retryable: true, details: { retryAfterSeconds, metadata: { reason } } });
  });

  it('of a request that no window has room for is not repeated, and does not ask to wait', () => {
    const [budget, rate] = [
      refused('spent', { max: 0.1e9 }),
      refused('spent', { resource: 'tokens', window: 'minute', max: 10, used: 0 }, 11),
    ];
    expect([rate?.status, rate?.retryable, rate?.details.retryAfterSeconds, rate?.details.headers]).toEqual([
      429,
      false,
      undefined,
      undefined,
    ]);
    for (const { message } of [budget, rate]) expect(message).toMatch(/\. Send a smaller max_tokens, or use a key with a higher limit\.$/);
  });

  it('of a rate limit that is free in more than a minute is not repeated by SDKs, and states its time', () => {
    const error = refused('spent', { resource: 'tokens', max: 10, used: 10, held: 0 });
    expect(error).toMatchObject({ status: 429, retryable: false, details: { headers: { 'retry-after': '3600' } } });
    expect(error.details.rateLimits).toEqual([{ kind: 'tokens', limit: 10, remaining: 0, resetMs: NOW_MS + 3_600_000 }]);
  });
});

it('rateLimitsOf has the tightest limit of requests and of tokens, and no other', () => {
  const limits = [
    count({ resource: 'requests', max: 100, used: 1, held: 0 }),
    count({ resource: 'requests', max: 10, used: 1, held: 2 }),
    count({}),
  ];
  expect(rateLimitsOf(limits)).toMatchObject([{ kind: 'requests', limit: 10, remaining: 7 }]);
});

it('softPart is the largest used part from the warning on', () => {
  expect([0.9, 0.99].map((softAt) => softPart([count({}), count({ max: 10e9 })], softAt))).toEqual([0.98, null]);
});
