/** What tokens cost. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costUsd } from '../../src/registry/pricing.ts';
import type { Usage } from '../../src/unified/usage.ts';

const usage = (fields: Partial<Usage>): Usage => ({
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  costUsd: null,
  estimated: [],
  calls: 1,
  ...fields,
});

describe('the cost of an answer', () => {
  it.each<readonly [string, Partial<Usage>, number]>([
    ['nothing', {}, 0],
    ['prompt tokens at their price', { promptTokens: 1_000_000 }, 2],
    ['completion tokens at theirs', { completionTokens: 500_000 }, 5],
    ['cached tokens as a part of the prompt', { promptTokens: 1_000_000, cachedTokens: 400_000 }, 1.4],
    ['written tokens as a part of the prompt', { promptTokens: 1_000_000, cacheWriteTokens: 500_000 }, 2.25],
    ['cached and written ones together', { promptTokens: 1000, cachedTokens: 600, cacheWriteTokens: 400 }, 0.0013],
    ['no more cached tokens than there are prompt tokens', { promptTokens: 10, cachedTokens: 99 }, 0.000005],
    ['reasoning as a part of the completion', { completionTokens: 100, reasoningTokens: 90 }, 0.001],
  ])('counts %s', (_, counts, expected) => {
    expect(costUsd(usage(counts), { prompt: 2, completion: 10, cachedPrompt: 0.5, cacheWrite: 2.5 })).toBe(expected);
  });

  it('takes the price of the prompt where the file has none for cached tokens', () => {
    expect(costUsd(usage({ promptTokens: 1000, cachedTokens: 500 }), { prompt: 2, completion: 10 })).toBe(0.002);
  });

  it('is a whole number of nano-dollars', () => {
    expect(costUsd(usage({ promptTokens: 1 }), { prompt: 0.0004, completion: 0 })).toBe(0);
    expect(costUsd(usage({ promptTokens: 1 }), { prompt: 0.0006, completion: 0 })).toBe(1e-9);
    expect(costUsd(usage({ promptTokens: 3 }), { prompt: 0.15, completion: 0 })).toBe(4.5e-7);
  });

  it('grows with every kind of token, and is never negative', () => {
    const price = fc.double({ min: 0, max: 100, noNaN: true });
    const count = fc.nat({ max: 1e6 });
    fc.assert(
      fc.property(
        fc.record({ prompt: price, completion: price }),
        count,
        count,
        count,
        count,
        (prices, prompt, completion, cached, more) => {
          const cost = (promptTokens: number, completionTokens: number) =>
            costUsd(usage({ promptTokens, completionTokens, cachedTokens: cached }), prices);
          const base = cost(prompt, completion);
          expect(base).toBeGreaterThanOrEqual(0);
          expect(cost(prompt + more, completion)).toBeGreaterThanOrEqual(base);
          expect(cost(prompt, completion + more)).toBeGreaterThanOrEqual(base);
        },
      ),
      { seed: 20_261_121, numRuns: 1000 },
    );
  });
});
