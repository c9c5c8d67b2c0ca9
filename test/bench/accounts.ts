/** What the accounts of callers cost: the same answer for callers with and without a key, and for keys with limits. Prints nothing. */
import { OBJECTS } from '../dev/serve.ts';
import { variablesFor } from './stage.ts';
import type { Target } from './targets.ts';
import { prepareWorker, serveWorker, type WorkerdProcess } from './workerd.ts';

const ADMIN_KEY = 'bench-admin-key';
const STATIC_KEY = 'bench-static-key';

/** A kind of caller. `created`: the body of `POST /keys`. */
type Kind = { name: string; hasObjects: boolean; key?: string; created?: Readonly<Record<string, unknown>> };

const LARGE_USD = 1e6;

/** The first one is what the others are compared with. */
const KINDS: readonly Kind[] = [
  { name: 'without a key, nothing bound', hasObjects: false },
  { name: 'without a key', hasObjects: true },
  { name: 'a key of ROUTER_API_KEYS', hasObjects: true, key: STATIC_KEY },
  { name: 'a created key', hasObjects: true, created: {} },
  { name: 'a created key with a budget', hasObjects: true, created: { limit: LARGE_USD, limit_reset: 'monthly' } },
  {
    name: 'a created key with a budget for each session',
    hasObjects: true,
    created: { session_limits: [{ resource: 'usd', window: 'day', amount: LARGE_USD }] },
  },
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
  const { name, hasObjects, key, created } = kind;
  const callers = key === undefined ? { ALLOW_ANONYMOUS: 'true' } : { ROUTER_API_KEYS: key };
  const variables = { ...variablesFor(upstream), ...callers, ...(hasObjects ? { ADMIN_API_KEY: ADMIN_KEY } : {}) };
  const process = await serveWorker(prepareWorker(code, { variables }, hasObjects ? OBJECTS : null));
  const baseUrl = `${process.url}/v1`;
  const token = created === undefined ? key : await createKey(baseUrl, created);
  const headers = {
    'x-session-id': 'bench',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return { target: { name, baseUrl, pid: process.pid, isRaw: false, modelPattern: '@{provider}/{model}', headers }, process };
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
