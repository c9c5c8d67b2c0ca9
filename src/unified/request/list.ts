/** Schemas for lists and maps that stop at the first issue, after checking the count. */
import * as z from 'zod/mini';
import { isObject } from '../../lib/json.ts';

/** What a schema made here is, as `json-schema.ts` describes it: zod sees an unknown value. `like`: what another schema accepts. */
export type Shape = ({ list: () => z.ZodMiniType } & ListRules) | ({ map: () => z.ZodMiniType } & MapRules) | { like: () => z.ZodMiniType };

const SHAPES = new WeakMap<object, Shape>();

/** Marks a schema that accepts what another one does, and finds faults faster. */
export function describedAs<Schema extends object>(schema: Schema, like: () => z.ZodMiniType): Schema {
  SHAPES.set(schema, { like });
  return schema;
}

/** The shape of a schema made here; undefined for any other. */
export const shapeOf = (schema: object): Shape | undefined => SHAPES.get(schema);

/** Limits of a list. `isSurely`: a quick test that accepts only valid entries. */
export type ListRules = { least?: number; most: number; isSurely?: (entry: unknown) => boolean };

/** Creates a schema for a list. zod's own array collects an issue per entry, which can exhaust the memory for a megabyte of wrong entries. */
export function listOf<Entry>(entry: () => z.ZodMiniType<Entry>, rules: ListRules): z.ZodMiniType<Entry[]> {
  const { least = 0, most } = rules;
  const list = z.unknown().check(({ value, issues }) => {
    if (!Array.isArray(value)) issues.push({ code: 'invalid_type', expected: 'array', input: value });
    else if (value.length < least) issues.push({ code: 'too_small', origin: 'array', minimum: least, inclusive: true, input: value });
    else if (value.length > most) issues.push({ code: 'too_big', origin: 'array', maximum: most, inclusive: true, input: value });
    else {
      const issue = firstIssueIn(value.entries(), entry(), rules.isSurely);
      if (issue !== null) issues.push(issue);
    }
  });
  SHAPES.set(list, { list: entry, ...rules });
  // The check above covers every entry.
  return list as unknown as z.ZodMiniType<Entry[]>;
}

/** Limits of a map: entries, length of a key, form of a key. */
export type MapRules = { most?: number; longestKey?: number; key?: RegExp };

/** Creates a schema for a map. zod's own record collects every issue. */
export function mapOf<Entry>(entry: () => z.ZodMiniType<Entry>, rules: MapRules = {}): z.ZodMiniType<Record<string, Entry>> {
  const { most = Infinity, longestKey = Infinity, key: form } = rules;
  const map = z.unknown().check(({ value, issues }) => {
    if (!isObject(value)) {
      issues.push({ code: 'invalid_type', expected: 'object', input: value });
      return;
    }
    const keys = Object.keys(value);
    const wrong = keys.find((key) => key.length > longestKey || form?.test(key) === false);
    if (keys.length > most || wrong !== undefined) issues.push({ code: 'custom', input: value });
    else {
      const issue = firstIssueIn(Object.entries(value), entry());
      if (issue !== null) issues.push(issue);
    }
  });
  SHAPES.set(map, { map: entry, ...rules });
  // The check above covers every entry.
  return map as unknown as z.ZodMiniType<Record<string, Entry>>;
}

/** @param entries keys or indexes with their values. */
function firstIssueIn(entries: Iterable<readonly [PropertyKey, unknown]>, entry: z.ZodMiniType, isSurely?: (entry: unknown) => boolean) {
  for (const [key, value] of entries) {
    const issue = isSurely?.(value) === true ? undefined : entry.safeParse(value).error?.issues[0];
    if (issue !== undefined) return { ...issue, path: [key, ...issue.path], input: value } as z.core.$ZodRawIssue;
  }
  return null;
}
