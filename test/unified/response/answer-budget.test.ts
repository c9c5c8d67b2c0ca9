import { describe, expect, it } from 'vitest';
import { createAnswerBudget, BudgetScope, sizeOf } from '../../../src/unified/response/answer-budget.ts';

describe('createAnswerBudget', () => {
  it('throws an error that is not retryable when the bytes are used up', () => {
    const budget = createAnswerBudget(10);
    budget.take(10);
    expect(() => budget.take(1)).toThrow(expect.objectContaining({ type: 'provider_unavailable', retryable: false }));
    budget.give(4);
    expect([budget.tryTake(5), budget.tryTake(4), budget.tryTake(1)]).toEqual([false, true, false]);
  });

  it('gets back all bytes of a failed attempt', () => {
    const budget = createAnswerBudget(10);
    const scope = new BudgetScope(budget);
    scope.take(6);
    scope.give(2);
    expect(scope.tryTake(7)).toBe(false);
    scope.release();
    expect(budget.tryTake(10)).toBe(true);
  });
});

describe('sizeOf', () => {
  it('grows with texts, lists and fields', () => {
    expect(sizeOf('x'.repeat(1000))).toBeGreaterThanOrEqual(1000);
    expect(sizeOf({ a: ['x'.repeat(500), { b: 'y'.repeat(500) }] })).toBeGreaterThanOrEqual(1000);
  });
});
