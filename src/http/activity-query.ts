/** Reads queries of the ledger from the query of a URL. */
import { MAX_PAGE_ROWS, type Dimension, type LedgerCursor, type LedgerFilter } from '../accounts/activity.ts';
import { NO_KEY, tenantOf, type Caller } from '../accounts/caller.ts';
import { bareId, type LedgerRow } from '../accounts/ledger-row.ts';
import { DAY_MS, HOUR_MS } from '../accounts/window.ts';
import { RouterError } from '../unified/error.ts';
import { userHash } from './hash-users.ts';

/** Parameters as they are in a URL. */
export type Query = Readonly<Record<string, string>>;

/** Days that are summed where no time is asked for, today included. */
const DEFAULT_DAYS = 30;

const DIMENSIONS: readonly Dimension[] = ['key', 'model', 'provider', 'user', 'session', 'day', 'hour'];

/** As OpenRouter groups (its OpenAPI document, read 2026-12-01). */
const DEFAULT_GROUPS: readonly Dimension[] = ['day', 'model', 'provider'];

/** Largest number that is a time in seconds; a larger one is in milliseconds. */
const MAX_SECONDS = 100_000_000_000;

/** Longest time between the request and the end of an answer that `since` finds: it bounds how many rows are read. */
const MAX_ANSWER_MS = HOUR_MS;

/** How long a row may take from the end of its answer to where it is read: 10 s in an isolate, about 8 s to D1, and clocks that differ. */
const MAX_DELAY_MS = 30_000;

/** A hash of an end user. */
const USER_HASH = /^usr_[0-9a-f]{32}$/;

/**
 * The account that is asked for; null = all of them, for the operator only. Others have their own.
 *
 * @throws RouterError `not_found` for another account, whether there is one or not.
 */
export function readAccount(query: Query, { account, isAdmin }: Caller): string | null {
  const key = query['key'] ?? query['api_key_hash'];
  if (isAdmin && (key === undefined || key === NO_KEY || /^[0-9a-f]{64}$/.test(key))) return key ?? null;
  if (key === undefined || key === account) return account;
  throw new RouterError(
    'not_found',
    `There is no key ${JSON.stringify(key.slice(0, 80))}; expected the hash of a key, as GET /v1/keys lists them. Without the parameter, a caller gets its own account.`,
    {
      param: 'key',
    },
  );
}

/**
 * Reads the filters. Without a time the last 30 days are asked for.
 *
 * @param account whose rows are asked for; null = all. @throws RouterError `invalid_request` naming the parameter.
 */
export async function readFilter(query: Query, account: string | null, nowMs: number): Promise<LedgerFilter> {
  const day = query['date'] === undefined ? null : readTime('date', query['date']);
  const since = query['since'] === undefined ? null : readTime('since', query['since']);
  const earliestMs = since === null ? startOfDay(nowMs) - (DEFAULT_DAYS - 1) * DAY_MS : Math.max(0, since - MAX_ANSWER_MS);
  const fromMs = day ?? (query['from'] === undefined ? earliestMs : readTime('from', query['from']));
  const toMs = day === null ? (query['to'] === undefined ? nowMs : readTime('to', query['to'])) : day + DAY_MS;
  if (fromMs > toMs) throw tooLate(query);
  const { model = null, provider = null, session = null } = query;
  const user = query['user'] ?? query['user_id'];
  return {
    fromMs,
    // The hour that has begun is asked for as a whole: sums are kept by hour.
    toMs: toMs >= nowMs ? nowMs - (nowMs % HOUR_MS) + HOUR_MS : toMs,
    model,
    provider,
    user: user === undefined ? null : await readUser(user, account),
    session,
    status: query['status'] === undefined ? null : readInteger('status', query['status'], { min: 100, max: 599 }),
    tag: query['tag'] === undefined ? null : readTag(query['tag']),
    endedFromMs: since,
  };
}

/** `since` of the next query: rows of answers that end from now on are in it, and those that may still be under way to where they are read. */
export const nextSince = (nowMs: number): string => String(Math.max(0, nowMs - MAX_DELAY_MS));

/** Reads `group_by`: names with commas between them. @throws RouterError `invalid_request`. */
export function readGroups({ group_by: text }: Query): readonly Dimension[] {
  if (text === undefined) return DEFAULT_GROUPS;
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  const known = names.flatMap((name) => DIMENSIONS.find((dimension) => dimension === name) ?? []);
  if (known.length < names.length) throw invalid('group_by', text, `one or more of ${DIMENSIONS.join(', ')}, with commas between them`);
  return known;
}

/** Reads `format`. @throws RouterError `invalid_request`. */
export function readFormat({ format = 'json' }: Query): 'json' | 'csv' {
  if (format === 'json' || format === 'csv') return format;
  throw invalid('format', format, 'json or csv');
}

/** Reads `limit`: rows of a page. @throws RouterError `invalid_request`. */
export const readLimit = ({ limit }: Query, otherwise: number, max = MAX_PAGE_ROWS): number =>
  limit === undefined ? otherwise : readInteger('limit', limit, { min: 1, max });

/** Reads `cursor`, as {@link writeCursor} made it. Null = the first page. @throws RouterError `invalid_request`. */
export function readCursor({ cursor }: Query): LedgerCursor | null {
  if (cursor === undefined) return null;
  const found = /^(\d{1,16})\.([\w-]{1,200})$/.exec(cursor);
  if (found === null) throw invalid('cursor', cursor, '`next_cursor` of the page before');
  return { createdMs: Number(found[1]), id: found[2] ?? '' };
}

/** The row after which the next page begins. */
export const cursorOf = ({ createdMs, id }: LedgerRow): LedgerCursor => ({ createdMs, id: bareId(id) });

export const writeCursor = ({ createdMs, id }: LedgerCursor): string => `${createdMs}.${id}`;

const startOfDay = (timeMs: number): number => timeMs - (timeMs % DAY_MS);

function readTime(name: string, text: string): number {
  const isNumber = /^\d{1,15}(\.\d+)?$/.test(text);
  const timeMs = isNumber ? Math.round(Number(text) * (Number(text) < MAX_SECONDS ? 1000 : 1)) : Date.parse(text);
  if (Number.isInteger(timeMs) && timeMs >= 0) return timeMs;
  throw invalid(name, text, 'a time as 2026-11-30, 2026-11-30T08:15Z, or seconds since 1970');
}

function readInteger(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw invalid(name, text, `an integer from ${min} to ${max}`);
}

/** A name is hashed as in requests of the account. */
async function readUser(text: string, account: string | null): Promise<string> {
  if (USER_HASH.test(text)) return text;
  if (account === null) throw invalid('user', text, 'the hash of a user (usr_...), or a name together with `key`');
  return userHash(tenantOf(account), text);
}

function readTag(text: string): { name: string; value: string } {
  const colon = text.indexOf(':');
  if (colon > 0) return { name: text.slice(0, colon), value: text.slice(colon + 1) };
  throw invalid('tag', text, 'name:value');
}

function tooLate(query: Query): RouterError {
  const name = ['date', 'from', 'since'].find((one) => query[one] !== undefined) ?? 'from';
  return invalid(name, query[name] ?? '', 'a time before `to`');
}

const invalid = (name: string, value: string, expected: string): RouterError =>
  new RouterError('invalid_request', `${name} is ${JSON.stringify(value.slice(0, 80))}; expected ${expected}.`, { param: name });
