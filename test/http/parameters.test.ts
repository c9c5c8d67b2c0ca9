/** `GET /parameters`: unified parameters with their ranges, and what providers accept of them. */
import { describe, expect, it } from 'vitest';
import type { KeyRecord } from '../../src/accounts/key-record.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { listParameters, type ParametersData, type ProviderParameters } from '../../src/http/parameters.ts';
import { PARAMETERS } from '../../src/unified/request/parameters.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { keyRecord } from '../support/key-record.ts';
import { createRouter, errorOf, json } from './router.ts';

const router = createRouter();

async function dataOf(query = '', from = router): Promise<ParametersData> {
  const response = await from.call('GET', `/v1/parameters${query}`);
  expect(response.status).toBe(200);
  return (await json(response))['data'] as ParametersData;
}
const names = (providers: readonly ProviderParameters[]) => [...new Set(providers.map(({ slug }) => slug))];

describe('GET /parameters: unified parameters', () => {
  it.each(['chat', 'completions', 'embeddings'] as const)('has all of %s, each with what is expected', async (operation) => {
    const { unified } = await dataOf(`?operation=${operation}`);
    const whole = unified.filter(({ name }) => !name.includes('.'));
    expect(whole.map(({ name, expected }) => [name, expected])).toEqual(
      Object.entries(PARAMETERS[operation]).map(([name, { expected }]) => [name, expected]),
    );
  });

  it('describes ranges, values and what has no effect', async () => {
    const { unified } = await dataOf();
    expect(unified).toEqual(
      expect.arrayContaining([
        { name: 'temperature', type: 'number', minimum: 0, maximum: 2, expected: 'a number from 0 to 2' },
        { name: 'top_p', type: 'number', minimum: 0, maximum: 1, neutral: 1, expected: 'a number from 0 to 1' },
        { name: 'seed', type: 'integer', expected: 'an integer below 2^53' },
        { name: 'reasoning.exclude', type: 'boolean' },
        expect.objectContaining({ name: 'verbosity', values: ['low', 'medium', 'high', 'xhigh', 'max'] }),
        expect.objectContaining({ name: 'session_id', maxLength: 256 }),
        expect.objectContaining({ name: 'tool_choice', neutral: 'auto' }),
      ]),
    );
  });

  it('has only values without effect that a request may have', async () => {
    for (const [operation, parameters] of Object.entries(PARAMETERS)) {
      for (const [name, { neutral, isNeutral, schema }] of Object.entries(parameters)) {
        if (neutral === undefined) continue;
        expect([operation, name, isNeutral?.(neutral)]).toEqual([operation, name, true]);
        expect([operation, name, schema().safeParse(neutral).success]).toEqual([operation, name, true]);
      }
    }
  });
});

describe('GET /parameters: rules of providers', () => {
  it('fits the patterns of a provider once, however often they are asked for', () => {
    const catalog = createCatalog(PROVIDERS);
    const source = { catalog, restriction: null, learned: { refusalsOf: () => new Map<string, string | null>() } };
    const [first, second] = [0, 1].map(() => listParameters({ provider: 'openai,anthropic' }, source).providers);
    expect(first?.length).toBeGreaterThan(2);
    for (const [index, one] of (first ?? []).entries()) expect(second?.[index]).toBe(one);
  });

  it('lists every provider of the operation, with the catalogue', async () => {
    const { providers } = await dataOf();
    const chats = PROVIDERS.filter(({ operations }) => operations.chat ?? operations.completions);
    expect(names(providers)).toEqual(chats.map(({ slug }) => slug));
    expect(await json(await router.call('GET', '/v1/parameters'))).toMatchObject({ catalog: { source: 'bundled' } });
    const embeddings = (await dataOf('?operation=embeddings')).providers;
    expect(embeddings.every(({ operation }) => operation === 'embeddings')).toBe(true);
  });

  it('names the parameters whose rules vary by model, and lists those rules where a provider is named', async () => {
    const all = (await dataOf()).providers.filter(({ slug }) => slug === 'anthropic');
    expect(all).toHaveLength(1);
    expect(all[0]?.varies).toEqual(expect.arrayContaining(['temperature', 'verbosity']));
    const { providers } = await dataOf('?provider=anthropic');
    expect(providers[0]).toEqual(all[0]);
    expect(providers.find(({ models }) => models === 'claude-3*')?.rules).toMatchObject({
      temperature: { accepted: true, minimum: 0, maximum: 1, from: 'file', reason: 'this provider accepts numbers from 0 to 1' },
      verbosity: { accepted: false },
    });
    expect(providers.find(({ models }) => models === 'claude-3*')?.rules).not.toHaveProperty('seed');
  });

  it('has the rules of one model, with what lists state of it', async () => {
    const { providers } = await dataOf('?provider=openai&model=gpt-4o');
    expect(providers).toMatchObject([{ slug: 'openai', models: 'gpt-4o', rules: { max_tokens: { maximum: 16_384, from: 'model' } } }]);
    expect((await dataOf('?model=@openai/gpt-4o')).providers).toEqual(providers);
    const named = await dataOf('?model=openai/gpt-4o');
    expect(names(named.providers).length).toBeGreaterThan(1);
    expect(named.providers).toEqual(expect.arrayContaining(providers));
    expect((await dataOf('?model=openai/gpt-4o&provider=openai')).providers).toEqual(providers);
  });

  it('has the rules of a model that no file lists, where the provider takes any id', async () => {
    const { providers } = await dataOf('?provider=novita&model=some/model');
    expect(providers).toMatchObject([{ slug: 'novita', models: 'some/model', rules: { temperature: { accepted: true } } }]);
  });

  it.each([
    ['?operation=speech', 400, 'operation: expected one of chat, completions, embeddings, got "speech".'],
    [
      '?provider=antropic',
      400,
      'provider: expected slugs of GET /providers, separated by commas, got "antropic". Did you mean "anthropic"?',
    ],
    [`?provider=${PROVIDERS.slice(0, 11).map(({ slug }) => slug)}`, 400, 'provider: expected at most 10 providers, got 11.'],
    ['?model=no-such/model', 404, 'no-such/model: no provider file lists this model'],
  ])('refuses %s', async (query, status, message) => {
    const response = await router.call('GET', `/v1/parameters${query}`);
    expect(response.status).toBe(status);
    expect((await errorOf(response))['message']).toContain(message);
  });
});

describe('GET /parameters with a restricted key', () => {
  const routerFor = (changes: Partial<KeyRecord>) =>
    createRouter({}, undefined, {
      authenticate: () => Promise.resolve({ tenant: 'a', account: 'a', isAdmin: false, key: keyRecord(changes) }),
    });

  it('lists the providers that it may use, and refuses others as it does unknown ones', async () => {
    const only = routerFor({ providers: ['openai', 'novita'] });
    expect(names((await dataOf('', only)).providers)).toEqual(['novita', 'openai']);
    const messageOf = async (slug: string) => (await errorOf(await only.call('GET', `/v1/parameters?provider=${slug}`)))['message'];
    expect(await messageOf('anthropic')).toBe((await messageOf('nothing'))?.toString().replace('nothing', 'anthropic'));
  });

  it('lists the providers of the models that it may use', async () => {
    const { providers } = await dataOf('', routerFor({ models: ['openai/gpt-4o', '@novita/*'] }));
    expect(names(providers)).toEqual(expect.arrayContaining(['openai', 'novita']));
    expect(names(providers)).not.toContain('anthropic');
  });

  it('has the rules of models that it may use, and of no others', async () => {
    const only = routerFor({ models: ['openai/gpt-4o'], providers: ['openai', 'openrouter'] });
    expect(names((await dataOf('?model=openai/gpt-4o', only)).providers).toSorted()).toEqual(['openai', 'openrouter']);
    const refused = await only.call('GET', '/v1/parameters?model=openai/gpt-5');
    expect([refused.status, (await errorOf(refused))['message']]).toEqual([403, expect.stringContaining('the key allows no models but')]);
  });
});
