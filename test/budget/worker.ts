/** The Worker as it is deployed, in this process: `src/worker.ts` with its objects, over databases in memory. */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { openSqlite } from '../support/sqlite.ts';

/** What is called of the Worker. */
export type Worker = { fetch(request: Request): Promise<Response> };

/** Key of the operator. */
const ADMIN_KEY = 'budget-admin-key';

/** Host of every provider. */
const UPSTREAM = 'http://127.0.0.1:9/v1';

/** Providers with a key. All but Anthropic offer one open model. */
const PROVIDERS = ['OPENAI', 'ANTHROPIC', 'GROQ', 'DEEPINFRA', 'CEREBRAS', 'NEBIUS', 'NOVITA', 'TOGETHER'];

/** Variables: every default, and a line for each answer as `wrangler.toml` has it. */
const VARIABLES = {
  ALLOW_ANONYMOUS: 'true',
  ADMIN_API_KEY: ADMIN_KEY,
  LOG: 'generations',
  ...Object.fromEntries(
    PROVIDERS.flatMap((name) => [
      [`${name}_API_KEY`, 'budget-key'],
      [`${name}_BASE_URL`, UPSTREAM],
    ]),
  ),
};

type ObjectClass = new (context: object, env: object) => object;
type Module = { default: { fetch(request: Request, env: object): Response | Promise<Response> } } & Readonly<Record<string, ObjectClass>>;

/** Loads the Worker. @param bindsObjects keys, limits and ledger need Durable Objects. */
export async function loadWorker(bindsObjects: boolean): Promise<Worker> {
  const module = await importWorker(bindsObjects ? 'objects' : 'plain');
  const env: Record<string, unknown> = { ...VARIABLES };
  if (bindsObjects) {
    for (const [name, className] of [
      ['KEY_DIRECTORY', 'KeyDirectoryObject'],
      ['KEYS', 'KeyObject'],
    ] as const) {
      const made = module[className];
      if (made === undefined) throw new Error(`the Worker has no ${className}`);
      env[name] = namespaceOf(made, env);
    }
  }
  return { fetch: async (request) => module.default.fetch(request, env) };
}

/** Creates a key of a caller. @param fields of `POST /keys`. */
export async function createKey(worker: Worker, fields: Readonly<Record<string, unknown>>): Promise<string> {
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
  const request = new Request('http://127.0.0.1/v1/keys', { method: 'POST', headers, body: JSON.stringify({ name: 'budget', ...fields }) });
  const response = await worker.fetch(request);
  const { key } = (await response.json()) as { key?: unknown };
  if (typeof key !== 'string') throw new Error(`no key was created: HTTP ${response.status}`);
  return key;
}

/** A Worker keeps the variables that it was first called with, so each composition is an instance of its own. */
async function importWorker(instance: string): Promise<Module> {
  const root = join(import.meta.dirname, '../..');
  const shim = `file://${join(import.meta.dirname, 'workers-shim.ts')}`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'cloudflare:workers' ? { url: shim, shortCircuit: true } : next(specifier, context),
  });
  return (await import(`file://${join(root, 'src/worker.ts')}?${instance}`)) as Module; // our own module
}

/** Objects by name, each made when it is first asked for. */
function namespaceOf(made: ObjectClass, env: object): object {
  const objects = new Map<string, object>();
  const open = (name: string): object => {
    const found = objects.get(name) ?? new made({ storage: storage() }, env);
    objects.set(name, found);
    return found;
  };
  return { idFromName: (name: string) => name, get: (name: string) => asStub(open(name)) };
}

/** The methods of an object as they are called from another isolate: each returns a promise. */
const asStub = (object: object): object =>
  new Proxy(object, {
    get: (target, name) => {
      const method = Reflect.get(target, name, target) as (given: unknown) => unknown;
      return async (given: unknown) => method.call(target, given);
    },
  });

const storage = (): object => ({
  sql: openSqlite(),
  transactionSync: (run: () => unknown) => run(),
  setAlarm: async () => undefined,
  getAlarm: async () => null,
  deleteAlarm: async () => undefined,
});
