import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentSecrets, mask, maskDeep, secretsInUrl } from '../../src/upstream/secrets.ts';
import { leaksIn, spellingsOf } from '../support/spellings.ts';

const KEY = 'sk-proj-Ab+9/xY_0123~456789==';

/** Keys as vendors make them, with characters that the spellings change. */
const keys = fc.stringMatching(/^[A-Za-z0-9+/=_.~:-]{8,60}$/);

describe('mask', () => {
  it.each(Object.entries(spellingsOf(KEY)))('masks the key in this spelling: %s', (_, spelling) => {
    const shown = mask(`You sent "${spelling}", and again <${spelling}>.`, [KEY]);
    expect(leaksIn(shown, KEY)).toEqual([]);
    expect(shown).toMatch(/^You sent ".*\*\*\*.{0,3}", and again <.*\*\*\*.{0,3}>\.$/);
  });

  it('masks any key in any spelling, whatever stands around it', () => {
    fc.assert(
      fc.property(keys, fc.nat(), fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (key, which, before, after) => {
        const spellings = Object.values(spellingsOf(key));
        const spelling = spellings[which % spellings.length] ?? key;
        const shown = mask(`${before} ${spelling} ${after}`, [key]);
        expect(leaksIn(shown, key)).toEqual([]);
        expect(shown).toContain('***');
      }),
    );
  });

  it('masks a key that is longer than the compared part', () => {
    const long = `ya29.${'aB3_-x'.repeat(60)}`;
    expect(mask(`token ${long} end`, [long])).toBe('token *** end');
    expect(mask(`token ${btoa(`Bearer ${long}`)} end`, [long])).toMatch(/^token [\w+/]{0,12}\*\*\* end$/);
  });

  it('does not change text around a key, or text without one', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (before, after) => {
        fc.pre(!before.includes('*') && !after.includes('*') && !/[\\%&=]/.test(before + after));
        expect(mask(before, [KEY])).toBe(before);
        expect(mask(`${before} ${KEY} ${after}`, [KEY])).toBe(`${before} *** ${after}`);
      }),
    );
  });

  it('keeps JSON valid', () => {
    for (const spelling of Object.values(spellingsOf(KEY))) {
      for (const raw of [JSON.stringify({ said: `line\n${spelling}\\` }), `{"said":"\\n${KEY.replaceAll('/', '\\/')}"}`]) {
        expect(() => JSON.parse(mask(raw, [KEY])) as unknown).not.toThrow();
      }
    }
  });

  it('ignores secrets of less than four characters', () => {
    expect(mask('a cat', ['a', ''])).toBe('a cat');
  });

  it('takes linear time for any text', () => {
    for (const piece of ['\\', '%25', 'sk-proj-', '&#0', '%', KEY.slice(0, -1), ' ', 'a']) {
      expect(mask(piece.repeat(30_000), [KEY])).toBe(piece.repeat(30_000)); // a square of it would take hours
    }
  });
});

describe('contentSecrets', () => {
  it('excludes short keys and single words', () => {
    expect(contentSecrets(['x', 'test', 'sk-1234', 'password', 'simulated', KEY, 'a1b2c3d4', 'abcdefghijklmnopqrstuvwxyz'])).toEqual([
      KEY,
      'a1b2c3d4',
      'abcdefghijklmnopqrstuvwxyz',
    ]);
  });
});

describe('maskDeep', () => {
  it('masks strings and names at any depth, and returns the same value where there is nothing to mask', () => {
    const hide = (text: string) => mask(text, [KEY]);
    expect(maskDeep({ a: [{ [KEY]: 1, b: `x ${KEY}` }], c: null }, hide)).toEqual({ a: [{ '***': 1, b: 'x ***' }], c: null });
    const clean = { a: [1, 'x', { b: true }] };
    expect(maskDeep(clean, hide)).toBe(clean);
  });
});

describe('secretsInUrl', () => {
  it('returns the user, the password and the keys in a query', () => {
    expect(secretsInUrl('https://me:pass-1@host.example/v1?api_key=k-2&api-version=2024-10-21')).toEqual(['me', 'pass-1', 'k-2']);
    expect(secretsInUrl('https://host.example/v1')).toEqual([]);
    expect(secretsInUrl('no ?address')).toEqual([]);
  });
});
