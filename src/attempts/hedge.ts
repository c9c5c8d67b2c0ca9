/**
 * Two tries for one answer: the second starts when the first has shown no content for a while, or has failed. The first to show content
 * is the answer, the other one is cancelled. What a try does is left to subclasses.
 */
import type { Clock } from '../lib/clock.ts';
import { withTimeout } from '../lib/timeout.ts';
import { RouterError } from '../unified/error.ts';

/** One of the two. */
export type TryNumber = 0 | 1;

/** How a try ended. */
type Outcome<Answer> = { which: TryNumber; answer: Answer } | { which: TryNumber; error: RouterError };

/** A race of two tries. */
export abstract class HedgeRace<Answer> {
  readonly #afterMs: number;
  readonly #clock: Clock;
  readonly #failed = new Set<TryNumber>();
  #started = 0;

  /** @param afterMs silence of the first try, in milliseconds, before the second starts. */
  constructor(afterMs: number, clock: Clock) {
    this.#afterMs = afterMs;
    this.#clock = clock;
  }

  /** Starts a try; resolves with its first content. @throws RouterError why it is no answer. */
  protected abstract begin(which: TryNumber): Promise<Answer>;

  /** Cancels a try, open or not. */
  protected abstract cancelTry(which: TryNumber): void;

  /** How many tries have been started. */
  get started(): number {
    return this.#started;
  }

  /** Resolves with the answer of the first try that shows content. @throws RouterError the error of the first try, when both fail. */
  async run(): Promise<Answer> {
    const first = this.#start(0);
    const early = await withTimeout(first, this.#afterMs, this.#clock);
    if (early !== null && 'answer' in early) return this.#cancelOther(early);
    const second = this.#start(1);
    const outcome = early === null ? await firstAnswer(first, second) : await second;
    if ('answer' in outcome) return this.#cancelOther(outcome);
    const cause = early ?? (await first);
    throw 'error' in cause ? cause.error : outcome.error;
  }

  async #start(which: TryNumber): Promise<Outcome<Answer>> {
    this.#started++;
    try {
      return { which, answer: await this.begin(which) };
    } catch (thrown) {
      if (!(thrown instanceof RouterError)) throw thrown;
      this.#failed.add(which);
      return { which, error: thrown };
    }
  }

  /** Cancels the other try, unless it has failed. One that has shown content at the same moment is still running. */
  #cancelOther({ which, answer }: { which: TryNumber; answer: Answer }): Answer {
    const other = which === 0 ? 1 : 0;
    if (this.#started > 1 && !this.#failed.has(other)) this.cancelTry(other);
    return answer;
  }
}

/** The first of two that is an answer; if neither is, the outcome of the later one. */
async function firstAnswer<Answer>(first: Promise<Outcome<Answer>>, second: Promise<Outcome<Answer>>): Promise<Outcome<Answer>> {
  const earlier = await Promise.race([first, second]);
  if ('answer' in earlier) return earlier;
  return earlier.which === 0 ? second : first;
}
