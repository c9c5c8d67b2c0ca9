/** What the accounts of callers cost: the same answer for callers with and without a key, and for keys with limits. Prints nothing. */
import { OBJECTS } from '../dev/serve.ts';
import { variablesFor } from './stage.ts';
import type { Target } from './targets.ts';
import { prepareWorker, serveWorker, type WorkerdProcess } from './workerd.ts';

const ADMIN_KEY = 'bench-admin-key';
const STATIC_KEY = 'bench-static-key';

/** A kind of caller. `created`: the body of `POST /keys`. `keys`: how many are created, and used in turn; default 1. */
type Kind = { name: string; hasObjects: boolean; key?: string; created?: Readonly<Record<string, unknown>>; keys?: number };

const LARGE_USD = 1e6;

const FOR_EACH_SESSION = { session_limits: [{ resource: 'usd', window: 'day', amount: LARGE_USD }] };

/** The first one is what the others are compared with. */
const KINDS: readonly Kind[] = [
  { name: 'without a key, nothing bound', hasObjects: false },
  { name: 'without a key', hasObjects: true },
  { name: 'a key of ROUTER_API_KEYS', hasObjects: true, key: STATIC_KEY },
  { name: 'a created key', hasObjects: true, created: {} },
  { name: 'a created key with a budget', hasObjects: true, created: { limit: LARGE_USD, limit_reset: 'monthly' } },
  { name: 'a created key with a budget for each session', hasObjects: true, created: FOR_EACH_SESSION },
  { name: 'ten created keys', hasObjects: true, created: {}, keys: 10 },
  { name: 'ten created keys with budgets for each session', hasObjects: true, created: FOR_EACH_SESSION, keys: 10 },
];

/** Starts the router once for each kind of caller. @param code the built Worker. */
export async function startAccounts(code: string, upstream: string): Promise<{ targets: Target[]; stop: () => Promise<void> }> {
  const started: WorkerdProcess[] = [];
  const targets: Target[] = [];
  for (const kind of KINDS) {
    const { target, process } = await startKind(kind, code, upstream);
    started.push(process);
    targets.push(target);
  }
  return { targets, stop: async () => void (await Promise.all(started.map(({ stop }) => stop()))) };
}

async function startKind(kind: Kind, code: string, upstream: string): Promise<{ target: Target; process: WorkerdProcess }> {
  const { name, hasObjects, key, created, keys = 1 } = kind;
  const callers = key === undefined ? { ALLOW_ANONYMOUS: 'true' } : { ROUTER_API_KEYS: key };
  const variables = { ...variablesFor(upstream), ...callers, ...(hasObjects ? { ADMIN_API_KEY: ADMIN_KEY } : {}) };
  const process = await serveWorker(prepareWorker(code, { variables }, hasObjects ? { classes: OBJECTS } : {}));
  const baseUrl = `${process.url}/v1`;
  const tokens = key === undefined ? [] : [key];
  if (created !== undefined) for (let made = 0; made < keys; made++) tokens.push(await createKey(baseUrl, created));
  const authorizations = tokens.map((token) => `Bearer ${token}`);
  const headers = { 'x-session-id': 'bench' };
  const target = { name, baseUrl, pid: process.pid, isRaw: false, modelPattern: '@{provider}/{model}', headers, authorizations };
  return { target, process };
}

async function createKey(baseUrl: string, fields: Readonly<Record<string, unknown>>): Promise<string> {
  const response = await fetch(`${baseUrl}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', ...fields }),
  });
  const { key } = (await response.json()) as { key?: unknown };
  if (typeof key !== 'string') throw new Error(`no key was created: HTTP ${response.status}`);
  return key;
}
