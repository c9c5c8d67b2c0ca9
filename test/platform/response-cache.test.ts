/** The stores of the response cache, where they fail, and their times. The real ones are in `test/e2e/response-cache.test.ts`. */
import { describe, expect, it } from 'vitest';
import { createResponseCache, type EdgeCache } from '../../src/platform/response-cache.ts';

const broken = () => Promise.reject(new Error('the store is down'));

function start(env: Readonly<Record<string, unknown>>, edge: Partial<EdgeCache> = {}) {
  const [log, work, stored]: [string[], Promise<unknown>[], Map<string, Response>] = [[], [], new Map()];
  let nowMs = 1_000_000;
  const cache = createResponseCache(env, {
    edge: {
      match: (url) => Promise.resolve(stored.get(url)?.clone()),
      put: (url, response) => Promise.resolve(void stored.set(url, response)),
      delete: (url) => Promise.resolve(stored.delete(url)),
      ...edge,
    },
    nowMs: () => nowMs,
    background: (one) => void work.push(one),
    log: (line) => void log.push(line),
  });
  if (cache === null) throw new Error('there is no cache');
  return { cache, log, stored, advance: (ms: number) => (nowMs += ms), settled: () => Promise.all(work) };
}

describe('createResponseCache', () => {
  it('has nothing where a store fails, and logs it once', async () => {
    const kv = { getWithMetadata: broken, put: broken, delete: broken };
    const { cache, log, settled } = start({ CACHE: kv }, { match: broken, put: broken, delete: broken });
    expect(await cache.find('key')).toBeNull();
    cache.store('key', 'text', 60);
    await cache.remove('key');
    await settled();
    expect(log).toEqual([expect.stringContaining('the store is down')]);
  });

  it('stores for the time to live, in KV for a minute at least', async () => {
    const puts: unknown[] = [];
    const kv = { getWithMetadata: broken, put: (...given: unknown[]) => Promise.resolve(void puts.push(given)), delete: broken };
    const { cache, stored, settled } = start({ CACHE: kv });
    cache.store('key', 'text', 5);
    await settled();
    expect(puts).toEqual([['key', 'text', { expirationTtl: 60, metadata: { expiresMs: 1_005_000 } }]]);
    const [[url, response] = []] = stored;
    expect(url).toBe('https://response-cache.invalid/key');
    expect(response?.headers.get('cache-control')).toBe('max-age=5');
    expect(await cache.find('key')).toBe('text');
  });

  it('copies an entry of the bucket to the data centre for the rest of its time, and uses none that has expired', async () => {
    const bucket = {
      get: () => Promise.resolve({ text: () => Promise.resolve('text'), customMetadata: { expiresMs: '1060000' } }),
      put: broken,
      delete: broken,
    };
    const { cache, stored, advance, settled } = start({ CACHE_BUCKET: bucket });
    advance(20_500);
    expect(await cache.find('key')).toBe('text');
    await settled();
    expect([...stored.values()][0]?.headers.get('cache-control')).toBe('max-age=39');
    stored.clear();
    advance(40_000);
    expect(await cache.find('key')).toBeNull();
  });

  it('reads its limits, and is off with 0 or without the Cache API', () => {
    const options = { edge: undefined, nowMs: () => 0, background: () => undefined, log: () => undefined };
    expect(createResponseCache({}, options)).toBeNull();
    expect(() => start({ CACHE_MAX_BYTES: '0' })).toThrow('there is no cache');
    expect(start({}).cache).toMatchObject({ maxCharacters: 1_048_576, keepsToolCalls: true });
    expect(start({ CACHE_MAX_BYTES: '500', CACHE_TOOL_CALLS: 'False' }).cache).toMatchObject({ maxCharacters: 500, keepsToolCalls: false });
  });
});
