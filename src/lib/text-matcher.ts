/**
 * Finds the first of several sequences in text that arrives in pieces. Holds back as little as possible: only characters that may begin a
 * sequence. Time is linear in the text for each sequence (Knuth-Morris-Pratt), however the text is cut.
 */

import { flattenText } from './flatten-text.ts';

/** Result of one piece. */
export type MatchStep = {
  /** Text that is certainly not part of a sequence. */
  text: string;
  /** Index of the matched sequence, or null. Nothing may be pushed after a match. */
  found: number | null;
};

/** Matches the sequences in one text. */
export interface SequenceMatcher {
  push(piece: string): MatchStep;
  /** Ends the text. Returns what was held back: it did not complete a sequence. */
  flush(): string;
}

/** For each position, the length of the longest proper prefix that also ends there. */
export function failureTable(sequence: string): Int32Array {
  const table = new Int32Array(sequence.length);
  for (let position = 1, length = 0; position < sequence.length; position++) {
    while (length > 0 && sequence[position] !== sequence[length]) length = table[length - 1] ?? 0;
    if (sequence[position] === sequence[length]) length++;
    table[position] = length;
  }
  return table;
}

/** Creates matchers for one list of sequences (each at least one character). The tables are computed once. */
export function createSequenceMatchers(sequences: readonly string[]): () => SequenceMatcher {
  const tables = sequences.map(failureTable);
  const byFirst = new Map<number, number[]>();
  for (const [index, sequence] of sequences.entries()) {
    const first = sequence.charCodeAt(0);
    byFirst.set(first, [...(byFirst.get(first) ?? []), index]);
  }
  return () => createMatcher(sequences, tables, byFirst);
}

/** @param byFirst indexes of sequences by the code of their first character. */
function createMatcher(
  sequences: readonly string[],
  tables: readonly Int32Array[],
  byFirst: ReadonlyMap<number, readonly number[]>,
): SequenceMatcher {
  /** For each sequence: how many of its first characters the text ends with. */
  const matched = new Int32Array(sequences.length);
  /** Indexes of sequences with a match length above 0. */
  let active: number[] = [];
  const held = createHeldText();

  /** Returns the match length of a sequence after one more character. */
  function advance(index: number, code: number): number {
    const sequence = sequences[index] ?? '';
    const table = tables[index] as Int32Array; // one table per sequence
    let length = matched[index] ?? 0;
    while (length > 0 && sequence.charCodeAt(length) !== code) length = table[length - 1] ?? 0;
    return sequence.charCodeAt(length) === code ? length + 1 : 0;
  }

  /** Advances all sequences by one character. Returns the longest one that is now complete, or null. */
  function step(code: number): number | null {
    const starting = byFirst.get(code);
    if (active.length === 0 && starting === undefined) return null;
    const advancing: number[] = [];
    for (const index of starting ?? []) if (matched[index] === 0) advancing.push(index);
    for (const index of active) advancing.push(index);
    active = [];
    let complete: number | null = null;
    for (const index of advancing) {
      const length = advance(index, code);
      matched[index] = length;
      if (length > 0) active.push(index);
      const isComplete = length === sequences[index]?.length;
      if (isComplete && (complete === null || length > (sequences[complete]?.length ?? 0))) complete = index;
    }
    return complete;
  }

  /** Number of held characters that may begin a sequence. */
  function countPending(): number {
    let most = 0;
    for (const index of active) most = Math.max(most, matched[index] ?? 0);
    return most;
  }

  return {
    push(piece) {
      for (let position = 0; position < piece.length; position++) {
        const found = step(piece.charCodeAt(position));
        if (found === null) continue;
        held.add(piece.slice(0, position + 1));
        return { text: held.release(held.length() - (sequences[found]?.length ?? 0)), found };
      }
      if (active.length === 0 && held.length() === 0) return { text: piece, found: null };
      held.add(piece);
      return { text: held.release(held.length() - countPending()), found: null };
    },
    flush: () => held.release(held.length()),
  };
}

/** Queue of held-back text. Pieces are never joined before they are released, so each character is copied once. */
function createHeldText(): { add(piece: string): void; length(): number; release(characters: number): string } {
  let pieces: string[] = [];
  /** Released pieces, and released characters of the next piece. */
  let [released, cut] = [0, 0];
  let length = 0;

  return {
    add(piece) {
      if (piece !== '') pieces.push(flattenText(piece));
      length += piece.length;
    },
    length: () => length,
    /** Removes and returns the first characters. */
    release(characters) {
      let text = '';
      length -= characters;
      for (let wanted = characters; wanted > 0;) {
        const piece = pieces[released] ?? '';
        const part = piece.slice(cut, cut + wanted);
        text += part;
        wanted -= part.length;
        cut += part.length;
        if (cut < piece.length) break;
        released++;
        cut = 0;
      }
      // Compact only when at least half of the list is released: amortized constant time.
      if (released * 2 >= pieces.length) [pieces, released] = [pieces.slice(released), 0];
      return text;
    },
  };
}
