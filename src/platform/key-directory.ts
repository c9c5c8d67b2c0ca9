/**
 * Finds caller keys in the directory object, and keeps their records in the isolate: a record is used for 30 s, then it is read again in the
 * background, and after 60 s no request uses it. So a key that was revoked is refused everywhere within a minute.
 */
import { completeKey, type KeyRecord } from '../accounts/key-record.ts';
import type { Clock } from '../lib/clock.ts';
import { putLast } from '../lib/lru-map.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { KeyStore, ListRange } from '../ports.ts';
import { RouterError } from '../unified/error.ts';

/** How long a record is used, in milliseconds. */
export type Freshness = {
  /** Then it is read again in the background. */
  freshMs: number;
  /** Then a request waits for the directory. */
  usableMs: number;
  /** That there is no such key is remembered so long. */
  missingMs: number;
};

/** A key that was revoked is refused within `usableMs`. */
export const FRESHNESS: Freshness = { freshMs: 30_000, usableMs: 60_000, missingMs: 10_000 };

/** Pause between two reads of a record in the background, in milliseconds. */
const PAUSE_MS = 5000;

/** Longest wait for the directory, in milliseconds. */
const DEADLINE_MS = 5000;

/** Most keys that are kept; of those that do not exist, as many again. */
const MAX_KEPT = 1000;

/** The directory object, as a Worker reaches it. */
export interface DirectoryStub {
  find(given: { hash: string }): Promise<{ record: KeyRecord | null }>;
  /** `isCreated`: false = there are too many keys. */
  create(given: { record: KeyRecord }): Promise<{ isCreated: boolean }>;
  /** `isReplaced`: false = the record of `replacedMs` is not there any more. */
  replace(given: { record: KeyRecord; replacedMs: number }): Promise<{ isReplaced: boolean }>;
  remove(given: { hash: string }): Promise<{ isRemoved: boolean }>;
  list(given: ListRange & { includeDisabled: boolean }): Promise<{ records: KeyRecord[] }>;
  registerAccount(given: { account: string }): Promise<unknown>;
  listAccounts(given: ListRange): Promise<{ accounts: string[] }>;
}

/** The object of an account, as far as a revocation needs it. */
export type RevocableStub = { setRefused(given: { isRefused: boolean }): Promise<unknown> };

/** What the directory is made of. */
export type DirectoryOptions = {
  /** Connects to the object. Called for every exchange, because a request must not use another request's connection. */
  connect: () => DirectoryStub;
  /** Connects to the object of an account. */
  accountOf: (account: string) => RevocableStub;
  clock: Clock;
  background: (work: Promise<unknown>) => void;
  freshness?: Freshness;
};

type Entry = { record: KeyRecord | null; readMs: number; /** The next read in the background is not before. */ againMs: number };

/** Creates the directory of one isolate. */
export function createKeyStore({ connect, accountOf, clock, background, freshness = FRESHNESS }: DirectoryOptions): KeyStore {
  const known = new Map<string, Entry>();
  const missing = new Map<string, Entry>();

  /** @param readMs before the directory was read: its answer may be as old. A read that was overtaken by a change is dropped. */
  function keep(hash: string, record: KeyRecord | null, readMs: number): void {
    const before = known.get(hash) ?? missing.get(hash);
    if (before !== undefined && readMs < before.readMs) return;
    const entry = { record, readMs, againMs: readMs + freshness.freshMs };
    putLast(record === null ? missing : known, { key: hash, value: entry, max: MAX_KEPT });
    (record === null ? known : missing).delete(hash);
  }

  async function read(hash: string): Promise<KeyRecord | null> {
    const readMs = clock.nowMs();
    const { record } = await ask((directory) => directory.find({ hash }));
    const complete = record === null ? null : completeKey(record);
    keep(hash, complete, readMs);
    return complete;
  }

  async function ask<Result>(exchange: (directory: DirectoryStub) => Promise<Result>): Promise<Result> {
    // A timeout is null, which no exchange returns.
    const result = await withTimeout(exchange(connect()), DEADLINE_MS, clock).catch(() => null);
    if (result !== null) return result;
    throw new RouterError('provider_overloaded', 'The directory of keys does not answer. Send the request again.');
  }

  return {
    read,
    async find(hash) {
      const nowMs = clock.nowMs();
      const entry = known.get(hash) ?? missing.get(hash);
      const lifeMs = entry?.record === null ? freshness.missingMs : freshness.usableMs;
      if (entry === undefined || nowMs - entry.readMs >= lifeMs) return read(hash);
      if (entry.record !== null && nowMs >= entry.againMs) {
        entry.againMs = nowMs + PAUSE_MS;
        background(read(hash).catch(() => undefined)); // the next request that needs it reports the failure
      }
      return entry.record;
    },
    async create(record) {
      const { isCreated } = await ask((directory) => directory.create({ record }));
      if (!isCreated) throw new RouterError('unprocessable', 'There are too many keys; delete some with DELETE /keys/{hash}.');
      keep(record.hash, record, clock.nowMs());
    },
    async replace(record, replacedMs) {
      const readMs = clock.nowMs();
      const { isReplaced } = await ask((directory) => directory.replace({ record, replacedMs }));
      if (isReplaced) keep(record.hash, record, readMs);
      return isReplaced;
    },
    async remove(hash) {
      const readMs = clock.nowMs();
      const { isRemoved } = await ask((directory) => directory.remove({ hash }));
      keep(hash, null, readMs);
      return isRemoved;
    },
    async list(range) {
      const { records } = await ask((directory) => directory.list(range));
      return records.map(completeKey);
    },
    async setRefused(account, isRefused) {
      await ask(() => accountOf(account).setRefused({ isRefused }));
    },
    async accounts(range) {
      return (await ask((directory) => directory.listAccounts(range))).accounts;
    },
  };
}
