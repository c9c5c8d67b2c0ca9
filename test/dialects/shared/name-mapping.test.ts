/** Words in the letters and the length that a provider accepts: valid, unique, the same in every turn. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactly, fitWords, wordForm, type WordForm } from '../../../src/dialects/shared/name-mapping.ts';
import { anyText } from '../../support/any-text.ts';

const FORMS: readonly (readonly [string, WordForm])[] = [
  ['letters, digits, _ and -, 64 of them', wordForm('A-Za-z0-9_-', 64)],
  ['a letter or _ first', wordForm('\\w', 64, 'A-Za-z_')],
  ['nine letters and digits', exactly(9)],
  ['any printable letter, 40 of them', wordForm('!-~', 40)],
];

const word = fc.oneof(
  anyText({ maxLength: 90 }),
  fc.stringMatching(/^[a-c._ -]{0,4}$/),
  fc.constantFrom('', 'browser.tabs.open', 'browser_tabs_open', 'x'.repeat(80), 'x'.repeat(81), 'fluß', '2nd', 'call_1', '__proto__'),
);

describe.each(FORMS)('words of %s', (_, form) => {
  it('are valid and stay apart, whatever they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 30 }), (words) => {
        const fitted = fitWords(words, form);
        const sent = words.map((one) => fitted.get(one) ?? one);
        for (const one of sent) expect(one).toMatch(form.valid);
        expect(new Set(sent).size).toBe(words.length);
      }),
    );
  });

  it('that fit stay as they are', () => {
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 30 }), (words) => {
        const fitted = fitWords(words, form);
        for (const one of words.filter((given) => form.valid.test(given))) expect(fitted.has(one)).toBe(false);
      }),
    );
  });

  it('are written alike in whatever order they come, and with more words that are valid and new', () => {
    const words = ['browser.tabs.open', 'a b', 'a.b', 'x'.repeat(80), ''];
    const fitted = fitWords(words, form);
    for (const other of [words.toReversed(), [...words, 'abcdefgh1', 'zzzzzzzz9']]) {
      expect(new Map([...fitWords(other, form)].sort())).toEqual(new Map([...fitted].sort()));
    }
  });
});

it('a name that a person can read stays one', () => {
  const fitted = fitWords(['browser.tabs.open', 'a b', '2nd'], wordForm('\\w', 64, 'A-Za-z_'));
  expect(Object.fromEntries(fitted)).toEqual({ 'browser.tabs.open': 'browser_tabs_open', 'a b': 'a_b', '2nd': '_2nd' });
});
