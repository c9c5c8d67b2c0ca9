/** The compact form of models: what the files say is what the router reads. */
import { describe, expect, it } from 'vitest';
import { compileProviders } from '../../src/build.ts';
import { offeringOf, readCatalog } from '../../src/registry/catalog.ts';
import type { Offering } from '../../src/registry/provider.ts';
import { writeCatalog } from '../../src/registry/write-catalog.ts';
import { acme } from '../support/fake-providers.ts';

const { providers } = compileProviders();
const read = readCatalog(writeCatalog(providers));

/** Facts that rules and prices depend on. The name and the day of release are those that most providers state for the slug. */
const factsOf = ({ name: _name, released: _released, ...facts }: Offering) => facts;

describe('model rows: every model of the files', () => {
  it.each(providers)('of $slug is read with all its facts', ({ slug, models }) => {
    expect(read.provider(slug)?.models.map(factsOf)).toEqual(models.map(factsOf));
  });

  it('that is retired is known by its names', () => {
    const retired = providers.flatMap(({ slug, retired: gone = [] }) => gone.map((model) => ({ provider: slug, ...model })));
    expect(retired.length).toBeGreaterThan(50);
    for (const model of retired)
      for (const name of [model.id, model.slug, ...(model.aliases ?? [])]) expect(read.retired(name)).toContainEqual(model);
  });
});

describe('model rows: a model', () => {
  const base = { source: 'https://a.example', checked: '2026-11-20' };
  const host = (slug: string, ...models: Partial<Offering>[]) =>
    acme({ slug, models: models.map((model) => ({ id: 'm-1', slug: 'lab/m-1', ...base, ...model })) });

  it.each<Partial<Offering>>([
    {},
    { id: 'm.1', name: 'My Model' },
    { id: 'lab/m-1', released: '2026-01-31', contextTokens: 1, maxInputTokens: 2, maxOutputTokens: 3 },
    { aliases: ['other', 'another'] },
    { tools: true, structuredOutputs: false, temperature: false, status: 'beta', expires: '2027-01-01' },
    { input: ['text', 'image', 'file', 'audio', 'video'], output: ['embeddings'] },
    { reasoning: false },
    { reasoning: true },
    { reasoning: {} },
    { reasoning: { efforts: ['none', 'a new one'], switch: true, budget: { minimum: 0, maximum: 5 } } },
    { parameters: ['max_tokens', 'temperature'] },
    {
      priceUsdPerMillionTokens: {
        prompt: 0.000_001,
        completion: 0,
        cacheWrite1h: 3,
        above: [{ promptTokens: 100, prompt: 1, completion: 2 }],
        tiers: { flex: { prompt: 1, completion: 2 } },
      },
    },
  ])('is read as it was written: %j', (model) => {
    const written = writeCatalog([host('one', model), host('two', { contextTokens: 7 })]);
    const catalog = readCatalog(written);
    const [expected] = host('one', model).models;
    const { name: _, ...found } = catalog.provider('one')?.models[0] ?? {};
    const { name: _name, ...stated } = expected ?? {};
    expect(found).toMatchObject(stated);
    expect(catalog.provider('two')?.models[0]).toMatchObject({ id: 'm-1', contextTokens: 7 });
  });

  it('is found by each of its names', () => {
    const catalog = readCatalog(writeCatalog([host('one', { aliases: ['m-old'] }, { id: 'm-1-fast' })]));
    const provider = catalog.provider('one');
    if (provider === undefined) throw new Error('no provider');
    expect(['m-1', 'm-old', 'm-1-fast', 'm-2'].map((id) => offeringOf(provider, id)?.id)).toEqual(['m-1', 'm-1', 'm-1-fast', undefined]);
    expect(catalog.offerings('lab/m-1').map(({ offering }) => offering.id)).toContain('m-1');
  });
});

describe('model rows: places', () => {
  const read = readCatalog(writeCatalog(providers));

  it('every public slug has its offerings, and no other name has any', () => {
    for (const slug of read.slugs()) {
      const found = read.offerings(slug).map(({ provider, offering }) => `${provider.slug} ${offering.slug}`);
      const expected = providers
        .filter(({ models }) => models.some((model) => model.slug === slug))
        .map((provider) => `${provider.slug} ${slug}`);
      expect(found.toSorted()).toEqual(expected.toSorted());
    }
    for (const name of ['', 'a', '\u{10ffff}', 'openai/', 'openai/gpt-4', '\t']) {
      const expected = providers.filter(({ models }) => models.some(({ slug }) => slug === name)).map(({ slug }) => slug);
      expect(read.offerings(name).map(({ provider }) => provider.slug)).toEqual(expected);
    }
  });

  it('a catalogue without models has no slugs', () => {
    expect(readCatalog(writeCatalog([acme({ slug: 'one', models: [] })])).slugs()).toEqual([]);
  });
});
