/** Lists of a request, checked entry by entry: the count comes first, and the first issue ends the check. */
import * as z from 'zod/mini';
import { isObject } from '../../lib/json.ts';

/** How many entries a list may have, and a quick test that an entry is surely right. */
export type ListRules = { least?: number; most: number; isSurely?: (entry: unknown) => boolean };

/** A list of entries. zod's own array gathers an issue for each entry: a megabyte of wrong ones would fill the memory of an isolate. */
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
  // The check above has looked at every entry.
  return list as unknown as z.ZodMiniType<Entry[]>;
}

/** How many entries a map may have, how long a name in it, and of what form. */
export type MapRules = { most?: number; longestKey?: number; key?: RegExp };

/** An object of names to entries, of which zod's own record would gather every issue. */
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
  // The check above has looked at every entry.
  return map as unknown as z.ZodMiniType<Record<string, Entry>>;
}

/** @param entries names or numbers with their values. */
function firstIssueIn(entries: Iterable<readonly [PropertyKey, unknown]>, entry: z.ZodMiniType, isSurely?: (entry: unknown) => boolean) {
  for (const [key, value] of entries) {
    const issue = isSurely?.(value) === true ? undefined : entry.safeParse(value).error?.issues[0];
    if (issue !== undefined) return { ...issue, path: [key, ...issue.path], input: value } as z.core.$ZodRawIssue;
  }
  return null;
}
