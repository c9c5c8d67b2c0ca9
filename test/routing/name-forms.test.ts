/** Other forms of the names of models: the newest of a family, and names with a date. */
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/registry/catalog.ts';
import { latestSlug, reorderedSlug, undatedSlug } from '../../src/routing/name-forms.ts';
import { readName } from '../../src/routing/resolve-model.ts';
import { CATALOG } from '../../src/registry/catalog.generated.ts';
import { readCatalog } from '../../src/registry/catalog.ts';
import { offering, provider } from './endpoints.ts';

const released = (slug: string, date?: string) => offering(slug, date === undefined ? {} : { released: date });

const MODELS = createCatalog([
  provider('alpha', [
    released('lab/pen-4.20', '2026-03-09'),
    released('lab/pen-4.7', '2026-09-21'),
    released('lab/pen-4.7-mini', '2026-10-01'),
    released('lab/ink-4.5', '2025-10-15'),
    released('lab/ink-5.5'),
    released('lab/ink-5.5-preview'),
    released('lab/ink-pro-4-preview', '2026-01-01'),
    released('other/pen-9', '2026-11-01'),
    offering('lab/quill-0731'),
    offering('lab/brush'),
  ]),
  provider('beta', [released('lab/pen-4.7'), offering('~lab/pen-latest')]),
]);

describe('latestSlug', () => {
  it.each([
    ['~lab/pen-latest', 'lab/pen-4.7'],
    ['~lab/pen-mini-latest', 'lab/pen-4.7-mini'],
    ['~lab/ink-latest', 'lab/ink-5.5'],
    ['~lab/ink-pro-latest', 'lab/ink-pro-4-preview'],
  ])('returns for %s the newest model of the family: %s', (name, slug) => {
    expect(latestSlug(name, MODELS)).toBe(slug);
  });

  it.each(['~lab/pencil-latest', '~lab/pen', 'lab/pen-latest', '~/pen-latest', '~lab/-latest', 'lab/pen-4.7'])(
    'returns null for %s',
    (name) => {
      expect(latestSlug(name, MODELS)).toBeNull();
    },
  );
});

describe('undatedSlug', () => {
  it("returns the slug of a vendor's own id with a date", () => {
    expect(undatedSlug('gpt-5.4-2026-03-05', readCatalog(CATALOG))).toBe('openai/gpt-5.4');
  });

  it.each([
    ['lab/brush-20260731', 'lab/brush'],
    ['lab/brush-2026-07-31', 'lab/brush'],
    ['lab/quill-20260731', 'lab/quill-0731'],
  ])('returns for %s the listed name: %s', (name, slug) => {
    expect(undatedSlug(name, MODELS)).toBe(slug);
  });

  it.each(['lab/brush-20261331', 'lab/brush-2026073', 'lab/unknown-20260731', 'lab/brush'])('returns null for %s', (name) => {
    expect(undatedSlug(name, MODELS)).toBeNull();
  });
});

describe('reorderedSlug', () => {
  it.each(['lab/pen-mini-4.7', 'lab/mini-pen-4.7-2026-07-31'])('returns for %s the listed name with the same words', (name) => {
    expect(reorderedSlug(name, MODELS)).toBe('lab/pen-4.7-mini');
  });

  it.each(['other/pen-mini-4.7', 'pen-mini-4.7', 'lab/pen-mini-4.8', 'lab/', '/', 'lab/pen'])('returns null for %j', (name) => {
    expect(reorderedSlug(name, MODELS)).toBeNull();
  });

  it.each([
    ['anthropic/claude-4.8-opus-20260528', 'anthropic/claude-opus-4.8'],
    ['anthropic/claude-4.5-sonnet', 'anthropic/claude-sonnet-4.5'],
  ])('resolves the canonical slug of OpenRouter %s', (name, slug) => {
    expect(readName(name, readCatalog(CATALOG)).slug).toBe(slug);
  });
});

describe('readName', () => {
  it('offers the newest model of a family first, and what a provider lists under the name of the family after it', () => {
    const { slug, offered } = readName('~lab/pen-latest', MODELS);
    expect(slug).toBe('lab/pen-4.7');
    expect(offered.map(({ provider: { slug: name }, offering: { slug: model } }) => `${name} ${model}`)).toEqual([
      'alpha lab/pen-4.7',
      'beta lab/pen-4.7',
      'beta ~lab/pen-latest',
    ]);
  });

  it('finds a model of the catalogue for every family that OpenRouter lists', () => {
    const catalog = readCatalog(CATALOG);
    const families = catalog.slugs().filter((slug) => slug.startsWith('~'));
    expect(families.length).toBeGreaterThan(10);
    const found = families.map((name) => [name, latestSlug(name, catalog)] as const);
    expect(found.filter(([, slug]) => slug === null)).toEqual([]);
    expect(Object.fromEntries(found)).toMatchObject({
      '~anthropic/claude-sonnet-latest': 'anthropic/claude-sonnet-5.5',
      '~x-ai/grok-latest': 'x-ai/grok-4.7',
    });
  });
});
