/** Limits of the keys of providers: no minute has more than was set, and no call waits longer than it must. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProviderKeyLimits } from '../../src/ports.ts';
import { createKeyRates } from '../../src/upstream/key-rates.ts';

const UNLIMITED: ProviderKeyLimits = { weight: 1, requestsPerMinute: null, tokensPerMinute: null };
const demand = (limits: Partial<ProviderKeyLimits>, tokens = 0) => ({
  provider: 'acme',
  key: 'one',
  limits: { ...UNLIMITED, ...limits },
  tokens,
});

function harness() {
  let nowMs = 1_700_000_000_123;
  const rates = createKeyRates({ nowMs: () => nowMs });
  return { rates, now: () => nowMs, wait: (ms: number) => void (nowMs += ms) };
}

describe('createKeyRates', () => {
  it('lets a key take as many requests a minute as it may, and says when it may take the next', () => {
    const { rates, wait } = harness();
    const two = demand({ requestsPerMinute: 2 });
    for (let call = 0; call < 2; call++) {
      expect(rates.waitMs(two)).toBe(0);
      rates.take(two);
    }
    const waitMs = rates.waitMs(two);
    expect(waitMs).toBeGreaterThanOrEqual(60_000);
    expect(waitMs).toBeLessThanOrEqual(65_000);
    wait(waitMs - 1);
    expect(rates.waitMs(two)).toBe(1);
    wait(1);
    expect(rates.waitMs(two)).toBe(0);
  });

  it('counts the tokens that calls took in place of those that were expected, once', () => {
    const { rates } = harness();
    const limits = { tokensPerMinute: 100 };
    const settle = rates.take(demand(limits, 90));
    expect(rates.waitMs(demand(limits, 20))).toBeGreaterThan(0);
    settle(30);
    settle(0);
    expect(rates.waitMs(demand(limits, 70))).toBe(0);
    expect(rates.waitMs(demand(limits, 71))).toBeGreaterThan(0);
  });

  it('never lets a call through that alone is above the limit', () => {
    expect(harness().rates.waitMs(demand({ tokensPerMinute: 100 }, 101))).toBe(Infinity);
  });

  it('counts each key of each provider by itself', () => {
    const { rates } = harness();
    const limits = { ...UNLIMITED, requestsPerMinute: 1 };
    rates.take({ provider: 'acme', key: 'one', limits, tokens: 0 });
    expect(rates.waitMs({ provider: 'acme', key: 'two', limits, tokens: 0 })).toBe(0);
    expect(rates.waitMs({ provider: 'other', key: 'one', limits, tokens: 0 })).toBe(0);
  });

  it('law: in any minute at most the limit, and after the stated wait a call is free', () => {
    const step = fc.record({ waitMs: fc.integer({ min: 0, max: 20_000 }), tokens: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (most, steps) => {
        const { rates, now, wait } = harness();
        const sent: { atMs: number; tokens: number }[] = [];
        for (const { waitMs, tokens } of steps) {
          wait(waitMs);
          const wanted = demand({ requestsPerMinute: most, tokensPerMinute: 100 }, tokens);
          wait(rates.waitMs(wanted));
          expect(rates.waitMs(wanted)).toBe(0);
          rates.take(wanted);
          sent.push({ atMs: now(), tokens });
          const minute = sent.filter(({ atMs }) => atMs > now() - 60_000);
          expect(minute.length).toBeLessThanOrEqual(most);
          expect(minute.reduce((sum, one) => sum + one.tokens, 0)).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
