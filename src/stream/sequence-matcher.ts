/**
 * Finds the first of several texts in a stream of pieces, with the least possible hold-back: only characters that may be the
 * beginning of a sequence wait. Linear in the text for each sequence (Knuth, Morris, Pratt), whatever the pieces are.
 */

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
  return () => createMatcher(sequences, tables);
}

function createMatcher(sequences: readonly string[], tables: readonly Int32Array[]): SequenceMatcher {
  /** How many characters of each sequence the text ends with. */
  const matched = new Int32Array(sequences.length);
  let held = '';

  /** Moves every sequence on by one character; the sequence completed by it (the longest, if several), or null. */
  function step(character: string): number | null {
    let complete: number | null = null;
    for (let which = 0; which < sequences.length; which++) {
      const sequence = sequences[which] ?? '';
      const table = tables[which] as Int32Array; // as many tables as sequences
      let length = matched[which] ?? 0;
      while (length > 0 && sequence[length] !== character) length = table[length - 1] ?? 0;
      if (sequence[length] === character) length++;
      matched[which] = length;
      if (length === sequence.length && (complete === null || length > (sequences[complete]?.length ?? 0))) complete = which;
    }
    return complete;
  }

  return {
    push(piece) {
      const text = held + piece;
      for (let position = held.length; position < text.length; position++) {
        const found = step(text.charAt(position));
        if (found === null) continue;
        held = '';
        return { text: text.slice(0, position + 1 - (sequences[found]?.length ?? 0)), found };
      }
      const waiting = Math.max(0, ...matched);
      held = text.slice(text.length - waiting);
      return { text: text.slice(0, text.length - waiting), found: null };
    },
    flush() {
      const text = held;
      held = '';
      return text;
    },
  };
}
