/** The form of a key: its texts, and the body of `POST /keys` and `PATCH /keys/{hash}` that is made of them. Pure. */
import type { KeyRecord, Limit, Resource, WindowName } from './key.ts';

/** A limit while it is typed. */
export type LimitText = {
  readonly resource: Resource;
  readonly window: WindowName;
  readonly amount: string;
  readonly calendar: boolean;
  readonly timezone: string;
};

/** The form while it is filled in. Lists have a line for each entry. */
export type KeyForm = {
  readonly name: string;
  readonly limit: string;
  /** Empty = in total. */
  readonly limit_reset: string;
  readonly limits: readonly LimitText[];
  readonly user_limits: readonly LimitText[];
  readonly session_limits: readonly LimitText[];
  readonly soft_at: string;
  readonly on_unpriced: string;
  readonly include_byok_in_limit: boolean;
  readonly models: string;
  readonly providers: string;
  /** As `datetime-local` has it, in the visitor's zone. */
  readonly expires_at: string;
  readonly tags: string;
  readonly cache: boolean;
  readonly cache_ttl: string;
  readonly resumable: boolean;
};

/** A limit that is added. */
export const NEW_LIMIT: LimitText = { resource: 'requests', window: 'minute', amount: '', calendar: true, timezone: 'UTC' };

/** A key without any restriction. */
export const NEW_KEY: KeyForm = {
  name: '',
  limit: '',
  limit_reset: '',
  limits: [],
  user_limits: [],
  session_limits: [],
  soft_at: '',
  on_unpriced: 'allow',
  include_byok_in_limit: false,
  models: '',
  providers: '',
  expires_at: '',
  tags: '',
  cache: false,
  cache_ttl: '',
  resumable: false,
};

/** The form of a key that exists. The limit that `limit` shows is not among the others. */
export function formOf(key: KeyRecord): KeyForm {
  const shown = (key.limits ?? []).findIndex((limit) => isShown(limit, key));
  return {
    name: key.name,
    limit: numberText(key.limit),
    limit_reset: key.limit_reset ?? '',
    limits: (key.limits ?? []).filter((_, index) => index !== shown).map(limitText),
    user_limits: (key.user_limits ?? []).map(limitText),
    session_limits: (key.session_limits ?? []).map(limitText),
    soft_at: numberText(key.soft_at ?? null),
    on_unpriced: key.on_unpriced ?? 'allow',
    include_byok_in_limit: key.include_byok_in_limit,
    models: (key.models ?? []).join('\n'),
    providers: (key.providers ?? []).join('\n'),
    expires_at: key.expires_at === null ? '' : toLocalText(key.expires_at),
    tags: pairsText(key.tags),
    cache: key.cache ?? false,
    cache_ttl: numberText(key.cache_ttl ?? null),
    resumable: key.resumable ?? false,
  };
}

const RESET_WINDOWS = { daily: 'day', weekly: 'week', monthly: 'month' } as const;

/** True for the entry of `limits` that `limit` and `limit_reset` show: USD by the calendar of UTC. */
const isShown = (
  { resource, window, amount, calendar, timezone }: Limit,
  { limit, limit_reset: reset }: Pick<KeyRecord, 'limit' | 'limit_reset'>,
): boolean =>
  resource === 'usd' &&
  amount === limit &&
  calendar !== false &&
  (timezone ?? 'UTC') === 'UTC' &&
  window === (reset === null ? 'total' : RESET_WINDOWS[reset]);

/** The body. What is no number is sent as it was typed: the router's error then names the field and what it expects. */
export function bodyOf(form: KeyForm): Record<string, unknown> {
  const limit = readNumber(form.limit);
  return {
    name: form.name.trim(),
    limit,
    limit_reset: form.limit_reset === '' || limit === null ? null : form.limit_reset,
    limits: form.limits.map(readLimit),
    user_limits: form.user_limits.map(readLimit),
    session_limits: form.session_limits.map(readLimit),
    soft_at: readNumber(form.soft_at),
    on_unpriced: form.on_unpriced,
    include_byok_in_limit: form.include_byok_in_limit,
    models: readLines(form.models),
    providers: readLines(form.providers),
    expires_at: form.expires_at === '' ? null : toTime(form.expires_at),
    tags: readPairs(form.tags),
    cache: form.cache,
    cache_ttl: form.cache ? readNumber(form.cache_ttl) : null,
    resumable: form.resumable,
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
  return { [Object.hasOwn(NEW_KEY, name) ? name : '']: message };
}

function readLimit({ resource, window, amount, calendar, timezone }: LimitText): Record<string, unknown> {
  const given = { resource, amount: readNumber(amount) };
  return resource === 'concurrent' ? given : { ...given, window, calendar, timezone: timezone.trim() || 'UTC' };
}

const limitText = ({ resource, window = 'total', amount, calendar = true, timezone = 'UTC' }: Limit): LimitText => ({
  resource,
  window,
  amount: String(amount),
  calendar,
  timezone,
});

const numberText = (value: number | null): string => (value === null ? '' : String(value));

function readNumber(text: string): number | string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : trimmed;
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

/** A time of the router as `datetime-local` has it, to the second: nothing is changed where it is sent again. */
function toLocalText(text: string): string {
  const time = new Date(text);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
