/** Laws of one value against one rule, whatever the value and the rule. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitValue } from '../../src/fitting/fit-value.ts';
import type { Rule, RuleType } from '../../src/unified/rule.ts';

const SEED = 20_261_121;

describe('fitValue', () => {
  const bound = fc.integer({ min: -200, max: 200 }).map((hundredths) => hundredths / 100);
  const numeric = fc
    .record(
      {
        minimum: bound,
        maximum: bound,
        exclusiveMinimum: bound,
        exclusiveMaximum: bound,
        multipleOf: fc.constantFrom(0.01, 0.05, 0.25, 0.5, 1),
        type: fc.constantFrom<RuleType>('number', 'integer'),
      },
      { requiredKeys: [] },
    )
    .filter(hasValues);
  const numbers = fc.oneof(
    fc.integer({ min: -30_000, max: 30_000 }).map((value) => value / 10_000),
    fc.integer({ min: -3, max: 3 }),
    bound,
  );

  it('keeps a number in the accepted range, and is idempotent', () => {
    fc.assert(
      fc.property(numbers, numeric, (value, rule) => {
        const out = outcome(value, rule);
        expect(accepts(rule, Number(out)), `${value} became ${String(out)}`).toBe(true);
        expect(fitValue(out, rule)).toEqual({ kind: 'same' });
        expect(accepts(rule, value) ? out : value).toBe(value);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });

  const other = fc.record(
    {
      type: fc.constantFrom<RuleType | RuleType[]>('string', 'array', 'object', 'boolean', ['string', 'array']),
      enum: fc.array(fc.constantFrom('a', 'b', 'function'), { minLength: 1, maxLength: 2 }),
      maxItems: fc.integer({ min: 1, max: 3 }),
      maxLength: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: [] },
  );

  it('accepts, shortens or rejects any other value, and is idempotent', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), other, (value, rule) => {
        const fitted = fitValue(value, rule);
        if (fitted.kind === 'refused') return;
        const out = fitted.kind === 'moved' ? fitted.value : value;
        const size = typeof out === 'object' && out !== null ? Object.keys(out).length : 0;
        expect(size).toBeLessThanOrEqual(rule.maxItems ?? Infinity);
        expect(fitValue(out, rule)).toEqual({ kind: 'same' });
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

function outcome(value: unknown, rule: Rule): unknown {
  const fitted = fitValue(value, rule);
  expect(fitted.kind).not.toBe('refused');
  return fitted.kind === 'moved' ? fitted.value : value;
}

/** The words of JSON Schema, read once more and independently. */
function accepts(rule: Rule, value: number): boolean {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity, multipleOf } = rule;
  const grid = multipleOf ?? (rule.type === 'integer' ? 1 : null);
  const isOnGrid = grid === null || Math.abs(value / grid - Math.round(value / grid)) < 1e-9;
  return value >= minimum && value <= maximum && value > exclusiveMinimum && value < exclusiveMaximum && isOnGrid;
}

/** Whether the rule accepts anything at all. */
function hasValues(rule: Rule): boolean {
  for (let hundredths = -400; hundredths <= 400; hundredths++) if (accepts(rule, hundredths / 100)) return true;
  return false;
}
