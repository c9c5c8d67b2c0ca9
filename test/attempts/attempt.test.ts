/** What one attempt reports: to the health of its endpoint, to the memory of conversations, and to the client. */
import { describe, expect, it } from 'vitest';
import { Attempt } from '../../src/attempts/attempt.ts';
import { createRequestContext } from '../../src/calls/context.ts';
import { createCancellation, NEVER_CANCELLED } from '../../src/lib/cancel-signal.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Outcome } from '../../src/unified/endpoint-health.ts';
import { RouterError } from '../../src/unified/error.ts';
import { CATALOG, openAccess, prepared, requestFor } from '../fitting/sent.ts';
import { END, ended, failed, START, text, usageOf } from '../stream/events.ts';
import { planWith } from '../routing/whole-plan.ts';
import { createFakeClock, LIMITS, QUIET, FACTS } from '../support/fake-ports.ts';

const NAME = 'openrouter';

/** An attempt at a streamed chat answer, and what came of it. @param fields of the request; `calls`: how many were planned. */
function createAttempt(provider = {}, { calls = 2, ...fields }: JsonObject & { calls?: number } = {}) {
  const clock = createFakeClock();
  const outcomes: Outcome[] = [];
  const remembered: string[] = [];
  const request = requestFor('chat', `@${NAME}/x`, { stream: true, provider, ...fields });
  const context = createRequestContext({
    catalog: CATALOG,
    ports: {
      ...QUIET,
      clock,
      random: { id: () => 'x', fraction: () => 0 },
      access: openAccess,
      fetch: () => Promise.reject(new Error('nothing is sent')),
      limits: LIMITS,
      health: { ...QUIET.health, report: (_, outcome) => void outcomes.push(outcome) },
      sticky: { endpointFor: () => null, remember: (key) => void remembered.push(key) },
    },
    ...FACTS,
    signal: NEVER_CANCELLED,
  });
  const cancellation = createCancellation(NEVER_CANCELLED);
  const endpoint = prepared(request);
  const plan = { ...planWith(Array.from({ length: calls }, () => endpoint.planned)), conversation: () => 'k' };
  const attempt = new Attempt(endpoint, { context, request, plan }, cancellation.signal);
  return { attempt, clock, outcomes, remembered, cancel: () => cancellation.cancel() };
}

const overloaded = () => new RouterError('provider_overloaded', 'no capacity', { meaning: 'overloaded' });

describe('an attempt', () => {
  it('that comes to its end reports how fast it was', () => {
    const { attempt, clock, outcomes } = createAttempt();
    clock.advance(300);
    attempt.observe([START, text('a')]);
    clock.advance(1000);
    attempt.observe([ended(), { ...END, usage: usageOf(3, 50) }]);
    expect(outcomes).toMatchObject([{ kind: 'success', firstContentMs: 300, tokensPerSecond: 50 }]);
    expect(attempt.isWhole).toBe(true);
  });

  it('remembers the conversation only where the prompt came from a cache', () => {
    const [cold, warm] = [createAttempt(), createAttempt()];
    cold.attempt.observe([text('a'), { ...END, usage: usageOf(3, 4) }]);
    warm.attempt.observe([text('a'), { ...END, usage: usageOf(3, 4, { cachedTokens: 2 }) }]);
    expect([cold.remembered, warm.remembered]).toEqual([[], ['k']]);
  });

  it('remembers any answer of a session that the client names', () => {
    const { attempt, remembered } = createAttempt({}, { session_id: 's' });
    attempt.observe([text('a'), { ...END, usage: usageOf(3, 4) }]);
    expect(remembered).toEqual(['k']);
  });

  it('remembers no conversation where no other endpoint could have been called', () => {
    const { attempt, remembered } = createAttempt({}, { session_id: 's', calls: 1 });
    attempt.observe([text('a'), { ...END, usage: usageOf(3, 4, { cachedTokens: 2 }) }]);
    expect(remembered).toEqual([]);
  });

  it('reports its first failure and no other', () => {
    const { attempt, outcomes } = createAttempt();
    const first = overloaded();
    attempt.fail(first);
    attempt.observe([{ ...failed('again'), error: new RouterError('server', 'again') }]);
    expect([attempt.error, outcomes.length]).toEqual([first, 1]);
  });

  it.each<[string, (given: ReturnType<typeof createAttempt>) => void]>([
    ['was cancelled before it failed', ({ cancel, attempt }) => (cancel(), attempt.fail(overloaded()))],
    ['was replaced by another one', ({ attempt }) => (attempt.cancelled(), attempt.fail(overloaded()))],
    ['has an answer that cannot be used', ({ attempt }) => attempt.discard(overloaded())],
    ['failed for the request', ({ attempt }) => attempt.fail(new RouterError('invalid_request', 'no', { meaning: 'invalid-request' }))],
  ])('that %s is not held against its endpoint', (_, run) => {
    const given = createAttempt();
    run(given);
    expect(given.outcomes).toEqual([]);
  });

  it('that missed a deadline of the client is not held against its endpoint', () => {
    const { attempt, outcomes } = createAttempt({ timeouts: { first_content_ms: 1 } });
    attempt.fail(new RouterError('timeout', 'late', { meaning: 'timeout' }));
    expect([attempt.error?.type, outcomes]).toEqual(['timeout', []]);
  });

  it('is described with an entry for each key that was not accepted', () => {
    const { attempt } = createAttempt();
    attempt.tally.calls = 2;
    attempt.tally.refusedKeys.push({ error: new RouterError('authentication', 'bad key'), status: 401, sentMs: 5, endedMs: 8 });
    attempt.observe([START]);
    expect(attempt.tries).toBe(2);
    expect(attempt.describe()).toMatchObject([
      { status: 401, error_type: 'authentication', calls: 1 },
      { status: 200, error_type: null, calls: 1, first_content_ms: null },
    ]);
  });

  it('is recorded with an entry for each key that was not accepted, each with its own times', () => {
    const { attempt, clock } = createAttempt();
    const requestedMs = clock.nowMs() - 100;
    attempt.tally.calls = 2;
    const error = new RouterError('authentication', 'bad key', { upstreamStatus: 401 });
    attempt.tally.refusedKeys.push({ error, status: 401, sentMs: requestedMs + 105, endedMs: requestedMs + 130 });
    attempt.tally.sentMs = requestedMs + 130;
    clock.advance(50);
    attempt.observe([START, text('a')]);
    expect(attempt.recorded(requestedMs)[1]).toMatchObject({ durationMs: null });
    clock.advance(10);
    attempt.observe([ended(), END]);
    const shared = { provider: NAME, providerName: 'OpenRouter', model: 'x', calls: 1, isCancelled: false };
    expect(attempt.recorded(requestedMs)).toEqual([
      { ...shared, status: 401, errorType: 'authentication', startedMs: 105, firstContentMs: null, durationMs: 25 },
      { ...shared, status: 200, errorType: null, startedMs: 130, firstContentMs: 20, durationMs: 30 },
    ]);
  });

  it('is recorded with the time of the attempt where several calls made its choices', () => {
    const { attempt, clock } = createAttempt();
    attempt.tally.calls = 3;
    const error = new RouterError('authentication', 'bad key', { upstreamStatus: 401 });
    attempt.tally.refusedKeys.push({ error, status: 401, sentMs: clock.nowMs() + 5, endedMs: clock.nowMs() + 8 });
    attempt.tally.sentMs = clock.nowMs() + 8;
    const [, last] = attempt.recorded(clock.nowMs());
    expect(last).toMatchObject({ startedMs: 0, calls: 2 });
  });
});
