import { describe, expect, it } from 'vitest';
import { checkProviders, type ProviderContext } from '../../../src/cli/doctor/providers.ts';
import type { Fetch } from '../../../src/lib/fetch.ts';
import { PROVIDERS } from '../../registry/all-providers.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const CLOCK = { nowMs: () => NOW, setTimer: () => () => undefined };

const listed =
  (headers: Record<string, string> = {}): Fetch =>
  () =>
    Promise.resolve(Response.json({ data: [{ id: 'a' }] }, { headers }));

async function check(variables: Record<string, string>, fetch: Fetch = listed(), more: Partial<ProviderContext> = {}) {
  const calls: string[] = [];
  const counted: Fetch = (url, init) => {
    calls.push(url);
    return fetch(url, init);
  };
  const context = { providers: PROVIDERS, variables, fetch: counted, clock: CLOCK, isOffline: false, platform: 'linux', ...more };
  const lines = await checkProviders(context);
  return { lines, calls, text: lines.map((line) => `${line.check}: ${line.status}: ${line.message}`) };
}

describe('checkProviders', () => {
  it('asks each provider with a key for its models', async () => {
    const { text, calls } = await check({ NOVITA_API_KEY: 'sk-n', GROQ_API_KEY: 'sk-1,sk-2' });
    expect(calls).toHaveLength(3);
    expect(text).toEqual([
      'keys: ok: set for groq, novita',
      'provider groq: ok: GET https://api.groq.com/openai/v1/models lists 1 model, with GROQ_API_KEY (key 1 of 2)',
      'provider groq: ok: GET https://api.groq.com/openai/v1/models lists 1 model, with GROQ_API_KEY (key 2 of 2)',
      expect.stringMatching(/^provider novita: ok: GET https:\/\/\S+\/models lists 1 model, with NOVITA_API_KEY$/),
      'clock: skipped: not compared: no provider answered with a date',
    ]);
  });

  it('asks nothing offline', async () => {
    const { text, calls } = await check({ NOVITA_API_KEY: 'sk-n', VLLM_BASE_URL: 'http://localhost:1' }, listed(), { isOffline: true });
    expect(calls).toEqual([]);
    expect(text).toEqual([
      'keys: ok: set for novita, vllm',
      'provider novita: skipped: has a key in NOVITA_API_KEY; not asked (--offline)',
      'provider vllm: skipped: has an address; not asked (--offline)',
      'clock: skipped: not compared (--offline)',
    ]);
  });

  it('warns where no provider can be called', async () => {
    const { text } = await check({});
    expect(text[0]).toMatch(/^keys: warning: no provider can be called/);
  });

  it('names what a provider still lacks', async () => {
    const { text, calls } = await check({ AWS_ACCESS_KEY_ID: 'AKIA', NOVITA_API_KEY: 'sk', NOVITA_BASE_URL: 'ftp://user:pass@x' });
    expect(calls).toEqual([]);
    expect(text.filter((line) => line.includes('problem'))).toEqual([
      expect.stringMatching(/^provider amazon-bedrock: problem: cannot be called: set AMAZON_BEDROCK_API_KEY, or AWS_SECRET_ACCESS_KEY$/),
      expect.stringMatching(/^provider novita: problem: cannot be called: set NOVITA_BASE_URL to an http or https address$/),
    ]);
    expect(text.join()).not.toContain('pass');
  });

  it.each<[string, Fetch, RegExp]>([
    [
      'a refused key',
      () => Promise.resolve(new Response('', { status: 403 })),
      /problem: GET \S+ refuses the key in NOVITA_API_KEY \(HTTP 403\)/,
    ],
    ['no list', () => Promise.resolve(new Response('', { status: 404 })), /ok: answers, but .*the key is not proven/],
    ['a failure', () => Promise.resolve(new Response('', { status: 500 })), /warning: GET \S+ failed \(HTTP 500\)/],
    ['a redirect', () => Promise.resolve(new Response('', { status: 307 })), /warning: .*redirects to an address that cannot be read/],
    ['HTML', () => Promise.resolve(new Response('<p>')), /warning: .*the body is HTML/],
    ['no connection', () => Promise.reject(new TypeError('x')), /problem: .*the connection failed/],
    ['a key that no header can have', listed(), /problem: .*NOVITA_API_KEY contains a line break/],
  ])('reports %s', async (title, fetch, expected) => {
    const key = title.includes('no header') ? 'sk\u2028x' : 'sk-novita';
    const { text, lines } = await check({ NOVITA_API_KEY: key }, fetch);
    expect(text[1]).toMatch(expected);
    expect(JSON.stringify(lines)).not.toContain(key);
    expect(lines[1]?.status === 'ok' || lines[1]?.fix !== undefined).toBe(true);
  });

  it.each([
    [0, 'ok: agrees with the providers'],
    [-29, 'ok: agrees with the providers'],
    [45, 'warning: 45 s ahead of the providers'],
    [-3600, 'problem: 3600 s behind the providers: signed requests and tokens are refused'],
  ])('compares a clock that is off by %d s', async (seconds, expected) => {
    const date = new Date(NOW - seconds * 1000).toUTCString();
    const { text } = await check({ NOVITA_API_KEY: 'sk' }, listed({ date }));
    expect(text.at(-1)).toBe(`clock: ${expected}`);
  });

  it('does not follow one wrong date of several', async () => {
    const dates = [0, 9_999_999, 0].map((off) => new Date(NOW + off).toUTCString());
    let call = 0;
    const fetch: Fetch = (url, init) => listed({ date: dates[call++] ?? '' })(url, init);
    const { text } = await check({ NOVITA_API_KEY: 'a,b,c' }, fetch);
    expect(text.at(-1)).toBe('clock: ok: agrees with the providers');
  });

  it('tries a bounded number of keys, and reports how many it leaves out', async () => {
    const { calls, text } = await check({ NOVITA_API_KEY: 'a,b,c,d,e,f,g' });
    expect(calls).toHaveLength(5);
    expect(text).toContain('provider novita: skipped: 2 more keys are not tried');
  });
});
