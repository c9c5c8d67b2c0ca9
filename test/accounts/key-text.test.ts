/** The text of keys: its form, and the checksum that sorts out what cannot be a key. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyText, isKeyText, KEY_BYTES, KEY_PREFIX, keyLabel } from '../../src/accounts/key-text.ts';

const bytes = fc.uint8Array({ minLength: KEY_BYTES, maxLength: KEY_BYTES });

describe('createKeyText', () => {
  it('law: makes keys of one form, another one for other bytes', () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        const text = createKeyText(one);
        expect(text).toMatch(/^sk-trb-v1-[0-9A-Za-z]{49}$/);
        expect(isKeyText(text)).toBe(true);
        expect(createKeyText(other) === text).toBe(one.every((byte, index) => byte === other[index]));
      }),
    );
  });

  it('writes the least and the largest number in the same length, with the CRC-32 of zlib', () => {
    expect(createKeyText(new Uint8Array(KEY_BYTES))).toBe(`${KEY_PREFIX}${'0'.repeat(43)}2CZclj`);
    expect(createKeyText(new Uint8Array(KEY_BYTES).fill(255))).toHaveLength(KEY_PREFIX.length + 49);
  });
});

describe('isKeyText', () => {
  it('law: refuses a key in which one character was changed, left out or added', () => {
    const change = fc.record({ place: fc.nat(48), by: fc.integer({ min: 1, max: 61 }), kind: fc.constantFrom('change', 'drop', 'add') });
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    fc.assert(
      fc.property(bytes, change, (random, { place, by, kind }) => {
        const text = createKeyText(random);
        const at = KEY_PREFIX.length + place;
        const other = alphabet[(alphabet.indexOf(text[at] ?? '') + by) % alphabet.length] ?? '';
        const changed = text.slice(0, at) + (kind === 'drop' ? '' : other) + text.slice(kind === 'add' ? at : at + 1);
        expect(isKeyText(changed)).toBe(false);
      }),
    );
  });

  it.each(['', 'sk-trb-v1-', 'sk-or-v1-abc', ` ${KEY_PREFIX}`, `${KEY_PREFIX}${'a'.repeat(49)}`, `${KEY_PREFIX}${'ä'.repeat(49)}`])(
    'refuses %j',
    (text) => {
      expect(isKeyText(text)).toBe(false);
    },
  );
});

describe('keyLabel', () => {
  it('shows 6 of the 49 characters of a key', () => {
    expect(keyLabel(`${KEY_PREFIX}abcdef${'-'.repeat(39)}wxyz`)).toBe('sk-trb-v1-ab...wxyz');
  });
});
