/**
 * Attempts under way at one answer: what each is given, how long it may be silent, and what becomes of those that another one overtook. When
 * attempts are made is `in-turn.ts`.
 */
import { silentMsFor } from './deadlines.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { RouterError } from '../unified/error.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { WAITING_CALLS } from '../upstream/call-limiter.ts';
import { fail, type Attempt } from './attempt.ts';
import type { RunContext } from '../calls/context.ts';

/** What one attempt is given, and what it says of itself. */
export type Turn = {
  /** Fires when the attempt is given up. */
  signal: CancelSignal;
  /** Gives the attempt up. */
  cancel: () => void;
  /** No other endpoint comes after it. */
  isLast: boolean;
  /** Set by the attempt when it begins to call its upstream. */
  attempt: Attempt | null;
};

/** How an attempt ended. */
export type Ended<Answer> = { answer: Answer } | { thrown: unknown };

/** An attempt under way. `call` is its place among the planned calls. */
export type Running<Answer> = {
  call: number;
  planned: PlannedCall;
  turn: Turn;
  startedMs: number;
  ended: Promise<Ended<Answer>>;
};

/** Until when an attempt may be silent, in milliseconds since 1970. Calls that do not all fit at a time take that much longer. */
export function silentUntilMs({ planned, turn, startedMs }: Running<unknown>, { request, ports }: RunContext): number {
  const rounds = Math.ceil(planned.fitted.parts.length / WAITING_CALLS);
  const characters = turn.attempt?.prepared.parts[0]?.call.body.length ?? 0;
  return startedMs + rounds * silentMsFor(request, planned, { characters, mostMs: ports.limits.silentMs });
}

/** Gives up an attempt, since another one has answered. One that began before the other was silent for too long. */
export function giveUp(one: Running<unknown>, winner: Running<unknown>, context: RunContext): void {
  const { turn, startedMs } = one;
  const { attempt } = turn;
  const name = winner.planned.candidate.provider.name;
  // Both may have answered at the same moment.
  if (startedMs < winner.startedMs && attempt?.isWhole === false) giveUpSilent(one, `, and ${name} answered first`, context);
  if (attempt !== null) attempt.isCancelled = true;
  turn.cancel();
}

/** Gives up an attempt that was silent for too long, which is a failure of its endpoint. @param more the end of what is told of it. */
export function giveUpSilent({ planned, turn, startedMs }: Running<unknown>, more: string, context: RunContext): RouterError {
  const { name } = planned.candidate.provider;
  const waitedMs = context.ports.clock.nowMs() - startedMs;
  const error = new RouterError('timeout', `${name}: no complete answer within ${waitedMs} ms${more}`, { providerName: name });
  if (turn.attempt !== null) {
    fail(turn.attempt, error, context);
    turn.attempt.isCancelled = true;
  }
  turn.cancel();
  return error;
}
