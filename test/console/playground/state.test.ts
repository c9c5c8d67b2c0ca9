/** State of the playground, and the address that holds it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgetKept, keepState, readKept } from '../../../src/console/pages/playground/kept-state.ts';
import { MAX_TARGETS, modelsOf, targetsOf, withModels, type PlaygroundState } from '../../../src/console/pages/playground/state.ts';
import { readState, writeState } from '../../../src/console/pages/playground/url-state.ts';
import { readRoute, routeHref } from '../../../src/console/route.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const EXAMPLE: JsonObject = { messages: [{ role: 'user', content: 'example' }] };

const name = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => text.isWellFormed());
const json = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'binary' })
  .map((value) => JSON.parse(JSON.stringify(value).toWellFormed()) as unknown)
  .filter((value) => !/\d{16}/.test(JSON.stringify(value)));
const body = fc
  .dictionary(
    name.filter((key) => key !== 'model'),
    json,
  )
  .map((fields) => ({ ...fields }) as JsonObject);
const state: fc.Arbitrary<PlaygroundState> = fc
  .record({ request: body, models: fc.uniqueArray(name, { maxLength: 4 }), providers: fc.uniqueArray(name, { maxLength: 4 }) })
  .map(({ request, models, providers }) => withModels({ request, moreModels: [], providers }, models));

describe('the address', () => {
  it('restores the state that it was made from', () => {
    fc.assert(
      fc.property(state, (before) => {
        const { query } = readRoute(routeHref('playground', writeState(before)));
        expect(readState(query, EXAMPLE)).toEqual({ state: before, error: null });
      }),
      { numRuns: 500 },
    );
  });

  it.each([[null], [''], [7], [['a']]])('keeps the model %j, which is no name, in the request', (model) => {
    const before: PlaygroundState = { request: { model, messages: [] }, moreModels: ['a/b'], providers: [] };
    expect(readState(writeState(before), EXAMPLE)).toEqual({ state: before, error: null });
  });

  it('with a model and a provider only has the example request: a generation is replayed so', () => {
    const { query } = readRoute('#/playground?model=author%2Fname&provider=groq');
    expect(readState(query, EXAMPLE).state).toEqual({ request: { model: 'author/name', ...EXAMPLE }, moreModels: [], providers: ['groq'] });
  });

  it.each(['{"a":', '[1]', 'null', '{"a":1,"a":2}'])('says that the request %s cannot be read', (text) => {
    const { state: read, error } = readState(new URLSearchParams({ model: 'a/b', request: text }), EXAMPLE);
    expect(error).toMatch(/cannot be read/);
    expect(read.request).toEqual({ model: 'a/b', ...EXAMPLE });
  });
});

describe('targetsOf', () => {
  const base: PlaygroundState = {
    request: { model: 'a/one', provider: { sort: 'price' } },
    moreModels: ['a/two', '@p/three'],
    providers: [],
  };

  it('has one column for each model where the router decides', () => {
    const { targets } = targetsOf(base, () => true);
    expect(targets.map(({ body: sent }) => sent)).toEqual(
      ['a/one', 'a/two', '@p/three'].map((model) => ({ model, provider: { sort: 'price' } })),
    );
  });

  it('asks each chosen provider, keeps the other preferences, and says which pairs are left out', () => {
    const { targets, skipped } = targetsOf(
      { ...base, providers: ['p', 'q'] },
      (model, provider) => !(model === 'a/two' && provider === 'q'),
    );
    expect(targets.map(({ body: sent }) => sent)).toEqual([
      { model: 'a/one', provider: { sort: 'price', only: ['p'] } },
      { model: 'a/one', provider: { sort: 'price', only: ['q'] } },
      { model: 'a/two', provider: { sort: 'price', only: ['p'] } },
      { model: '@p/three', provider: { sort: 'price' } },
    ]);
    expect(skipped).toEqual(['q does not list a/two']);
  });

  it('asks all where no provider lists a model: the router says why', () => {
    const { targets, skipped } = targetsOf({ request: { model: 'a/one' }, moreModels: [], providers: ['p'] }, () => false);
    expect([targets.map(({ provider }) => provider), skipped]).toEqual([['p'], []]);
  });

  it('counts the columns beyond the limit', () => {
    const providers = Array.from({ length: MAX_TARGETS + 3 }, (_, index) => `p${index}`);
    const { targets, more } = targetsOf({ request: { model: 'a/one' }, moreModels: [], providers }, () => true);
    expect([targets.length, more]).toEqual([MAX_TARGETS, 3]);
  });

  it('asks the router even without a model: its answer says what is missing', () => {
    expect(targetsOf({ request: {}, moreModels: [], providers: [] }, () => true).targets).toHaveLength(1);
  });

  it('takes each model once', () => {
    expect(modelsOf({ request: { model: 'a/b' }, moreModels: ['a/b', 'c/d'], providers: [] })).toEqual(['a/b', 'c/d']);
  });
});

/** Storage of a tab, in memory. @param most characters that fit. */
function memoryStorage(most = Infinity): Storage {
  const entries: Record<string, string> = {};
  const methods = {
    getItem: (key: string) => entries[key] ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > most) throw new DOMException('full', 'QuotaExceededError');
      entries[key] = value;
    },
    removeItem: (key: string) => delete entries[key],
  };
  return new Proxy(methods as unknown as Storage, {
    ownKeys: () => Object.keys(entries),
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}

describe('states that are too long for the address', () => {
  it('are kept in the tab under a name, the last five of them', () => {
    const storage = memoryStorage();
    const names = Array.from({ length: 7 }, (_, index) => keepState(`request=${index}`, storage) ?? '');
    expect(names.map((kept) => readKept(kept, storage))).toEqual([null, null, ...[2, 3, 4, 5, 6].map((index) => `request=${index}`)]);
  });

  it('are forgotten on signing out, and nothing else', () => {
    const storage = memoryStorage();
    storage.setItem('other', 'stays');
    const kept = ['a', 'b'].map((query) => keepState(query, storage) ?? '');
    forgetKept(storage);
    expect(kept.map((name) => readKept(name, storage))).toEqual([null, null]);
    expect(storage.getItem('other')).toBe('stays');
  });

  it('have no name where the storage is full', () => {
    expect(keepState('x'.repeat(11), memoryStorage(10))).toBeNull();
    expect(readKept('unknown', memoryStorage())).toBeNull();
  });
});
