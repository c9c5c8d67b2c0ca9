/**
 * Keeps text of an answer while it grows. Pieces are copied into blocks, so a character takes one or two bytes, however small the pieces
 * are and whatever larger texts they were cut from.
 */
import type { AnswerBudget } from './answer-budget.ts';
import { flattenText } from '../../lib/flatten-text.ts';

const BLOCK_CHARACTERS = 4096;

/** Matches a character that needs two bytes. V8 then stores the whole string with two bytes per character. */
const WIDE = /[^\u0000-\u00ff]/; // oxlint-disable-line no-control-regex -- the range of one byte

/** Text that grows. */
export class KeptText {
  readonly #budget: AnswerBudget;
  /** Null before the first block is full. */
  #blocks: string[] | null = null;
  #open = '';
  #length = 0;
  #bytes = 0;
  /** Number of pieces in the open block. */
  #pieces = 0;

  constructor(budget: AnswerBudget) {
    this.#budget = budget;
  }

  /** @throws RouterError when the budget is used up. */
  add(piece: string): void {
    if (!this.tryAdd(piece)) throw this.#budget.exceeded();
  }

  /** Like `add`. Returns false when the budget is used up. */
  tryAdd(piece: string): boolean {
    if (!this.#tryTake(piece.length)) return false;
    this.#length += piece.length;
    this.#open += piece;
    this.#pieces++;
    return this.#open.length < BLOCK_CHARACTERS || this.#closeBlock();
  }

  /** Length in UTF-16 units. */
  length(): number {
    return this.#length;
  }

  /** Returns the whole text. */
  text(): string {
    return this.#blocks === null ? this.#open : this.#blocks.join('') + this.#open;
  }

  /** Returns its memory to the budget. The text must not be used after that. */
  release(): void {
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
  }

  #tryTake(more: number): boolean {
    const isLeft = this.#budget.tryTake(more);
    if (isLeft) this.#bytes += more;
    return isLeft;
  }

  #closeBlock(): boolean {
    const block = this.#pieces === 1 ? this.#open : flattenText(this.#open); // a single large piece is not a small part of a larger text
    (this.#blocks ??= []).push(block);
    this.#open = '';
    this.#pieces = 0;
    // Only the beginning of a large piece is tested: testing a megabyte takes a millisecond.
    return !WIDE.test(block.slice(0, BLOCK_CHARACTERS)) || this.#tryTake(block.length);
  }
}
