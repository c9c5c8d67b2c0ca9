/** A provider's own list of models against its file. */
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { readModelList, syncModels, type ListedModel, type SyncOptions } from '../../src/registry/sync.ts';

const FILE = `// A file with words in it.
{
  "name": "Mine", // its name
  "models": [
    // The first one.
    {
      "slug": "a/one",
      "id": "one", // as the provider calls it
      "contextTokens": 1000,
      "priceUsdPerMillionTokens": { "prompt": 1, "completion": 2, "cacheWrite": 3 },
      "source": "https://mine.example",
      "checked": "2025-09-01"
    },
    { "slug": "a/two", "id": "two", "source": "https://mine.example", "checked": "2025-09-01" }
  ]
}
`;

const options: SyncOptions = {
  slug: 'mine',
  source: 'https://mine.example/models',
  today: '2026-11-21',
  adds: () => true,
  publicSlug: () => null,
};
const sync = (listed: ListedModel[], more: Partial<SyncOptions> = {}) => syncModels(FILE, listed, { ...options, ...more });
const modelsIn = (text: string) => (parse(text) as { models: object[] }).models;

describe('a list', () => {
  it.each<[string, unknown, object]>([
    ['of OpenAI', { object: 'list', data: [{ id: 'm', object: 'model', owned_by: 'x' }] }, { id: 'm' }],
    [
      'of OpenRouter',
      {
        data: [
          {
            id: 'a/m',
            name: 'A: M',
            context_length: 8000,
            top_provider: { max_completion_tokens: 4000 },
            architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
            pricing: { prompt: '0.0000025', completion: '0.00001', input_cache_read: '0.00000125' },
          },
        ],
      },
      {
        id: 'a/m',
        name: 'A: M',
        contextTokens: 8000,
        maxOutputTokens: 4000,
        input: ['text', 'image'],
        output: ['text'],
        priceUsdPerMillionTokens: { prompt: 2.5, completion: 10, cachedPrompt: 1.25 },
      },
    ],
    [
      'of Together',
      [{ id: 'm', context_length: 5, pricing: { input: 0.9, output: 0.9, hourly: 0 } }],
      { id: 'm', contextTokens: 5, priceUsdPerMillionTokens: { prompt: 0.9, completion: 0.9 } },
    ],
    [
      'of DeepInfra',
      { data: [{ id: 'm', metadata: { context_length: 7, pricing: { input_tokens: 1, output_tokens: 2, cache_read_tokens: 0.5 } } }] },
      { id: 'm', contextTokens: 7, priceUsdPerMillionTokens: { prompt: 1, completion: 2, cachedPrompt: 0.5 } },
    ],
    [
      'of Groq',
      { data: [{ id: 'm', context_window: 131072, max_completion_tokens: 32768 }] },
      { id: 'm', contextTokens: 131072, maxOutputTokens: 32768 },
    ],
    ['of vLLM', { data: [{ id: 'm', max_model_len: 4096 }] }, { id: 'm', contextTokens: 4096 }],
    [
      'of Gemini',
      { models: [{ name: 'models/m', displayName: 'M', inputTokenLimit: 10, outputTokenLimit: 5 }] },
      { id: 'm', name: 'M', contextTokens: 10, maxOutputTokens: 5 },
    ],
    [
      'with prices in a unit that it does not say',
      { data: [{ id: 'm', pricing: { prompt: 3, completion: 4 }, input_token_price_per_m: 2700 }] },
      { id: 'm' },
    ],
  ])('%s is read', (_, body, expected) => {
    expect(readModelList(body)).toEqual([expected]);
  });

  it.each([null, 'x', {}, { data: 7 }, { data: [null, 7, {}, { id: '' }] }])('that is none (%j) is empty', (body) => {
    expect(readModelList(body)).toEqual([]);
  });
});

describe('a file', () => {
  it('that says what the list says is not touched', () => {
    expect(sync([{ id: 'one', contextTokens: 1000, name: 'One' }, { id: 'two' }])).toEqual({
      text: FILE,
      updated: [],
      added: [],
      unlisted: [],
      left: [],
    });
  });

  it('gets what changed, and the day it was looked at, and keeps its comments', () => {
    const { text, updated } = sync([
      { id: 'one', contextTokens: 2000, priceUsdPerMillionTokens: { prompt: 1.5, completion: 2 } },
      { id: 'two' },
    ]);
    expect(updated).toEqual([{ id: 'one', fields: ['contextTokens', 'priceUsdPerMillionTokens'] }]);
    expect(modelsIn(text)[0]).toEqual({
      slug: 'a/one',
      id: 'one',
      contextTokens: 2000,
      priceUsdPerMillionTokens: { prompt: 1.5, completion: 2, cacheWrite: 3 },
      source: 'https://mine.example/models',
      checked: '2026-11-21',
    });
    for (const words of ['// A file with words in it.', '// its name', '// The first one.', '// as the provider calls it'])
      expect(text).toContain(words);
    expect(modelsIn(text)[1]).toEqual(modelsIn(FILE)[1]);
  });

  it('gets new models at its end, under the slug that others know them by', () => {
    const { text, added } = sync([{ id: 'one' }, { id: 'two' }, { id: 'Org/New', contextTokens: 5 }, { id: 'New2' }], {
      publicSlug: ({ id }) => (id === 'New2' ? 'org/new-2' : null),
    });
    expect(added).toEqual(['Org/New', 'New2']);
    expect(modelsIn(text).slice(2)).toMatchObject([
      { slug: 'org/new', id: 'Org/New', contextTokens: 5, checked: '2026-11-21' },
      { slug: 'org/new-2', id: 'New2' },
    ]);
  });

  it('keeps what the list does not name, and leaves out what is not wanted, and says both', () => {
    const { text, unlisted, left } = sync([{ id: 'one' }, { id: 'three' }], { adds: () => false });
    expect([text, unlisted, left]).toEqual([FILE, ['two'], ['three']]);
  });
});
