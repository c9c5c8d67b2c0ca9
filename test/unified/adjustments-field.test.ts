/** The header with the adjustments, read back by an independent parser of RFC 9651. */
import * as fc from 'fast-check';
import { DisplayString, parseList, Token, type BareItem, type Item } from 'structured-headers';
import { describe, expect, it } from 'vitest';
import type { Adjustment } from '../../src/unified/adjustment.ts';
import { adjustmentsField } from '../../src/unified/adjustments-field.ts';
import { anyText } from '../support/any-text.ts';

const adjustment = (fields: Partial<Adjustment>): Adjustment => ({ param: 'x', action: 'clamped', reason: 'because', ...fields });

/** What a parser makes of the header: plain values of each item's name and parameters. */
function read(adjustments: readonly Adjustment[]): Record<string, unknown>[] {
  return (parseList(adjustmentsField(adjustments)) as Item[]).map(([name, parameters]) => ({
    name: plain(name),
    ...Object.fromEntries([...parameters].map(([key, value]) => [key, plain(value)])),
  }));
}

const plain = (value: BareItem) => (value instanceof Token || value instanceof DisplayString ? value.toString() : value);

/** A value that a header holds, as a number or as the truth value it was; null for one that is not compared. */
function readable(original: unknown, value: unknown): unknown {
  if (typeof original === 'number') return Number(value) + 0;
  return typeof original === 'boolean' ? value : null;
}

describe('adjustmentsField', () => {
  it('returns the header of the contract', () => {
    const header = adjustmentsField([
      adjustment({ param: 'temperature', from: 3, to: 2 }),
      adjustment({ param: 'top_a', action: 'dropped' }),
    ]);
    expect(header).toBe('temperature;action=clamped;from=3;to=2, top_a;action=dropped');
  });

  it.each<readonly [unknown, string]>([
    [0, '0'],
    [-0, '0'],
    [-1.5, '-1.5'],
    [1.999, '1.999'],
    [999_999_999_999_999, '999999999999999'],
    [1_000_000_000_000_000, '"1000000000000000"'],
    [0.0001, '"0.0001"'],
    [1e-7, '"1e-7"'],
    [1e21, '"1e+21"'],
    [1_234_567_890_123.5, '"1234567890123.5"'],
    [true, '?1'],
    [false, '?0'],
    ['say "no" \\ yes', '"say \\"no\\" \\\\ yes"'],
    ['50% "für"', '%"50%25 %22f%c3%bcr%22"'],
    ['\n', '%"%0a"'],
  ])('writes %j as %s', (from, text) => {
    expect(adjustmentsField([adjustment({ from })])).toBe(`x;action=clamped;from=${text}`);
  });

  it.each([[null], [{ a: 1 }], [['a']], ['x'.repeat(129)]])('leaves out a value that a header cannot contain: %j', (from) => {
    expect(adjustmentsField([adjustment({ from })])).toBe('x;action=clamped');
  });

  it('writes a name that is not a token as a string', () => {
    expect(
      read([adjustment({ param: 'größe' }), adjustment({ param: '5 "x"' }), adjustment({ param: '' })]).map(({ name }) => name),
    ).toEqual(['größe', '5 "x"', '']);
  });

  it('counts what does not fit into 4096 characters', () => {
    const many = Array.from({ length: 1000 }, (_, path) => adjustment({ param: `mystery_${path}`, action: 'dropped' }));
    const header = adjustmentsField(many);
    const items = read(many);
    expect(header.length).toBeLessThan(4096 + 'more;count=1000, '.length);
    expect(items.at(-1)).toEqual({ name: 'more', count: 1000 - (items.length - 1) });
    expect(items[0]).toEqual({ name: 'mystery_0', action: 'dropped' });
  });

  it('can be parsed as a structured field, whatever was adjusted', () => {
    const value = fc.oneof(fc.double(), fc.maxSafeInteger(), anyText(), fc.boolean(), fc.jsonValue(), fc.constant(undefined));
    const one = fc.record({
      param: fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('messages.name', 'top_p')),
      action: fc.constantFrom<Adjustment['action']>('clamped', 'dropped', 'renamed', 'defaulted', 'emulated', 'learned'),
      from: value,
      to: value,
      reason: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), (adjustments) => {
        expect(adjustmentsField(adjustments)).toMatch(/^[\x20-\x7e]*$/);
        const items = read(adjustments);
        fc.pre(items.at(-1)?.['name'] !== 'more');
        expect(items.map(({ name, action }) => ({ name, action }))).toEqual(
          adjustments.map(({ param, action }) => ({ name: param, action })),
        );
        const values = adjustments.map(({ from }, path) => readable(from, items[path]?.['from']));
        expect(values).toEqual(adjustments.map(({ from }) => readable(from, from)));
      }),
      { seed: 20_261_121, numRuns: 1000 },
    );
  });
});
