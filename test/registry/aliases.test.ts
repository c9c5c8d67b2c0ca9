/** The operator's own names of models: what is read of MODEL_ALIASES, and the faults of the rest. */
import { describe, expect, it } from 'vitest';
import { readAliases } from '../../src/registry/aliases.ts';

const read = (value: unknown) => readAliases(typeof value === 'string' ? value : JSON.stringify(value));

describe('readAliases', () => {
  it('reads one model, and groups with weights of which 1 is the default', () => {
    const { aliases, faults } = read({ fast: 'a/small', house: [{ model: 'a/m', weight: 3 }, { model: '@beta/x' }, 'a/n'] });
    expect(faults).toEqual([]);
    expect([...aliases]).toEqual([
      ['fast', [{ model: 'a/small', weight: 1 }]],
      [
        'house',
        [
          { model: 'a/m', weight: 3 },
          { model: '@beta/x', weight: 1 },
          { model: 'a/n', weight: 1 },
        ],
      ],
    ]);
  });

  it('reads nothing of an empty text', () => {
    expect(read('')).toEqual({ aliases: new Map(), faults: [] });
  });

  it.each<readonly [unknown, RegExp]>([
    ['{"fast": ', /MODEL_ALIASES is not a JSON object/],
    ['["a/m"]', /MODEL_ALIASES is not a JSON object/],
    [{ fast: 3 }, /"fast" is left out: expected a model name/],
    [{ fast: [] }, /"fast" is left out: expected 1 to 20 models/],
    [{ fast: [{ weight: 1 }] }, /"fast" is left out: expected a model name/],
    [{ fast: [{ model: 'a/m', weight: 0 }] }, /"fast" is left out: expected a weight above 0 for a\/m/],
    [{ fast: [{ model: 'a/m', weight: '3' }] }, /"fast" is left out: expected a weight above 0 for a\/m/],
    [{ '@beta/x': 'a/m' }, /"@beta\/x" is left out: a name of letters/],
    [{ 'a\nb': 'a/m' }, /is left out: a name of letters/],
    [{ '': 'a/m' }, /is left out: a name of letters/],
  ])('says what is wrong with %j', (value, fault) => {
    const { aliases, faults } = read(value);
    expect([...aliases]).toEqual([]);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(fault);
  });

  it('leaves out an alias of an alias, and keeps the others', () => {
    const { aliases, faults } = read({ fast: 'a/m', faster: 'fast' });
    expect([...aliases.keys()]).toEqual(['fast']);
    expect(faults).toEqual(['MODEL_ALIASES: "faster" is left out: "fast" is an alias itself; name its models here.']);
  });

  it('reads 200 aliases at most', () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`alias-${index}`, 'a/m']));
    const { aliases, faults } = read(many);
    expect(aliases.size).toBe(200);
    expect(faults).toEqual(['MODEL_ALIASES: "alias-200" is left out: there are more than 200 aliases.']);
  });
});
