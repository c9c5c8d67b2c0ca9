/**
 * Makes attempts at one answer, as `retry-policy.ts` decides, until one succeeds. They are made one after the other; without a stream, the
 * next endpoint is called beside one that has been silent for longer than its answer should take. The first whole answer counts, and the
 * other calls are cancelled. What an attempt does is left to subclasses.
 */
import { noCallsLeft } from '../calls/call-budget.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import type { LazyList } from '../lib/lazy-list.ts';
import { withTimeout } from '../lib/timeout.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { endpointOf } from '../routing/resolve-model.ts';
import { RouterError } from '../unified/error.ts';
import { WAITING_CALLS } from '../upstream/call-limiter.ts';
import { clientDisconnected } from '../upstream/send.ts';
import { firstError } from './attempt-list.ts';
import type { Attempt, AttemptOrigin } from './attempt.ts';
import { isOutOfTime } from './deadlines.ts';
import { nextAttempt, nextBeside, type FailedAttempt, type NextAttempt } from './retry-policy.ts';
import { Turn, type EndedTurn } from './turn.ts';

/** What attempts at one answer are made of. */
export type QueueOptions = Readonly<{
  calls: LazyList<PlannedCall>;
  origin: AttemptOrigin;
  /** All attempts of the request so far; gets each new one that calls an upstream. */
  attempts: Attempt[];
}>;

/** Attempts at one answer. */
export abstract class AttemptQueue<Answer> {
  protected readonly origin: AttemptOrigin;
  protected readonly attempts: Attempt[];
  protected readonly signal: CancelSignal;
  readonly #calls: LazyList<PlannedCall>;
  readonly #failed: FailedAttempt[] = [];
  readonly #running: Turn<Answer>[] = [];

  /** @param signal cancels all attempts. */
  constructor({ calls, origin, attempts }: QueueOptions, signal: CancelSignal) {
    this.#calls = calls;
    this.origin = origin;
    this.attempts = attempts;
    this.signal = signal;
  }

  /** Makes one attempt. @throws RouterError why it is no answer. */
  protected abstract make(turn: Turn): Promise<Answer>;

  /**
   * Makes attempts until one succeeds.
   *
   * @throws RouterError the first error, with all attempts in its metadata, when none does.
   */
  async run(): Promise<Answer> {
    const { context, request } = this.origin;
    const { health, clock } = context.ports;
    let cause: RouterError | null = null;
    for (;;) {
      const isStarted = this.#running.length > 0 || this.#startNext();
      if (!(typeof isStarted === 'boolean' ? isStarted : await isStarted)) break;
      const ended = await this.#nextEnded();
      if (ended === null) continue;
      const { turn, outcome } = ended;
      this.#running.splice(this.#running.indexOf(turn), 1);
      if ('answer' in outcome) {
        for (const other of this.#running) other.cancelFor(turn, clock.nowMs());
        return outcome.answer;
      }
      const { thrown } = outcome;
      if (!(thrown instanceof RouterError) || this.#isOver()) {
        for (const other of this.#running) other.cancel();
        throw thrown;
      }
      cause ??= thrown;
      const isSetAside = health.healthOf(endpointOf(turn.planned.candidate)).state !== 'closed';
      this.#failed.push({ call: turn.call, error: thrown, isSetAside });
      if (this.#running.length === 0 && isOutOfTime(request, turn.planned, context)) break;
    }
    throw context.callBudget.explain(this.attempts.length === 0 && cause !== null ? cause : firstError(this.attempts));
  }

  /** Waits for the next end of a turn; null = another turn was started beside silent ones, or may be now. */
  #nextEnded(): Promise<EndedTurn<Answer> | null> | null {
    const { context, request } = this.origin;
    const { clock } = context.ports;
    const isAlone = !this.#mayStartBeside();
    const [only, ...more] = this.#running;
    if (only !== undefined && more.length === 0 && isAlone) return only.ended;
    const waitMs = Math.max(...this.#running.map((turn) => turn.silentUntilMs(request, context))) - clock.nowMs();
    const beside = isAlone || waitMs > 0 ? null : nextBeside(this.#calls, this.#failed, this.#running);
    if (beside !== null) {
      this.#startBeside(beside);
      return null;
    }
    const first = Promise.race(this.#running.map(({ ended }) => ended));
    return isAlone || waitMs <= 0 ? first : withTimeout(first, waitMs, clock);
  }

  /** No new attempt may start. */
  #isOver(): boolean {
    return this.signal.aborted || this.origin.context.client.signal.aborted;
  }

  /** Starts the next attempt, after its pause; false when there is none to make. A promise only where there is a pause. */
  #startNext(): boolean | Promise<boolean> {
    const { random, limits } = this.origin.context.ports;
    while (this.attempts.length < limits.attempts) {
      const step = nextAttempt(this.#calls, this.#failed, random.fraction());
      if (step === null) return false;
      if (!this.#isAllowed(step.call)) continue;
      if (step.afterMs > 0) return this.#startLater(step);
      this.#start(step.call);
      return true;
    }
    return false;
  }

  async #startLater({ call, afterMs }: NextAttempt): Promise<true> {
    await this.#pause(afterMs);
    this.#start(call);
    return true;
  }

  /** Whether another call may be made beside those that are running, when they have been silent for too long, and may be planned. */
  #mayStartBeside(): boolean {
    const { request, context } = this.origin;
    const { silentMs, attempts } = context.ports.limits;
    if (request.stream || silentMs === 0 || this.attempts.length >= attempts || context.client.signal.aborted) return false;
    return this.#calls.most > 1 && this.#called().size < this.#calls.most;
  }

  /** Positions of the calls that have been made. */
  #called(): ReadonlySet<number> {
    return new Set([...this.#failed, ...this.#running].map(({ call }) => call));
  }

  /** Calls another endpoint beside silent ones, or instead of them, where there are too many calls to wait for at a time. */
  #startBeside(call: number): void {
    if (!this.#isAllowed(call)) return;
    const waiting = this.#running.reduce((sum, turn) => sum + this.#partsOf(turn.call), this.#partsOf(call));
    if (waiting > WAITING_CALLS) {
      const nowMs = this.origin.context.ports.clock.nowMs();
      for (const turn of this.#running.splice(0)) this.#failed.push({ call: turn.call, error: turn.cancelSilent(nowMs) });
    }
    this.#start(call);
  }

  /** Whether the call may be made; where not, it counts as failed. */
  #isAllowed(call: number): boolean {
    if (this.origin.context.callBudget.allows(this.#partsOf(call))) return true;
    this.#failed.push({ call, error: noCallsLeft(null) });
    return false;
  }

  #partsOf(call: number): number {
    return this.#calls.at(call)?.fitted.parts.length ?? 0;
  }

  #start(call: number): void {
    const planned = this.#calls.at(call);
    if (planned === undefined) return;
    const { health, limits, clock } = this.origin.context.ports;
    const earlier = this.#called();
    // The plan's first endpoint was claimed with the plan; where another request probes this one, it is a last resort all the same.
    if (earlier.size > 0) health.claimProbe(endpointOf(planned.candidate));
    const isLast = this.attempts.length + 1 >= limits.attempts;
    const turn = new Turn<Answer>({ calls: this.#calls, planned, call, earlier, isLast, startedMs: clock.nowMs() }, this.signal);
    turn.ended = this.#makeSettled(turn);
    this.#running.push(turn);
  }

  async #makeSettled(turn: Turn<Answer>): Promise<EndedTurn<Answer>> {
    try {
      return { turn, outcome: { answer: await this.make(turn) } };
    } catch (thrown) {
      return { turn, outcome: { thrown } };
    }
  }

  /** Waits, unless the work is cancelled. */
  async #pause(ms: number): Promise<void> {
    const { clock } = this.origin.context.ports;
    await new Promise<void>((resolve) => {
      const clear = clock.setTimer(ms, resolve);
      this.signal.addEventListener('abort', () => (clear(), resolve()));
    });
    if (this.signal.aborted) throw clientDisconnected();
  }
}
