/** A planned call whose turn has come: what its attempt is given, and how it ended. When turns begin is `attempt-queue.ts`. */
import type { RequestContext } from '../calls/context.ts';
import { createCancellation, type CancelSignal } from '../lib/cancel-signal.ts';
import type { LazyList } from '../lib/lazy-list.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { WAITING_CALLS } from '../upstream/call-limiter.ts';
import type { Attempt } from './attempt.ts';
import { silentMsFor } from './deadlines.ts';

/** A turn and how it ended. */
export type EndedTurn<Answer> = { turn: Turn<Answer>; outcome: { answer: Answer } | { thrown: unknown } };

/** Which of the calls, and after which ones. `isLast`: no more attempts may follow. */
type TurnOptions = {
  calls: LazyList<PlannedCall>;
  planned: PlannedCall;
  call: number;
  earlier: ReadonlySet<number>;
  isLast: boolean;
  startedMs: number;
};

/** One turn. */
export class Turn<Answer = unknown> {
  readonly planned: PlannedCall;
  /** Position among the planned calls. */
  readonly call: number;
  readonly startedMs: number;
  /** Fires when the attempt is cancelled. */
  readonly signal: CancelSignal;
  /** Set when the attempt begins to call its upstream. */
  attempt: Attempt | null = null;
  readonly #options: TurnOptions;
  readonly #cancellation: ReturnType<typeof createCancellation>;

  constructor(options: TurnOptions, parent: CancelSignal) {
    this.#options = options;
    this.planned = options.planned;
    this.call = options.call;
    this.startedMs = options.startedMs;
    this.#cancellation = createCancellation(parent);
    this.signal = this.#cancellation.signal;
  }

  /** How it ended; set when the attempt is started. */
  ended!: Promise<EndedTurn<Answer>>;

  /** Another endpoint could answer instead, which has not been called. */
  hasAnother(): boolean {
    const { calls, earlier, isLast } = this.#options;
    if (isLast) return false;
    let other = 0;
    while (other === this.call || earlier.has(other)) other++;
    return calls.at(other) !== undefined;
  }

  cancel(): void {
    this.#cancellation.cancel();
  }

  /** Until when it may be silent, in milliseconds since 1970. Calls that do not all fit at a time take that much longer. */
  silentUntilMs(request: UnifiedRequest, { ports }: RequestContext): number {
    const rounds = Math.ceil(this.planned.fitted.parts.length / WAITING_CALLS);
    const characters = this.attempt?.prepared.parts[0]?.call.body.length ?? 0;
    return this.startedMs + rounds * silentMsFor(request, this.planned, { characters, mostMs: ports.limits.silentMs });
  }

  /** Cancels it, since another turn has answered. One that began before the other was silent for too long. */
  cancelFor(winner: Turn, nowMs: number): void {
    // Both may have answered at the same moment.
    const wasSilent = this.startedMs < winner.startedMs && this.attempt?.isWhole === false;
    if (wasSilent) this.cancelSilent(nowMs, `, and ${winner.planned.candidate.provider.name} answered first`);
    this.attempt?.cancelled();
    this.cancel();
  }

  /** Cancels it for its silence, which is a failure of its endpoint. @param more the end of the message. */
  cancelSilent(nowMs: number, more = ''): RouterError {
    const { name } = this.planned.candidate.provider;
    const message = `${name}: no complete answer within ${nowMs - this.startedMs} ms${more}`;
    const error = new RouterError('timeout', message, { providerName: name });
    this.attempt?.fail(error);
    this.attempt?.cancelled();
    this.cancel();
    return error;
  }
}
