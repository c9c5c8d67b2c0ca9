/** The most that a request may cost. */
import { describe, expect, it } from 'vitest';
import { worstCase } from '../../src/pipeline/worst-case.ts';
import type { PlannedCall } from '../../src/routing/plan.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Price } from '../../src/registry/provider.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { planWith } from '../routing/whole-plan.ts';

type Model = {
  price?: Price;
  maxOutputTokens?: number;
  webSearchUsd?: number;
  isCallerKey?: true;
  choices?: number;
  /** What the provider is told; absent = what the request has. */
  told?: JsonObject;
  native?: JsonObject;
};

/** A planned call, as far as its worst case is concerned. */
const call = (
  asked: JsonObject,
  { price, maxOutputTokens, webSearchUsd, isCallerKey, choices = 1, told = asked, native }: Model,
): PlannedCall =>
  ({
    candidate: {
      modelId: 'm',
      provider: { slug: 'acme' },
      rules: { parameters: { max_tokens: { type: 'integer', name: 'max_output' } } },
      offering: {
        priceUsdPerMillionTokens: price,
        ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
        ...(webSearchUsd === undefined ? {} : { priceUsdPerWebSearch: webSearchUsd }),
      },
    },
    access: { isCallerKey },
    fitted: {
      parts: [
        {
          call: { input: { kind: 'messages' }, parameters: told, ...(native === undefined ? {} : { native: { body: native } }) },
          choices: Array.from({ length: choices }, (_, n) => n),
        },
      ],
    },
  }) as unknown as PlannedCall;

const request = (parameters: JsonObject = {}) =>
  ({ operation: 'chat', input: { kind: 'messages', conversation: { turns: [] } }, parameters, native: null }) as unknown as UnifiedRequest;

const POLICY = { outputTokens: 4096, isByokCounted: false };
/** Costs a billionth of a USD for each token of an answer. The prompt has one token. */
const cheap = { price: { prompt: 0, completion: 0.001 } };
const dear = { price: { prompt: 0, completion: 0.002 } };

type Case = { asked?: JsonObject; hedge?: object | null; isByokCounted?: boolean };

/** The worst case of plans, each a list of models. */
function worstOf(plans: readonly (readonly Model[])[], { asked = {}, hedge = null, isByokCounted = false }: Case = {}) {
  const planned = plans.map((models) => planWith(models.map((model) => call(asked, model))));
  return worstCase(request(asked), { plans: planned, hedge }, { ...POLICY, isByokCounted });
}
const nanoUsd = (plans: readonly (readonly Model[])[], fields: Case = {}) => worstOf(plans, fields).nanoUsd;

describe('worstCase', () => {
  it('takes the limit of the request, else that of the operator, and never more than the model writes', () => {
    expect([
      nanoUsd([[cheap]]),
      nanoUsd([[cheap]], { asked: { max_tokens: 9000 } }),
      nanoUsd([[{ ...cheap, maxOutputTokens: 1000 }]]),
      nanoUsd([[{ ...cheap, maxOutputTokens: 1000 }]], { asked: { max_completion_tokens: 50 } }),
    ]).toEqual([4096, 9000, 1000, 50]);
  });

  it('takes the limit that the provider is told: a larger one, the larger of two, none', () => {
    const of = (asked: JsonObject, told: JsonObject) => nanoUsd([[{ ...cheap, told }]], { asked });
    expect([
      of({ max_tokens: 1 }, { max_output: 16 }),
      of({ max_completion_tokens: 1, max_tokens: 5000 }, { max_output: 5000 }),
      of({ max_completion_tokens: 1, max_tokens: 5000 }, { max_completion_tokens: 1, max_output: 5000 }),
      of({ max_tokens: 1 }, {}),
      of({ max_tokens: 9000 }, {}),
    ]).toEqual([16, 5000, 5000, 4096, 9000]);
  });

  it('is that of the dearest endpoint, of both where they race, and the sum of several models', () => {
    expect([nanoUsd([[cheap, dear]]), nanoUsd([[cheap, dear]], { hedge: {} }), nanoUsd([[cheap], [dear, cheap]])]).toEqual([
      2 * 4096,
      3 * 4096,
      3 * 4096,
    ]);
  });

  it('counts each choice that is written', () => {
    expect(nanoUsd([[{ ...cheap, choices: 3 }]], { asked: { max_tokens: 10 } })).toBe(30);
  });

  it('counts a prompt that is written to the cache for an hour', () => {
    const price = { prompt: 1, completion: 1, cacheWrite: 1.25, cacheWrite1h: 2 };
    expect(nanoUsd([[{ price }]], { asked: { max_tokens: 0 } })).toBe(2000);
  });

  it('counts the dearer of the tier that is sent and the plain one, and the plain one where that of the tier is not known', () => {
    const price = {
      prompt: 0,
      completion: 0.002,
      tiers: { flex: { prompt: 0, completion: 0.001 }, priority: { prompt: 0, completion: 0.004 } },
    };
    const of = (tier: string, told?: JsonObject) => {
      const asked = { max_tokens: 10, service_tier: tier };
      return worstOf([[{ price, ...(told === undefined ? {} : { told }) }]], { asked });
    };
    expect(['flex', 'priority', 'scale'].map((tier) => of(tier).nanoUsd)).toEqual([20, 40, 20]);
    expect([of('scale').unpriced, of('scale', { max_tokens: 10 }).unpriced]).toEqual(['acme/m', null]);
  });

  it('counts five searches where a call may search, and the tokens where the fee is not known', () => {
    const asked = { max_tokens: 10, web_search_options: {} };
    const native = { tools: [{ type: 'web_search_20250305', name: 'web_search' }] };
    expect([
      worstOf([[{ ...cheap, webSearchUsd: 0.01 }]], { asked }),
      worstOf([[{ ...cheap, webSearchUsd: 0.01, native }]], { asked: { max_tokens: 10 } }),
      worstOf([[cheap]], { asked }),
      worstOf([[{ ...cheap, told: { max_tokens: 10 } }]], { asked }),
    ]).toMatchObject([
      { nanoUsd: 50_000_010, unpriced: null },
      { nanoUsd: 50_000_010, unpriced: null },
      { nanoUsd: 10, unpriced: 'acme/m' },
      { nanoUsd: 10, unpriced: null },
    ]);
  });

  it('names a model without a price, whose tokens count all the same, and holds something of the limit for it', () => {
    const asked = { max_tokens: 10 };
    expect(worstOf([[cheap, {}]], { asked })).toEqual({ nanoUsd: 10, tokens: 11, unpriced: 'acme/m' });
    expect(worstOf([[{}]], { asked })).toMatchObject({ nanoUsd: 1, unpriced: 'acme/m' });
  });

  it("is free with the caller's own key, unless that counts, or another endpoint has a key of the operator", () => {
    const own = { ...cheap, isCallerKey: true as const };
    const of = (plans: Model[][], isByokCounted = false) => nanoUsd(plans, { asked: { max_tokens: 10 }, isByokCounted });
    expect([of([[own]]), of([[own]], true), of([[own, cheap]]), of([[own], [cheap]])]).toEqual([0, 10, 10, 20]);
  });
});
