/** What tokens cost. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price } from '../../src/registry/provider.ts';
import { costUsd, type Billing } from '../../src/registry/pricing.ts';
import type { Usage } from '../../src/unified/response/usage.ts';

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
    ['reasoning as a part of the completion', { completionTokens: 100, reasoningTokens: 90 }, 0.001],
  ])('counts %s', (_, counts, expected) => {
    expect(costUsd(usage(counts), { prompt: 2, completion: 10, cachedPrompt: 0.5, cacheWrite: 2.5 })).toBe(expected);
  });

  it.each<readonly [string, Partial<Usage>]>([
    ['tokens read from a cache', { cachedTokens: 1 }],
    ['tokens written to a cache', { cacheWriteTokens: 1 }],
    ['tokens written for an hour', { cacheWriteTokens: 1, parts: { cacheWrite1h: 1 } }],
    ['audio that was read', { parts: { audioPrompt: 1 } }],
    ['audio that was made', { parts: { audioCompletion: 1 } }],
    ['an image that was made', { parts: { imageCompletion: 1 } }],
    ['a web search', { parts: { webSearches: 1 } }],
    ['counts that contradict each other', { isUnpriced: true }],
    ['more cached tokens than there are prompt tokens', { cachedTokens: 99 }],
  ])('is not known where there is no price for %s', (_, counts) => {
    expect(costUsd(usage({ promptTokens: 10, completionTokens: 10, ...counts }), { prompt: 2, completion: 10 })).toBeNull();
  });

  it.each(['flex', 'priority', 'batch', 'scale', 'PROVISIONED'])(
    'is not known for the tier %s where the file has no prices for it',
    (tier) => {
      expect(costUsd(usage({ promptTokens: 10 }), { prompt: 2, completion: 10 }, { tier })).toBeNull();
    },
  );

  it.each([null, 'auto', 'default', 'standard', 'STANDARD', 'on_demand', ''])('has the plain prices for the tier %j', (tier) => {
    expect(costUsd(usage({ promptTokens: 1_000_000 }), { prompt: 2, completion: 10 }, { tier })).toBe(2);
  });

  it('is nothing for a model whose tokens cost nothing', () => {
    expect(costUsd(usage({ promptTokens: 10, cachedTokens: 5, parts: { audioPrompt: 2 } }), { prompt: 0, completion: 0 })).toBe(0);
  });

  describe('by the prices of a whole file entry', () => {
    const price: Price = {
      prompt: 2,
      completion: 10,
      cachedPrompt: 0.5,
      cacheWrite: 2.5,
      cacheWrite1h: 4,
      audioPrompt: 8,
      cachedAudioPrompt: 1,
      imagePrompt: 3,
      audioCompletion: 20,
      imageCompletion: 30,
      reasoning: 5,
      above: [
        { promptTokens: 2_000_000, prompt: 20, completion: 100 },
        { promptTokens: 4_000_000, prompt: 30, completion: 100 },
      ],
      tiers: { flex: { prompt: 1, completion: 5, above: [{ promptTokens: 2_000_000, prompt: 7, completion: 50 }] } },
    };
    const M = 1_000_000;
    it.each<readonly [string, Partial<Usage>, Billing, number | null]>([
      ['writes for five minutes and for an hour', { promptTokens: 2 * M, cacheWriteTokens: 2 * M, parts: { cacheWrite1h: M } }, {}, 6.5],
      ['audio and text that were read', { promptTokens: M, parts: { audioPrompt: M / 2 } }, {}, 5],
      [
        'audio, a part of it from the cache',
        { promptTokens: M, cachedTokens: M / 2, parts: { audioPrompt: M / 2, cachedAudio: M / 4 } },
        {},
        2.875,
      ],
      [
        'audio and a cache of which it is not told what it holds',
        { promptTokens: M, cachedTokens: M / 2, parts: { audioPrompt: M / 2 } },
        {},
        null,
      ],
      ['images that were read', { promptTokens: M, parts: { imagePrompt: M } }, {}, 3],
      ['audio and images that were made', { completionTokens: 3 * M, parts: { audioCompletion: M, imageCompletion: M } }, {}, 60],
      ['reasoning', { completionTokens: M, reasoningTokens: M }, {}, 5],
      [
        'predictions as completion tokens',
        { completionTokens: M, parts: { acceptedPrediction: M / 2, rejectedPrediction: M / 2 } },
        {},
        10,
      ],
      ['web searches', { parts: { webSearches: 3 } }, { webSearchUsd: 0.01 }, 0.03],
      ['a prompt at the step', { promptTokens: 2 * M }, {}, 4],
      ['a prompt above the first step', { promptTokens: 3 * M, completionTokens: M }, {}, 160],
      ['a prompt above the last step', { promptTokens: 5 * M }, {}, 150],
      ['cached tokens above a step without a price for them', { promptTokens: 3 * M, cachedTokens: 1 }, {}, null],
      ['a tier', { promptTokens: M, completionTokens: M }, { tier: 'flex' }, 6],
      ['a tier above its own step', { promptTokens: 3 * M }, { tier: 'Flex' }, 21],
      ['cached tokens at a tier without a price for them', { promptTokens: M, cachedTokens: 1 }, { tier: 'flex' }, null],
    ])('%s', (_, counts, billing, expected) => {
      expect(costUsd(usage(counts), price, billing)).toBe(expected);
    });
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
            costUsd(usage({ promptTokens: promptTokens + cached, completionTokens, cachedTokens: cached }), {
              ...prices,
              cachedPrompt: 1,
            }) ?? -1;
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
