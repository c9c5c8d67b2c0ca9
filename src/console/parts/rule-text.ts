/** What a provider accepts of a parameter, in a few words. Pure. */
import type { ParameterRule } from '../../fitting/describe-rules.ts';

/** Bounds of numbers. */
type Bounds = Pick<ParameterRule, 'minimum' | 'maximum' | 'exclusiveMinimum' | 'exclusiveMaximum'>;

/** What a cell says, in a few characters: `0 to 2`, `at most 4`, `as max_completion_tokens`. */
export function cellText(rule: ParameterRule | undefined): string {
  if (rule === undefined) return 'no';
  if (!rule.accepted) return rule.emulated === true ? 'by the router' : 'no';
  const said = [
    rule.name === undefined ? null : `as ${rule.name}`,
    rangeText(rule),
    rule.enum === undefined ? null : listText(rule.enum),
    rule.maxItems === undefined ? null : `at most ${rule.maxItems}`,
    rule.maxLength === undefined ? null : `at most ${rule.maxLength} characters`,
    rule.emulated === true ? 'rest by the router' : null,
  ].filter((text) => text !== null);
  return said.length === 0 ? 'yes' : said.join(', ');
}

/** Values that a cell lists; the others are counted. */
const MAX_VALUES = 3;

function listText(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_VALUES).map(String).join(' | ');
  return values.length > MAX_VALUES ? `${shown} + ${values.length - MAX_VALUES}` : shown;
}

/** `0 to 2`, `above 0 to below 2`, `from 1`, `below 2`; null = no bound. */
export function rangeText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Bounds): string | null {
  const low = exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : minimum !== undefined ? String(minimum) : null;
  const high = exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : maximum !== undefined ? String(maximum) : null;
  if (low !== null && high !== null) return `${low} to ${high}`;
  if (low !== null) return exclusiveMinimum === undefined ? `from ${low}` : low;
  if (high !== null) return exclusiveMaximum === undefined ? `to ${high}` : high;
  return null;
}
