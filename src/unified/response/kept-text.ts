/**
 * Text of an answer that is kept while it grows. The pieces are copied into blocks, so that a character takes the one or two bytes that
 * it needs, however small the pieces are and whatever they were cut from.
 */
import type { AnswerBudget } from './answer-budget.ts';
import { flattenText } from '../../lib/flatten-text.ts';

export interface KeptText {
  /** @throws RouterError when the budget is spent. */
  add(piece: string): void;
  /** The same; false = the budget is spent. */
  tryAdd(piece: string): boolean;
  /** In UTF-16 units. */
  length(): number;
  /** All of it. */
  text(): string;
  /** Returns what it took of the budget; it is not used after that. */
  release(): void;
}

const BLOCK_CHARACTERS = 4096;

/** A string that holds one such character takes two bytes for each. */
const WIDE = /[^\u0000-\u00ff]/; // oxlint-disable-line no-control-regex -- the range of one byte

export function createKeptText(budget: AnswerBudget): KeptText {
  const blocks: string[] = [];
  let open = '';
  let [length, bytes] = [0, 0];
  /** Pieces of the open block. */
  let pieces = 0;

  function tryTake(more: number): boolean {
    const isLeft = budget.tryTake(more);
    if (isLeft) bytes += more;
    return isLeft;
  }

  function closeBlock(): boolean {
    const block = pieces === 1 ? open : flattenText(open); // a large piece was read for its own sake, and is no small part of anything
    blocks.push(block);
    open = '';
    pieces = 0;
    // The beginning of a large piece stands for it: reading a megabyte takes a millisecond.
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
