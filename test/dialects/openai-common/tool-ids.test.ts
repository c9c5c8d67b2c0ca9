import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nineCharacterId } from '../../../src/dialects/openai-common/tool-ids.ts';

describe('a nine-character id', () => {
  it('is any id that is one already', () => {
    for (const id of ['abcDEF123', '000000001', 'gSIMJiOkT']) expect(nineCharacterId(id)).toBe(id);
  });

  it('is made of any other, always the same one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (id) => {
        expect(nineCharacterId(id)).toMatch(/^[a-zA-Z0-9]{9}$/);
        expect(nineCharacterId(id)).toBe(nineCharacterId(id));
        expect(nineCharacterId(nineCharacterId(id))).toBe(nineCharacterId(id));
      }),
    );
  });

  it('differs where ids differ', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `call_${index}`);
    expect(new Set(ids.map(nineCharacterId)).size).toBe(ids.length);
  });
});
