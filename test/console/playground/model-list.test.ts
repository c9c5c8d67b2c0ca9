/** Models in compact form, and the search in them. */
import { describe, expect, it } from 'vitest';
import {
  compactModel,
  exampleChoice,
  indexModels,
  offers,
  providersOf,
  searchModels,
  usableProviders,
  type ListedModel,
  type ModelSearch,
} from '../../../src/console/pages/playground/model-list.ts';
import { imageMistake, moved, readMessage, writeMessage } from '../../../src/console/pages/playground/messages.ts';

const listed = (id: string, fields: Partial<ListedModel> = {}): ListedModel => ({
  id,
  endpoints: [{ provider: 'p', model: id }],
  ...fields,
});
const ANY: ModelSearch = { text: '', mostUsd: null, leastContext: null, capabilities: [], order: 'name' };

const MODELS = [
  listed('b/large', {
    name: 'Large',
    context_length: 200_000,
    pricing: { prompt: '0.000003', completion: '0.000015' },
    supported_parameters: ['tools'],
  }),
  listed('a/small', {
    context_length: 8000,
    pricing: { prompt: '0.0000001', completion: '0' },
    endpoints: [
      { provider: 'p', model: 'small' },
      { provider: 'quick', model: 'small-1' },
    ],
  }),
  listed('c/unknown', { pricing: { prompt: '-1', completion: '-1' }, architecture: { input_modalities: ['text', 'image'] } }),
].map(compactModel);
const INDEX = indexModels(MODELS);
const idsOf = (search: Partial<ModelSearch>) => searchModels(MODELS, { ...ANY, ...search }).map(({ id }) => id);

describe('searchModels', () => {
  it.each<[Partial<ModelSearch>, string[]]>([
    [{}, ['a/small', 'b/large', 'c/unknown']],
    [{ text: 'LARGE b/' }, ['b/large']],
    [{ text: 'quick' }, ['a/small']],
    [{ mostUsd: 1 }, ['a/small']],
    [{ leastContext: 10_000 }, ['b/large']],
    [{ capabilities: ['images'] }, ['c/unknown']],
    [{ capabilities: ['images', 'tools'] }, []],
    [{ order: 'price' }, ['a/small', 'b/large', 'c/unknown']],
    [{ order: 'context' }, ['b/large', 'a/small', 'c/unknown']],
    [{ order: 'providers' }, ['a/small', 'b/large', 'c/unknown']],
  ])('%j finds %j', (search, ids) => {
    expect(idsOf(search)).toEqual(ids);
  });
});

describe('models', () => {
  it('have prices per million tokens; a price that is not fixed is not known', () => {
    expect(MODELS.map(({ promptUsd, completionUsd }) => [promptUsd, completionUsd])).toEqual([
      [3, 15],
      [0.1, 0],
      [null, null],
    ]);
  });

  it('know their providers; of names that are not listed nothing is known', () => {
    expect(providersOf(INDEX, ['a/small', 'b/large', 'x'])).toEqual(['p', 'quick']);
    expect([offers(INDEX, 'a/small', 'quick'), offers(INDEX, 'b/large', 'quick'), offers(INDEX, 'b/large:free', 'quick')]).toEqual([
      true,
      false,
      null,
    ]);
  });

  it('keep the chosen providers that may serve them', () => {
    expect(usableProviders(INDEX, ['b/large'], ['quick', 'p'])).toEqual(['p']);
    expect(usableProviders(INDEX, ['b/large', 'x/own'], ['quick', 'p'])).toEqual(['quick', 'p']);
  });

  it('give an example that can be called, or none', () => {
    expect(exampleChoice(INDEX, () => true)).toEqual({ model: 'a/small', providers: ['p', 'quick'] });
    expect(exampleChoice(INDEX, (slug) => slug === 'quick')).toEqual({ model: 'a/small', providers: ['quick'] });
    expect(exampleChoice(INDEX, () => false)).toBeNull();
  });
});

describe('messages', () => {
  it('are read and written with images, and keep their further fields', () => {
    const message = { role: 'user', name: 'x', content: 'hello' };
    const withImage = writeMessage(message, { text: 'hello', images: ['https://a.test/b.png'] });
    expect(withImage).toEqual({
      ...message,
      content: [
        { type: 'text', text: 'hello' },
        { type: 'image_url', image_url: { url: 'https://a.test/b.png' } },
      ],
    });
    expect(readMessage(withImage)).toEqual({ text: 'hello', images: ['https://a.test/b.png'] });
    expect(writeMessage(withImage, { text: 'hello', images: [] })).toEqual(message);
  });

  it.each([
    [null],
    [
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    ],
    [[{ type: 'text', text: 'a', cache_control: {} }]],
    [[{ type: 'image_url', image_url: { url: 'x', detail: 'low' } }]],
    [[{ type: 'input_audio' }]],
  ])('with the content %j are left to the JSON view, because the form would lose fields', (content) => {
    expect(readMessage({ role: 'user', content })).toBeNull();
  });

  it('move by one place', () => {
    expect([moved([1, 2, 3], 0, 1), moved([1, 2, 3], 2, -1)]).toEqual([
      [2, 1, 3],
      [1, 3, 2],
    ]);
  });

  it('take addresses of images that can be fetched or are data', () => {
    expect(
      ['https://a.test/x', 'data:image/png;base64,AAAA', 'javascript:alert(1)', 'data:text/html;base64,AA', ''].map(
        (url) => imageMistake(url) === null,
      ),
    ).toEqual([true, true, false, false, false]);
  });
});
