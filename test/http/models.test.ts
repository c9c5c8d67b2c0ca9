/** `GET /models` and `GET /providers`, in the shapes OpenRouter's clients expect. */
import { describe, expect, it } from 'vitest';
import { describeModel, describePrice, listModels, retrieveModel, listProviders } from '../../src/http/models.ts';
import { createAccess } from '../../src/platform/provider-access.ts';
import { acme } from '../support/fake-providers.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider, Offering } from '../../src/registry/provider.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';

const catalog = createCatalog(PROVIDERS);
const OFFERING: Offering = { slug: 'a/b', id: 'b', source: 'https://a.example', checked: '2026-01-01' };
const models = listModels(catalog)['data'] as JsonObject[];
const model = (id: string, list = models) => list.find((entry) => entry['id'] === id);

describe('GET /models: models', () => {
  it('lists every public slug once', () => {
    expect(models.map(({ id }) => id)).toEqual(catalog.slugs());
    expect(listModels(catalog)).toMatchObject({ object: 'list', total_count: models.length });
  });

  it('describes a model as OpenRouter and OpenAI do', () => {
    expect(model('openai/gpt-4o')).toMatchObject({
      id: 'openai/gpt-4o',
      canonical_slug: 'openai/gpt-4o',
      object: 'model',
      owned_by: 'openai',
      created: Date.parse('2024-05-13') / 1000,
      context_length: 128_000,
      architecture: { input_modalities: expect.arrayContaining(['text', 'image']), output_modalities: ['text'] },
      pricing: { prompt: '0.0000025', completion: '0.00001', input_cache_read: '0.00000125' },
      top_provider: { context_length: 128_000, max_completion_tokens: 16_384 },
      endpoints: expect.arrayContaining([expect.objectContaining({ provider: 'openai', model: 'gpt-4o' })]),
    });
  });

  it('lists the parameters that some endpoint of the model accepts, and no others', () => {
    expect(model('openai/gpt-4o')?.['supported_parameters']).toEqual(
      expect.arrayContaining(['temperature', 'tools', 'stop', 'max_tokens']),
    );
    expect(model('openai/gpt-4o')?.['supported_parameters']).not.toContain('ignore_eos');
    expect(model('openai/gpt-4o')?.['supported_parameters']).not.toContain('stream_options');
    expect(model('openai/gpt-5')?.['supported_parameters']).toContain('reasoning_effort');
  });

  it('states the day on which a model ends, for each endpoint, and for the model when all of them state it', () => {
    const ending = (provider: string, expires?: string) =>
      ({ provider: acme({ slug: provider }), offering: { ...OFFERING, ...(expires === undefined ? {} : { expires }) } }) as const;
    const described = describeModel('a/b', [ending('one', '2026-12-11'), ending('two', '2027-01-14')]);
    expect(described).toMatchObject({
      expiration_date: '2027-01-14',
      endpoints: [{ expiration_date: '2026-12-11' }, { expiration_date: '2027-01-14' }],
    });
    const open = describeModel('a/b', [ending('one', '2026-12-11'), ending('two')]);
    expect(open).toMatchObject({ expiration_date: null, endpoints: [{ expiration_date: '2026-12-11' }, {}] });
  });

  it('what no file says is null, and a price -1, never a made-up number', () => {
    expect(model('openrouter/auto')).toMatchObject({ pricing: { prompt: '-1', completion: '-1' } });
    expect(model('intfloat/e5-mistral-7b-instruct')).toMatchObject({ top_provider: { max_completion_tokens: null } });
  });

  it("has every kind of price under OpenRouter's names, with steps by the length of the prompt", () => {
    const rates = { prompt: 1, completion: 2, cachedPrompt: 3, cacheWrite: 4, cacheWrite1h: 5, audioPrompt: 6, cachedAudioPrompt: 7 };
    const offering: Offering = {
      slug: 'a/b',
      id: 'b',
      priceUsdPerMillionTokens: { ...rates, audioCompletion: 8, above: [{ promptTokens: 200_000, prompt: 9, completion: 10 }] },
      priceUsdPerWebSearch: 0.01,
      source: 'https://a.example',
      checked: '2026-01-01',
    };
    expect(describePrice(offering)).toEqual({
      prompt: '0.000001',
      completion: '0.000002',
      input_cache_read: '0.000003',
      input_cache_write: '0.000004',
      input_cache_write_1h: '0.000005',
      audio: '0.000006',
      input_audio_cache: '0.000007',
      audio_output: '0.000008',
      web_search: '0.01',
      overrides: [{ min_prompt_tokens: 200_000, prompt: '0.000009', completion: '0.00001' }],
    });
  });

  it.each([
    [0, '0'],
    [1, '0.000001'],
    [0.15, '0.00000015'],
    [1000, '0.001'],
    [1_000_000, '1'],
    [10_000_000, '10'],
  ])('%d USD for a million tokens is %s a token', (prompt, expected) => {
    const offering: Offering = {
      slug: 'a/b',
      id: 'b',
      priceUsdPerMillionTokens: { prompt, completion: prompt },
      source: 'https://a.example',
      checked: '2026-01-01',
    };
    const provider: CompiledProvider = {
      slug: 'mine',
      name: 'Mine',
      docs: 'https://mine.example',
      baseUrl: null,
      auth: [{ scheme: 'bearer', secret: 'MINE_API_KEY', optional: false }],
      variables: {},
      binding: null,
      discontinued: null,
      modelsPath: '/models',
      operations: {},
      models: [offering],
    };
    const [only] = listModels(createCatalog([provider]))['data'] as JsonObject[];
    expect(only?.['pricing']).toEqual({ prompt: expected, completion: expected });
  });

  it('shows the cheapest of several prices and the widest of several contexts', () => {
    const entry = model('meta-llama/llama-3.3-70b-instruct');
    const pricing = isObject(entry?.['pricing']) ? entry['pricing'] : {};
    const offered = catalog.offerings('meta-llama/llama-3.3-70b-instruct').map(({ offering }) => offering);
    const prices = offered.flatMap(({ priceUsdPerMillionTokens: price }) => (price === undefined ? [] : [price]));
    const cheapest = prices.reduce((best, price) => (price.prompt + price.completion < best.prompt + best.completion ? price : best));
    expect(prices.length).toBeGreaterThan(1);
    expect(Number(pricing['prompt']) * 1e6).toBeCloseTo(cheapest.prompt, 9);
    expect(entry?.['context_length']).toBe(Math.max(...offered.map(({ contextTokens }) => contextTokens ?? 0)));
    expect(entry?.['endpoints']).toHaveLength(offered.length);
  });
});

describe('GET /models: providers', () => {
  const access = createAccess({ NOVITA_API_KEY: 'novita-key' });
  const list = listProviders(catalog, access)['data'] as JsonObject[];

  it('lists every provider file, and says which are ready', () => {
    expect(list.map(({ slug }) => slug)).toEqual(PROVIDERS.map(({ slug }) => slug));
    expect(list.find(({ slug }) => slug === 'novita')).toMatchObject({
      name: 'Novita AI',
      operations: ['chat'],
      ready: true,
      missing: [],
      simulated: false,
    });
    expect(list.find(({ slug }) => slug === 'octoai')).toMatchObject({
      ready: false,
      missing: ['OCTOAI_BASE_URL'],
      discontinued: expect.any(String),
    });
  });

  it('shows no key', () => {
    expect(JSON.stringify(list)).not.toContain('novita-key');
  });
});

describe('GET /models: one model', () => {
  it.each(['openai/gpt-4o', 'openai/gpt-4o:nitro'])('%s is described as in the list', (name) => {
    expect(retrieveModel(name, catalog)).toEqual((listModels(catalog)['data'] as JsonObject[]).find(({ id }) => id === 'openai/gpt-4o'));
  });

  it('every id of a vendor that only one offering has stands for its model', () => {
    const ids = catalog.providers.flatMap(({ models }) => models.map(({ id, slug }) => ({ id, slug })));
    const isPlain = (id: string) => !/:(free|nitro|floor|exacto)$/.test(id) && catalog.offerings(id).length === 0;
    const unique = ids.filter(({ id }) => isPlain(id) && ids.filter((other) => other.id === id).length === 1);
    expect(unique.length).toBeGreaterThan(100);
    for (const { id, slug } of unique) expect(retrieveModel(id, catalog)['id']).toBe(slug);
  });

  it('an unknown name is an error with the nearest names', () => {
    expect(() => retrieveModel('anthropic/claude-sonet-4-5', catalog)).toThrow(/Did you mean "anthropic\/claude-sonnet-4\.5"/);
    expect(() => retrieveModel('gemini-2.5-flas', catalog)).toThrow(/Did you mean "google\/gemini-2\.5-flash/);
    expect(() => retrieveModel('gpt-4o-min', catalog)).toThrow(/Did you mean "openai\/gpt-4o-mini"/);
  });

  it('an unknown suffix is named as one', () => {
    expect(() => retrieveModel('openai/gpt-4o:online', catalog)).toThrow(
      /":online" is not a suffix of model names here.*"openai\/gpt-4o" without it/,
    );
  });
});
