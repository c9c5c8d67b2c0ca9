/**
 * Text of an answer that is kept while it grows. The pieces are copied into blocks, so that a character takes the one or two bytes that
 * it needs, however small the pieces are and whatever they were cut from.
 */
import type { AnswerBudget } from '../unified/budget.ts';
import { flat } from '../unified/flat.ts';

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

  function tryTake(more: number): boolean {
    const isLeft = budget.tryTake(more);
    if (isLeft) bytes += more;
    return isLeft;
  }

  function closeBlock(): boolean {
    const block = flat(open);
    blocks.push(block);
    open = '';
    return !WIDE.test(block) || tryTake(block.length);
  }

  function tryAdd(piece: string): boolean {
    if (!tryTake(piece.length)) return false;
    length += piece.length;
    open += piece;
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
