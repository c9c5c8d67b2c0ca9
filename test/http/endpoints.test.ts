/** `GET /models/{author}/{slug}/endpoints`, in OpenRouter's shape: who offers a model, and only what was measured of each. */
import { describe, expect, it } from 'vitest';
import { describeEndpoints } from '../../src/http/endpoints.ts';
import { listModels } from '../../src/http/models.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider, Offering } from '../../src/registry/provider.ts';
import { createHealthTracker } from '../../src/state/circuit-breaker.ts';
import { endpointName } from '../../src/unified/endpoint-health.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { outcome } from '../state/outcomes.ts';
import { createFakeClock } from '../support/fake-ports.ts';

const offering: Offering = {
  slug: 'maker/model',
  id: 'model-v1',
  name: 'Model',
  contextTokens: 8000,
  maxOutputTokens: 1000,
  priceUsdPerMillionTokens: { prompt: 1, completion: 2 },
  quantization: 'fp8',
  source: 'https://a.example',
  checked: '2026-01-01',
};
const provider = (slug: string, model: Offering): CompiledProvider => ({
  slug,
  name: slug.toUpperCase(),
  docs: 'https://a.example',
  baseUrl: null,
  auth: [{ scheme: 'bearer', secret: 'A_KEY', optional: false }],
  variables: {},
  binding: null,
  discontinued: null,
  modelsPath: '/models',
  operations: {},
  models: [model],
});
const bare: Offering = { slug: 'maker/model', id: 'two/model', source: offering.source, checked: offering.checked };
const catalog = createCatalog([provider('one', offering), provider('two', bare)]);
const clock = createFakeClock();

const describeAll = (slug: string, health = createHealthTracker(clock), of = catalog) =>
  (describeEndpoints(slug, of, health)?.['data'] ?? {}) as JsonObject;
const endpointsOf = (...asked: Parameters<typeof describeAll>) => describeAll(...asked)['endpoints'] as JsonObject[];

describe('endpoints of a model', () => {
  it('begin with the model, as GET /models describes it', () => {
    const [listed] = listModels(catalog)['data'] as JsonObject[];
    const { endpoints, ...model } = describeAll('maker/model');
    expect(listed).toMatchObject(model);
    expect(Object.keys(model)).toEqual(['id', 'name', 'created', 'description', 'architecture']);
    expect(endpoints).toHaveLength(2);
  });

  it('say what the provider file says', () => {
    expect(endpointsOf('maker/model')[0]).toMatchObject({
      name: 'ONE | maker/model',
      model_id: 'maker/model',
      model_name: 'Model',
      provider_name: 'ONE',
      tag: 'one',
      model: 'model-v1',
      context_length: 8000,
      max_completion_tokens: 1000,
      pricing: { prompt: '0.000001', completion: '0.000002' },
      quantization: 'fp8',
      status: 0,
    });
  });

  it('and what neither the file nor the book says is null, not a made-up number (a context length is 0: SDKs refuse a null)', () => {
    const second = endpointsOf('maker/model')[1];
    expect(second).toMatchObject({ context_length: 0, max_completion_tokens: null, quantization: null, max_prompt_tokens: null });
    for (const endpoint of endpointsOf('maker/model')) {
      const measured = Object.entries(endpoint).filter(([key]) => /^(uptime|latency|throughput)_/.test(key));
      expect(measured).toHaveLength(7);
      expect(measured.filter(([, value]) => value !== null)).toEqual([]);
    }
  });

  it('show what was measured, each its own, under the window it was measured in', () => {
    const health = createHealthTracker(clock);
    const name = endpointName('one', 'model-v1');
    for (const kind of ['success', 'success', 'failure'] as const) {
      health.report(name, outcome(kind, clock.nowMs(), kind === 'failure' ? {} : { firstContentMs: 200, tokensPerSecond: 50 }));
    }
    const [first, second] = endpointsOf('maker/model', health);
    const { firstContentMs, tokensPerSecond } = health.healthOf(name);
    expect(first).toMatchObject({
      uptime_last_5m: 66.67,
      latency_last_5m: firstContentMs,
      throughput_last_5m: tokensPerSecond,
      uptime_last_30m: null,
      uptime_last_1d: null,
      latency_last_30m: null,
      throughput_last_30m: null,
      health: { state: 'closed', until_ms: null, successes: 2, failures: 1, limited: 0, window_seconds: 300 },
    });
    expect(firstContentMs).not.toBeNull();
    expect(second).toMatchObject({ uptime_last_5m: null, latency_last_5m: null });
  });

  it('an endpoint that is set aside, and one that waits for its probe, have a status of their own', () => {
    const health = createHealthTracker(clock);
    for (let time = 0; time < 3; time++) health.report(endpointName('two', 'two/model'), outcome('failure', clock.nowMs()));
    expect(endpointsOf('maker/model', health).map(({ status }) => status)).toEqual([0, -2]);
    clock.advance(1000);
    expect(endpointsOf('maker/model', health)[1]).toMatchObject({ status: -1, uptime_last_5m: 0, health: { state: 'half-open' } });
    expect(health.claimProbe(endpointName('two', 'two/model'))).toBe(true); // looking is not probing
  });

  it('there are none of a model that no provider offers, or that is a name all objects have', () => {
    for (const slug of ['maker/other', '', 'constructor', 'maker/other:nitro', 'maker/model:other']) {
      expect(describeEndpoints(slug, catalog, createHealthTracker(clock))).toBeNull();
    }
  });

  it('a suffix that sorts changes nothing, and ":free" leaves those that cost nothing', () => {
    const free = { ...bare, id: 'gratis', priceUsdPerMillionTokens: { prompt: 0, completion: 0 } };
    const variant = { ...bare, id: 'variant', slug: 'maker/model:free' };
    const some = createCatalog([provider('one', offering), provider('two', free), provider('three', variant), provider('four', bare)]);
    const idsOf = (name: string) => endpointsOf(name, undefined, some).map(({ model }) => model);
    expect(idsOf('maker/model')).toEqual(['model-v1', 'gratis', 'two/model']);
    for (const suffix of [':nitro', ':floor', ':exacto']) expect(idsOf(`maker/model${suffix}`)).toEqual(idsOf('maker/model'));
    for (const suffix of [':free', ':free:nitro']) expect(idsOf(`maker/model${suffix}`)).toEqual(['variant', 'gratis']);
    expect(['maker/model', 'maker/model:nitro', 'maker/model:free'].map((name) => describeAll(name, undefined, some)['id'])).toEqual([
      'maker/model',
      'maker/model',
      'maker/model:free',
    ]);
    expect(describeEndpoints('maker/model:free', catalog, createHealthTracker(clock))).toBeNull();
  });

  it('can be had for every listed model, with the parameters each endpoint accepts', () => {
    const all = createCatalog(PROVIDERS);
    // A name that ends in -latest has the endpoints of what is newest besides its own.
    for (const slug of all.slugs().filter((name) => !name.startsWith('~')))
      expect(endpointsOf(slug, undefined, all)).toHaveLength(all.offerings(slug).length);
    const [first] = endpointsOf('openai/gpt-4o', undefined, all);
    expect(first?.['supported_parameters']).toEqual(expect.arrayContaining(['temperature', 'tools']));
    expect(first?.['supported_parameters']).not.toContain('top_k');
  });
});
