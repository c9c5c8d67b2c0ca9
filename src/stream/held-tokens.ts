/**
 * Holds the log probabilities of one choice while its text is held back. Each token is released with the text that completes it, and with
 * the offset it had on arrival. Pure; uses the memory budget of the answer.
 */
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { TokenLogprob } from '../unified/response/event.ts';
import { withOffsets } from '../unified/response/token-offsets.ts';
import { sizeOfLogprobs } from '../unified/response/event-size.ts';

/** Tokens to release: those with all text shown, those with some text shown, or all. */
type TokenSelection = 'complete' | 'begun' | 'all';

export interface HeldTokens {
  /** Adds a piece of text of this length, with its tokens. */
  add(logprobs: readonly TokenLogprob[] | undefined, textLength: number): void;
  /** Counts this much text as shown, and returns the tokens to release with it. */
  show(textLength: number, selection: TokenSelection): TokenLogprob[];
  /** Discards the rest. */
  drop(): void;
}

/** A token and its range in the text received so far. */
type HeldToken = { token: TokenLogprob; start: number; end: number };

export function createHeldTokens(budget: AnswerBudget | undefined): HeldTokens {
  let held: HeldToken[] = [];
  /** Index of the first token of `held` that is not released. */
  let first = 0;
  /** UTF-16 units of text received, and shown. */
  let [received, shown] = [0, 0];

  function release(next: number): TokenLogprob[] {
    const tokens = held.slice(first, next).map(({ token }) => token);
    budget?.give(sizeOfLogprobs(tokens));
    first = next;
    // Compact only when at least half of the list is released: amortized constant time.
    if (first * 2 >= held.length) [held, first] = [held.slice(first), 0];
    return tokens;
  }

  return {
    add(logprobs, textLength) {
      if (logprobs !== undefined) {
        budget?.take(sizeOfLogprobs(logprobs));
        let next = received;
        // Tokens may spell more than the text: partial bytes, or text that the upstream holds back.
        const clampOffset = (offset: number) => Math.min(offset, received + textLength);
        for (const token of withOffsets(logprobs, received)) {
          const start = next;
          next += token.token.length;
          held.push({ token, start: clampOffset(start), end: clampOffset(next) });
        }
      }
      received += textLength;
    },
    show(textLength, selection) {
      shown += textLength;
      if (held.length === 0) return [];
      let next = first;
      for (; next < held.length; next++) {
        const { start, end } = held[next] as HeldToken; // the index is in range
        if (selection !== 'all' && end > shown && (selection === 'complete' || start >= shown)) break;
      }
      return release(next);
    },
    drop: () => void release(held.length),
  };
}
