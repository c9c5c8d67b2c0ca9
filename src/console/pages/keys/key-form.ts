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
type FieldKind = 'text' | 'number' | 'choice' | 'time' | 'lines' | 'pairs' | 'flag' | 'limits';

/** What is typed into a field. A choice that is empty is none. */
export type FieldValue = string | boolean | readonly LimitText[];

/** The form while it is filled in, by the names of the router's fields. */
export type KeyForm = Readonly<Record<string, FieldValue>>;

/** A limit that is added. */
export const NEW_LIMIT: LimitText = { resource: 'requests', window: 'minute', amount: '', calendar: true, timezone: 'UTC' };

/** A field: the part of the form that it is in, how it is typed, its label, its hint, and the values of a choice. */
export type FieldText = readonly [
  part: number,
  kind: FieldKind,
  label: string,
  hint?: string | undefined,
  options?: Readonly<Record<string, string>>,
];

/** Titles of the parts of the form. The first has none and is always seen. */
export const PARTS = ['', 'More limits', 'Models, providers, tags, cache'] as const;

/** The fields in their order. */
export const FIELDS: Readonly<Record<string, FieldText>> = {
  name: [0, 'text', 'Name', '1 to 200 characters'],
  limit: [0, 'number', 'Limit in USD', 'Empty: no limit. At most 1,000,000'],
  limit_reset: [
    0,
    'choice',
    'Window of the limit',
    'Days, weeks and months of UTC',
    { '': 'in total', daily: 'a day', weekly: 'a week', monthly: 'a month' },
  ],
  soft_at: [0, 'number', 'Warning from', 'Part of a limit, 0.01 to 1, from which answers carry a warning'],
  expires_at: [0, 'time', 'Expires', 'In your time zone. Empty: never'],
  limits: [
    1,
    'limits',
    'Further limits',
    'All hold at once; the tightest decides. One that is not by the calendar begins with the first request.',
  ],
  user_limits: [1, 'limits', 'Limits of each user', 'For each user that requests name.'],
  session_limits: [1, 'limits', 'Limits of each session', 'For each session_id that requests name.'],
  on_unpriced: [
    1,
    'choice',
    'Requests whose cost is not known',
    undefined,
    { allow: 'allow them', refuse: 'refuse them while a limit counts USD' },
  ],
  include_byok_in_limit: [1, 'flag', "Answers with the caller's own provider keys count against limits in USD"],
  models: [2, 'lines', 'Models', 'A glob in each line: openai/* or an alias. Empty: all'],
  providers: [2, 'lines', 'Providers', 'A slug in each line: openai. Empty: all'],
  tags: [2, 'pairs', 'Tags', 'name=value in each line, or a JSON object. They are in every row of Activity'],
  cache: [2, 'flag', 'Answers come from the response cache'],
  cache_ttl: [2, 'number', 'Seconds in the cache', 'Of answers that come from it: 1 to 86,400. Empty: 300'],
  resumable: [2, 'flag', 'Streams can be resumed without a header'],
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
  Object.fromEntries(Object.entries(FIELDS).map(([name, [, kind]]) => [name, valueOf(name, kind)]));

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
  return { [Object.hasOwn(FIELDS, name) ? name : '']: message };
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
