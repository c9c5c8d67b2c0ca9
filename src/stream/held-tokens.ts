/**
 * The log probabilities of one choice while its text is held back: each token leaves with the text that completes it, knowing where it
 * stood when it came. Pure; what it holds comes out of the budget of the answer.
 */
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import type { TokenLogprob } from '../unified/response/event.ts';
import { withOffsets } from '../unified/response/token-offsets.ts';
import { sizeOfLogprobs } from '../unified/response/event-size.ts';

/** Tokens whose text has been shown whole; those that have been begun as well; or all of them. */
export type Which = 'complete' | 'begun' | 'all';

export interface HeldTokens {
  /** A piece of text has come, with its tokens. */
  add(logprobs: readonly TokenLogprob[] | undefined, textLength: number): void;
  /** So much text is shown: the tokens that leave with it. */
  show(textLength: number, which: Which): TokenLogprob[];
  /** The rest is never shown. */
  drop(): void;
}

/** A token, from `start` to `end` in the text of its choice, as far as that has come. */
type Held = { token: TokenLogprob; start: number; end: number };

export function createHeldTokens(budget: AnswerBudget | undefined): HeldTokens {
  let held: Held[] = [];
  /** The first of `held` that has not left. */
  let first = 0;
  /** UTF-16 units of text that have come, and that have been shown. */
  let [received, shown] = [0, 0];

  function release(next: number): TokenLogprob[] {
    const tokens = held.slice(first, next).map(({ token }) => token);
    budget?.give(sizeOfLogprobs(tokens));
    first = next;
    // At least half of the list has left: what moves now has been paid for.
    if (first * 2 >= held.length) [held, first] = [held.slice(first), 0];
    return tokens;
  }

  return {
    add(logprobs, textLength) {
      if (logprobs !== undefined) {
        budget?.take(sizeOfLogprobs(logprobs));
        let next = received;
        // Tokens may spell more than the text has: bytes, or text that the upstream holds back.
        const within = (place: number) => Math.min(place, received + textLength);
        for (const token of withOffsets(logprobs, received)) {
          const start = next;
          next += token.token.length;
          held.push({ token, start: within(start), end: within(next) });
        }
      }
      received += textLength;
    },
    show(textLength, which) {
      shown += textLength;
      if (held.length === 0) return [];
      let next = first;
      for (; next < held.length; next++) {
        const { start, end } = held[next] as Held; // within the list
        if (which !== 'all' && end > shown && (which === 'complete' || start >= shown)) break;
      }
      return release(next);
    },
    drop: () => void release(held.length),
  };
}
