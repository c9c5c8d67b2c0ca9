/** The operator's variables, as the rest of the house gets them. */
import { describe, expect, it } from 'vitest';
import { callerKeys, createAccess, limits, type Env } from '../../src/platform/env.ts';
import { systemClock, systemFetch, systemRandom } from '../../src/platform/system.ts';
import type { CompiledProvider } from '../../src/registry/catalog.ts';

const provider = (more: Partial<CompiledProvider> = {}): CompiledProvider => ({
  slug: 'my-host',
  name: 'My Host',
  docs: 'https://my.example',
  baseUrl: 'https://my.example/v1',
  auth: { scheme: 'bearer', secret: 'MY_HOST_API_KEY', optional: false },
  discontinued: null,
  operations: {},
  models: [],
  ...more,
});

const access = (env: Env, more: Partial<CompiledProvider> = {}) => createAccess(env)(provider(more));

describe('the way to a provider', () => {
  it('is the address of its file, with the keys of its secret', () => {
    expect(access({ MY_HOST_API_KEY: 'one' })).toEqual({ baseUrl: 'https://my.example/v1', keys: ['one'], simulated: false, missing: [] });
  });

  it('takes a list of keys apart', () => {
    expect(access({ MY_HOST_API_KEY: ' one, two ,,three,' }).keys).toEqual(['one', 'two', 'three']);
  });

  it('can be moved by a variable, with or without a slash at its end; the host there decides about keys', () => {
    expect(access({ MY_HOST_BASE_URL: 'http://localhost:9000/v1//' })).toEqual({
      baseUrl: 'http://localhost:9000/v1',
      keys: [],
      simulated: false,
      missing: [],
    });
    expect(access({ MY_HOST_BASE_URL: 'http://localhost:9000', MY_HOST_API_KEY: 'one' }).keys).toEqual(['one']);
  });

  it.each<readonly [what: string, env: Env, more: Partial<CompiledProvider>, missing: string[]]>([
    ['a key', {}, {}, ['MY_HOST_API_KEY']],
    ['a key that is more than white space', { MY_HOST_API_KEY: ' , ' }, {}, ['MY_HOST_API_KEY']],
    ['a base URL, beside which a key is optional', {}, { baseUrl: null }, ['MY_HOST_BASE_URL']],
    ['a base URL', { MY_HOST_API_KEY: 'one' }, { baseUrl: null }, ['MY_HOST_BASE_URL']],
    ['nothing, where the key is optional', {}, { auth: { scheme: 'bearer', secret: 'MY_HOST_API_KEY', optional: true } }, []],
    ['nothing, where there are no keys at all', {}, { auth: { scheme: 'none', secret: 'MY_HOST_API_KEY', optional: false } }, []],
    ['a base URL that is one', { MY_HOST_BASE_URL: 'my.example' }, {}, ['MY_HOST_BASE_URL to an http or https address']],
    [
      'a base URL of a scheme that can be called',
      { MY_HOST_BASE_URL: 'ftp://my.example' },
      {},
      ['MY_HOST_BASE_URL to an http or https address'],
    ],
    ['a key that is a text, not a binding', { MY_HOST_API_KEY: { get: () => 'one' } }, {}, ['MY_HOST_API_KEY']],
  ])('names what is missing: %s', (_, env, more, missing) => {
    expect(access(env, more).missing).toEqual(missing);
  });

  it('leads to the simulator only where there is neither a key nor a base URL', () => {
    const SIMULATOR_URL = 'http://localhost:7000/';
    const simulated = { baseUrl: 'http://localhost:7000/my-host/v1', keys: [], simulated: true, missing: [] };
    expect(access({ SIMULATOR_URL })).toEqual(simulated);
    expect(access({ SIMULATOR_URL }, { baseUrl: null })).toEqual(simulated);
    expect(access({ SIMULATOR_URL, MY_HOST_API_KEY: 'one' })).toMatchObject({ baseUrl: 'https://my.example/v1', simulated: false });
    expect(access({ SIMULATOR_URL, MY_HOST_BASE_URL: 'http://localhost:1' })).toMatchObject({
      baseUrl: 'http://localhost:1',
      simulated: false,
    });
  });

  it('is not looked up on the prototype of the variables', () => {
    expect(access({}, { auth: { scheme: 'bearer', secret: 'constructor', optional: false } }).missing).toEqual(['constructor']);
  });
});

describe('the keys of callers', () => {
  it.each<readonly [Env, { keys: string[]; allowAnonymous: boolean }]>([
    [{}, { keys: [], allowAnonymous: false }],
    [{ ROUTER_API_KEYS: 'a, b' }, { keys: ['a', 'b'], allowAnonymous: false }],
    [{ ALLOW_ANONYMOUS: 'TRUE' }, { keys: [], allowAnonymous: true }],
    [{ ALLOW_ANONYMOUS: '1' }, { keys: [], allowAnonymous: false }],
    [{ ALLOW_ANONYMOUS: true }, { keys: [], allowAnonymous: false }],
  ])('%j', (env, expected) => {
    expect(callerKeys(env)).toEqual(expected);
  });
});

describe('limits', () => {
  const mebibyte = 1024 * 1024;
  const defaults = { requestBytes: 20 * mebibyte, eventCharacters: 16 * mebibyte, answerBytes: 64 * mebibyte, upstreamCalls: 32 };

  it('have defaults and can be moved, each by its own variable', () => {
    expect(limits({})).toEqual(defaults);
    const moved = { MAX_REQUEST_BYTES: '10', MAX_EVENT_CHARACTERS: '20', MAX_ANSWER_BYTES: '30', MAX_UPSTREAM_CALLS: '40' };
    expect(limits(moved)).toEqual({ requestBytes: 10, eventCharacters: 20, answerBytes: 30, upstreamCalls: 40 });
  });

  it.each(['0', '-5', '1.5', 'many', '', 'Infinity'])('stay where they were for %j', (MAX_REQUEST_BYTES) => {
    expect(limits({ MAX_REQUEST_BYTES })).toEqual(defaults);
  });
});

describe('the platform', () => {
  it('makes ids of 20 letters and digits, and never the same twice', () => {
    const ids = Array.from({ length: 100 }, () => systemRandom.id());
    for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z]{20}$/);
    expect(new Set(ids).size).toBe(100);
  });

  it('tells the time, runs a timer once, and forgets one that was taken back', async () => {
    expect(Math.abs(systemClock.nowMs() - Date.now())).toBeLessThan(1000);
    const rang: string[] = [];
    const forget = systemClock.setTimer(0, () => rang.push('forgotten'));
    forget();
    await new Promise<void>((resolve) => {
      systemClock.setTimer(1, () => {
        rang.push('kept');
        resolve();
      });
    });
    expect(rang).toEqual(['kept']);
  });

  it('fetches', async () => {
    const response = await systemFetch('data:text/plain,hello', {});
    expect(await response.text()).toBe('hello');
  });
});
