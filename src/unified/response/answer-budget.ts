/**
 * How much of an answer the router may keep, for one client request and all of its upstream calls together. Whatever keeps a part of an
 * answer (a body that is read whole, candidates, text to continue from, state of a decoder) takes its bytes here first.
 */
import { RouterError } from '../error.ts';

/** The bytes of one client request. */
export interface AnswerBudget {
  /** @throws RouterError `provider_unavailable` when fewer bytes are left. */
  take(bytes: number): void;
  /** Takes the bytes if they are left; false = they are not, and nothing was taken. */
  tryTake(bytes: number): boolean;
  /** Returns bytes that are kept no longer. */
  give(bytes: number): void;
  /** What is thrown when the bytes are not left. */
  exceeded(): RouterError;
}

/** A budget without limit, for what is tested apart from a request. */
export const UNLIMITED: AnswerBudget = {
  take: () => undefined,
  tryTake: () => true,
  give: () => undefined,
  exceeded: () => tooLarge(Infinity),
};

/** Rough size of one small object or entry of a map in V8, in bytes. */
export const ENTRY_BYTES = 64;

/** @param maxBytes most bytes that are kept at a time. */
export function createAnswerBudget(maxBytes: number): AnswerBudget {
  let left = maxBytes;

  function tryTake(bytes: number): boolean {
    if (bytes > left) return false;
    left -= bytes;
    return true;
  }

  return {
    take(bytes) {
      if (!tryTake(bytes)) throw tooLarge(maxBytes);
    },
    tryTake,
    give(bytes) {
      left += bytes;
    },
    exceeded: () => tooLarge(maxBytes),
  };
}

/** A part of a budget, all of which can be returned at once: an attempt that failed keeps nothing. */
export function createBudgetScope(budget: AnswerBudget): AnswerBudget & { release(): void } {
  let taken = 0;

  function tryTake(bytes: number): boolean {
    const isLeft = budget.tryTake(bytes);
    if (isLeft) taken += bytes;
    return isLeft;
  }

  function give(bytes: number): void {
    taken -= bytes;
    budget.give(bytes);
  }

  return {
    take(bytes) {
      if (!tryTake(bytes)) throw budget.exceeded();
    },
    tryTake,
    give,
    exceeded: () => budget.exceeded(),
    release: () => give(taken),
  };
}

/** Nothing is tried after it: what has been read is paid for, and another answer would be as large. */
const tooLarge = (maxBytes: number) =>
  new RouterError(
    'provider_unavailable',
    `the answer has more than the ${maxBytes} bytes that the router keeps of one (variable MAX_ANSWER_BYTES)`,
    {
      retryable: false,
      meaning: 'invalid-request',
    },
  );

/** Rough size in bytes of a JSON value. */
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
