/** Stores of kept answers in memory: the router's own, over real SQLite, without the object around it. */
import { readKept } from '../../src/platform/read-kept.ts';
import { createResponseStores } from '../../src/platform/response-store.ts';
import { ResponseTables } from '../../src/platform/response-tables.ts';
import type { ResponsesStub } from '../../src/platform/responses-object.ts';
import type { ResponseStores } from '../../src/ports.ts';
import { openSqlite } from './sqlite.ts';

/** Creates empty stores, which keep what requests with `store: true` answer. */
export function createKeptAnswers(): ResponseStores {
  const objects = new Map<string, ResponsesStub>();
  const open = (account: string): ResponsesStub => {
    const stub = objects.get(account) ?? createStub(new ResponseTables(openSqlite()));
    objects.set(account, stub);
    return stub;
  };
  const stores = createResponseStores({ RESPONSES: { idFromName: (name: string) => name, get: open } }, () => undefined);
  if (stores === null) throw new Error('the namespace is not taken for one');
  return stores;
}

const FOREVER = { expiresMs: Infinity, maxBytes: Infinity, nowMs: 0 };

const createStub = (tables: ResponseTables): ResponsesStub => ({
  keep(answer) {
    tables.add(answer, FOREVER);
    return Promise.resolve({});
  },
  read: (call) => Promise.resolve(readKept(tables, call, 0)),
  remove: ({ id }) => Promise.resolve({ removed: tables.removeNamed(id, 0) }),
});
