/**
 * Applies one rule to one value: it is accepted, moved to the nearest accepted value, or rejected. Pure arithmetic; reporting is in
 * `fit-parameter.ts`.
 */
import { isObject } from '../lib/json.ts';
import type { Rule, RuleType } from '../unified/rule.ts';

/** Result of a rule. `why` follows "this provider": "accepts ...". */
export type FittedValue = { kind: 'same' } | { kind: 'moved'; value: unknown; why: string } | { kind: 'refused'; why: string };

const SAME: FittedValue = { kind: 'same' };

/** Distance from an open bound when the rule has no step. */
const DEFAULT_STEP = 0.01;

/** Applies a rule. Idempotent: the result is accepted unchanged. */
export function fitValue(value: unknown, rule: Rule): FittedValue {
  const types = rule.type === undefined ? null : Array.isArray(rule.type) ? rule.type : [rule.type];
  if (types !== null && !types.some((type) => isOfType(value, type))) return { kind: 'refused', why: `takes ${types.join(' or ')}` };
  if (rule.enum !== undefined && !rule.enum.includes(kindOf(value)))
    return { kind: 'refused', why: `accepts only ${rule.enum.join(', ')}` };
  if (typeof value === 'number') return fitNumber(value, rule, types?.includes('integer') === true && !types.includes('number'));
  if (typeof value === 'string' && rule.maxLength !== undefined && value.length > rule.maxLength)
    return { kind: 'refused', why: `takes at most ${rule.maxLength} characters` };
  if (rule.maxItems !== undefined) return fitCount(value, rule.maxItems);
  return SAME;
}

function isOfType(value: unknown, type: RuleType): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer': // a fraction is moved, not rejected
      return typeof value === 'number';
    default:
      return typeof value === type;
  }
}

/** Returns what an `enum` is compared with: the value, or the `type` of an object. */
function kindOf(value: unknown): string | number | boolean {
  const kind = isObject(value) ? value['type'] : value;
  return typeof kind === 'number' || typeof kind === 'boolean' ? kind : String(kind);
}

function fitCount(value: unknown, maxItems: number): FittedValue {
  const why = `takes at most ${maxItems} entries`;
  if (Array.isArray(value) && value.length > maxItems) return { kind: 'moved', value: value.slice(0, maxItems), why };
  if (isObject(value) && Object.keys(value).length > maxItems)
    return { kind: 'moved', value: Object.fromEntries(Object.entries(value).slice(0, maxItems)), why };
  return SAME;
}

function fitNumber(value: number, rule: Rule, integral: boolean): FittedValue {
  const grid = rule.multipleOf ?? (integral ? 1 : null);
  const moved = moveIntoBounds(toGrid(value, grid, Math.round), rule, grid);
  return moved === value ? SAME : { kind: 'moved', value: moved, why: `accepts ${describeRange(rule, integral)}` };
}

/** Rounds a number to a multiple of `grid`. */
function toGrid(value: number, grid: number | null, round: (value: number) => number): number {
  return grid === null ? value : roundDigits(round(roundDigits(value / grid)) * grid);
}

function moveIntoBounds(value: number, rule: Rule, grid: number | null): number {
  // A value inside an open bound is accepted, even if it is closer to the bound than one step.
  if (isInside(value, rule)) return value;
  const step = grid ?? DEFAULT_STEP;
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity } = rule;
  const lowest = Math.max(toGrid(minimum, grid, Math.ceil), toGrid(roundDigits(exclusiveMinimum + step), grid, Math.floor));
  const highest = Math.min(toGrid(maximum, grid, Math.floor), toGrid(roundDigits(exclusiveMaximum - step), grid, Math.ceil));
  if (lowest > highest) return roundDigits((Math.max(minimum, exclusiveMinimum) + Math.min(maximum, exclusiveMaximum)) / 2);
  return Math.min(Math.max(value, lowest), highest);
}

function isInside(value: number, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Rule): boolean {
  return (
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum)
  );
}

/** Removes rounding errors of binary fractions: 1.99, not 1.9900000000000002. */
const roundDigits = (value: number) => (Number.isInteger(value) ? value : Number(value.toPrecision(12)));

/** Describes a range: "from 0 to 1", "above 0 and up to 1", "above 1 and below 128". */
function describeRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Rule, integral: boolean): string {
  const lower = exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : minimum !== undefined ? `from ${minimum}` : '';
  const upper = exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : maximum !== undefined ? `up to ${maximum}` : '';
  const range = lower === '' || upper === '' ? lower + upper : `${lower} and ${upper}`;
  return [integral ? 'integers' : 'numbers', range.replace(/^from (\S+) and up to/, 'from $1 to')].join(' ').trim();
}
