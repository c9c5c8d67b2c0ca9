/** Makes and changes the record of a key from checked fields. Pure. */
import { RouterError } from '../unified/error.ts';
import type { KeyFields } from './key-fields.ts';
import { changedLimits, toLimits } from './key-limits.ts';
import { UNRESTRICTED, type KeyRecord } from './key-record.ts';

/** Seconds that answers are cached for a key without `cache_ttl`, as at OpenRouter (its documentation, read 2026-12-01). */
const CACHE_SECONDS = 300;

/** What a new key is besides its fields. `hash`: SHA-256 of its text, in hex. */
export type KeyOrigin = { hash: string; label: string; nowMs: number };

/** The record of a new key. @throws RouterError `invalid_request` naming the field. */
export function createKeyRecord(fields: KeyFields, { hash, label, nowMs }: KeyOrigin): KeyRecord {
  const { name } = fields;
  if (name === undefined) throw new RouterError('invalid_request', 'name is missing; expected a name for the key.', { param: 'name' });
  return change({ ...UNRESTRICTED, hash, label, name, createdMs: nowMs, updatedMs: nowMs }, fields, nowMs);
}

/** The record of a key after `PATCH`. Every change has a later time, also within one millisecond. @throws RouterError `invalid_request` naming the field. */
export function changeKeyRecord(record: KeyRecord, fields: KeyFields, nowMs: number): KeyRecord {
  return { ...change(record, fields, nowMs), updatedMs: Math.max(nowMs, record.updatedMs + 1) };
}

function change(record: KeyRecord, fields: KeyFields, nowMs: number): KeyRecord {
  const { user_limits: users, session_limits: sessions } = fields;
  return {
    ...record,
    name: fields.name ?? record.name,
    disabled: fields.disabled ?? record.disabled,
    expiresMs: changed(fields.expires_at, record.expiresMs, (text) => toExpiry(text, nowMs)),
    models: fields.models === undefined ? record.models : fields.models,
    providers: fields.providers === undefined ? record.providers : fields.providers,
    limits: changedLimits(record.limits, fields),
    userLimits: users === undefined ? record.userLimits : toLimits('user_limits', users),
    sessionLimits: sessions === undefined ? record.sessionLimits : toLimits('session_limits', sessions),
    softAt: fields.soft_at === undefined ? record.softAt : fields.soft_at,
    onUnpriced: fields.on_unpriced ?? record.onUnpriced,
    isByokCounted: fields.include_byok_in_limit ?? record.isByokCounted,
    cacheSeconds: cacheSeconds(record.cacheSeconds, fields),
    isResumable: fields.resumable ?? record.isResumable,
    tags: fields.tags === undefined ? record.tags : (fields.tags ?? {}),
    metadata: fields.metadata === undefined ? record.metadata : (fields.metadata ?? {}),
  };
}

/** A field that may be null; absent = as before. */
const changed = <Given, Stored>(given: Given | null | undefined, before: Stored | null, read: (given: Given) => Stored): Stored | null =>
  given === undefined ? before : given === null ? null : read(given);

function toExpiry(text: string, nowMs: number): number {
  const expiresMs = Date.parse(text);
  if (expiresMs > nowMs) return expiresMs;
  throw new RouterError('invalid_request', `expires_at is ${text}, which is past; expected a later time, or "disabled": true.`, {
    param: 'expires_at',
  });
}

function cacheSeconds(before: number | null, { cache, cache_ttl: ttl }: KeyFields): number | null {
  const isOn = cache ?? before !== null;
  if (isOn) return ttl === undefined ? (before ?? CACHE_SECONDS) : (ttl ?? CACHE_SECONDS);
  if (typeof ttl !== 'number') return null;
  throw new RouterError('invalid_request', `cache_ttl is ${ttl}, and cache is off; expected "cache": true, too.`, { param: 'cache_ttl' });
}
