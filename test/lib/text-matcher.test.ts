import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSequenceMatchers } from '../../src/lib/text-matcher.ts';

/** What is shown and found when the text comes in these pieces. */
function run(sequences: readonly string[], pieces: readonly string[]): { text: string; found: number | null } {
  const matcher = createSequenceMatchers(sequences)();
  let shown = '';
  for (const piece of pieces) {
    const { text, found } = matcher.push(piece);
    shown += text;
    if (found !== null) return { text: shown, found };
  }
  return { text: shown + matcher.flush(), found: null };
}

/** The same by looking at the whole text: the match that ends first, the longest of those that end together. */
function naive(sequences: readonly string[], text: string): { text: string; found: number | null } {
  for (let end = 1; end <= text.length; end++) {
    const ending = sequences.filter((sequence) => text.slice(0, end).endsWith(sequence));
    const longest = ending.sort((one, other) => other.length - one.length)[0];
    if (longest !== undefined) return { text: text.slice(0, end - longest.length), found: sequences.indexOf(longest) };
  }
  return { text, found: null };
}

/** Characters that may still become a sequence: the longest proper beginning that the text ends with. */
function mustWait(sequences: readonly string[], text: string): number {
  const beginnings = sequences.flatMap((sequence) => Array.from({ length: sequence.length }, (_, length) => sequence.slice(0, length)));
  return Math.max(...beginnings.filter((beginning) => text.endsWith(beginning)).map(({ length }) => length));
}

// Two letters, so that sequences overlap themselves, each other and the text all the time.
const letters = (minLength: number, maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b'), minLength, maxLength });
const sequences = fc.uniqueArray(letters(1, 5), { minLength: 1, maxLength: 4 });
const pieces = fc.array(letters(0, 5), { maxLength: 12 });

describe('createSequenceMatchers', () => {
  it('finds what a search of the whole text finds, however the text is cut', () => {
    fc.assert(
      fc.property(sequences, pieces, (wanted, cut) => {
        expect(run(wanted, cut)).toEqual(naive(wanted, cut.join('')));
      }),
      { numRuns: 1000 },
    );
  });

  it('holds back exactly the longest beginning of a sequence', () => {
    fc.assert(
      fc.property(sequences, pieces, (wanted, cut) => {
        const matcher = createSequenceMatchers(wanted)();
        let [shown, seen] = ['', ''];
        for (const piece of cut) {
          const { text, found } = matcher.push(piece);
          seen += piece;
          shown += text;
          if (found !== null) return;
          expect(seen.length - shown.length).toBe(mustWait(wanted, seen));
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('holds nothing back when nothing can match', () => {
    expect(createSequenceMatchers(['END'])().push('hello')).toEqual({ text: 'hello', found: null });
  });

  it('matches sequences inside surrogate pairs and in other alphabets', () => {
    expect(run(['🌊', '終'], ['a\ud83c', '\udf0ab'])).toEqual({ text: 'a', found: 0 });
  });

  it('prefers the sequence that ends first, and the longest of those that end together', () => {
    expect(run(['b', 'ab'], ['xab'])).toEqual({ text: 'x', found: 1 });
    expect(run(['abc', 'b'], ['xabc'])).toEqual({ text: 'xa', found: 1 });
  });

  it('creates independent matchers', () => {
    const create = createSequenceMatchers(['ab']);
    const [one, other] = [create(), create()];
    one.push('a');
    expect(other.push('b')).toEqual({ text: 'b', found: null });
    expect(one.push('b')).toEqual({ text: '', found: 0 });
  });
});
