/** The operator's variables become limits, keys and addresses. */
import { describe, expect, it, vi } from 'vitest';
import { anonymousHosts, callerKeys, limits, type Env } from '../../src/platform/env.ts';
import { createAccess } from '../../src/platform/provider-access.ts';
import { systemClock, systemFetch, systemRandom } from '../../src/platform/system.ts';
import type { Auth, CompiledProvider } from '../../src/registry/provider.ts';

const BEARER: Auth = { scheme: 'bearer', secret: 'MY_HOST_API_KEY', optional: false };

const provider = (more: Partial<CompiledProvider> = {}): CompiledProvider => ({
  slug: 'my-host',
  name: 'My Host',
  docs: 'https://my.example',
  baseUrl: 'https://my.example/v1',
  auth: [BEARER],
  variables: {},
  binding: null,
  discontinued: null,
  modelsPath: '/models',
  operations: {},
  models: [],
  ...more,
});

const access = (env: Env, more: Partial<CompiledProvider> = {}) => createAccess(env)(provider(more));

describe('createAccess', () => {
  it('returns the base URL of the file, and the keys of its secret', () => {
    expect(access({ MY_HOST_API_KEY: 'one' })).toEqual({
      baseUrl: 'https://my.example/v1',
      auth: BEARER,
      keys: ['one'],
      variables: {},
      transport: null,
      isSimulated: false,
      missingVariables: [],
    });
  });

  it('splits a list of keys', () => {
    expect(access({ MY_HOST_API_KEY: ' one, two ,,three,' }).keys).toEqual(['one', 'two', 'three']);
  });

  it('uses a base URL from a variable, with or without a slash at its end, also without a key', () => {
    expect(access({ MY_HOST_BASE_URL: 'http://localhost:9000/v1//' })).toMatchObject({
      baseUrl: 'http://localhost:9000/v1',
      keys: [],
      isSimulated: false,
      missingVariables: [],
    });
    expect(access({ MY_HOST_BASE_URL: 'http://localhost:9000', MY_HOST_API_KEY: 'one' }).keys).toEqual(['one']);
  });

  it.each<readonly [what: string, env: Env, more: Partial<CompiledProvider>, missing: string[]]>([
    ['a key', {}, {}, ['MY_HOST_API_KEY']],
    ['a key that is more than white space', { MY_HOST_API_KEY: ' , ' }, {}, ['MY_HOST_API_KEY']],
    ['a base URL, beside which a key is optional', {}, { baseUrl: null }, ['MY_HOST_BASE_URL']],
    ['a base URL', { MY_HOST_API_KEY: 'one' }, { baseUrl: null }, ['MY_HOST_BASE_URL']],
    ['nothing, where the key is optional', {}, { auth: [{ ...BEARER, optional: true }] }, []],
    ['nothing, where there are no keys at all', {}, { auth: [{ ...BEARER, scheme: 'none' }] }, []],
    ['a base URL that is one', { MY_HOST_BASE_URL: 'my.example' }, {}, ['MY_HOST_BASE_URL to an http or https address']],
    [
      'a base URL of a scheme that can be called',
      { MY_HOST_BASE_URL: 'ftp://my.example' },
      {},
      ['MY_HOST_BASE_URL to an http or https address'],
    ],
    [
      'a base URL without a password',
      { MY_HOST_BASE_URL: 'https://name:pa55@my.example/v1' },
      {},
      ['MY_HOST_BASE_URL to an address without a user or a password in it; a key has a variable of its own'],
    ],
    [
      'a base URL other than that of its file',
      { MY_HOST_API_KEY: 'one' },
      { baseUrl: 'https://my.example/a/../b' },
      ['MY_HOST_BASE_URL to an address without "." or ".." segments, "\\" or line breaks'],
    ],
    [
      'a base URL without a query',
      { MY_HOST_BASE_URL: 'https://my.example/v1?key=pa55' },
      {},
      ['MY_HOST_BASE_URL to an address without "?" or "#"'],
    ],
    ['a key that is a text, not a binding', { MY_HOST_API_KEY: { get: () => 'one' } }, {}, ['MY_HOST_API_KEY']],
  ])('lists missing variables: %s', (_, env, more, missing) => {
    expect(access(env, more).missingVariables).toEqual(missing);
  });

  it('uses the simulator only without a key and without a base URL', () => {
    const SIMULATOR_URL = 'http://localhost:7000/';
    const simulated = { baseUrl: 'http://localhost:7000/my-host/v1', keys: [], isSimulated: true, missingVariables: [] };
    expect(access({ SIMULATOR_URL })).toMatchObject(simulated);
    expect(access({ SIMULATOR_URL }, { baseUrl: null })).toMatchObject(simulated);
    expect(access({ SIMULATOR_URL, MY_HOST_API_KEY: 'one' })).toMatchObject({ baseUrl: 'https://my.example/v1', isSimulated: false });
    expect(access({ SIMULATOR_URL, MY_HOST_BASE_URL: 'http://localhost:1' })).toMatchObject({
      baseUrl: 'http://localhost:1',
      isSimulated: false,
    });
  });

  describe('with several auth schemes', () => {
    const sigv4: Auth = {
      scheme: 'aws-sigv4',
      secret: 'AWS_SECRET_ACCESS_KEY',
      optional: false,
      service: 'bedrock',
      region: 'AWS_REGION',
      accessKeyId: 'AWS_ACCESS_KEY_ID',
      sessionToken: 'AWS_SESSION_TOKEN',
    };
    const more = {
      auth: [BEARER, sigv4],
      variables: { AWS_REGION: { default: 'us-east-1' } },
      baseUrl: 'https://bedrock.{AWS_REGION}.example',
    };
    const AWS = { AWS_SECRET_ACCESS_KEY: 'wJalr', AWS_ACCESS_KEY_ID: 'AKIA' };

    it('uses the first one whose variables are set', () => {
      expect(access({ MY_HOST_API_KEY: 'one', ...AWS }, more)).toMatchObject({ auth: BEARER, keys: ['one'], missingVariables: [] });
      expect(access(AWS, more)).toMatchObject({
        auth: sigv4,
        keys: ['wJalr'],
        baseUrl: 'https://bedrock.us-east-1.example',
        variables: { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SESSION_TOKEN: '', AWS_REGION: 'us-east-1' },
        missingVariables: [],
      });
    });

    it('lists the variables of each', () => {
      expect(access({ AWS_SECRET_ACCESS_KEY: 'wJalr' }, more).missingVariables).toEqual(['MY_HOST_API_KEY, or AWS_ACCESS_KEY_ID']);
    });

    it('does not split a key file', () => {
      const key = '{"type":"service_account","private_key":"a,b"}';
      const auth: Auth = { scheme: 'google-service-account', secret: 'MY_HOST_KEY_FILE', optional: false };
      expect(access({ MY_HOST_KEY_FILE: key }, { auth: [auth] }).keys).toEqual([key]);
    });
  });

  describe('with variables in the address', () => {
    const more = {
      baseUrl: 'https://{MY_HOST_REGION}.my.example/p/{MY_HOST_PROJECT}',
      variables: { MY_HOST_REGION: { default: 'eu' }, MY_HOST_PROJECT: {} },
    };

    it('fills them in', () => {
      expect(access({ MY_HOST_API_KEY: 'k', MY_HOST_PROJECT: 'example.com:p_1' }, more)).toMatchObject({
        baseUrl: 'https://eu.my.example/p/example.com%3Ap_1',
        missingVariables: [],
      });
    });

    it('rejects values that would change the address', () => {
      const only = 'to letters, digits and any of - . _ ~ : @ + , = only';
      expect(access({ MY_HOST_API_KEY: 'k', MY_HOST_PROJECT: '..' }, more)).toMatchObject({
        baseUrl: null,
        missingVariables: [`MY_HOST_PROJECT ${only}`],
        variables: { MY_HOST_PROJECT: '' },
      });
      expect(access({ MY_HOST_API_KEY: 'k', MY_HOST_PROJECT: 'p', MY_HOST_REGION: 'evil.example/x' }, more)).toMatchObject({
        baseUrl: null,
        missingVariables: [`MY_HOST_REGION ${only}`],
      });
      expect(access({ MY_HOST_API_KEY: 'k', MY_HOST_PROJECT: 'p', MY_HOST_REGION: 'name@evil' }, more)).toMatchObject({
        baseUrl: null,
        missingVariables: ['MY_HOST_REGION to what can stand in the name of a host'],
      });
    });

    it('lists those that are not set', () => {
      expect(access({ MY_HOST_API_KEY: 'k' }, more).missingVariables).toEqual(['MY_HOST_PROJECT']);
    });

    it('requires none with a base URL from a variable', () => {
      expect(access({ MY_HOST_BASE_URL: 'http://localhost:1' }, more).missingVariables).toEqual([]);
    });
  });

  describe('with a binding', () => {
    const ran: unknown[] = [];
    const AI = { run: (...given: unknown[]) => (ran.push(given), Promise.resolve(Response.json({ response: 'Hi' }))) };

    it('uses it when bound and no key is set', async () => {
      const { transport, missingVariables: missing } = access({ AI }, { binding: 'AI' });
      expect(missing).toEqual([]);
      const response = await transport?.('https://binding.invalid/ai/run/@cf/meta/llama', { body: '{"prompt":"x"}' });
      expect(await response?.json()).toEqual({ response: 'Hi' });
      expect(ran).toEqual([['@cf/meta/llama', { prompt: 'x' }, { returnRawResponse: true, signal: null }]]);
    });

    it('ignores it with a key, or when it has no run method', () => {
      expect(access({ AI, MY_HOST_API_KEY: 'one' }, { binding: 'AI' }).transport).toBeNull();
      expect(access({ AI: 'no' }, { binding: 'AI' })).toMatchObject({ transport: null, missingVariables: ['MY_HOST_API_KEY'] });
    });

    it('returns errors in the form of REST', async () => {
      const run = () => Promise.reject(new Error('3040: Capacity temporarily exceeded'));
      const response = await access({ AI: { run } }, { binding: 'AI' }).transport?.('https://binding.invalid/ai/run/@cf/m', { body: '{}' });
      expect(await response?.json()).toMatchObject({ errors: [{ code: 3040, message: 'Capacity temporarily exceeded' }] });
    });
  });

  it('ignores the prototype of the variables', () => {
    expect(access({}, { auth: [{ ...BEARER, secret: 'constructor' }] }).missingVariables).toEqual(['constructor']);
  });
});

describe('callerKeys', () => {
  it.each<readonly [Env, { keys: string[]; adminKeys?: string[]; allowAnonymous: boolean }]>([
    [{}, { keys: [], allowAnonymous: false }],
    [{ ROUTER_API_KEYS: 'a, b' }, { keys: ['a', 'b'], allowAnonymous: false }],
    [{ ALLOW_ANONYMOUS: 'TRUE' }, { keys: [], allowAnonymous: true }],
    [{ ALLOW_ANONYMOUS: '1' }, { keys: [], allowAnonymous: false }],
    [{ ALLOW_ANONYMOUS: true }, { keys: [], allowAnonymous: false }],
    [{ ADMIN_API_KEY: 'x , y' }, { keys: [], adminKeys: ['x', 'y'], allowAnonymous: false }],
  ])('%j', (env, expected) => {
    expect(callerKeys(env)).toEqual({ adminKeys: [], ...expected });
  });
});

it('anonymousHosts returns a list', () => {
  expect(anonymousHosts({})).toEqual([]);
  expect(anonymousHosts({ ANONYMOUS_HOSTS: ' router.example, *.pages.example,' })).toEqual(['router.example', '*.pages.example']);
});

describe('limits', () => {
  const mebibyte = 1024 * 1024;
  const media = { bytes: 20 * mebibyte, timeoutMs: 10_000, hosts: [] as string[] };
  const defaults = {
    requestBytes: 20 * mebibyte,
    requestMemoryBytes: 64 * mebibyte,
    eventCharacters: 16 * mebibyte,
    answerBytes: 16 * mebibyte,
    upstreamCalls: 32,
    attempts: 4,
    silentMs: 60_000,
    joinMs: 25,
    media,
  };

  it('has defaults, and a variable for each limit', () => {
    expect(limits({})).toEqual(defaults);
    const moved = {
      MAX_REQUEST_BYTES: '10',
      MAX_REQUEST_MEMORY_BYTES: '15',
      MAX_EVENT_CHARACTERS: '20',
      MAX_ANSWER_BYTES: '30',
      MAX_UPSTREAM_CALLS: '40',
      MAX_ATTEMPTS: '2',
      MAX_SILENCE_MS: '500',
      JOIN_WRITES_MS: '7',
    };
    expect(limits(moved)).toEqual({
      requestBytes: 10,
      requestMemoryBytes: 15,
      eventCharacters: 20,
      answerBytes: 30,
      upstreamCalls: 40,
      attempts: 2,
      silentMs: 500,
      joinMs: 7,
      media,
    });
    expect(limits({ JOIN_WRITES_MS: '0' }).joinMs).toBe(0);
    expect(limits({ MAX_SILENCE_MS: '0' }).silentMs).toBe(0);
    expect(limits({ JOIN_WRITES_MS: '5000' }).joinMs).toBe(1000);
    const files = { MAX_MEDIA_BYTES: '10', MEDIA_TIMEOUT_MS: '20', FETCH_MEDIA_FROM: 'a.example, *.b.example' };
    expect(limits(files).media).toEqual({ bytes: 10, timeoutMs: 20, hosts: ['a.example', '*.b.example'] });
  });

  it.each(['0', '-5', '1.5', 'many', '', 'Infinity'])('keeps the default for %j', (MAX_REQUEST_BYTES) => {
    expect(limits({ MAX_REQUEST_BYTES })).toEqual(defaults);
  });
});

describe('system ports', () => {
  it('systemRandom creates unique ids of 20 letters and digits', () => {
    const ids = Array.from({ length: 100 }, () => systemRandom.id());
    for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z]{20}$/);
    expect(new Set(ids).size).toBe(100);
  });

  it('systemRandom never repeats an id, however often it takes new random bytes, and asks for them once in 200 ids', () => {
    const random = vi.spyOn(crypto, 'getRandomValues');
    const ids = Array.from({ length: 2000 }, () => systemRandom.id());
    expect(random.mock.calls.length).toBeLessThanOrEqual(10);
    random.mockRestore();
    expect(new Set(ids).size).toBe(2000);
    for (const id of ids) expect(id).toMatch(/^[0-9A-Za-z]{20}$/);
  });

  it('systemRandom has ids of its own in each isolate', async () => {
    vi.resetModules();
    const other = await import('../../src/platform/system.ts');
    expect(other.systemRandom).not.toBe(systemRandom);
    const ids = Array.from({ length: 500 }, () => [systemRandom.id(), other.systemRandom.id()]).flat();
    expect(new Set(ids).size).toBe(1000);
  });

  it('systemClock returns the time, runs a timer once, and clears a cancelled one', async () => {
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

  it('systemFetch fetches', async () => {
    const response = await systemFetch('data:text/plain,hello', {});
    expect(await response.text()).toBe('hello');
  });
});
