/** The matrix of providers by parameters: cells, filters, differences, excerpts of files, keys. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText } from '../../../src/console/parts/rule-text.ts';
import { cellState, compareProviders, selectMatrix } from '../../../src/console/pages/providers/matrix.ts';
import { moveInGrid } from '../../../src/console/pages/providers/grid-keys.ts';
import type { ParametersData, ProviderParameters } from '../../../src/http/parameters.ts';
import type { ParameterRule } from '../../../src/fitting/describe-rules.ts';

const rule = (words: Partial<ParameterRule> = {}): ParameterRule => ({ accepted: true, reason: null, from: 'file', ...words });
const provider = (slug: string, rules: Record<string, ParameterRule>, more: Partial<ProviderParameters> = {}): ProviderParameters => ({
  slug,
  name: slug.toUpperCase(),
  operation: 'chat',
  dialect: 'openai-chat',
  rules,
  ...more,
});
const ALL = { search: '', parameter: '', state: '', withOwnFields: true } as const;

describe('cellText', () => {
  it.each([
    [undefined, 'no'],
    [rule({ accepted: false }), 'no'],
    [rule({ accepted: false, emulated: true }), 'by the router'],
    [rule(), 'yes'],
    [rule({ minimum: 0, maximum: 2 }), '0 to 2'],
    [rule({ exclusiveMinimum: 0, maximum: 1 }), 'above 0 to 1'],
    [rule({ exclusiveMinimum: 1, exclusiveMaximum: 128 }), 'above 1 to below 128'],
    [rule({ minimum: 1 }), 'from 1'],
    [rule({ exclusiveMaximum: 2 }), 'below 2'],
    [rule({ maxItems: 4, emulated: true }), 'at most 4, rest by the router'],
    [rule({ name: 'max_completion_tokens', minimum: 16 }), 'as max_completion_tokens, from 16'],
    [rule({ enum: ['low', 'medium', 'high', 'max'] }), 'low | medium | high + 1'],
  ])('says of %o: %s', (of, text) => {
    expect(cellText(of)).toBe(text);
  });

  it('is yes only for what is sent as it is', () => {
    const unified = { name: 'temperature', minimum: 0, maximum: 2 };
    const stateOf = (of: ParameterRule | undefined) => cellState(of, unified);
    expect([undefined, rule({ accepted: false })].map(stateOf)).toEqual(['no', 'no']);
    expect([rule(), rule({ minimum: 0, maximum: 2 }), rule({ minimum: -1, exclusiveMaximum: 2.1 })].map(stateOf)).toEqual([
      'yes',
      'yes',
      'yes',
    ]);
    const limited = [{ maximum: 1 }, { exclusiveMinimum: 0 }, { name: 't' }, { accepted: false, emulated: true as const }];
    expect(limited.map((words) => stateOf(rule(words)))).toEqual(['limited', 'limited', 'limited', 'limited']);
    expect(cellState(rule({ maximum: 2 }), null)).toBe('limited');
  });
});

describe('selectMatrix', () => {
  const data: ParametersData = {
    unified: [{ name: 'temperature' }, { name: 'top_k' }, { name: 'max_tokens' }],
    providers: [
      provider('acme', { temperature: rule({ maximum: 1 }), max_tokens: rule({ name: 'max_new' }), own_field: rule() }),
      provider('zeta', { temperature: rule(), top_k: rule({ accepted: false }) }),
      provider('zeta', { temperature: rule({ accepted: false }) }, { models: 'o1*' }),
    ],
  };

  it('keeps the order of the unified parameters, with fields of providers after them', () => {
    expect(selectMatrix(data, ALL).columns).toEqual(['temperature', 'top_k', 'max_tokens', 'own_field']);
  });

  it('finds a parameter by the name that a provider has for it', () => {
    expect(selectMatrix(data, { ...ALL, parameter: 'MAX_NEW' }).columns).toEqual(['max_tokens']);
  });

  it('finds providers by name, format and models, and by what they accept', () => {
    const slugs = (filter: Partial<Parameters<typeof selectMatrix>[1]>) =>
      selectMatrix(data, { ...ALL, ...filter }).rows.map(({ provider: { slug, models = '' } }) => `${slug}${models}`);
    expect(slugs({ search: 'ACME' })).toEqual(['acme']);
    expect(slugs({ search: 'o1' })).toEqual(['zetao1*']);
    expect(slugs({ parameter: 'temperature', state: 'no' })).toEqual(['zetao1*']);
    expect(slugs({ parameter: 'temperature', state: 'limited' })).toEqual(['acme']);
  });

  it('treats parameters that are named like methods of objects as names', () => {
    const odd: ParametersData = {
      unified: [{ name: 'constructor' }, { name: '__proto__' }],
      providers: [provider('acme', { temperature: rule() })],
    };
    expect(selectMatrix(odd, ALL).columns).toEqual(['temperature']);
  });
});

describe('compareProviders', () => {
  it('counts what a rule says, not where it is stated or how it is worded', () => {
    const left = provider('a', { temperature: rule({ maximum: 1, reason: 'x' }), top_k: rule({ accepted: false, reason: 'no' }) });
    const right = provider('b', { temperature: rule({ maximum: 1, from: 'format' }), seed: rule() });
    expect(
      compareProviders(left, right, ['temperature', 'top_k', 'seed', 'n']).map(({ parameter, isEqual }) => [parameter, isEqual]),
    ).toEqual([
      ['temperature', true],
      ['top_k', true],
      ['seed', false],
    ]);
  });

  it('finds no difference between a provider and itself, and the same ones in either direction', () => {
    const rules = fc.dictionary(
      fc.constantFrom('temperature', 'top_k', 'seed', 'n'),
      fc.record({ accepted: fc.boolean(), reason: fc.constant(null), from: fc.constant('file' as const), maximum: fc.nat(3) }),
    );
    fc.assert(
      fc.property(rules, rules, (one, other) => {
        const [left, right] = [provider('a', one), provider('b', other)];
        const columns = ['temperature', 'top_k', 'seed', 'n'];
        expect(compareProviders(left, left, columns).every(({ isEqual }) => isEqual)).toBe(true);
        const equal = (list: ReturnType<typeof compareProviders>) => list.map(({ parameter, isEqual }) => [parameter, isEqual]);
        expect(equal(compareProviders(left, right, columns))).toEqual(equal(compareProviders(right, left, columns)));
      }),
    );
  });
});

describe('moveInGrid', () => {
  it('stays within the grid for any keys', () => {
    const key = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End');
    fc.assert(
      fc.property(fc.array(key), fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 40 }), (pressed, rows, columns) => {
        const end = pressed.reduce((place, each) => moveInGrid(place, each, { rows, columns }) ?? place, { row: 0, column: 0 });
        expect(end.row >= 0 && end.row < rows && end.column >= 0 && end.column < columns).toBe(true);
      }),
    );
  });

  it('leaves other keys to the browser', () => {
    expect(moveInGrid({ row: 0, column: 0 }, 'Enter', { rows: 2, columns: 2 })).toBeNull();
  });
});
