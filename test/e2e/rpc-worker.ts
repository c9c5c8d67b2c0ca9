/**
 * The router, with objects that record each call to them. `GET /recorded`: the calls so far. `POST /rpc` calls a method, dumps the tables of an
 * object, or fills it with dumped tables and starts it again.
 */
import { DurableObject } from 'cloudflare:workers';
import worker, * as router from '../../src/worker.ts';
import { fromWire, toWire, type Dump, type Message, type RpcCall } from './rpc-wire.ts';

const recorded: Message[] = [];

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Row = Record<string, unknown>;

/** Methods that are no calls of the router. */
const OTHERS = new Set(['constructor', 'alarm', 'run', 'fetch']);

const TABLES = `SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'`;

/** The class with a record of its calls, and its tables. */
function recording(object: string, base: unknown): typeof DurableObject {
  class Recording extends (base as typeof router.MetricsObject) {
    /** All tables with their rows. */
    dump(): Dump {
      const { sql } = this.ctx.storage;
      const found = sql.exec(TABLES).toArray();
      const isTable = ({ sql: text }: Row) => String(text).startsWith('CREATE TABLE');
      const rows = found.filter(isTable).map(({ name }) => [String(name), sql.exec(`SELECT * FROM ${String(name)}`).toArray()] as const);
      return { schema: found.map(({ sql: text }) => String(text)), rows: Object.fromEntries(rows) };
    }

    /** Puts dumped tables in the place of its own. */
    async restore({ schema, rows }: Dump): Promise<void> {
      const { sql } = this.ctx.storage;
      for (const { name } of sql.exec(`${TABLES} AND type = 'table'`).toArray()) sql.exec(`DROP TABLE ${String(name)}`);
      for (const text of schema) sql.exec(text);
      for (const [table, all] of Object.entries(rows))
        for (const row of all) {
          const names = Object.keys(row);
          sql.exec(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, ...Object.values(row));
        }
      const { ctx } = this as unknown as { ctx: { abort(): void; storage: { sync(): Promise<void> } } };
      await ctx.storage.sync();
      ctx.abort();
    }
  }
  const { prototype } = base as { prototype: Record<string, Method> };
  const owner = object === 'STREAMS' ? (Object.getPrototypeOf(prototype) as Record<string, Method>) : prototype;
  for (const method of Object.getOwnPropertyNames(owner).filter((name) => !OTHERS.has(name))) {
    const value = async function (this: { ctx: { id: { name?: string } } }, ...given: unknown[]): Promise<unknown> {
      const { wire, value: args } = await toWire(given, true);
      const result = await owner[method]?.apply(this, args as unknown[]);
      recorded.push({ object, name: this.ctx.id.name ?? '', method, args: wire as unknown[], result: (await toWire(result)).wire });
      return result;
    };
    Object.defineProperty(Recording.prototype, method, { value });
  }
  return Recording;
}

export const KeyDirectoryObject = recording('KEY_DIRECTORY', router.KeyDirectoryObject);
export const KeyObject = recording('KEYS', router.KeyObject);
export const StreamObject = recording('STREAMS', router.StreamObject);
export const ResponsesObject = recording('RESPONSES', router.ResponsesObject);
export const MetricsObject = recording('METRICS', router.MetricsObject);
export const HealthObject = recording('HEALTH', router.HealthObject);

type Namespace = { idFromName(name: string): unknown; get(id: unknown): Record<string, (...args: unknown[]) => Promise<unknown>> };

export default {
  async fetch(request: Request, env: Readonly<Record<string, unknown>>): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/recorded') return Response.json(recorded);
    if (pathname !== '/rpc') return worker.fetch(request, env as Parameters<typeof worker.fetch>[1]);
    const { object, name, method, args } = (await request.json()) as RpcCall;
    const namespace = env[object] as Namespace;
    try {
      const stub = namespace.get(namespace.idFromName(name));
      const result = await stub[method]?.(...(fromWire(args) as unknown[]));
      return Response.json({ result: (await toWire(result ?? null)).wire });
    } catch (thrown) {
      return Response.json({ error: String(thrown) });
    }
  },
};
