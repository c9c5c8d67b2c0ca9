/** What one planned call reads, and may write and cost at most. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { estimateCall } from '../../src/pipeline/estimate-call.ts';
import { promptCounter, worstCase } from '../../src/pipeline/worst-case.ts';
import { chosenCall, planRoute } from '../../src/routing/plan.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import { CATALOG, OPEN_CONTEXT, requestFor } from '../fitting/sent.ts';
import { planWith } from '../routing/whole-plan.ts';

/** The estimate of a request to a real model, and what is known of that. */
function estimateOf(model: string, fields: JsonObject = {}, operation: Operation = 'chat') {
  const request = requestFor(operation, model, fields);
  const planned = chosenCall(planRoute(request, CATALOG, OPEN_CONTEXT));
  const estimate = estimateCall(request, planned, promptCounter(request));
  const plans = [planWith([planned])];
  const reserved = worstCase(request, { plans, hedge: null }, { outputTokens: 4096, isByokCounted: true });
  return { estimate, reserved, offering: planned.candidate.offering };
}

describe('estimateCall', () => {
  it('is what a key reserves, where the request limits its answer', () => {
    const { estimate, reserved } = estimateOf('@openai/gpt-4o', { max_tokens: 500, n: 3 });
    expect(estimate).toMatchObject({ completionTokens: 1500, usd: { most: reserved.nanoUsd / 1e9 } });
    expect(estimate.promptTokens + 1500).toBe(reserved.tokens);
  });

  it('has the price of the prompt alone', () => {
    const { estimate, offering } = estimateOf('@openai/gpt-4o', { messages: [{ role: 'user', content: 'word '.repeat(1000) }] });
    expect(estimate.promptTokens).toBeGreaterThan(1000);
    const usd = (estimate.promptTokens * (offering?.priceUsdPerMillionTokens?.prompt ?? Number.NaN)) / 1e6;
    expect(estimate.usd?.prompt).toBeCloseTo(usd, 9);
  });

  it('takes the limit that the provider is told, else the longest answer of the model', () => {
    expect(estimateOf('@openai/gpt-4o', { max_tokens: 9 }).estimate.completionTokens).toBe(9);
    const { estimate, offering } = estimateOf('@openai/gpt-4o');
    expect(estimate.completionTokens).toBe(offering?.maxOutputTokens);
    expect(estimateOf('@anthropic/no-such-model').estimate).toMatchObject({ completionTokens: expect.any(Number) as number, usd: null });
  });

  it('has no number for what is not known: an answer without a limit, a price that no list states', () => {
    expect(estimateOf('@novita/any-model').estimate).toMatchObject({ completionTokens: null, usd: null });
  });

  it('counts every call of a request that takes several', () => {
    const one = estimateOf('@anthropic/claude-sonnet-4-5', { max_tokens: 10 }).estimate;
    const three = estimateOf('@anthropic/claude-sonnet-4-5', { max_tokens: 10, n: 3 }).estimate;
    expect([three.promptTokens, three.completionTokens]).toEqual([3 * one.promptTokens, 30]);
    expect(three.usd?.most).toBeCloseTo(3 * (one.usd?.most ?? Number.NaN), 9);
  });

  it('has no answer for embeddings', () => {
    const { estimate } = estimateOf('@openai/text-embedding-3-small', { input: ['a', 'b'] }, 'embeddings');
    expect(estimate.completionTokens).toBe(0);
    expect(estimate.usd?.most).toBe(estimate.usd?.prompt);
  });
});
