/** Where JSON values differ. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differingPointers } from '../../src/lib/json-difference.ts';
import { childPointer, valueAt } from '../../src/lib/json-pointer.ts';

const json = fc.jsonValue({ maxDepth: 4 });

describe('differingPointers', () => {
  it.each([
    ['a member that the other lacks, as a whole', { a: { b: 1 } }, {}, ['/a']],
    ['the innermost value', { a: { b: 1, c: 2 } }, { a: { b: 1, c: 3 } }, ['/a/c']],
    ['nothing that only the other has', { a: 1 }, { a: 1, b: 2 }, []],
    ['an entry at the end of a list', { a: [1, 2] }, { a: [1] }, ['/a/1']],
    ['an entry at the beginning of a list', [0, 1, 2], [1, 2], ['/0']],
    ['the member of an entry', [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], ['/1/a']],
    ['a value of another type', { a: [1] }, { a: { 0: 1 } }, ['/a']],
    ['the value itself', 1, 2, ['']],
    ['nothing that is undefined', { a: undefined }, {}, []],
    ['names with slashes and tildes', { 'a/b~c': 1 }, {}, ['/a~1b~0c']],
    ['no member of a prototype', { toString: 1 }, {}, ['/toString']],
  ])('finds %s', (_, value, other, pointers) => {
    expect(differingPointers(value, other)).toEqual(pointers);
  });

  it('finds nothing in equal values, and places that are there in others', () => {
    fc.assert(
      fc.property(json, json, (value, other) => {
        expect(differingPointers(value, structuredClone(value))).toEqual([]);
        for (const pointer of differingPointers(value, other)) expect(valueAt(value, pointer)).not.toBeUndefined();
      }),
    );
  });

  it('finds a member that was added anywhere', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.string(), json, (object, name, value) => {
        fc.pre(name !== '__proto__' && !Object.hasOwn(object, name));
        expect(differingPointers({ ...object, [name]: value }, object)).toEqual([childPointer('', name)]);
      }),
    );
  });
});
