/**
 * Finds the first of several texts in a stream of pieces, with the least possible hold-back: only characters that may be the
 * beginning of a sequence wait. Linear in the text for each sequence (Knuth, Morris, Pratt), whatever the pieces are.
 */

import { flat } from './flat.ts';

/** What is known after a piece. */
export type MatchStep = {
  /** Text that can be shown now: certainly not part of a sequence. */
  text: string;
  /** Index of the sequence that was found, or null. Nothing may be pushed after a match. */
  found: number | null;
};

/** Matches one text. */
export interface SequenceMatcher {
  push(piece: string): MatchStep;
  /** The text is over: what was held back was no sequence after all. */
  flush(): string;
}

/** For each position the length of the longest beginning that also ends there. */
export function failureTable(sequence: string): Int32Array {
  const table = new Int32Array(sequence.length);
  for (let position = 1, length = 0; position < sequence.length; position++) {
    while (length > 0 && sequence[position] !== sequence[length]) length = table[length - 1] ?? 0;
    if (sequence[position] === sequence[length]) length++;
    table[position] = length;
  }
  return table;
}

/** Makes matchers for one list of sequences (each at least one character); the tables are made once. */
export function createSequenceMatchers(sequences: readonly string[]): () => SequenceMatcher {
  const tables = sequences.map(failureTable);
  const byFirst = new Map<number, number[]>();
  for (const [which, sequence] of sequences.entries()) {
    const first = sequence.charCodeAt(0);
    byFirst.set(first, [...(byFirst.get(first) ?? []), which]);
  }
  return () => createMatcher(sequences, tables, byFirst);
}

/** @param byFirst sequences by the code of their first character. */
function createMatcher(
  sequences: readonly string[],
  tables: readonly Int32Array[],
  byFirst: ReadonlyMap<number, readonly number[]>,
): SequenceMatcher {
  /** How many characters of each sequence the text ends with. */
  const matched = new Int32Array(sequences.length);
  /** Sequences of which the text ends with at least one character. */
  let active: number[] = [];
  const held = createHeldText();

  /** How many characters of a sequence the text ends with after one more. */
  function advance(which: number, code: number): number {
    const sequence = sequences[which] ?? '';
    const table = tables[which] as Int32Array; // as many tables as sequences
    let length = matched[which] ?? 0;
    while (length > 0 && sequence.charCodeAt(length) !== code) length = table[length - 1] ?? 0;
    return sequence.charCodeAt(length) === code ? length + 1 : 0;
  }

  /** Moves the sequences on by one character; the sequence completed by it (the longest, if several), or null. */
  function step(code: number): number | null {
    const starting = byFirst.get(code);
    if (active.length === 0 && starting === undefined) return null;
    const going: number[] = [];
    for (const which of starting ?? []) if (matched[which] === 0) going.push(which);
    for (const which of active) going.push(which);
    active = [];
    let complete: number | null = null;
    for (const which of going) {
      const length = advance(which, code);
      matched[which] = length;
      if (length > 0) active.push(which);
      const isComplete = length === sequences[which]?.length;
      if (isComplete && (complete === null || length > (sequences[complete]?.length ?? 0))) complete = which;
    }
    return complete;
  }

  /** Characters that may be the beginning of a sequence. */
  function waiting(): number {
    let most = 0;
    for (const which of active) most = Math.max(most, matched[which] ?? 0);
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
      return { text: held.release(held.length() - waiting()), found: null };
    },
    flush: () => held.release(held.length()),
  };
}

/** Text that is held back: a queue of pieces, never joined before it leaves, so that each character is moved once. */
function createHeldText(): { add(piece: string): void; length(): number; release(characters: number): string } {
  let pieces: string[] = [];
  /** Pieces that have left, and characters that have left of the one after them. */
  let [gone, cut] = [0, 0];
  let length = 0;

  return {
    add(piece) {
      if (piece !== '') pieces.push(flat(piece));
      length += piece.length;
    },
    length: () => length,
    /** Takes the first characters out. */
    release(characters) {
      let text = '';
      length -= characters;
      for (let wanted = characters; wanted > 0;) {
        const piece = pieces[gone] ?? '';
        const part = piece.slice(cut, cut + wanted);
        text += part;
        wanted -= part.length;
        cut += part.length;
        if (cut < piece.length) break;
        gone++;
        cut = 0;
      }
      // At least half of the list has left: what moves now has been paid for.
      if (gone * 2 >= pieces.length) [pieces, gone] = [pieces.slice(gone), 0];
      return text;
    },
  };
}
