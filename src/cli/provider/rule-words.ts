/** Describes what is accepted of a parameter in a few words, for a cell of a table. Pure. */
import type { ParameterRule } from '../../fitting/describe-rules.ts';

/** Most values of a list that are written out; the others are counted. */
const MAX_VALUES = 8;

/** Returns the values that are accepted: `number, 0 to 1`; `-` where none is. */
export function describeAccepted(rule: ParameterRule): string {
  if (!rule.accepted) return rule.emulated === true ? 'done by the router' : '-';
  const parts = [
    rule.enum === undefined ? describeType(rule) : describeValues(rule.enum),
    rule.maxItems === undefined ? '' : `at most ${rule.maxItems} entries`,
    rule.maxLength === undefined ? '' : `at most ${rule.maxLength} characters`,
    rule.multipleOf === undefined ? '' : `multiples of ${rule.multipleOf}`,
    rule.default === undefined ? '' : `default ${JSON.stringify(rule.default)}`,
    rule.required === true ? 'required' : '',
    rule.emulated === true ? 'partly done by the router' : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'any value' : parts.join(', ');
}

/** Returns conditions on other parameters, as one phrase each. */
export function describeConditions(rule: ParameterRule): string[] {
  const { conflicts_with: conflicts, required_with: needed, only_with: only = {}, below, narrowed = [] } = rule;
  const range = ({ minimum, maximum }: { minimum?: number; maximum?: number }) => describeRange({ minimum, maximum });
  return [
    ...(conflicts === undefined ? [] : [`not beside ${conflicts.join(', ')}`]),
    ...(needed === undefined ? [] : [`required beside ${needed.join(', ')}`]),
    ...Object.entries(only).map(([name, values]) => `only where ${name} is ${values.join(' or ')}`),
    ...(below === undefined ? [] : [`below ${below}`]),
    ...narrowed.map(({ with: name, when, to }) => `${range(to)} where ${name} is ${range(when)}`),
  ];
}

function describeType(rule: ParameterRule): string {
  const types = rule.type === undefined ? '' : [rule.type].flat().join(' or ');
  return [types, describeRange(rule)].filter((part) => part !== '').join(', ');
}

function describeValues(values: readonly (string | number | boolean)[]): string {
  const more = values.length > MAX_VALUES ? ` and ${values.length - MAX_VALUES} more` : '';
  return values.slice(0, MAX_VALUES).join(' | ') + more;
}

type Range = Partial<Record<'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum', number | undefined>>;

function describeRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Range): string {
  const lower = exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : minimum === undefined ? '' : String(minimum);
  const upper = exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : maximum === undefined ? '' : String(maximum);
  if (lower === '' && upper === '') return '';
  if (upper === '') return exclusiveMinimum === undefined ? `${lower} or more` : lower;
  if (lower === '') return exclusiveMaximum === undefined ? `up to ${upper}` : upper;
  if (exclusiveMinimum === undefined && exclusiveMaximum === undefined) return `${lower} to ${upper}`;
  return `${exclusiveMinimum === undefined ? `from ${lower}` : lower}, ${exclusiveMaximum === undefined ? `up to ${upper}` : upper}`;
}
