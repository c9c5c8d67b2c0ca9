/**
 * Attempts at one answer, by the rules of `routing/attempts.ts`, until one is the answer. They are made one after the other; without a
 * stream, the next endpoint is asked beside one that has been silent for longer than its answer should take. The first whole answer is
 * the answer, and the other calls are cancelled. What an attempt is, is handed in.
 */
import { nextAttempt, nextBeside, type FailedAttempt } from '../routing/attempts.ts';
import { endpointOf } from '../routing/candidates.ts';
import { silentMsFor, totalFor } from '../routing/deadlines.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { within } from '../stream/within.ts';
import { RouterError } from '../unified/error.ts';
import { leavable, type Gone } from '../unified/gone.ts';
import { clientLeft } from '../upstream/send.ts';
import { WAITING_CALLS } from '../upstream/slots.ts';
import { fail, firstCause, type Attempt } from './attempt.ts';
import { noCallsLeft } from './call-budget.ts';
import type { RunContext } from './open-call.ts';

/** What one attempt is given, and what it says of itself. */
export type Turn = {
  /** Fires when the attempt is given up. */
  gone: Gone;
  /** No other endpoint comes after it. */
  isLast: boolean;
  /** Set by the attempt when it begins to call its upstream. */
  attempt: Attempt | null;
};

/** Attempts at one answer. */
export type Turns<Answer> = {
  calls: readonly PlannedCall[];
  /** An entry for each attempt at this answer so far; gets one from each `make` that reaches an upstream. */
  attempts: readonly Attempt[];
  /** Makes one attempt; an error that it throws is why it is no answer. */
  make: (planned: PlannedCall, turn: Turn) => Promise<Answer>;
};

/** An attempt under way. `call` is its place among the planned calls. */
type Running<Answer> = {
  call: number;
  planned: PlannedCall;
  turn: Turn;
  startedMs: number;
  leave: () => void;
  ended: Promise<{ answer: Answer } | { thrown: unknown }>;
};

/**
 * Makes attempts until one is the answer.
 *
 * @throws RouterError the first cause, with all attempts, when none is.
 */
export async function inTurn<Answer>({ calls, attempts, make }: Turns<Answer>, context: RunContext): Promise<Answer> {
  const { random, health, limits, clock } = context.ports;
  const failed: FailedAttempt[] = [];
  let running: Running<Answer>[] = [];
  let cause: RouterError | null = null;

  /** Whether the call may be made; where not, it counts as failed. */
  function isAllowed(call: number): boolean {
    const parts = calls[call]?.fitted.parts.length ?? 0;
    if (context.budget.allows(parts)) return true;
    failed.push({ call, error: noCallsLeft(null) });
    return false;
  }

  function start(call: number): void {
    const planned = calls[call];
    if (planned === undefined) return;
    // The plan's first endpoint was claimed with the plan; where another request probes this one, it is a last resort all the same.
    if (failed.length + running.length > 0) health.claimProbe(endpointOf(planned.candidate));
    const isTried = (other: number) => other === call || [...failed, ...running].some((one) => one.call === other);
    const isLast = attempts.length + 1 >= limits.attempts || calls.every((_, other) => isTried(other));
    const { signal: gone, leave } = leavable(context.gone);
    const turn: Turn = { gone, isLast, attempt: null };
    const ended = settled(() => make(planned, turn));
    running.push({ call, planned, turn, startedMs: clock.nowMs(), leave, ended });
  }

  /** Starts the next attempt, after its pause; false when there is none to make. */
  async function startNext(): Promise<boolean> {
    while (attempts.length < limits.attempts) {
      const step = nextAttempt(calls, failed, random.fraction());
      if (step === null) return false;
      if (!isAllowed(step.call)) continue;
      if (step.afterMs > 0) await pause(step.afterMs, context);
      start(step.call);
      return true;
    }
    return false;
  }

  /** The call to be made beside those under way, when they have been silent for too long; null = none. */
  function callBeside(): number | null {
    if (context.request.stream || limits.silentMs === 0 || attempts.length >= limits.attempts || !context.isWanted()) return null;
    const underWay = running.map(({ call }) => call);
    return nextBeside(calls, failed, underWay);
  }

  /** Asks another endpoint beside silent ones, or instead of them, where there are too many calls to wait for at a time. */
  function startBeside(call: number): void {
    if (!isAllowed(call)) return;
    const waiting = [...running.map(({ call: own }) => own), call].reduce((sum, own) => sum + (calls[own]?.fitted.parts.length ?? 0), 0);
    if (waiting > WAITING_CALLS) {
      for (const one of running) failed.push({ call: one.call, error: giveUpSilent(one, '', context) });
      running = [];
    }
    start(call);
  }

  for (;;) {
    if (running.length === 0 && !(await startNext())) break;
    const beside = callBeside();
    const silentForMs = beside === null ? null : Math.max(...running.map((one) => silentUntilMs(one, context))) - clock.nowMs();
    if (beside !== null && silentForMs !== null && silentForMs <= 0) {
      startBeside(beside);
      continue;
    }
    const first = Promise.race(running.map(async (one) => ({ one, outcome: await one.ended })));
    const ended = silentForMs === null ? await first : await within(first, silentForMs, clock);
    if (ended === null) continue;
    const { one: last, outcome } = ended;
    running = running.filter((one) => one !== last);
    if ('answer' in outcome) {
      for (const one of running) giveUp(one, last, context);
      return outcome.answer;
    }
    const { thrown } = outcome;
    if (!(thrown instanceof RouterError) || context.gone.aborted || !context.isWanted()) {
      for (const one of running) one.leave();
      throw thrown;
    }
    cause ??= thrown;
    failed.push({ call: last.call, error: thrown, isSetAside: health.standingOf(endpointOf(last.planned.candidate)).state !== 'trusted' });
    if (running.length === 0 && isOutOfTime(last.planned, context)) break;
  }
  throw context.budget.explain(attempts.length === 0 && cause !== null ? cause : firstCause(attempts));
}

async function settled<Answer>(make: () => Promise<Answer>): Promise<{ answer: Answer } | { thrown: unknown }> {
  try {
    return { answer: await make() };
  } catch (thrown) {
    return { thrown };
  }
}

/** Until when an attempt may be silent, in milliseconds since 1970. Calls that do not all fit at a time take that much longer. */
function silentUntilMs<Answer>({ planned, turn, startedMs }: Running<Answer>, { request, ports }: RunContext): number {
  const rounds = Math.ceil(planned.fitted.parts.length / WAITING_CALLS);
  const characters = turn.attempt?.prepared.parts[0]?.call.body.length ?? 0;
  return startedMs + rounds * silentMsFor(request, planned, { characters, mostMs: ports.limits.silentMs });
}

/** Gives up an attempt, since another one has answered. One that began before the other was silent for too long. */
function giveUp<Answer>(one: Running<Answer>, winner: Running<Answer>, context: RunContext): void {
  const { attempt } = one.turn;
  const name = winner.planned.candidate.provider.name;
  if (one.startedMs < winner.startedMs && attempt?.usage === null) giveUpSilent(one, `, and ${name} answered first`, context);
  if (attempt === null) return one.leave();
  attempt.isCancelled = true;
  one.leave();
}

/** Gives up an attempt that was silent for too long. */
function giveUpSilent<Answer>(one: Running<Answer>, more: string, context: RunContext): RouterError {
  const name = one.planned.candidate.provider.name;
  const waitedMs = context.ports.clock.nowMs() - one.startedMs;
  const error = new RouterError('timeout', `${name}: no whole answer came within ${waitedMs} ms${more}`, { providerName: name });
  const { attempt } = one.turn;
  if (attempt !== null) {
    fail(attempt, error, context);
    attempt.isCancelled = true;
  }
  one.leave();
  return error;
}

/** The answer would come too late, whoever gave it. */
export function isOutOfTime(planned: PlannedCall, { request, ports, requestedMs }: RunContext): boolean {
  const totalMs = totalFor(request, planned);
  return totalMs !== null && ports.clock.nowMs() - requestedMs >= totalMs;
}

/** Waits, unless the client leaves. */
async function pause(ms: number, { ports, gone }: RunContext): Promise<void> {
  await new Promise<void>((resolve) => {
    const forget = ports.clock.setTimer(ms, resolve);
    gone.addEventListener('abort', () => (forget(), resolve()));
  });
  if (gone.aborted) throw clientLeft();
}
