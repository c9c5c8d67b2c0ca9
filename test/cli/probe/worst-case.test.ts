/** The worst cost of a request, and the ceiling. */
import { describe, expect, it } from 'vitest';
import { Ceiling, mostTokens, worstUsd } from '../../../src/cli/probe/worst-case.ts';
import { usageOf } from '../../../src/unified/response/usage.ts';
import { KNOWN_GOOD } from './known-good.ts';
import { PRICE, targetOf } from './probe-harness.ts';

const target = targetOf('openai-chat', KNOWN_GOOD['openai-chat']);
const ask = (values: Record<string, unknown>) => ({ values });

describe('mostTokens', () => {
  it('bounds an answer by the limit of tokens and the number of choices', () => {
    expect(mostTokens(target, ask({ max_tokens: 16, n: 4 }), true).completionTokens).toBe(64);
  });

  it("bounds it by the model's limit without a limit, and where a limit was passed", () => {
    expect(mostTokens(target, ask({}), true).completionTokens).toBe(1000);
    expect(mostTokens(target, ask({ max_tokens: 16 }), false).completionTokens).toBe(1000);
  });

  it('bounds a prompt by the bytes of the body', () => {
    const short = mostTokens(target, ask({}), true).promptTokens;
    expect(mostTokens(target, ask({ user: 'ü'.repeat(100) }), true).promptTokens).toBeGreaterThanOrEqual(short + 200);
  });
});

describe('worstUsd', () => {
  it('is not bounded without a limit', () => {
    expect(worstUsd(PRICE, { promptTokens: 10, completionTokens: Infinity })).toBe(Infinity);
    expect(worstUsd({ prompt: 0, completion: 0 }, { promptTokens: 10, completionTokens: Infinity })).toBe(0);
  });

  it('counts the dearest kind of token', () => {
    expect(worstUsd({ ...PRICE, reasoning: 10 }, { promptTokens: 0, completionTokens: 1_000_000 })).toBe(10);
  });
});

describe('Ceiling', () => {
  const usage = (completionTokens: number) => usageOf({ promptTokens: 100, completionTokens });

  it('counts a request at its worst cost until it is answered, and then at what it used', () => {
    const ceiling = new Ceiling({ maxUsd: 1, maxRequests: 10, price: PRICE });
    ceiling.begin('a', 0.9);
    expect(ceiling.spentUsd).toBe(0.9);
    expect(ceiling.objection(0.2)).toMatch(/would pass the ceiling of 1 USD/);
    ceiling.settle('a', { usage: usage(100), isFree: false, ask: null });
    expect(ceiling.spentUsd).toBeCloseTo(0.0005, 10);
    expect(ceiling.objection(0.2)).toBeNull();
  });

  it('keeps the worst cost of an answer without usage, and nothing of a refusal', () => {
    const ceiling = new Ceiling({ maxUsd: 1, maxRequests: 10, price: PRICE });
    ceiling.begin('a', 0.5);
    ceiling.settle('a', { usage: null, isFree: false, ask: null });
    ceiling.begin('b', 0.4);
    ceiling.settle('b', { usage: null, isFree: true, ask: null });
    expect(ceiling.spentUsd).toBe(0.5);
  });

  it('keeps the worst cost of an answer whose counts cannot be whole', () => {
    const counts = [
      { promptTokens: 0, completionTokens: 5 },
      { promptTokens: 9, completionTokens: 0 },
    ];
    for (const usage of counts.map((each) => usageOf(each))) {
      const ceiling = new Ceiling({ maxUsd: 1, maxRequests: 10, price: PRICE });
      ceiling.begin('a', 0.5);
      ceiling.settle('a', { usage, isFree: false, ask: ask({ max_tokens: 16 }) });
      expect(ceiling.spentUsd).toBe(0.5);
    }
  });

  it('keeps the number of requests where no price is known', () => {
    const ceiling = new Ceiling({ maxUsd: Infinity, maxRequests: 2, price: null });
    ceiling.begin('a', 0);
    ceiling.begin('b', 0);
    expect(ceiling.objection(0)).toBe('the ceiling of 2 requests is reached');
  });

  it('no longer trusts a limit of tokens that an answer has passed', () => {
    const ceiling = new Ceiling({ maxUsd: 1, maxRequests: 10, price: PRICE });
    const before = ceiling.worstOf(target, ask({ max_tokens: 16 }));
    ceiling.begin('a', before);
    ceiling.settle('a', { usage: usage(500), isFree: false, ask: ask({ max_tokens: 16 }) });
    expect(ceiling.worstOf(target, ask({ max_tokens: 16 }))).toBeGreaterThan(before * 4);
  });

  it('never lets a request pass that nothing bounds', () => {
    expect(new Ceiling({ maxUsd: 1000, maxRequests: 10, price: PRICE }).objection(Infinity)).toBe('nothing bounds its cost');
  });
});
