/** `GET /providers/{slug}`: one provider with its models, and what was measured of them. No value of a variable is shown. */
import { describe, expect, it } from 'vitest';
import { retrieveProvider } from '../../src/http/provider.ts';
import { describeProvider } from '../../src/http/models.ts';
import { createAccess } from '../../src/platform/provider-access.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { Offering } from '../../src/registry/provider.ts';
import type { Restriction } from '../../src/routing/restrictions.ts';
import { createHealthTracker } from '../../src/state/circuit-breaker.ts';
import { endpointName } from '../../src/unified/endpoint-health.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { outcome } from '../state/outcomes.ts';
import { acme } from '../support/fake-providers.ts';
import { createFakeClock } from '../support/fake-ports.ts';
import { keyRecord } from '../support/key-record.ts';
import { createRouter, errorOf, json } from './router.ts';

const SMALL: Offering = {
  id: 'small-v1',
  slug: 'maker/small',
  name: 'Small',
  contextTokens: 8000,
  maxOutputTokens: 1000,
  priceUsdPerMillionTokens: { prompt: 1, completion: 2 },
  released: '2026-01-01',
  expires: '2027-01-01',
  source: 'https://a.example',
  checked: '2026-02-01',
};
const BARE: Offering = { id: 'bare', slug: 'maker/bare', source: 'https://b.example', checked: '2026-03-01' };
const PROVIDER = acme({
  baseUrl: 'https://{ACME_HOST}/v1',
  variables: { ACME_HOST: {}, ACME_REGION: { default: 'eu' } },
  models: [SMALL, BARE],
});
const CATALOG = createCatalog([PROVIDER]);
const clock = createFakeClock();
const access = createAccess({ ACME_HOST: 'hidden.example', ACME_API_KEY: 'acme-key' });

const describeAcme = (restriction: Restriction | null = null, health = createHealthTracker(clock)) =>
  retrieveProvider('acme', { catalog: CATALOG, restriction, ports: { access, health } });

describe('GET /providers/{slug}', () => {
  it('begins with the entry of the list', () => {
    expect(describeAcme()).toMatchObject(describeProvider(PROVIDER, access));
  });

  it('names variables and shows none of their values', () => {
    expect(describeAcme()).toMatchObject({
      base_url: 'https://{ACME_HOST}/v1',
      base_url_variable: 'ACME_BASE_URL',
      auth: [{ scheme: 'bearer', optional: false, variables: ['ACME_API_KEY'] }],
      variables: [
        { name: 'ACME_HOST', default: null },
        { name: 'ACME_REGION', default: 'eu' },
      ],
      source_file: '/v1/providers/acme/source',
    });
    expect(JSON.stringify(describeAcme())).not.toMatch(/hidden|acme-key/);
  });

  it('has prices and the age of facts of each model; what is not known is null', () => {
    expect(describeAcme()['models']).toEqual([
      {
        id: 'small-v1',
        slug: 'maker/small',
        name: 'Small',
        context_length: 8000,
        max_output: 1000,
        pricing: { prompt: '0.000001', completion: '0.000002' },
        released: '2026-01-01',
        expires: '2027-01-01',
        status: null,
        checked: '2026-02-01',
        source: 'https://a.example',
      },
      expect.objectContaining({ id: 'bare', name: 'maker/bare', context_length: null, pricing: { prompt: '-1', completion: '-1' } }),
    ]);
  });

  it('has the health of models that were called, and of no others', () => {
    const health = createHealthTracker(clock);
    expect(describeAcme(null, health)['health']).toEqual([]);
    health.report(endpointName('acme', 'bare'), outcome('success', clock.nowMs(), { firstContentMs: 100, tokensPerSecond: 50 }));
    health.report(endpointName('acme', 'bare'), outcome('failure', clock.nowMs()));
    expect(describeAcme(null, health)['health']).toEqual([
      {
        model: 'bare',
        state: 'closed',
        until_ms: null,
        successes: 1,
        failures: 1,
        limited: 0,
        window_seconds: 300,
        uptime: 0.5,
        latency_ms: expect.objectContaining({ p50: expect.closeTo(100, -1) as number }) as object,
        tokens_per_second: expect.objectContaining({ p50: expect.closeTo(50, -1) as number }) as object,
      },
    ]);
  });

  it('has only the models that a restricted key may use', () => {
    const models = (restriction: Restriction) => (describeAcme(restriction)['models'] as { id: string }[]).map(({ id }) => id);
    expect(models({ models: ['maker/small'], providers: null })).toEqual(['small-v1']);
    expect(models({ models: null, providers: ['acme'] })).toEqual(['small-v1', 'bare']);
  });
});

describe('GET /providers/{slug} over HTTP', () => {
  it('answers for every provider file, with the catalogue', async () => {
    const router = createRouter();
    for (const { slug, models } of PROVIDERS) {
      const response = await router.call('GET', `/v1/providers/${slug}`);
      expect([slug, response.status]).toEqual([slug, 200]);
      const { data, catalog } = await json(response);
      expect(data).toMatchObject({ slug, models: { length: models.length } });
      expect(catalog).toMatchObject({ source: 'bundled' });
    }
  });

  it('answers a key that may not use a provider as if there were none', async () => {
    const key = keyRecord({ providers: ['novita'] });
    const router = createRouter({}, undefined, { authenticate: () => Promise.resolve({ tenant: 'a', account: 'a', isAdmin: false, key }) });
    const [hidden, none] = await Promise.all(['openai', 'opanei'].map((slug) => router.call('GET', `/v1/providers/${slug}`)));
    expect([hidden?.status, none?.status]).toEqual([404, 404]);
    const messages = [hidden, none].map(async (response) => (response === undefined ? null : (await errorOf(response))['message']));
    expect(await Promise.all(messages)).toEqual(
      ['openai', 'opanei'].map((slug) => `"${slug}": no provider has this name. GET /v1/providers lists them.`),
    );
    expect((await router.call('GET', '/v1/providers/novita')).status).toBe(200);
  });

  it('names the nearest providers for a slug that is misspelt', async () => {
    const response = await createRouter().call('GET', '/v1/providers/antropic');
    expect((await errorOf(response))['message']).toContain('Did you mean "anthropic"?');
  });
});
