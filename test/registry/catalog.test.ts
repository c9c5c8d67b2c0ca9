/** The catalogue: patterns, which operation serves a model, what is particular to a model. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { offering } from '../routing/endpoints.ts';
import { PROVIDERS } from './all-providers.ts';
import { CATALOG } from '../../src/registry/catalog.generated.ts';
import { createCatalog, offeringOf, readCatalog, type Catalog } from '../../src/registry/catalog.ts';
import { writeCatalog } from '../../src/registry/write-catalog.ts';
import { matches, operationFor } from '../../src/registry/operation.ts';
import type { CompiledOperation, CompiledProvider } from '../../src/registry/provider.ts';

describe('readCatalog: an alias', () => {
  const anthropic = PROVIDERS.find(({ slug }) => slug === 'anthropic');

  it('has the entry of its model, and another dated id has none', () => {
    if (anthropic === undefined) throw new Error('no file of Anthropic');
    const entry = offeringOf(anthropic, 'claude-sonnet-4-5-20250929');
    expect(entry).toMatchObject({ maxOutputTokens: 64_000 });
    expect(offeringOf(anthropic, 'claude-sonnet-4-5')).toBe(entry);
    expect(offeringOf(anthropic, 'claude-sonnet-4-5-20991231')).toBeNull();
  });

  it('stands for the model of a provider, whatever a server of the operator calls its builds', () => {
    const model = (slug: string) => ({ ...offering(slug), id: 'pen' });
    const there = acme({ slug: 'lab', models: [model('lab/pen')] });
    const here = acme({ slug: 'server', baseUrl: 'http://localhost:1234/v1', models: [model('server/pen')] });
    for (const providers of [
      [there, here],
      [here, there],
    ])
      expect(createCatalog(providers).slugOfId('pen')).toBe('lab/pen');
    expect(createCatalog([here]).slugOfId('pen')).toBe('server/pen');
    expect(readCatalog(CATALOG).slugOfId('kimi-k3')).toBe('moonshotai/kimi-k3');
  });

  it('stands for the public slug of its model', () => {
    expect(createCatalog(PROVIDERS).slugOfId('claude-opus-4-5')).toBe('anthropic/claude-opus-4.5');
  });
});

const SEED = 20_261_121;

describe('readCatalog: a pattern', () => {
  it.each([
    ['gpt-5*', 'gpt-5', true],
    ['gpt-5*', 'gpt-5-mini', true],
    ['gpt-5*', 'gpt-4', false],
    ['o*', 'o3', true],
    ['o*', 'gpt-4o', false],
    ['*', '', true],
    ['', '', true],
    ['a', 'ab', false],
    ['*llama-3*instruct*', 'meta/llama-3-8b-instruct', true],
    ['*llama-3*instruct*', 'meta/instruct-llama-3', false],
    ['ab*ba', 'aba', false],
    ['ab*ba', 'abba', true],
    ['a.c', 'abc', false],
  ])('%j matches %j: %s', (pattern, id, expected) => {
    expect(matches(pattern, id)).toBe(expected);
  });

  it('means what the same regular expression means', () => {
    const letters = (...choices: string[]) => fc.array(fc.constantFrom(...choices), { maxLength: 8 }).map((list) => list.join(''));
    fc.assert(
      fc.property(letters('a', 'b', '.', '*', '*'), letters('a', 'b', '.'), (pattern, id) => {
        const source = pattern
          .split('*')
          .map((piece) => piece.replaceAll('.', String.raw`\.`))
          .join('.*');
        expect(matches(pattern, id)).toBe(new RegExp(`^${source}$`).test(id));
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it('is judged in time that does not explode', () => {
    expect(matches(`${'a*'.repeat(2000)}b`, 'a'.repeat(20_000))).toBe(false);
  });
});

const operation = (more: Partial<CompiledOperation> = {}): CompiledOperation => ({
  ...chatOperation({ path: '/x', parameters: {} }),
  ...more,
});

const provider = (operations: CompiledProvider['operations']): CompiledProvider => ({
  slug: 'mine',
  name: 'Mine',
  docs: 'https://mine.example',
  baseUrl: null,
  auth: [{ scheme: 'bearer', secret: 'MINE_API_KEY', optional: false }],
  variables: {},
  binding: null,
  discontinued: null,
  modelsPath: '/models',
  operations,
  models: [],
});

describe('readCatalog: the operation for a model', () => {
  const chosen = (operations: CompiledProvider['operations'], wanted: 'chat' | 'completions', model = 'm') =>
    operationFor(provider(operations), wanted, model)?.operation ?? null;

  it('is the one asked for where the provider has it, else the other one', () => {
    expect(chosen({ chat: [operation()], completions: [operation()] }, 'completions')).toBe('completions');
    expect(chosen({ chat: [operation()] }, 'completions')).toBe('chat');
    expect(chosen({ completions: [operation()] }, 'chat')).toBe('completions');
    expect(chosen({}, 'chat')).toBeNull();
  });

  it('respects a list of models: those go there, all others to the other operation', () => {
    const listed = { chat: [operation()], completions: [operation({ onlyModels: ['old-*'] })] };
    expect(chosen(listed, 'chat', 'old-1')).toBe('completions');
    expect(chosen(listed, 'completions', 'old-1')).toBe('completions');
    expect(chosen(listed, 'completions', 'new-1')).toBe('chat');
    expect(chosen({ completions: [operation({ onlyModels: ['old-*'] })] }, 'chat', 'new-1')).toBeNull();
  });

  it('leaves the choice to the client where both operations list the model', () => {
    const both = { chat: [operation({ onlyModels: ['m'] })], completions: [operation({ onlyModels: ['m'] })] };
    expect([chosen(both, 'chat'), chosen(both, 'completions')]).toEqual(['chat', 'completions']);
  });
});

describe('readCatalog: what is particular to a model', () => {
  const byModel = [
    { pattern: 'a-1', parameters: { top_k: false as const }, template: 'gemma' },
    {
      pattern: 'a-*',
      parameters: { top_k: { maximum: 5 }, seed: false as const },
      quirks: ['odd'],
      template: 'chatml',
      roles: { tool: 'user' },
    },
  ];
  const rulesFor = (model: string) =>
    operationFor(
      provider({ chat: [operation({ parameters: { top_k: {}, user: {} }, roles: { developer: 'system' }, byModel })] }),
      'chat',
      model,
    )?.rules;

  it('is laid over the rest, the most specific last', () => {
    expect(rulesFor('a-1')).toMatchObject({
      parameters: { top_k: false, seed: false, user: {} },
      quirks: ['odd'],
      template: 'gemma',
      roles: { developer: 'system', tool: 'user' },
    });
    expect(rulesFor('a-2')).toMatchObject({ parameters: { top_k: { maximum: 5 }, seed: false }, template: 'chatml' });
  });

  it('does not touch other models', () => {
    expect(rulesFor('b')).toMatchObject({
      parameters: { top_k: {}, user: {} },
      quirks: [],
      template: 'plain',
      roles: { developer: 'system' },
    });
  });
});

describe('readCatalog: the index', () => {
  const catalog = createCatalog(PROVIDERS);

  it('finds providers by slug and offerings by model', () => {
    expect(catalog.provider('novita')?.name).toBe('Novita AI');
    expect(catalog.provider('nobody')).toBeUndefined();
    expect(catalog.provider('constructor')).toBeUndefined();
    expect(catalog.offerings('nobody/nothing')).toEqual([]);
    const offered = catalog.offerings('openai/gpt-4o').map(({ provider: { slug }, offering }) => [slug, offering.id]);
    expect(offered).toContainEqual(['openai', 'gpt-4o']);
    expect(offered).toContainEqual(['openrouter', 'openai/gpt-4o']);
    expect(offered.map(([slug]) => slug)).toEqual(offered.map(([slug]) => slug).toSorted());
  });

  it('lists every public slug once, sorted', () => {
    const slugs = catalog.slugs();
    expect([...new Set(slugs)].sort()).toEqual(slugs);
    expect(new Set(PROVIDERS.flatMap(({ models }) => models.map(({ slug }) => slug)))).toEqual(new Set(slugs));
  });
});

describe('readCatalog: the catalogue as the build writes it', () => {
  const written = readCatalog(CATALOG);
  const made = createCatalog(PROVIDERS);

  it('knows the same models of the same providers, in the same order', () => {
    expect(written.slugs()).toEqual(made.slugs());
    expect(written.providers).toEqual(made.providers); // once: every offering of a slug holds its provider
    const offersOf = ({ offerings }: Catalog, slug: string) =>
      offerings(slug).map(({ provider: { slug: by }, offering }) => [by, offering]);
    for (const slug of made.slugs()) expect(offersOf(written, slug)).toEqual(offersOf(made, slug));
    expect(written.providers.map(({ slug }) => slug)).toEqual(Object.keys(CATALOG.providers));
  });

  it('holds a thousand providers, and one whose only model has no facts of its own', () => {
    const providers = Array.from({ length: 1000 }, (_, at) =>
      acme({
        slug: `host-${at}`,
        models: [{ slug: `maker/model-${at}`, id: `model-${at}`, source: 'https://a.example', checked: '2026-11-20' }],
      }),
    );
    const catalog = readCatalog(writeCatalog(providers));
    for (const { slug, models } of [providers.slice(0, 1), providers.slice(-1)].flat()) {
      expect(catalog.provider(slug)?.models).toMatchObject(models);
      expect(catalog.offerings(models[0]?.slug ?? '')).toHaveLength(1);
    }
  });

  it('reads a provider once, and only the one that is asked for', () => {
    const texts = { ...CATALOG.providers, openai: 'not JSON' };
    const { provider } = readCatalog({ ...CATALOG, providers: texts });
    expect(provider('anthropic')?.slug).toBe('anthropic');
    expect(provider('anthropic')).toBe(provider('anthropic'));
    expect(() => provider('openai')).toThrow(SyntaxError);
  });

  it.each(['nobody', '__proto__', 'constructor', ''])('knows nothing of %j', (name) => {
    expect(written.provider(name)).toBeUndefined();
    expect(written.offerings(name)).toEqual([]);
    expect(made.offerings(name)).toEqual([]);
  });
});
