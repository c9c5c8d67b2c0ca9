/** What lists change in the file of a provider's models. */
import { describe, expect, it } from 'vitest';
import type { ListedFacts, ModelFacts } from '../../../src/registry/provider.ts';
import { readModelFile, writeModelFile, type FactSource, type ModelFile } from '../../../src/registry/facts/model-file.ts';
import { noNames } from '../../../src/registry/facts/slugs.ts';
import { lossOf, updateModels, type FactList, type UpdateContext } from '../../../src/registry/facts/update.ts';

const sourceOf = (name: string, snapshot = '2026-11-30'): FactSource => ({ url: `https://${name}.example`, snapshot, licence: 'MIT' });

const listOf = (name: string, models: ListedFacts[], role: FactList['role'] = 'adds'): FactList => ({
  name,
  source: sourceOf(name),
  models,
  role,
});

const CONTEXT: UpdateContext = {
  provider: 'acme',
  isSelfHosted: false,
  leftOut: ['*-image'],
  embeds: () => 'yes',
  names: noNames({ spellings: {}, families: {} }),
  today: '2026-11-30',
};

const fileOf = (...models: ModelFacts[]): ModelFile => ({ about: '', sources: { first: sourceOf('first', '2026-09-01') }, models });

/** A text model. */
const text = (id: string, more: Partial<ListedFacts> = {}): ListedFacts => ({ id, input: ['text'], output: ['text'], ...more });
const row = (id: string, more: Partial<ModelFacts> = {}): ModelFacts => ({ ...text(id), slug: `acme/${id}`, ...more });

const idsOf = (models: readonly ModelFacts[]) => models.map(({ id }) => id);

describe('model file update: writeModelFile', () => {
  it('returns the same text for what it wrote, in whatever order a source lists its fields', () => {
    const { licence, snapshot, url } = sourceOf('first');
    const text = writeModelFile({ sources: { first: { snapshot, licence, url } }, models: [row('one')] });
    expect(writeModelFile(readModelFile(text))).toBe(text);
    expect(writeModelFile({ sources: { first: sourceOf('first') }, models: [row('one')] })).toBe(text);
  });
});

describe('model file update: a list', () => {
  it('adds models of text and vectors, and nothing else', () => {
    const listed = [
      text('one'),
      text('bge-m3'),
      text('one-image'),
      text('draw', { output: ['image'] }),
      text('hear', { input: ['audio'] }),
      text('my-rerank'),
      text('late', { expires: '2026-11-30' }),
      text('leaving', { status: 'deprecated' }),
    ];
    const { models, added } = updateModels(null, [listOf('first', listed)], CONTEXT);
    expect(added).toEqual(['one', 'bge-m3']);
    expect(models).toEqual([row('one'), row('bge-m3', { output: ['embeddings'] })]);
  });

  it('of no kinds adds no unknown model', () => {
    const { added, unknown } = updateModels(fileOf(row('one')), [listOf('vendor', [{ id: 'one' }, { id: 'two' }], 'decides')], CONTEXT);
    expect([added, unknown]).toEqual([[], ['two']]);
  });

  it('changes facts, and keeps the public slug', () => {
    const before = fileOf(row('one', { slug: 'other/name', contextTokens: 1000 }));
    const { models, changed } = updateModels(before, [listOf('first', [text('one', { contextTokens: 2000 })])], CONTEXT);
    expect(changed).toEqual([{ id: 'one', fact: 'contextTokens', from: 1000, to: 2000 }]);
    expect(models).toEqual([row('one', { slug: 'other/name', contextTokens: 2000 })]);
  });

  it('retires what it no longer has, with the day, the source and the newest model of the family', () => {
    const before = fileOf(row('one-1', { tools: true }), row('two-1'));
    const listed = [text('one-2', { released: '2026-10-01', tools: true }), text('one-3', { released: '2026-11-01', tools: true })];
    const { models, gone } = updateModels(before, [listOf('first', listed)], CONTEXT);
    expect(gone).toEqual(['one-1', 'two-1']);
    expect(models.slice(2)).toEqual([
      { id: 'one-1', slug: 'acme/one-1', retired: { on: '2026-11-30', source: 'https://first.example', instead: 'acme/one-3' } },
      { id: 'two-1', slug: 'acme/two-1', retired: { on: '2026-11-30', source: 'https://first.example' } },
    ]);
  });

  it('keeps the day on which a model went, and brings a model back', () => {
    const retired = { on: '2026-01-01', source: 'https://first.example' };
    const before = fileOf({ id: 'one', slug: 'acme/one', retired }, { id: 'two', slug: 'acme/two', retired });
    const { models, added, gone } = updateModels(before, [listOf('first', [text('two')])], CONTEXT);
    expect([added, gone]).toEqual([['two'], []]);
    expect(models).toEqual([row('two'), { id: 'one', slug: 'acme/one', retired }]);
  });

  it('keeps a model that is about to go, where the file has it', () => {
    const { models } = updateModels(fileOf(row('one')), [listOf('first', [text('one', { status: 'deprecated' })])], CONTEXT);
    expect(models).toEqual([row('one', { status: 'deprecated' })]);
  });

  it('is not believed about a price of 0, except for a model that is called free', () => {
    const price = { priceUsdPerMillionTokens: { prompt: 0, completion: 0 } };
    const { models } = updateModels(null, [listOf('first', [text('one', price), text('one:free', price)])], CONTEXT);
    expect(models.map(({ priceUsdPerMillionTokens }) => priceUsdPerMillionTokens)).toEqual([undefined, { prompt: 0, completion: 0 }]);
  });
});

describe('model file update: several lists', () => {
  it('are followed in their order, and their conflicts are stated', () => {
    const first = listOf('first', [text('one', { contextTokens: 1000, name: 'One' })]);
    const second = listOf('second', [text('one', { contextTokens: 2000, maxOutputTokens: 50, name: 'The one' })]);
    const { models, conflicts } = updateModels(fileOf(row('one')), [first, second], CONTEXT);
    expect(models).toEqual([row('one', { name: 'One', contextTokens: 1000, maxOutputTokens: 50, from: { maxOutputTokens: 'second' } })]);
    expect(conflicts).toEqual([{ id: 'one', fact: 'contextTokens', kept: 1000, by: 'first', other: 2000, otherBy: 'second' }]);
  });

  it('have the models of the provider itself, where it has a list', () => {
    const vendor = listOf('vendor', [{ id: 'one' }], 'decides');
    const { models } = updateModels(null, [vendor, listOf('first', [text('one'), text('two')])], CONTEXT);
    expect(idsOf(models)).toEqual(['one']);
  });

  it('keep what a list stated that is not asked today', () => {
    const before = fileOf(row('one', { maxOutputTokens: 50, from: { maxOutputTokens: 'vendor' } }));
    before.sources['vendor'] = sourceOf('vendor', '2026-08-01');
    const { models, sources, changed } = updateModels(before, [listOf('first', [text('one', { maxOutputTokens: 60 })])], CONTEXT);
    expect(models[0]).toMatchObject({ maxOutputTokens: 50, from: { maxOutputTokens: 'vendor' } });
    expect(changed).toEqual([]);
    expect(sources).toMatchObject({ first: { snapshot: '2026-11-30' }, vendor: { snapshot: '2026-08-01' } });
  });
});

describe('model file update: a list that is cut off', () => {
  const before = fileOf(...['a', 'b', 'c', 'd', 'e', 'f'].map((id) => row(id)));
  const lossAfter = (...ids: string[]) =>
    lossOf(
      updateModels(
        before,
        [
          listOf(
            'first',
            ids.map((id) => text(id)),
          ),
        ],
        CONTEXT,
      ),
      before,
    );

  it('is refused when more than a third would go', () => {
    expect(lossAfter('a', 'b', 'c', 'd')).toBeNull();
    expect(lossAfter('a', 'b', 'c')).toContain('3 of 6 models');
    expect(lossAfter()).toContain('6 of 6 models');
  });
});

describe('model file update: a file', () => {
  it('is read as it was written, one model a line', () => {
    const { about: _, ...file } = fileOf(row('b', { reasoning: { efforts: ['low'] }, from: { reasoning: 'first' } }), row('a'));
    const written = writeModelFile(file);
    expect(written.split('\n').filter((line) => line.startsWith('    {"id"'))).toHaveLength(2);
    expect(readModelFile(written)).toMatchObject({ sources: file.sources, models: [file.models[1], file.models[0]] });
  });

  it.each([
    '{',
    '[]',
    '{"about":"","sources":{},"models":[{"id":"x"}]}',
    '{"about":"","sources":{},"models":[{"id":"x","slug":"a/x","contextTokens":0}]}',
  ])('of another form is refused: %s', (wrong) => {
    expect(() => readModelFile(wrong)).toThrow(/./);
  });
});
