/** What the accounts of callers cost: the same answer for callers with and without a key, and for keys with limits. Prints nothing. */
import { OBJECTS } from '../dev/serve.ts';
import { variablesFor } from './stage.ts';
import type { Target } from './targets.ts';
import { prepareWorker, serveWorker, type WorkerdProcess } from '../dev/workerd.ts';

const ADMIN_KEY = 'bench-admin-key';
const STATIC_KEY = 'bench-static-key';

/**
 * A kind of caller. `created`: the body of `POST /keys`. `keys`: how many are created, and used in turn; default 1. `cached`: so many different
 * requests in turn, each answered from the cache. `modelPattern`: instead of a model that no list has.
 */
export type Kind = {
  name: string;
  hasObjects: boolean;
  key?: string;
  created?: Readonly<Record<string, unknown>>;
  keys?: number;
  cached?: number;
  modelPattern?: string;
};

const LARGE_USD = 1e6;

/** A budget that is not used up. */
export const BUDGET = { limit: LARGE_USD, limit_reset: 'monthly' };

const FOR_EACH_SESSION = { session_limits: [{ resource: 'usd', window: 'day', amount: LARGE_USD }] };

/** The first one is what the others are compared with. */
const KINDS: readonly Kind[] = [
  { name: 'without a key, nothing bound', hasObjects: false },
  { name: 'without a key', hasObjects: true },
  { name: 'a key of ROUTER_API_KEYS', hasObjects: true, key: STATIC_KEY },
  { name: 'a created key', hasObjects: true, created: {} },
  { name: 'a created key with a budget', hasObjects: true, created: BUDGET },
  { name: 'a created key with a budget, from the cache', hasObjects: true, created: BUDGET, cached: 100 },
  { name: 'a created key with a budget for each session', hasObjects: true, created: FOR_EACH_SESSION },
  { name: 'ten created keys', hasObjects: true, created: {}, keys: 10 },
  { name: 'ten created keys with budgets for each session', hasObjects: true, created: FOR_EACH_SESSION, keys: 10 },
];

/** The code that runs: the router's, and that of the Worker which is its Cache API. */
export type Code = { router: string; cache: string };

/** Starts the router once for each kind of caller. */
export async function startAccounts(code: Code, upstream: string): Promise<{ targets: Target[]; stop: () => Promise<void> }> {
  const started: WorkerdProcess[] = [];
  const targets: Target[] = [];
  for (const kind of KINDS) {
    const { target, process } = await startKind(kind, code, upstream);
    started.push(process);
    targets.push(target);
  }
  return { targets, stop: async () => void (await Promise.all(started.map(({ stop }) => stop()))) };
}

/** Starts the router for one kind of caller. */
export async function startKind(kind: Kind, code: Code, upstream: string): Promise<{ target: Target; process: WorkerdProcess }> {
  const { name, hasObjects, key, created, keys = 1, cached = 0, modelPattern = '@{provider}/{model}' } = kind;
  const callers = key === undefined ? { ALLOW_ANONYMOUS: 'true' } : { ROUTER_API_KEYS: key };
  const variables = { ...variablesFor(upstream), ...callers, ...(hasObjects ? { ADMIN_API_KEY: ADMIN_KEY } : {}) };
  const bound = { ...(hasObjects ? { classes: OBJECTS } : {}), ...(cached === 0 ? {} : { cache: code.cache }) };
  const process = await serveWorker(prepareWorker(code.router, { variables }, bound));
  const baseUrl = `${process.url}/v1`;
  const tokens = key === undefined ? [] : [key];
  if (created !== undefined) for (let made = 0; made < keys; made++) tokens.push(await createKey(baseUrl, created));
  const headers = { 'x-session-id': 'bench', ...(cached === 0 ? {} : { 'x-openrouter-cache': 'true' }) };
  const authorizations = tokens.map((token) => `Bearer ${token}`);
  const target = { name, baseUrl, pid: process.pid, isRaw: false, modelPattern, headers, authorizations, variants: cached };
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
