/** Tracks the position and the remaining work of a check of a value against a JSON Schema. */
import { isObject } from '../../lib/json.ts';

/** The position of a check. */
export type Site = {
  /** Path in the value, as a JSON pointer. */
  path: string;
  /** Number of schemas around this one, and of references that led to it. */
  depth: number;
  /** The whole schema. */
  root: unknown;
  /** Steps of the whole check, and the first part of the schema that was not checked; null = all was. */
  work: { steps: number; untried: string | null };
  /** Returns the first violation by a value or a part of it; null = none. */
  check: (given: unknown, schema: unknown, site: Site) => string | null;
};

/** Most schemas applied to a value and its parts. */
const MAX_STEPS = 200_000;

/** Deepest nesting of schemas and references. */
const MAX_DEPTH = 400;

/** Why a pattern was not tried. */
export const LONG_PATTERN = 'a pattern of the schema may take long';

/** Ends a check that cannot decide; the message has the reason. */
export class CheckStopped extends Error {}

/** Counts a step. @throws CheckStopped when there are too many. */
export function count({ work, depth }: Site): void {
  if (++work.steps > MAX_STEPS) throw new CheckStopped('the schema takes too long to check');
  if (depth > MAX_DEPTH) throw new CheckStopped('the schema goes too deep');
}

/** Formats a violation with its path. */
export const at = ({ path }: Site, what: string) => `${path === '' ? 'the answer' : path} ${what}`;

/** True when two values are equal JSON. @throws CheckStopped when the comparison takes too long. */
export function areEqual(one: unknown, other: unknown, site: Site): boolean {
  count(site);
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, index) => areEqual(item, other[index], site));
  }
  if (!isObject(one) || !isObject(other)) return one === other;
  const names = Object.keys(one);
  const isSame = (name: string) => Object.hasOwn(other, name) && areEqual(one[name], other[name], site);
  return names.length === Object.keys(other).length && names.every(isSame);
}
