import { describe, expect, it } from 'vitest';
import { readCacheWish } from '../../../src/unified/request/cache-wish.ts';

const read = (headers: Readonly<Record<string, string>>, keySeconds: number | null = null) =>
  readCacheWish((name) => headers[name] ?? null, keySeconds);
const ON = { 'x-openrouter-cache': 'true' };

describe('readCacheWish', () => {
  it('is null unless a header or the key asks for the cache, and the header decides', () => {
    expect(read({})).toBeNull();
    expect(read({ 'x-openrouter-cache': 'yes' })).toBeNull();
    expect(read({ 'x-openrouter-cache-ttl': '60' })).toBeNull();
    expect(read(ON)).toEqual({ ttlSeconds: 300, mayRead: true, mustClear: false });
    expect(read({}, 60)).toEqual({ ttlSeconds: 60, mayRead: true, mustClear: false });
    expect(read(ON, 60)?.ttlSeconds).toBe(60);
    expect(read({ 'x-openrouter-cache': 'False' }, 60)).toBeNull();
  });

  it.each([
    ['60', 60],
    ['60abc', 60],
    [' 7', 7],
    ['0', 1],
    ['999999', 86_400],
    ['abc', 300],
    ['-5', 300],
    ['1.9', 1],
  ])('reads a time to live of %s as %i', (given, seconds) => {
    expect(read({ ...ON, 'x-openrouter-cache-ttl': given })?.ttlSeconds).toBe(seconds);
  });

  it('obeys Cache-Control', () => {
    expect(read({ ...ON, 'cache-control': 'max-age=0, No-Store' })).toBeNull();
    expect(read({ 'cache-control': 'no-store' }, 60)).toBeNull();
    expect(read({ ...ON, 'cache-control': 'no-cache' })?.mayRead).toBe(false);
    expect(read({ ...ON, 'x-openrouter-cache-clear': 'TRUE' })?.mustClear).toBe(true);
  });
});
