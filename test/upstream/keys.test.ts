/** Law 4: with k keys of which j are bad or limited, no call fails as long as one key works, at any concurrency. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Access, KeyHealth } from '../../src/ports.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { ErrorMeaning } from '../../src/unified/meaning.ts';
import { createKeyHealth } from '../../src/upstream/key-health.ts';
import { createCallKeys, type CallKeys } from '../../src/upstream/keys.ts';
import { ACME_AUTH } from '../support/fake-providers.ts';
import { QUIET, reachable } from '../support/fake-ports.ts';

const refusal = (meaning: ErrorMeaning, retryAfterSeconds?: number) =>
  new RouterError('provider_unavailable', meaning, { meaning, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) });

const clock = { nowMs: () => 5_000_000 };
const keysOf = (changes: Partial<Access>, keyHealth: KeyHealth = createKeyHealth(clock)) =>
  createCallKeys(
    { access: reachable('https://a.example', 'k', changes), provider: 'acme', model: 'm', countTokens: () => 0 },
    { keyRates: QUIET.keyRates, clock, keyHealth },
  );

type Call = { keys: CallKeys; sent: number | null; tried: number[]; isOver: boolean };

/**
 * Runs 30 calls whose steps alternate in any order. @param states what each key leads to; null = an answer.
 * @returns the keys that each call tried.
 */
function runCalls(states: readonly (ErrorMeaning | null)[], steps: readonly { call: number; waitMs: number }[]): number[][] {
  let nowMs = 0;
  const ports = { clock: { nowMs: () => nowMs }, keyHealth: createKeyHealth({ nowMs: () => nowMs }), keyRates: QUIET.keyRates };
  const access = reachable('https://a.example', 'k', { keys: states.map((_, index) => String(index)) });
  const calls = Array.from({ length: 30 }, (): Call => {
    return {
      keys: createCallKeys({ access, provider: 'acme', model: 'm', countTokens: () => 0 }, ports),
      sent: null,
      tried: [],
      isOver: false,
    };
  });
  /** The call is sent, or its answer comes. */
  function step(call: Call): void {
    if (call.sent === null) {
      call.sent = Number(call.keys.next()?.key);
      call.tried.push(call.sent);
      return;
    }
    const meaning = states[call.sent] ?? null;
    call.sent = null;
    if (meaning === null) call.keys.accept();
    call.isOver = meaning === null || !call.keys.refuse(refusal(meaning)).hasMore;
  }
  for (const { call, waitMs } of steps) {
    nowMs += waitMs;
    const running = calls[call];
    if (running?.isOver === false) step(running);
  }
  for (const call of calls) while (!call.isOver) step(call);
  return calls.map(({ tried }) => tried);
}

describe('createCallKeys', () => {
  it('tries each key once, then fails', () => {
    const keys = keysOf({ keys: ['a', 'b', 'c'] });
    const tried = ['a', 'b', 'c'].map(() => ({ key: keys.next()?.key, ...keys.refuse(refusal('bad-key')) }));
    expect(tried.map(({ key, hasMore }) => [key, hasMore])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
  });

  it.each(['invalid-request', 'content-refused', 'overloaded', 'timeout', 'provider-fault', 'prompt-too-long'] as const)(
    'tries no other key after %s, whose error is that of the call',
    (meaning) => {
      const keys = keysOf({ keys: ['a', 'b', 'c'] });
      keys.next();
      keys.refuse(refusal('bad-key'));
      keys.next();
      const error = refusal(meaning);
      expect(keys.refuse(error)).toEqual({ hasMore: false, error });
    },
  );

  it('fails with the error that ends first: a limit before a bad key, a short wait before a long one', () => {
    const keys = keysOf({ keys: ['a', 'b', 'c', 'd'] });
    const failures = [refusal('bad-key'), refusal('rate-limited', 30), refusal('rate-limited', 2), refusal('no-money')];
    const errors = failures.map((failure) => {
      keys.next();
      return keys.refuse(failure).error;
    });
    expect(errors).toEqual([failures[0], failures[1], failures[2], failures[2]]);
  });

  it('has one try where there is one key or none, none is wanted, or the provider is simulated', () => {
    const cases: [Partial<Access>, string | undefined][] = [
      [{ keys: ['only'] }, 'only'],
      [{ keys: [] }, undefined],
      [{ keys: ['a', 'b'], auth: { ...ACME_AUTH, scheme: 'none' } }, undefined],
      [{ keys: ['a', 'b'], isSimulated: true }, 'simulated-key'],
    ];
    for (const [changes, key] of cases) {
      const keys = keysOf(changes);
      expect(keys.next()?.key).toBe(key);
      expect(keys.refuse(refusal('bad-key')).hasMore).toBe(false);
    }
  });

  it.each(['not-permitted', 'no-such-model'] as const)('pauses a key for %s only when another key serves the same call', (meaning) => {
    const keyHealth = createKeyHealth(clock);
    const call = () => keysOf({ keys: ['a', 'b'] }, keyHealth);
    const first = (): string[] => [0, 1, 2, 3].map(() => call().next()?.key ?? '');
    const failing = call();
    for (let key = 0; key < 2; key++) {
      failing.next();
      failing.refuse(refusal(meaning));
    }
    expect(new Set(first())).toEqual(new Set(['a', 'b']));
    const served = call();
    const refused = served.next()?.key;
    served.refuse(refusal(meaning));
    served.next();
    served.accept();
    expect(first()).not.toContain(refused);
  });

  it('no call fails as long as one key works, whatever runs at the same time (law 4)', () => {
    const states = fc.constantFrom<ErrorMeaning | null>(null, 'bad-key', 'no-money', 'not-permitted', 'rate-limited', 'above-rate-limit');
    const lists = fc.array(states, { minLength: 2, maxLength: 6 }).filter((list) => list.includes(null));
    const schedule = fc.array(fc.record({ call: fc.nat({ max: 29 }), waitMs: fc.nat({ max: 40_000 }) }), { maxLength: 200 });
    fc.assert(
      fc.property(lists, schedule, (list, steps) => {
        for (const tried of runCalls(list, steps)) {
          expect(tried.length).toBeLessThanOrEqual(list.length);
          expect(new Set(tried).size).toBe(tried.length);
          expect(list[tried.at(-1) ?? -1]).toBeNull();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('counts a key as accepted when only the request was rejected', () => {
    const keyHealth = createKeyHealth(clock);
    const first = keysOf({ keys: ['a', 'b'] }, keyHealth);
    expect(first.next()?.key).toBe('a');
    first.refuse(refusal('not-permitted'));
    first.next();
    first.refuse(refusal('invalid-request'));
    expect([1, 2].map(() => keysOf({ keys: ['a', 'b'] }, keyHealth).next()?.key)).toEqual(['b', 'b']);
  });

  it('does not start a call with a known bad key', () => {
    const keyHealth = createKeyHealth(clock);
    const first = keysOf({ keys: ['bad', 'good'] }, keyHealth);
    expect(first.next()?.key).toBe('bad');
    first.refuse(refusal('bad-key'));
    for (let call = 0; call < 5; call++) expect(keysOf({ keys: ['bad', 'good'] }, keyHealth).next()?.key).toBe('good');
  });
});
