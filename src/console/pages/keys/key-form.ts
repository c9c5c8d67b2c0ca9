/** The form of a key: its texts, and the body of `POST /keys` and `PATCH /keys/{hash}` that is made of them. Pure. */
import { toLocalText } from '../../format.ts';
import type { KeyRecord, Limit, Resource, WindowName } from './key.ts';

/** A limit while it is typed. */
export type LimitText = {
  readonly resource: Resource;
  readonly window: WindowName;
  readonly amount: string;
  readonly calendar: boolean;
  readonly timezone: string;
};

/** How a field is typed. Lists have a line for each entry. */
export type FieldKind = 'text' | 'number' | 'choice' | 'time' | 'lines' | 'pairs' | 'flag' | 'limits';

/** What is typed into a field. A choice that is empty is none. */
export type FieldValue = string | boolean | readonly LimitText[];

/** The form while it is filled in, by the names of the router's fields. */
export type KeyForm = Readonly<Record<string, FieldValue>>;

/** A limit that is added. */
export const NEW_LIMIT: LimitText = { resource: 'requests', window: 'minute', amount: '', calendar: true, timezone: 'UTC' };

/** The fields and how they are typed. */
export const KINDS: Readonly<Record<string, FieldKind>> = {
  name: 'text',
  limit: 'number',
  limit_reset: 'choice',
  soft_at: 'number',
  expires_at: 'time',
  limits: 'limits',
  user_limits: 'limits',
  session_limits: 'limits',
  on_unpriced: 'choice',
  include_byok_in_limit: 'flag',
  models: 'lines',
  providers: 'lines',
  tags: 'pairs',
  cache: 'flag',
  cache_ttl: 'number',
  resumable: 'flag',
};

/** Windows of `limit_reset`. */
const RESET_WINDOWS = { daily: 'day', weekly: 'week', monthly: 'month' } as const;

/** How the value of a key is typed. Null = it has none. */
const WRITERS: Readonly<Record<FieldKind, (value: unknown) => FieldValue>> = {
  text: (value) => String(value ?? ''),
  number: (value) => String(value ?? ''),
  choice: (value) => String(value ?? ''),
  time: (value) => (typeof value === 'string' ? toLocalText(value) : ''),
  lines: (value) => (Array.isArray(value) ? value.join('\n') : ''),
  pairs: (value) => pairsText((value ?? {}) as KeyRecord['tags']),
  flag: (value) => value === true,
  limits: (value) => ((value ?? []) as readonly Limit[]).map(limitText),
};

/** The value of the body for what is typed. What is no number is sent as it was typed: the router's error then says what it expects. */
const READERS: Readonly<Record<FieldKind, (value: FieldValue) => unknown>> = {
  text: (value) => String(value).trim(),
  number: readNumber,
  choice: (value) => value || null,
  time: (value) => (value === '' ? null : toTime(String(value))),
  lines: (value) => readLines(String(value)),
  pairs: (value) => readPairs(String(value)),
  flag: (value) => value,
  limits: (value) => (value as readonly LimitText[]).map(readLimit),
};

const map = <Value>(valueOf: (name: string, kind: FieldKind) => Value): Record<string, Value> =>
  Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, valueOf(name, kind)]));

/** The form of a key that exists. The limit that `limit` shows is not among the others. */
export function formOf(key: Partial<KeyRecord>): KeyForm {
  const { limits = [] } = key;
  const shown = limits.findIndex((limit) => isShown(limit, key));
  const values: Readonly<Record<string, unknown>> = { ...key, limits: limits.filter((_, index) => index !== shown) };
  return map((name, kind) => WRITERS[kind](values[name]));
}

/** A key without any restriction. */
export const NEW_KEY: KeyForm = formOf({ on_unpriced: 'allow' });

/** True for the entry of `limits` that `limit` and `limit_reset` show: USD by the calendar of UTC. */
function isShown({ resource, window, amount, calendar, timezone = 'UTC' }: Limit, key: Partial<KeyRecord>): boolean {
  const shown = key.limit_reset == null ? 'total' : RESET_WINDOWS[key.limit_reset];
  return resource === 'usd' && amount === key.limit && calendar !== false && timezone === 'UTC' && window === shown;
}

/** The body that sets all fields. */
export function bodyOf(form: KeyForm): Record<string, unknown> {
  const body = map((name, kind) => READERS[kind](form[name] ?? ''));
  return {
    ...body,
    // A window without a limit, and seconds in a cache that is not used, mean nothing.
    limit_reset: body['limit'] === null ? null : body['limit_reset'],
    cache_ttl: body['cache'] === true ? body['cache_ttl'] : null,
  };
}

/** These fields name the same limits: where one has changed, all are sent. */
const LIMIT_FIELDS = ['limit', 'limit_reset', 'limits'];

/** The body of a change: the fields that are not as they were. Empty = nothing was changed. */
export function changesOf(key: KeyRecord, form: KeyForm): Record<string, unknown> {
  const before = bodyOf(formOf(key));
  const fields = Object.entries(bodyOf(form));
  const isChanged = ([name, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(before[name]);
  const changed = new Set(fields.filter(isChanged).map(([name]) => name));
  const isLimited = LIMIT_FIELDS.some((name) => changed.has(name));
  return Object.fromEntries(fields.filter(([name]) => changed.has(name) || (isLimited && LIMIT_FIELDS.includes(name))));
}

/** The error of the router, at the field that it names; `''` where it names none of the form. */
export function fieldErrors(param: string | null, message: string): Readonly<Record<string, string>> {
  const name = param?.split(/[.[]/)[0] ?? '';
  return { [Object.hasOwn(KINDS, name) ? name : '']: message };
}

function readLimit({ resource, window, amount, calendar, timezone }: LimitText): Record<string, unknown> {
  const given = { resource, amount: readNumber(amount) };
  return resource === 'concurrent' ? given : { ...given, window, calendar, timezone: timezone.trim() || 'UTC' };
}

function limitText({ resource, window = 'total', amount, calendar = true, timezone = 'UTC' }: Limit): LimitText {
  return { resource, window, amount: String(amount), calendar, timezone };
}

function readNumber(value: FieldValue): number | string | null {
  const trimmed = String(value).trim();
  if (trimmed === '') return null;
  const number = Number(trimmed);
  return Number.isFinite(number) ? number : trimmed;
}

/** Null for no lines: nothing is restricted. */
function readLines(text: string): string[] | null {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? null : lines;
}

/** `name=value` in each line; JSON where lines would not read back as they were. */
function pairsText(pairs: Readonly<Record<string, string>>): string {
  const text = Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
  return JSON.stringify(readPairs(text)) === JSON.stringify(pairs) ? text : JSON.stringify(pairs);
}

/** Reads lines of `name=value`, or a JSON object. What is neither is sent as it was typed: the router's error then says what it expects. */
function readPairs(text: string): unknown {
  if (text.trim().startsWith('{')) return readJson(text);
  const pairs = (readLines(text) ?? []).map((line) => {
    const equals = line.indexOf('=');
    return equals < 1 ? null : ([line.slice(0, equals).trim(), line.slice(equals + 1).trim()] as const);
  });
  return pairs.includes(null) ? text : Object.fromEntries(pairs.flatMap((pair) => (pair === null ? [] : [pair])));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `datetime-local` has no zone: it is the visitor's. A text that is no time is sent as it is. */
function toTime(text: string): string {
  const timeMs = new Date(text).getTime();
  return Number.isNaN(timeMs) ? text : new Date(timeMs).toISOString();
}
