/** Whom a router without caller keys answers. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLocalhostOnly } from '../../src/http/localhost.ts';

const isAnswered = (headers: Record<string, string>, hosts: readonly string[] = []) =>
  createLocalhostOnly(hosts)(new Headers(headers)) === null;

const HERE = 'localhost:8787';

describe('local access: a router that answers its own machine only', () => {
  it.each(['localhost', HERE, 'LOCALHOST:1', 'app.localhost:80', '127.0.0.1', '127.0.0.1:65535', '127.9.9.9:1', '[::1]', '[::1]:8787'])(
    'answers Host and Origin %s',
    (host) => {
      expect(isAnswered({ host })).toBe(true);
      expect(isAnswered({ host, origin: `http://${host}` })).toBe(true);
      expect(isAnswered({ host: HERE, origin: `https://${host}` })).toBe(true);
    },
  );

  it.each([
    'evil.example',
    'evil.example:8787',
    'localhost.evil.example',
    'evil-localhost',
    'localhost:80@evil.example',
    '127.0.0.1.evil.example:8787',
    '127.0.0.1@evil.example',
    '192.168.1.5:8787',
    '[::2]:8787',
    '[2001:db8::1]',
    '',
  ])('refuses Host and Origin "%s"', (host) => {
    expect(isAnswered({ host })).toBe(false);
    expect(isAnswered({ host: HERE, origin: `http://${host}` })).toBe(false);
    expect(isAnswered({ host, origin: `http://${HERE}` })).toBe(false);
  });

  it.each(['null', 'file://', 'chrome-extension://abcdef', `http://${HERE}, https://evil.example`, `https://evil.example, http://${HERE}`])(
    'refuses Origin "%s"',
    (origin) => {
      expect(isAnswered({ host: HERE, origin })).toBe(false);
    },
  );

  it('refuses what another site makes a browser ask without Origin, and nothing else without Origin', () => {
    expect(isAnswered({ host: HERE, 'sec-fetch-site': 'cross-site' })).toBe(false);
    for (const site of ['none', 'same-origin', 'same-site']) expect(isAnswered({ host: HERE, 'sec-fetch-site': site })).toBe(true);
    // A page of this machine under another name of it.
    expect(isAnswered({ host: HERE, origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'cross-site' })).toBe(true);
    expect(isAnswered({})).toBe(true); // not from the network
  });

  it('takes an empty Origin for none', () => {
    expect(isAnswered({ host: HERE, origin: '' })).toBe(true);
    expect(isAnswered({ host: HERE, origin: '', 'sec-fetch-site': 'cross-site' })).toBe(false);
    expect(isAnswered({ host: 'evil.example', origin: '' })).toBe(false);
  });

  it('answers another port of its own machine, and no other host that calls itself the same site', () => {
    expect(isAnswered({ host: HERE, origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' })).toBe(true);
    expect(isAnswered({ host: 'evil.example', 'sec-fetch-site': 'same-site' })).toBe(false);
    expect(isAnswered({ host: HERE, origin: 'http://evil.example', 'sec-fetch-site': 'same-site' })).toBe(false);
  });

  it('decides about each request by itself, whatever was accepted before', () => {
    const shared = createLocalhostOnly([]);
    const hosts = fc.constantFrom(HERE, '127.0.0.1', 'evil.example', 'localhost.evil.example');
    const headers = fc.record({ host: hosts, origin: fc.constantFrom('', `http://${HERE}`, 'http://evil.example') });
    const differs = fc.check(fc.property(headers, (given) => (shared(new Headers(given)) === null) === isAnswered(given)));
    expect(differs.counterexample).toBeNull();
  });

  it('says what was found, and what to set', () => {
    const refusal = createLocalhostOnly([])(new Headers({ host: 'evil.example' }));
    expect(refusal).toMatchObject({ type: 'permission_denied', status: 403, retryable: false });
    for (const words of ['Host is "evil.example"', 'ROUTER_API_KEYS', 'ANONYMOUS_HOSTS']) expect(refusal?.message).toContain(words);
  });
});

describe('local access: hosts that the operator names', () => {
  it.each<readonly [hosts: string[], host: string, answered: boolean]>([
    [['router.example'], 'router.example:443', true],
    [['Router.example'], 'ROUTER.example', true],
    [['router.example'], 'a.router.example', false],
    [['*.router.example'], 'a.router.example', true],
    [['*.router.example'], 'arouter.example', false],
    [['192.168.1.5'], '192.168.1.5:8787', true],
    [['other.example', '*'], 'evil.example', true],
  ])('%j: %s is answered: %s', (hosts, host, answered) => {
    expect(isAnswered({ host, origin: `https://${host}` }, hosts)).toBe(answered);
    expect(isAnswered({ host: HERE }, hosts)).toBe(true);
  });
});
