/** The most that a request may cost. */
import { describe, expect, it } from 'vitest';
import { worstCase } from '../../src/pipeline/worst-case.ts';
import type { PlannedCall, RoutePlan } from '../../src/routing/plan.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';

type Model = { price?: { prompt: number; completion: number }; maxOutputTokens?: number; isCallerKey?: true; choices?: number };

/** A planned call, as far as its worst case is concerned. */
const call = ({ price, maxOutputTokens, isCallerKey, choices = 1 }: Model): PlannedCall =>
  ({
    candidate: {
      modelId: 'm',
      provider: { slug: 'acme' },
      offering: { priceUsdPerMillionTokens: price, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) },
    },
    access: { isCallerKey },
    fitted: { parts: [{ call: { input: { kind: 'messages' }, parameters: {} }, choices: Array.from({ length: choices }, (_, n) => n) }] },
  }) as unknown as PlannedCall;

const plan = (...models: Model[]) => ({ calls: models.map(call) }) as unknown as RoutePlan;
const request = (parameters: Readonly<Record<string, unknown>> = {}) =>
  ({ operation: 'chat', input: { kind: 'messages', conversation: { turns: [] } }, parameters, native: null }) as unknown as UnifiedRequest;

const POLICY = { outputTokens: 4096, isByokCounted: false };
/** Costs a billionth of a USD for each token of an answer. The prompt has one token. */
const cheap = { price: { prompt: 0, completion: 0.001 } };
const dear = { price: { prompt: 0, completion: 0.002 } };
const nanoUsd = (plans: readonly RoutePlan[], parameters: Readonly<Record<string, unknown>> = {}, hedge: object | null = null) =>
  worstCase(request(parameters), { plans, hedge }, POLICY).nanoUsd;

describe('worstCase', () => {
  it('takes the limit of the request, else that of the operator, and never more than the model writes', () => {
    expect([
      nanoUsd([plan(cheap)]),
      nanoUsd([plan(cheap)], { max_tokens: 9000 }),
      nanoUsd([plan({ ...cheap, maxOutputTokens: 1000 })]),
      nanoUsd([plan({ ...cheap, maxOutputTokens: 1000 })], { max_completion_tokens: 50 }),
    ]).toEqual([4096, 9000, 1000, 50]);
  });

  it('is that of the dearest endpoint, of both where they race, and the sum of several models', () => {
    expect([nanoUsd([plan(cheap, dear)]), nanoUsd([plan(cheap, dear)], {}, {}), nanoUsd([plan(cheap), plan(dear, cheap)])]).toEqual([
      2 * 4096,
      3 * 4096,
      3 * 4096,
    ]);
  });

  it('counts each choice that is written', () => {
    expect(nanoUsd([plan({ ...cheap, choices: 3 })], { max_tokens: 10 })).toBe(30);
  });

  it('names a model without a price, whose tokens count all the same', () => {
    expect(worstCase(request({ max_tokens: 10 }), { plans: [plan(cheap, {})], hedge: null }, POLICY)).toEqual({
      nanoUsd: 10,
      tokens: 11,
      unpriced: 'acme/m',
    });
  });

  it("is free with the caller's own key, unless that counts", () => {
    const own = { plans: [plan({ ...cheap, isCallerKey: true })], hedge: null };
    const of = (isByokCounted: boolean) => worstCase(request({ max_tokens: 10 }), own, { ...POLICY, isByokCounted }).nanoUsd;
    expect([of(false), of(true)]).toEqual([0, 10]);
  });
});
