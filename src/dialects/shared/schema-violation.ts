/**
 * Checks a value against a JSON Schema (draft 2020-12, `items` lists of older drafts, and OpenAPI's `nullable`). Value and schema come from
 * outside, so the work is bounded: invalid or circular references, expensive patterns and schemas that multiply end the check.
 * Formats that `schema-texts.ts` does not list are ignored. A library has no such bounds, and changes the given schema
 * (@cfworker/json-schema 4.1.6).
 */
import { isObject, type SchemaObject } from './schema-object.ts';
import { resolveRef } from './json-schema.ts';
import { kindOf } from './schema-kinds.ts';
import { itemsViolation, propertiesViolation } from './schema-parts.ts';
import { areEqual, at, count, LONG_PATTERN, CheckStopped, type Site } from './schema-site.ts';
import { canTry, textViolation } from './schema-texts.ts';

/** What a check found: `ok`, the first place where the value does not satisfy the schema, or why the check cannot decide. */
export type CheckResult = { kind: 'ok' } | { kind: 'violation'; what: string } | { kind: 'unknown'; why: string };

/** Keywords that are not checked. */
const UNTRIED = ['unevaluatedProperties', 'unevaluatedItems', '$dynamicRef', '$recursiveRef', 'dependencies'];

/** Checks a value. */
export function checkValue(value: unknown, schema: unknown): CheckResult {
  try {
    const work: Site['work'] = { steps: 0, untried: null };
    const what = violationOf(value, schema, { path: '', depth: 0, root: schema, work, check: violationOf });
    if (work.untried !== null) return { kind: 'unknown', why: work.untried };
    return what === null ? { kind: 'ok' } : { kind: 'violation', what };
  } catch (thrown) {
    if (!(thrown instanceof CheckStopped)) throw thrown;
    return { kind: 'unknown', why: thrown.message };
  }
}

/** Returns the first violation; null = none. */
function violationOf(given: unknown, node: unknown, site: Site): string | null {
  count(site);
  if (node === false) return at(site, 'is not allowed');
  if (!isObject(node) || (given === null && node.nullable === true && node.type !== undefined)) return null;
  const untried = UNTRIED.find((keyword) => node[keyword] !== undefined && node[keyword] !== true);
  if (untried !== undefined) site.work.untried = `the router does not check ${untried}`;
  const deeper = { ...site, depth: site.depth + 1 };
  return (
    refViolation(given, node, deeper) ??
    kindViolation(given, node, site) ??
    branchViolation(given, node, deeper) ??
    (typeof given === 'number' ? numberViolation(given, node, site) : null) ??
    (typeof given === 'string' ? textsViolation(given, node, site) : null) ??
    (Array.isArray(given) ? itemsViolation(given, node, deeper) : null) ??
    (isObject(given) ? propertiesViolation(given, node, deeper) : null)
  );
}

function refViolation(given: unknown, { $ref: ref }: SchemaObject, site: Site): string | null {
  if (ref === undefined) return null;
  const target = resolveRef(site.root, ref);
  if (target === undefined) throw new CheckStopped(`the schema has no place ${String(ref)}`);
  return violationOf(given, target, site);
}

function kindViolation(given: unknown, { type, enum: all, const: only }: SchemaObject, site: Site): string | null {
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? type : null;
  const isOfType = types === null || types.includes(kindOf(given)) || (types.includes('integer') && Number.isInteger(given));
  if (!isOfType) return at(site, `is no ${types.join(' or ')}`);
  if (Array.isArray(all) && !all.some((value) => areEqual(given, value, site))) return at(site, 'is none of the values of "enum"');
  return only !== undefined && !areEqual(given, only, site) ? at(site, 'is not the value of "const"') : null;
}

function branchViolation(given: unknown, { allOf, anyOf, oneOf, not, if: condition, ...rest }: SchemaObject, site: Site): string | null {
  const judge = (branch: unknown) => violationOf(given, branch, site);
  for (const branch of Array.isArray(allOf) ? allOf : []) {
    const found = judge(branch);
    if (found !== null) return found;
  }
  if (Array.isArray(anyOf) && !anyOf.some((branch) => judge(branch) === null)) return at(site, 'fits no branch of "anyOf"');
  if (Array.isArray(oneOf)) {
    const fitting = oneOf.filter((branch) => judge(branch) === null).length;
    if (fitting !== 1) return at(site, `fits ${fitting} branches of "oneOf"`);
  }
  if (not !== undefined && judge(not) === null) return at(site, 'is what "not" excludes');
  if (condition === undefined) return null;
  const branch = judge(condition) === null ? rest.then : rest.else;
  return branch === undefined ? null : judge(branch);
}

function numberViolation(given: number, node: SchemaObject, site: Site): string | null {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below, multipleOf: step } = node;
  if (typeof minimum === 'number' && given < minimum) return at(site, `is below ${minimum}`);
  if (typeof maximum === 'number' && given > maximum) return at(site, `is above ${maximum}`);
  if (typeof above === 'number' && given <= above) return at(site, `is not above ${above}`);
  if (typeof below === 'number' && given >= below) return at(site, `is not below ${below}`);
  if (typeof step !== 'number' || step <= 0) return null;
  const times = given / step;
  return Math.abs(times - Math.round(times)) > 1e-9 * Math.max(1, Math.abs(times)) ? at(site, `is no multiple of ${step}`) : null;
}

function textsViolation(given: string, node: SchemaObject, site: Site): string | null {
  if (typeof node.pattern === 'string' && !canTry(node.pattern, given)) site.work.untried = LONG_PATTERN;
  const what = textViolation(given, node);
  return what === null ? null : at(site, what);
}
