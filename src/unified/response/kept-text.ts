/**
 * Keeps text of an answer while it grows. Pieces are copied into blocks, so a character takes one or two bytes, however small the pieces
 * are and whatever larger texts they were cut from.
 */
import type { AnswerBudget } from './answer-budget.ts';
import { flattenText } from '../../lib/flatten-text.ts';

export interface KeptText {
  /** @throws RouterError when the budget is used up. */
  add(piece: string): void;
  /** Like `add`. Returns false when the budget is used up. */
  tryAdd(piece: string): boolean;
  /** Length in UTF-16 units. */
  length(): number;
  /** Returns the whole text. */
  text(): string;
  /** Returns its memory to the budget. The text must not be used after that. */
  release(): void;
}

const BLOCK_CHARACTERS = 4096;

/** Matches a character that needs two bytes. V8 then stores the whole string with two bytes per character. */
const WIDE = /[^\u0000-\u00ff]/; // oxlint-disable-line no-control-regex -- the range of one byte

export function createKeptText(budget: AnswerBudget): KeptText {
  const blocks: string[] = [];
  let open = '';
  let [length, bytes] = [0, 0];
  /** Number of pieces in the open block. */
  let pieces = 0;

  function tryTake(more: number): boolean {
    const isLeft = budget.tryTake(more);
    if (isLeft) bytes += more;
    return isLeft;
  }

  function closeBlock(): boolean {
    const block = pieces === 1 ? open : flattenText(open); // a single large piece is not a small part of a larger text
    blocks.push(block);
    open = '';
    pieces = 0;
    // Only the beginning of a large piece is tested: testing a megabyte takes a millisecond.
    return !WIDE.test(block.slice(0, BLOCK_CHARACTERS)) || tryTake(block.length);
  }

  function tryAdd(piece: string): boolean {
    if (!tryTake(piece.length)) return false;
    length += piece.length;
    open += piece;
    pieces++;
    return open.length < BLOCK_CHARACTERS || closeBlock();
  }

  return {
    tryAdd,
    add(piece) {
      if (!tryAdd(piece)) throw budget.exceeded();
    },
    length: () => length,
    text: () => (blocks.length === 0 ? open : blocks.join('') + open),
    release() {
      budget.give(bytes);
      bytes = 0;
    },
  };
}
