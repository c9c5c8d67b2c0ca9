/** Where a check of a value against a JSON Schema is, and how much it may still do. */
import { isObject } from '../../lib/json.ts';

/** Where a check is. */
export type Site = {
  /** The place in the value, as a JSON pointer. */
  path: string;
  /** Schemas that contain this one, and references that led to it. */
  depth: number;
  /** The whole schema. */
  root: unknown;
  /** The schemas and values that were looked at, over the whole check, and what of the schema was not tried; null = all of it was. */
  work: { steps: number; untried: string | null };
  /** The first violation by a value or a part of it, in words; null = none. */
  check: (given: unknown, schema: unknown, site: Site) => string | null;
};

/** Most schemas that are applied to a value and its parts. */
const MAX_STEPS = 200_000;

/** Deepest nesting of schemas and references. */
const MAX_DEPTH = 400;

/** Why a pattern was not tried. */
export const LONG_PATTERN = 'a pattern of the schema may take long';

/** The check was ended: its message says why. */
export class CheckStopped extends Error {}

/** Counts a step. @throws Unknown when there have been too many. */
export function count({ work, depth }: Site): void {
  if (++work.steps > MAX_STEPS) throw new CheckStopped('the schema takes too long to check');
  if (depth > MAX_DEPTH) throw new CheckStopped('the schema goes too deep');
}

/** A violation with its place. */
export const at = ({ path }: Site, what: string) => `${path === '' ? 'the answer' : path} ${what}`;

/** Whether two values are the same JSON. @throws Unknown when that takes too long. */
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
