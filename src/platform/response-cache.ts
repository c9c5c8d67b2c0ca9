/**
 * Stores answers at the edge: in the Cache API of the data centre (https://developers.cloudflare.com/workers/runtime-apis/cache/, read 2026-11-30),
 * and in a KV namespace (`CACHE`) or an R2 bucket (`CACHE_BUCKET`) for all data centres where one is bound.
 */
import type { ResponseCache } from '../ports.ts';
import { cacheLimits, type Env } from './env.ts';

/** What is used of the Cache API. */
export type EdgeCache = {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
};

/** A store for all data centres. */
type SharedStore = {
  /** Text, and when it expires in milliseconds since 1970. Null = there is none. */
  get(key: string): Promise<{ text: string; expiresMs: number } | null>;
  put(key: string, text: string, expires: { ttlSeconds: number; expiresMs: number }): Promise<void>;
  delete(key: string): Promise<void>;
};

/** The Cache API of the platform; undefined where it has none. Its types lack the property. */
export const systemCache = (): EdgeCache | undefined => (globalThis as { caches?: { default?: EdgeCache } }).caches?.default;

/** What the stores run on. */
type CachePorts = {
  edge: EdgeCache | undefined;
  nowMs: () => number;
  background: (work: Promise<unknown>) => void;
  log: (line: string) => void;
};

/** No host has this name (RFC 2606), so an entry can be reached through the Cache API only. */
const urlOf = (key: string): string => `https://response-cache.invalid/${key}`;

/** Creates the port. Null = no answers are stored: there is no Cache API, or `CACHE_MAX_BYTES` is 0. */
export function createResponseCache(env: Env, { edge, nowMs, background, log }: CachePorts): ResponseCache | null {
  const { maxCharacters, keepsToolCalls } = cacheLimits(env);
  if (edge === undefined || maxCharacters === 0) return null;
  const shared = sharedStore(env);
  let failures = 0;

  /** A store that fails has nothing. The first failure of an isolate is logged. */
  async function tolerate<Value>(pending: Promise<Value>): Promise<Value | null> {
    try {
      return await pending;
    } catch (thrown) {
      failures++;
      if (failures === 1) log(`The response cache failed, and requests go on without it: ${String(thrown)}`);
      return null;
    }
  }

  const putAtEdge = (key: string, text: string, ttlSeconds: number) => {
    const headers = { 'content-type': 'application/json', 'cache-control': `max-age=${ttlSeconds}` };
    return tolerate(edge.put(urlOf(key), new Response(text, { headers })));
  };

  async function findShared(key: string): Promise<string | null> {
    const found = shared === null ? null : await tolerate(shared.get(key));
    const leftSeconds = found === null ? 0 : Math.floor((found.expiresMs - nowMs()) / 1000);
    if (found === null || leftSeconds < 1) return null;
    background(putAtEdge(key, found.text, leftSeconds));
    return found.text;
  }

  return {
    maxCharacters,
    keepsToolCalls,
    find: async (key) => (await tolerate(readEdge(edge, key))) ?? (await findShared(key)),
    store(key, text, ttlSeconds) {
      const expires = { ttlSeconds, expiresMs: nowMs() + 1000 * ttlSeconds };
      background(Promise.all([putAtEdge(key, text, ttlSeconds), shared === null ? null : tolerate(shared.put(key, text, expires))]));
    },
    async remove(key) {
      await Promise.all([tolerate(edge.delete(urlOf(key))), shared === null ? null : tolerate(shared.delete(key))]);
    },
  };
}

async function readEdge(edge: EdgeCache, key: string): Promise<string | null> {
  const found = await edge.match(urlOf(key));
  return found === undefined ? null : found.text();
}

/** Shortest time to live in KV, in seconds (https://developers.cloudflare.com/kv/api/write-key-value-pairs/, read 2026-11-30). */
const MIN_KV_SECONDS = 60;

type KvNamespace = {
  getWithMetadata(key: string): Promise<{ value: string | null; metadata: unknown }>;
  put(key: string, text: string, options: { expirationTtl: number; metadata: { expiresMs: number } }): Promise<void>;
  delete(key: string): Promise<void>;
};

type Bucket = {
  get(key: string): Promise<{ text(): Promise<string>; customMetadata?: Readonly<Record<string, string>> } | null>;
  put(key: string, text: string, options: { customMetadata: Readonly<Record<string, string>> }): Promise<unknown>;
  delete(key: string): Promise<void>;
};

const isBound = (env: Env, name: string): boolean => Object.hasOwn(env, name) && typeof env[name] === 'object' && env[name] !== null;

function sharedStore(env: Env): SharedStore | null {
  if (isBound(env, 'CACHE')) return kvStore(env['CACHE'] as KvNamespace);
  return isBound(env, 'CACHE_BUCKET') ? bucketStore(env['CACHE_BUCKET'] as Bucket) : null;
}

/** KV keeps an entry a minute at least, so the entry states itself when it expires. */
const kvStore = (kv: KvNamespace): SharedStore => ({
  async get(key) {
    const { value, metadata } = await kv.getWithMetadata(key);
    return value === null ? null : { text: value, expiresMs: expiryIn(metadata) };
  },
  put: (key, text, { ttlSeconds, expiresMs }) =>
    kv.put(key, text, { expirationTtl: Math.max(MIN_KV_SECONDS, ttlSeconds), metadata: { expiresMs } }),
  delete: (key) => kv.delete(key),
});

/** R2 keeps an entry until a lifecycle rule of the bucket deletes it. */
const bucketStore = (bucket: Bucket): SharedStore => ({
  async get(key) {
    const found = await bucket.get(key);
    return found === null ? null : { text: await found.text(), expiresMs: expiryIn(found.customMetadata) };
  },
  put: async (key, text, { expiresMs }) => void (await bucket.put(key, text, { customMetadata: { expiresMs: String(expiresMs) } })),
  delete: (key) => bucket.delete(key),
});

const expiryIn = (metadata: unknown): number => Number((metadata as { expiresMs?: unknown } | null | undefined)?.expiresMs ?? 0);
