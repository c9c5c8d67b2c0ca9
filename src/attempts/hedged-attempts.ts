/** A race of attempts at the first two endpoints of a plan, for one answer in text. */
import type { PreparedEndpoint } from '../calls/prepare.ts';
import { createCancellation, type CancelSignal } from '../lib/cancel-signal.ts';
import { RouterError } from '../unified/error.ts';
import { firstError } from './attempt-list.ts';
import { Attempt, type AttemptOrigin } from './attempt.ts';
import { HedgeRace, type TryNumber } from './hedge.ts';
import { beginAnswer, type BegunAnswer } from './text-attempts.ts';

/** The race. `endpoints` are its two endpoints, `attempts` gets each attempt. */
type HedgeOptions = Readonly<{
  endpoints: readonly [PreparedEndpoint, PreparedEndpoint];
  origin: AttemptOrigin;
  attempts: Attempt[];
  afterMs: number;
}>;

/** Hedged attempts. */
export class HedgedAttempts extends HedgeRace<BegunAnswer> {
  readonly #options: HedgeOptions;
  readonly #cancellations;

  /** @param signal cancels both attempts. */
  constructor(options: HedgeOptions, signal: CancelSignal) {
    super(options.afterMs, options.origin.context.ports.clock);
    this.#options = options;
    this.#cancellations = [createCancellation(signal), createCancellation(signal)] as const;
  }

  override async run(): Promise<BegunAnswer> {
    try {
      return await super.run();
    } catch (thrown) {
      throw thrown instanceof RouterError ? firstError(this.#options.attempts) : thrown;
    }
  }

  protected begin(which: TryNumber): Promise<BegunAnswer> {
    const { endpoints, origin, attempts } = this.#options;
    const cancellation = this.#cancellations[which];
    const attempt = new Attempt(endpoints[which], origin, cancellation.signal);
    attempts.push(attempt);
    return beginAnswer({ attempt, prepared: endpoints[which], id: String(which), turn: null }, origin, cancellation);
  }

  protected cancelTry(which: TryNumber): void {
    this.#cancellations[which].cancel();
  }
}
