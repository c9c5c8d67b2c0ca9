/** The keys of Cloudflare Access, as an isolate reads and keeps them; and the variables of the sign-in. */
import { beforeAll, describe, expect, it } from 'vitest';
import { AccessKeys, MAX_REQUESTS, PERIOD_MS } from '../../src/platform/access-keys.ts';
import { createAccessSignIn } from '../../src/platform/access-sign-in.ts';
import type { Fetch } from '../../src/lib/fetch.ts';
import { AUDIENCE, claimsAt, createSigner, ISSUER, TEAM, type Signer } from '../support/access-tokens.ts';
import { createFakeClock } from '../support/fake-ports.ts';

const URL_OF_KEYS = `${ISSUER}/cdn-cgi/access/certs`;
const HOUR_MS = 3_600_000;

let old: Signer;
let next: Signer;
beforeAll(async () => {
  [old, next] = await Promise.all([createSigner('old'), createSigner('next')]);
});

const listing = (...signers: readonly Signer[]) =>
  Response.json({ keys: signers.map(({ jwk }) => jwk), public_cert: {}, public_certs: [] });

/** Keys that are read from `answer`; `asked` has the requests. */
function start(answer: (url: string) => Response | Promise<Response>) {
  const clock = createFakeClock();
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const waiting: Promise<unknown>[] = [];
  const logged: string[] = [];
  const ask: Fetch = async (url, init) => {
    asked.push({ url, init });
    return answer(url);
  };
  const options = {
    ask,
    clock,
    background: (work: Promise<unknown>) => void waiting.push(work),
    log: (line: string) => void logged.push(line),
  };
  return { keys: new AccessKeys({ ...options, url: URL_OF_KEYS }), options, clock, asked, waiting, logged };
}

describe('AccessKeys', () => {
  it('reads the keys once, and finds each of them', async () => {
    const { keys, asked } = start(() => listing(old, next));
    expect([(await keys.find('old'))?.type, (await keys.find('next'))?.usages]).toEqual(['public', ['verify']]);
    expect(asked.map(({ url }) => url)).toEqual([URL_OF_KEYS]);
    expect(asked[0]?.init).toMatchObject({ redirect: 'manual' });
  });

  it('finds a key that came later', async () => {
    const listed = [old];
    const { keys, asked } = start(() => listing(...listed));
    await keys.find('old');
    listed.push(next);
    expect(await keys.find('next')).not.toBeNull();
    expect(asked.length).toBe(2);
  });

  it('asks a few times a minute at most, however many keys are named', async () => {
    const { keys, clock, asked } = start(() => listing(old));
    await keys.find('old');
    for (let number = 0; number < 200; number++) expect(await keys.find(`unknown-${number}`)).toBeNull();
    expect(asked.length).toBe(MAX_REQUESTS);
    expect(await keys.find('old')).not.toBeNull();
    clock.advance(PERIOD_MS);
    await Promise.all(Array.from({ length: 50 }, (_, number) => keys.find(`unknown-${number}`)));
    expect(asked.length).toBe(2 * MAX_REQUESTS);
  });

  it('reads them again after an hour, while the old ones are used', async () => {
    const { keys, clock, asked, waiting } = start(() => listing(old));
    await keys.find('old');
    clock.advance(HOUR_MS);
    expect(await keys.find('old')).not.toBeNull();
    await Promise.all(waiting);
    expect([asked.length, waiting.length]).toEqual([2, 1]);
    await keys.find('old');
    expect(asked.length).toBe(2);
  });

  it('forgets a key that is listed no longer', async () => {
    const listed = [old, next];
    const { keys, clock, waiting } = start(() => listing(...listed));
    await keys.find('old');
    listed.shift();
    clock.advance(HOUR_MS);
    await keys.find('old');
    await Promise.all(waiting);
    expect(await keys.find('old')).toBeNull();
  });

  it('uses the keys for a day while they cannot be read, and then none', async () => {
    let isDown = false;
    const { keys, clock, logged, waiting } = start(() => (isDown ? new Response('no', { status: 500 }) : listing(old)));
    await keys.find('old');
    isDown = true;
    clock.advance(23 * HOUR_MS);
    expect(await keys.find('old')).not.toBeNull();
    await Promise.all(waiting);
    expect(logged).toEqual([`${URL_OF_KEYS} cannot be read: HTTP 500`]);
    clock.advance(HOUR_MS);
    await expect(keys.find('old')).rejects.toMatchObject({ status: 503 });
    isDown = false;
    clock.advance(PERIOD_MS);
    expect(await keys.find('old')).not.toBeNull();
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ['is no JSON', () => new Response('<html>')],
    ['has no list', () => Response.json({ keys: 5 })],
    ['is a list', () => Response.json([])],
    ['is too large', () => new Response('x'.repeat(70_000))],
    ['is a redirect', () => Response.redirect('https://evil.example/', 302)],
    ['fails', () => Promise.reject(new Error('no network'))],
    [
      'has keys of other kinds only',
      () => Response.json({ keys: [{ kid: 'old', kty: 'oct', k: 'c2VjcmV0' }, { kid: 'old', kty: 'EC' }, null, 5] }),
    ],
    ['has a broken key only', () => Response.json({ keys: [{ kid: 'old', kty: 'RSA', n: '!', e: 'AQAB' }] })],
    ['has a short key only', async () => listing(await createSigner('old', 1024))],
    ['has a key for encryption only', () => Response.json({ keys: [{ ...old.jwk, use: 'enc' }] })],
    ['has a key of another algorithm only', () => Response.json({ keys: [{ ...old.jwk, alg: 'HS256' }] })],
  ])('finds nothing where the answer %s', async (_, answer) => {
    const { keys, logged } = start(answer);
    await expect(keys.find('old')).rejects.toMatchObject({ type: 'provider_overloaded', status: 503 });
    expect(logged.length).toBe(1);
  });

  it('reads a bounded number of keys', async () => {
    const { keys } = start(() => Response.json({ keys: Array.from({ length: 30 }, (_, number) => ({ ...old.jwk, kid: `k${number}` })) }));
    expect(await keys.find('k19')).not.toBeNull();
    expect(await keys.find('k20')).toBeNull();
  });

  it('waits for a few seconds at most', async () => {
    const { keys, clock, asked } = start(() => new Promise<Response>(() => undefined));
    const found = keys.find('old').catch((thrown: unknown) => thrown);
    await Promise.resolve();
    clock.advance(5000);
    expect(asked[0]?.init?.signal?.aborted).toBe(true);
    void found; // a real fetch rejects when its signal is aborted
  });
});

describe('createAccessSignIn', () => {
  const VARIABLES = { ACCESS_TEAM_DOMAIN: TEAM, ACCESS_AUD: `other, ${AUDIENCE}`, ADMIN_API_KEY: 'the-admin-key' };

  it.each([TEAM, `https://${TEAM}`, `https://${TEAM}/`, TEAM.toUpperCase()])('signs in with the domain %s', async (domain) => {
    const { options, clock } = start(() => listing(old));
    const signIn = createAccessSignIn({ ...VARIABLES, ACCESS_TEAM_DOMAIN: domain }, options);
    const headers = { 'cf-access-jwt-assertion': await old.sign(claimsAt(clock.nowMs())), 'sec-fetch-site': 'same-origin' };
    await expect(signIn?.(new Headers(headers))).resolves.toMatchObject({ isAdmin: true });
  });

  it('does nothing where neither variable is set', () => {
    const { options, logged } = start(() => listing(old));
    expect(createAccessSignIn({ ADMIN_API_KEY: 'x' }, options)).toBeNull();
    expect(logged).toEqual([]);
  });

  it.each([
    ['without a domain', { ACCESS_TEAM_DOMAIN: '' }, 'ACCESS_TEAM_DOMAIN'],
    ['with a name that is no domain', { ACCESS_TEAM_DOMAIN: 'my-team' }, 'ACCESS_TEAM_DOMAIN'],
    ['with a path', { ACCESS_TEAM_DOMAIN: `${TEAM}/evil` }, 'ACCESS_TEAM_DOMAIN'],
    ['with a user name', { ACCESS_TEAM_DOMAIN: `${TEAM}@evil.example` }, 'ACCESS_TEAM_DOMAIN'],
    ['with http', { ACCESS_TEAM_DOMAIN: `http://${TEAM}` }, 'ACCESS_TEAM_DOMAIN'],
    ['without an application', { ACCESS_AUD: ' , ' }, 'ACCESS_AUD'],
    ['without an admin key', { ADMIN_API_KEY: '' }, 'ADMIN_API_KEY'],
  ])('signs no one in %s, and says what is wrong', (_, more, name) => {
    const { options, logged } = start(() => listing(old));
    expect(createAccessSignIn({ ...VARIABLES, ...more }, options)).toBeNull();
    expect(logged).toEqual([expect.stringContaining(name)]);
  });
});
