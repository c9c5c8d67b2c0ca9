/**
 * Bounds the bytes of an answer that the router keeps, for one client request and all its upstream calls together. Code that keeps a part of
 * an answer (a body read whole, candidates, text to continue from, decoder state) takes its bytes from the budget first.
 */
import { RouterError } from '../error.ts';

/** The memory budget of one client request. */
export interface AnswerBudget {
  /** @throws RouterError `provider_unavailable` when fewer bytes are left. */
  take(bytes: number): void;
  /** Takes the bytes if available. False = not available, nothing was taken. */
  tryTake(bytes: number): boolean;
  /** Returns bytes that are no longer kept. */
  give(bytes: number): void;
  /** Creates the error for a budget that is used up. */
  exceeded(): RouterError;
}

/** A budget without limit, for tests of single parts. */
export const UNLIMITED: AnswerBudget = {
  take: () => undefined,
  tryTake: () => true,
  give: () => undefined,
  exceeded: () => createTooLargeError(Infinity),
};

/** Estimated size of a small object or map entry in V8, in bytes. */
export const ENTRY_BYTES = 64;

/** @param maxBytes most bytes kept at the same time. */
export const createAnswerBudget = (maxBytes: number): AnswerBudget => new RequestBudget(maxBytes);

class RequestBudget implements AnswerBudget {
  readonly #maxBytes: number;
  #left: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#left = maxBytes;
  }

  take(bytes: number): void {
    if (!this.tryTake(bytes)) throw this.exceeded();
  }

  tryTake(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }

  exceeded(): RouterError {
    return createTooLargeError(this.#maxBytes);
  }
}

/** A part of a budget that can be returned as a whole, e.g. when an attempt fails. */
export class BudgetScope implements AnswerBudget {
  readonly #budget: AnswerBudget;
  #taken = 0;

  constructor(budget: AnswerBudget) {
    this.#budget = budget;
  }

  take(bytes: number): void {
    if (!this.tryTake(bytes)) throw this.exceeded();
  }

  tryTake(bytes: number): boolean {
    const isLeft = this.#budget.tryTake(bytes);
    if (isLeft) this.#taken += bytes;
    return isLeft;
  }

  give(bytes: number): void {
    this.#taken -= bytes;
    this.#budget.give(bytes);
  }

  exceeded(): RouterError {
    return this.#budget.exceeded();
  }

  /** Returns everything that is taken. */
  release(): void {
    this.give(this.#taken);
  }
}

/** Not retryable: the answer has been paid for, and another one would be as large. */
const createTooLargeError = (maxBytes: number) =>
  new RouterError(
    'provider_unavailable',
    `the answer has more than the ${maxBytes} bytes that the router keeps of one (variable MAX_ANSWER_BYTES)`,
    {
      retryable: false,
      meaning: 'invalid-request',
    },
  );

/** Estimates the size of a JSON value in bytes. */
export function sizeOf(value: unknown): number {
  let bytes = 0;
  const open = [value];
  while (open.length > 0) {
    const one = open.pop();
    bytes += typeof one === 'string' ? 16 + one.length : 8;
    if (typeof one !== 'object' || one === null) continue;
    for (const child of Array.isArray(one) ? one : Object.values(one)) {
      bytes += 8;
      open.push(child);
    }
  }
  return bytes;
}
