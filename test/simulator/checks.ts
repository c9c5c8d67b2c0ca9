// The simulator's vocabulary of hand-written checks: one value in, a complaint or nothing out.
// Knows no system and no field name; must not import anything from src/ or providers/.

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Why a request is refused, before a system puts it in its own words. */
export interface Complaint {
  readonly status: number;
  readonly message: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** Looks at one value; `path` names it in the complaint. */
export type Check = (value: unknown, path: string) => Complaint | null;

/** The ends of an interval: `min` and `max` belong to it, `above` and `below` do not. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

/** Builds a complaint; a 400 by default. */
export function complain(message: string, param: string | null = null, code: string | null = null, status = 400): Complaint {
  return { status, message, param, code };
}

/** True for a JSON object: not null, not an array. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function expected(what: string, value: unknown, path: string): Complaint {
  const shown = JSON.stringify(value) ?? 'nothing';
  const excerpt = shown.length > 60 ? `${shown.slice(0, 60)}...` : shown;
  return complain(`Invalid value for '${path}': expected ${what}, got ${excerpt}.`, path, 'invalid_value');
}

function isWithin(value: number, range: Range): boolean {
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = range;
  return value >= min && value <= max && value > above && value < below;
}

function describe(noun: string, range: Range): string {
  const ends = [
    range.min === undefined ? null : `at least ${range.min}`,
    range.above === undefined ? null : `greater than ${range.above}`,
    range.max === undefined ? null : `at most ${range.max}`,
    range.below === undefined ? null : `less than ${range.below}`,
  ];
  return [noun, ends.filter((end) => end !== null).join(' and ')].join(' ').trim();
}

/** A number within the range. */
export function number(range: Range = {}): Check {
  return (value, path) => (typeof value === 'number' && isWithin(value, range) ? null : expected(describe('a number', range), value, path));
}

/** A whole number within the range. */
export function integer(range: Range = {}): Check {
  return (value, path) =>
    Number.isInteger(value) && isWithin(value as number, range) ? null : expected(describe('an integer', range), value, path);
}

/** `true` or `false`. */
export const boolean: Check = (value, path) => (typeof value === 'boolean' ? null : expected('a boolean', value, path));

/** A string, optionally of a certain form. */
export function text(form: RegExp = /^/u): Check {
  return (value, path) =>
    typeof value === 'string' && form.test(value)
      ? null
      : expected(form.source === '^' ? 'a string' : `a string like ${form.source}`, value, path);
}

/** One of the listed strings. */
export function oneOf(...choices: readonly string[]): Check {
  return (value, path) =>
    typeof value === 'string' && choices.includes(value) ? null : expected(`one of ${choices.join(', ')}`, value, path);
}

/** An array whose entries all pass; its length is bounded by `size`. */
export function listOf(entry: Check, size: Range = {}): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return expected('an array', value, path);
    if (!isWithin(value.length, size)) return expected(describe('a number of entries', size), value, path);
    return first(value.map((item, position) => () => entry(item, `${path}[${position}]`)));
  };
}

/** An object used as a map: every key has the form, every value passes. */
export function mapOf(entry: Check, key: RegExp = /^/u, size: Range = {}): Check {
  return (value, path) => {
    if (!isFields(value)) return expected('an object', value, path);
    const entries = Object.entries(value);
    if (!isWithin(entries.length, size)) return expected(describe('a number of entries', size), value, path);
    return first(
      entries.map(
        ([name, item]) =>
          () =>
            key.test(name) ? entry(item, `${path}.${name}`) : expected(`keys like ${key.source}`, name, path),
      ),
    );
  };
}

/** What an object may hold, what it must hold, and whether other fields are refused. */
export interface Shape {
  readonly fields: Readonly<Record<string, Check>>;
  readonly required?: readonly string[];
  readonly unknown: 'refuse' | 'ignore';
}

/** An object with known fields. At the top of a body the path is empty. */
export function object(shape: Shape): Check {
  return (value, path) => {
    if (!isFields(value)) return expected('an object', value, path);
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    const missing = (shape.required ?? []).find((name) => value[name] === undefined);
    if (missing !== undefined) {
      return complain(`Missing required parameter: '${at(missing)}'.`, at(missing), 'missing_required_parameter');
    }
    return first(
      Object.entries(value).map(
        ([name, item]) =>
          () =>
            checkField(shape, name, item, at(name)),
      ),
    );
  };
}

function checkField(shape: Shape, name: string, value: unknown, path: string): Complaint | null {
  const check = Object.hasOwn(shape.fields, name) ? shape.fields[name] : undefined;
  if (check !== undefined) return check(value, path);
  return shape.unknown === 'ignore' ? null : complain(`Unknown parameter: '${path}'.`, path, 'unknown_parameter');
}

/** An object of which only that much is known. */
export const anyObject: Check = object({ fields: {}, unknown: 'ignore' });

/** Null, or what the check accepts. */
export function nullable(check: Check): Check {
  return (value, path) => (value === null ? null : check(value, path));
}

/** Passes when one of the checks does; `what` names them all in the complaint. */
export function either(what: string, ...checks: readonly Check[]): Check {
  return (value, path) => (checks.some((check) => check(value, path) === null) ? null : expected(what, value, path));
}

/** The first complaint among checks that are run one after the other. */
export function first(checks: readonly (() => Complaint | null)[]): Complaint | null {
  for (const check of checks) {
    const complaint = check();
    if (complaint !== null) return complaint;
  }
  return null;
}
