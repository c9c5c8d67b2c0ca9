/** Reads the limits and weights of the keys of a provider: a JSON list in the order of the keys, e.g. `NOVITA_API_KEY_LIMITS`. */
import * as z from 'zod/mini';
import { parseJson } from '../lib/json.ts';
import { once } from '../lib/memoize.ts';
import type { ProviderKeyLimits } from '../ports.ts';

/** Largest weight, so that a key with weight 1 is used at all. */
const MAX_WEIGHT = 1000;

const schema = once(() => {
  const count = z.optional(z.nullable(z.int().check(z.positive())));
  const weight = z.optional(z.number().check(z.positive(), z.lte(MAX_WEIGHT)));
  return z.array(z.strictObject({ weight, requests_per_minute: count, tokens_per_minute: count }));
});

/** `limits`: one entry for each key; null = none are set. `fault`: why they cannot be used; null = they can. */
export type ReadKeyLimits = { limits: readonly ProviderKeyLimits[] | null; fault: string | null };

/** No limits. */
export const NO_KEY_LIMITS: ReadKeyLimits = { limits: null, fault: null };

/** @param text value of the variable; empty = not set. @param keys how many keys there are. */
export function readKeyLimits(text: string, keys: number): ReadKeyLimits {
  if (text === '') return NO_KEY_LIMITS;
  const read = schema().safeParse(parseJson(text));
  if (!read.success) {
    const path = read.error.issues[0]?.path.join('.') ?? '';
    const where = path === '' ? '' : ` (at ${path})`;
    return {
      limits: null,
      fault: `to a JSON list with one object for each key: {"weight": 1, "requests_per_minute": 60, "tokens_per_minute": 100000}, each field optional${where}`,
    };
  }
  if (read.data.length !== keys) return { limits: null, fault: `to one entry for each of the ${keys} keys; it has ${read.data.length}` };
  const limits = read.data.map(({ weight = 1, requests_per_minute: requests = null, tokens_per_minute: tokens = null }) => ({
    weight,
    requestsPerMinute: requests,
    tokensPerMinute: tokens,
  }));
  return { limits, fault: null };
}
