/**
 * The fields of a key as `POST /keys` and `PATCH /keys/{hash}` take them: those of OpenRouter (its OpenAPI document, read 2026-12-01), and
 * the router's own. Unknown fields are refused: a misspelt limit must not be ignored.
 */
import * as z from 'zod/mini';
import { RouterError } from '../unified/error.ts';
import { checkField } from '../unified/request/explain-issue.ts';
import { jsonSchemaOf } from '../unified/request/json-schema.ts';
import { listOf, mapOf } from '../unified/request/list.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import { once } from '../lib/memoize.ts';
import { isTimezone } from './window.ts';

/** `limit_reset` of OpenRouter, with the window it means. Null = the limit is for as long as the key exists. */
export const RESETS = { daily: 'day', weekly: 'week', monthly: 'month' } as const;

/** Most USD of a limit: its billionths are a safe integer. */
const MAX_USD = 1_000_000;
const MAX_COUNT = 1_000_000_000_000;
const MAX_LIMITS = 10;
const MAX_NAMES = 100;

/** Longest time that an answer is cached for a key, in seconds, as at OpenRouter (its documentation, read 2026-12-01). */
const MAX_CACHE_SECONDS = 86_400;

/** A time in UTC or with its offset, to the second. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

type Test = (value: unknown) => boolean;

/** A check of one's own. @param expected what is accepted, in words. */
const tested = <Schema extends z.ZodMiniType>(schema: Schema, isValid: Test, expected: string): Schema =>
  schema.check(({ value, issues }) => {
    if (!isValid(value)) issues.push({ code: 'custom', message: `expected ${expected}`, input: value });
  });

const text = (least: number, most: number) => z.string().check(z.minLength(least), z.maxLength(most));
const isTime: Test = (value) => TIME.test(String(value)) && Number.isFinite(Date.parse(String(value)));

/** The state of a limit, as `GET` shows it: it may be sent again with the limit, and changes nothing. */
const stateFields = once(() => ({
  used: z.optional(z.unknown()),
  reserved: z.optional(z.unknown()),
  remaining: z.optional(z.unknown()),
  resets_at: z.optional(z.unknown()),
}));

const windowFields = once(() => ({
  ...stateFields(),
  window: z.enum(['minute', 'hour', 'day', 'week', 'month', 'total']),
  calendar: z.optional(z.boolean()),
  timezone: z.optional(tested(text(1, 64), (value) => isTimezone(String(value)), 'an IANA name of a time zone, e.g. "Europe/Berlin"')),
}));
const usd = () => z.number().check(z.minimum(0), z.maximum(MAX_USD));

/** One limit. Concurrent requests have no window. */
const limit = once(() =>
  z.discriminatedUnion('resource', [
    z.strictObject({ resource: z.literal('usd'), ...windowFields(), amount: usd() }),
    z.strictObject({ resource: z.literal('requests'), ...windowFields(), amount: count() }),
    z.strictObject({ resource: z.literal('tokens'), ...windowFields(), amount: count() }),
    z.strictObject({ ...stateFields(), resource: z.literal('concurrent'), amount: count() }),
  ]),
);
const count = () => z.int().check(z.minimum(0), z.maximum(MAX_COUNT));
const limits = () => z.nullable(listOf(limit, { most: MAX_LIMITS }));
const names = (entry: () => z.ZodMiniType<string>) => z.nullable(listOf(entry, { least: 1, most: MAX_NAMES }));
const flag = () => z.boolean();
const texts = (longest: number) => z.nullable(mapOf(() => text(0, longest), { most: 16, longestKey: 64 }));

/** The check of each field. Null stands for the default. */
const FIELDS = {
  name: () => text(1, 200),
  limit: () => z.nullable(usd()),
  limit_reset: () => z.nullable(z.enum(['daily', 'weekly', 'monthly'])),
  include_byok_in_limit: flag,
  expires_at: () => z.nullable(tested(z.string(), isTime, 'a time to the second with its zone, e.g. "2027-01-31T00:00:00Z"')),
  disabled: flag,
  limits,
  user_limits: limits,
  session_limits: limits,
  soft_at: () => z.nullable(z.number().check(z.minimum(0.01), z.maximum(1))),
  on_unpriced: () => z.enum(['allow', 'refuse']),
  models: () => names(() => text(1, 512)),
  providers: () => names(() => text(1, 64)),
  cache: flag,
  cache_ttl: () => z.nullable(z.int().check(z.minimum(1), z.maximum(MAX_CACHE_SECONDS))),
  resumable: flag,
  /** In every row of the ledger. */
  tags: () => texts(128),
  metadata: () => texts(512),
} as const;

/** A limit as it is sent. */
export type GivenLimit = z.infer<ReturnType<typeof limit>>;

/** The fields of a key as they are sent. Absent = not mentioned. */
export type KeyFields = Partial<{ -readonly [Name in keyof typeof FIELDS]: z.infer<ReturnType<(typeof FIELDS)[Name]>> }>;

/** Checks the body of `POST /keys` or `PATCH /keys/{hash}`. @throws RouterError `invalid_request` naming the field. */
export function readKeyFields(body: unknown): KeyFields {
  if (!isObject(body)) throw new RouterError('invalid_request', 'The body is not a JSON object; expected one such as {"name": "my app"}.');
  for (const [name, value] of Object.entries(body)) {
    if (!Object.hasOwn(FIELDS, name)) throw unknownField(name);
    checkField(name, value, { check: FIELDS[name as keyof typeof FIELDS], known: undefined, names: {} });
  }
  return body as KeyFields; // every field has passed its check
}

/** The fields as JSON Schema. */
export function describeKeyFields(): JsonObject {
  const properties = Object.fromEntries(Object.entries(FIELDS).map(([name, check]) => [name, jsonSchemaOf(check())]));
  return { type: 'object', properties, additionalProperties: false };
}

function unknownField(name: string): RouterError {
  const param = name.slice(0, 100);
  const known = Object.keys(FIELDS).join(', ');
  return new RouterError('invalid_request', `${param} is no field of a key that can be set; expected ${known}.`, { param });
}
