/** Rows of a generated file and the corrections of a `.jsonc` file. */
import { describe, expect, it } from 'vitest';
import { compareEntry, mergeModels, type StatedModel } from '../../../src/registry/facts/merge.ts';
import type { ModelFile } from '../../../src/registry/facts/model-file.ts';
import type { ModelFacts } from '../../../src/registry/provider.ts';

const SOURCE = { url: 'https://models.example', snapshot: '2026-09-30', licence: 'MIT' };
const fileOf = (...models: ModelFacts[]): ModelFile => ({ about: '', sources: { list: SOURCE }, models });
const BY_HAND = { source: 'https://vendor.example', checked: '2026-11-01' };

const ONE: ModelFacts = {
  id: 'one',
  slug: 'a/one',
  contextTokens: 1000,
  maxOutputTokens: 100,
  knowledge: '2025-01',
  openWeights: true,
  priceUsdPerMillionTokens: { prompt: 1, completion: 2, cachedPrompt: 0.1 },
  from: { maxOutputTokens: 'list' },
};

describe('merged facts: an entry', () => {
  it('corrects single facts, and the rest stands', () => {
    const entry: StatedModel = { id: 'one', maxOutputTokens: 50, priceUsdPerMillionTokens: { prompt: 3, completion: 2 }, ...BY_HAND };
    expect(mergeModels(fileOf(ONE), [entry])).toEqual({
      models: [
        {
          id: 'one',
          slug: 'a/one',
          contextTokens: 1000,
          maxOutputTokens: 50,
          priceUsdPerMillionTokens: { prompt: 3, completion: 2, cachedPrompt: 0.1 },
          source: SOURCE.url,
          checked: SOURCE.snapshot,
        },
      ],
      retired: [],
    });
  });

  it('adds a model that no list has, with its own source', () => {
    const { models } = mergeModels(null, [{ id: 'two', slug: 'a/two', ...BY_HAND }]);
    expect(models).toEqual([{ id: 'two', slug: 'a/two', ...BY_HAND }]);
  });

  it('retires a model', () => {
    const retired = { on: '2026-08-01', source: 'https://vendor.example', instead: 'a/two' };
    expect(mergeModels(fileOf(ONE), [{ id: 'one', retired }])).toEqual({ models: [], retired: [{ id: 'one', slug: 'a/one', retired }] });
  });

  it('is compared with its row', () => {
    const entry: StatedModel = { id: 'one', contextTokens: 1000, maxOutputTokens: 50, tools: true, ...BY_HAND };
    expect(compareEntry(fileOf(ONE), entry)).toEqual([
      { fact: 'contextTokens', entry: 1000, row: 1000, isSame: true },
      { fact: 'maxOutputTokens', entry: 50, row: 100, isSame: false },
    ]);
  });
});

describe('merged facts: several models of one slug', () => {
  const idsFor = (entries: StatedModel[], ...ids: string[]) =>
    mergeModels(fileOf(...ids.map((id) => ({ id, slug: 'a/one-1' }))), entries).models.map(({ id }) => id);

  it('are called by the plainest: all regions, no other build', () => {
    expect(idsFor([], 'eu.a.one-1-v1:0', 'us.a.one-1-v1:0', 'global.a.one-1-v1:0')[0]).toBe('global.a.one-1-v1:0');
    expect(idsFor([], 'one-1-turbo', 'one-1')[0]).toBe('one-1');
  });

  it('are called by the one that a person named', () => {
    expect(idsFor([{ id: 'one-1-turbo', ...BY_HAND }], 'one-1-turbo', 'one-1')[0]).toBe('one-1-turbo');
  });
});
