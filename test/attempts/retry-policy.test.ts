/** The same endpoint or the next one? The rules of failing over, as a table. */
import { describe, expect, it } from 'vitest';
import { classify, nextAttempt, type FailedAttempt } from '../../src/attempts/retry-policy.ts';
import type { PlannedCall } from '../../src/routing/plan.ts';
import { RouterError, type ErrorDetails } from '../../src/unified/error.ts';
import type { ErrorType } from '../../src/unified/error-type.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { reachable } from '../support/fake-ports.ts';

const failure = (status: number | null, type: ErrorType = 'provider_unavailable', details: ErrorDetails = {}): RouterError =>
  new RouterError(type, 'it failed', { ...details, ...(status === null ? {} : { upstreamStatus: status }) });

/** A call to one provider's endpoint of a model. */
function callTo(provider: string, model: string, keys = 1, contextTokens?: number): PlannedCall {
  const offering = {
    slug: model,
    id: model,
    source: 'https://a.example',
    checked: '2026-01-01',
    ...(contextTokens === undefined ? {} : { contextTokens }),
  };
  const host = acme({ slug: provider, models: [offering] });
  const access = { ...reachable('https://a.example', 'k'), keys: Array.from({ length: keys }, (_, index) => `key-${index}`) };
  const rules = chatOperation();
  return {
    candidate: { provider: host, modelId: model, offering, operation: 'chat', rules, requested: model },
    access,
  } as unknown as PlannedCall; // what fitting adds is nothing to these rules
}

const ONE_MODEL = [callTo('a', 'x/m'), callTo('b', 'x/m')];
const TWO_MODELS = [callTo('a', 'x/m'), callTo('b', 'y/n')];
const ALONE = [callTo('a', 'x/m')];

describe('retry policy: a failure', () => {
  it.each<[RouterError, string]>([
    [failure(500, 'server'), 'transient'],
    [failure(503, 'provider_overloaded'), 'transient'],
    [failure(529, 'provider_overloaded'), 'transient'],
    [failure(408, 'timeout'), 'transient'],
    [failure(409), 'transient'],
    [failure(425), 'transient'],
    [failure(429, 'rate_limit_exceeded'), 'transient'],
    [failure(null), 'transient'],
    [failure(null, 'timeout'), 'transient'],
    [failure(401, 'provider_unavailable', { retryable: false }), 'endpoint'],
    [failure(402, 'provider_unavailable', { retryable: false }), 'endpoint'],
    [failure(403, 'provider_unavailable', { retryable: false }), 'endpoint'],
    [failure(404, 'not_found'), 'endpoint'],
    [failure(307, 'provider_unavailable', { retryable: false }), 'endpoint'],
    [failure(400, 'context_length_exceeded'), 'context'],
    [failure(400, 'invalid_request'), 'final'],
    [failure(413, 'payload_too_large'), 'final'],
    [failure(422, 'unprocessable'), 'final'],
    [failure(400, 'content_policy_violation'), 'final'],
    [failure(403, 'content_policy_violation'), 'final'],
    [failure(null, 'invalid_request'), 'final'],
  ])('%o is %s', (error, expected) => {
    expect(classify(error)).toBe(expected);
  });
});

/** What comes after these failures, given as [call, error]: the call and its pause, or null. */
function after(calls: readonly PlannedCall[], failed: readonly (readonly [number, RouterError])[], random = 0) {
  const next = nextAttempt(
    calls,
    failed.map(([call, error]): FailedAttempt => ({ call, error })),
    random,
  );
  return next === null ? null : [next.call, next.afterMs];
}

describe('retry policy: an endpoint that is set aside by the time its attempt has failed', () => {
  const next = (calls: readonly PlannedCall[], error: RouterError) => nextAttempt(calls, [{ call: 0, error, isSetAside: true }], 0);

  it.each<[string, readonly PlannedCall[], RouterError, [number, number] | null]>([
    ['is not asked again before another model', TWO_MODELS, failure(500), [1, 0]],
    ['is asked again where there is no other', ALONE, failure(500), [0, 250]],
    ['is waited for, where it said how long', TWO_MODELS, failure(503, 'provider_overloaded', { retryAfterSeconds: 2 }), [0, 2000]],
    ['is asked again after a 429, which is no fault of it', TWO_MODELS, failure(429, 'rate_limit_exceeded'), [0, 1000]],
  ])('%s', (_, calls, error, expected) => {
    const step = next(calls, error);
    expect(step === null ? null : [step.call, step.afterMs]).toEqual(expected);
  });
});

describe('retry policy: the next attempt', () => {
  it('is the first call, when there was none', () => {
    expect(after(ONE_MODEL, [])).toEqual([0, 0]);
    expect(after([], [])).toBeNull();
  });

  it.each<[string, readonly PlannedCall[], (readonly [number, RouterError])[], [number, number] | null]>([
    ['another provider of the same model is asked at once', ONE_MODEL, [[0, failure(500)]], [1, 0]],
    ['also after a timeout', ONE_MODEL, [[0, failure(null, 'timeout')]], [1, 0]],
    ['also after a 429', ONE_MODEL, [[0, failure(429, 'rate_limit_exceeded')]], [1, 0]],
    ['also after a refused key', ONE_MODEL, [[0, failure(401)]], [1, 0]],
    ['before another model, the same endpoint after a 5xx', TWO_MODELS, [[0, failure(500)]], [0, 250]],
    ['and after a broken connection', TWO_MODELS, [[0, failure(null)]], [0, 250]],
    [
      'and after a short Retry-After, waited for',
      TWO_MODELS,
      [[0, failure(429, 'rate_limit_exceeded', { retryAfterSeconds: 3 })]],
      [0, 3000],
    ],
    ['but not after a long one', TWO_MODELS, [[0, failure(429, 'rate_limit_exceeded', { retryAfterSeconds: 11 })]], [1, 0]],
    ['and not after a timeout', TWO_MODELS, [[0, failure(null, 'timeout')]], [1, 0]],
    [
      'and not a second time',
      TWO_MODELS,
      [
        [0, failure(500)],
        [0, failure(500)],
      ],
      [1, 0],
    ],
    ['and not where the endpoint will never do it', TWO_MODELS, [[0, failure(403)]], [1, 0]],
    ['alone, the same endpoint once more', ALONE, [[0, failure(502)]], [0, 250]],
    [
      'alone, and no more than once',
      ALONE,
      [
        [0, failure(502)],
        [0, failure(502)],
      ],
      null,
    ],
    ['alone after a timeout, nothing', ALONE, [[0, failure(null, 'timeout')]], null],
    ['a request at fault is sent to no other endpoint', ONE_MODEL, [[0, failure(400, 'invalid_request')]], null],
    ['no other key, after 401: the call has tried them all', [callTo('a', 'x/m', 2), callTo('b', 'x/m')], [[0, failure(401)]], [1, 0]],
    [
      'and then the next provider',
      [callTo('a', 'x/m', 2), callTo('b', 'x/m')],
      [
        [0, failure(401)],
        [0, failure(401)],
      ],
      [1, 0],
    ],
    [
      'too long for one model: the next that takes more',
      [callTo('a', 'x/m', 1, 1000), callTo('b', 'x/m', 1, 1000), callTo('c', 'y/n', 1, 9000)],
      [[0, failure(400, 'context_length_exceeded')]],
      [2, 0],
    ],
    [
      'too long, and no endpoint accepts more',
      [callTo('a', 'x/m', 1, 1000), callTo('b', 'y/n', 1, 500)],
      [[0, failure(400, 'context_length_exceeded')]],
      null,
    ],
    ['too long, and no limit is known: another model', TWO_MODELS, [[0, failure(400, 'context_length_exceeded')]], [1, 0]],
  ])('%s', (_, calls, failed, expected) => {
    expect(after(calls, failed)).toEqual(expected);
  });

  it('waits with jitter', () => {
    expect(after(ALONE, [[0, failure(500)]], 0.5)).toEqual([0, 375]);
    expect(after(ALONE, [[0, failure(429, 'rate_limit_exceeded')]], 0.5)).toEqual([0, 1500]);
  });
});
