/** How long an isolate uses the record of a key, and what it does while the directory does not answer. */
import { describe, expect, it } from 'vitest';
import { createKeyStore, FRESHNESS, type DirectoryStub } from '../../src/platform/key-directory.ts';
import type { KeyRecord } from '../../src/accounts/key-record.ts';
import { createFakeClock, turn, whileTimePasses } from '../support/fake-ports.ts';
import { keyRecord } from '../support/key-record.ts';

const RECORD = keyRecord();
const { hash } = RECORD;
const OTHER = 'b'.repeat(64);

/** A directory in memory, reached by as many isolates as are made. */
function directory() {
  const clock = createFakeClock();
  const records = new Map<string, KeyRecord>();
  const asked: string[] = [];
  const refused: string[] = [];
  const state = { isDown: false };
  const stub: DirectoryStub = {
    find: async ({ hash: wanted }) => {
      asked.push(wanted);
      if (state.isDown) throw new Error('unreachable');
      return { record: records.get(wanted) ?? null };
    },
    create: async ({ record }) => ({ isCreated: records.set(record.hash, record) === records }),
    replace: async ({ record, replacedMs }) => {
      const isReplaced = records.get(record.hash)?.updatedMs === replacedMs;
      if (isReplaced) records.set(record.hash, record);
      return { isReplaced };
    },
    remove: async ({ hash: wanted }) => ({ isRemoved: records.delete(wanted) }),
    list: async () => ({ records: [...records.values()] }),
    registerAccount: async () => ({}),
    listAccounts: async () => ({ accounts: [] }),
  };
  const isolate = () => {
    const work: Promise<unknown>[] = [];
    const store = createKeyStore({
      connect: () => stub,
      accountOf: (account) => ({ setRefused: async ({ isRefused }) => refused.push(`${account.slice(0, 1)} ${String(isRefused)}`) }),
      clock,
      background: (promise) => work.push(promise),
    });
    return { store, settled: async () => Promise.all(work) };
  };
  return { clock, records, asked, refused, state, isolate };
}

describe('find', () => {
  it('asks once in 30 s, then in the background, and waits for the directory after 60 s', async () => {
    const { clock, records, asked, isolate } = directory();
    const { store, settled } = isolate();
    records.set(hash, RECORD);
    for (let call = 0; call < 3; call++) expect(await store.find(hash)).toEqual(RECORD);
    expect(asked).toHaveLength(1);
    records.set(hash, { ...RECORD, name: 'later' });
    clock.advance(FRESHNESS.freshMs);
    expect([await store.find(hash), await store.find(hash)]).toEqual([RECORD, RECORD]);
    expect(asked).toHaveLength(2);
    await settled();
    expect((await store.find(hash))?.name).toBe('later');
    records.delete(hash);
    clock.advance(FRESHNESS.usableMs);
    expect(await store.find(hash)).toBe(null);
    expect(asked).toHaveLength(3);
  });

  it('uses a record for a minute while the directory does not answer, then throws a 503 that can be tried again', async () => {
    const { clock, records, state, isolate } = directory();
    const { store, settled } = isolate();
    records.set(hash, RECORD);
    await store.find(hash);
    state.isDown = true;
    clock.advance(FRESHNESS.usableMs - 1);
    expect(await store.find(hash)).toEqual(RECORD);
    await settled();
    clock.advance(1);
    await expect(store.find(hash)).rejects.toMatchObject({ status: 503, retryable: true });
    state.isDown = false;
    expect(await store.find(hash)).toEqual(RECORD);
  });

  it('throws a 503 where the directory takes longer than its deadline', async () => {
    const clock = createFakeClock();
    const never = new Promise<never>(() => undefined);
    const stub = { find: () => never } as unknown as DirectoryStub;
    const store = createKeyStore({
      connect: () => stub,
      accountOf: () => ({ setRefused: async () => ({}) }),
      clock,
      background: () => undefined,
    });
    await expect(whileTimePasses(clock, store.find(hash), 1000)).rejects.toMatchObject({ status: 503, retryable: true });
  });

  it('remembers for 10 s that there is no such key, and forgets it when the key is created', async () => {
    const { clock, asked, isolate } = directory();
    const { store } = isolate();
    expect([await store.find(OTHER), await store.find(OTHER)]).toEqual([null, null]);
    expect(asked).toEqual([OTHER]);
    clock.advance(FRESHNESS.missingMs);
    await store.find(OTHER);
    expect(asked).toHaveLength(2);
    await store.create(keyRecord({ hash: OTHER }));
    expect(await store.find(OTHER)).toMatchObject({ hash: OTHER });
  });

  it('returns a record of an older version with the fields that came later', async () => {
    const { records, isolate } = directory();
    const { metadata: _, tags: __, ...old } = RECORD;
    records.set(hash, old as KeyRecord);
    expect(await isolate().store.find(hash)).toEqual(RECORD);
  });

  it('drops what it read before a change', async () => {
    const { clock, records, isolate } = directory();
    const { store, settled } = isolate();
    records.set(hash, RECORD);
    await store.find(hash);
    clock.advance(FRESHNESS.freshMs);
    await store.find(hash); // reads in the background
    clock.advance(1);
    await store.replace({ ...RECORD, disabled: true, updatedMs: RECORD.updatedMs + 1 }, RECORD.updatedMs);
    await settled();
    await turn();
    expect(await store.find(hash)).toMatchObject({ disabled: true });
  });
});

describe('a change', () => {
  it('counts at once in its isolate, and within a minute in any other', async () => {
    const { clock, records, isolate } = directory();
    const [here, there] = [isolate(), isolate()];
    records.set(hash, RECORD);
    for (const { store } of [here, there]) await store.find(hash);
    expect(await here.store.remove(hash)).toBe(true);
    expect(await here.store.find(hash)).toBe(null);
    expect(await there.store.find(hash)).toEqual(RECORD);
    clock.advance(FRESHNESS.usableMs);
    expect(await there.store.find(hash)).toBe(null);
  });

  it('of a record that another request has changed is not stored', async () => {
    const { records, isolate } = directory();
    const { store } = isolate();
    records.set(hash, { ...RECORD, updatedMs: RECORD.updatedMs + 1 });
    expect(await store.replace({ ...RECORD, name: 'x' }, RECORD.updatedMs)).toBe(false);
    expect(await store.find(hash)).toMatchObject({ name: 'a key' });
  });
});
