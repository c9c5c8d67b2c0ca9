/**
 * Attempts at one answer, by the rules of `attempts/retry-policy.ts`, until one is the answer. They are made one after the other; without a
 * stream, the next endpoint is asked beside one that has been silent for longer than its answer should take. The first whole answer is
 * the answer, and the other calls are cancelled. What an attempt is, is handed in.
 */
import { nextAttempt, nextBeside, type FailedAttempt } from './retry-policy.ts';
import { endpointOf } from '../routing/resolve-model.ts';
import { totalFor } from './deadlines.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { withTimeout } from '../lib/timeout.ts';
import { RouterError } from '../unified/error.ts';
import { createCancellation } from '../lib/cancel-signal.ts';
import { clientDisconnected } from '../upstream/send.ts';
import { WAITING_CALLS } from '../upstream/call-limiter.ts';
import { firstError, type Attempt } from './attempt.ts';
import { noCallsLeft } from '../calls/call-budget.ts';
import type { RunContext } from '../calls/context.ts';
import { giveUp, giveUpSilent, silentUntilMs, type Ended, type Running, type Turn } from './turns.ts';

/** Attempts at one answer. */
export type Turns<Answer> = {
  calls: readonly PlannedCall[];
  /** An entry for each attempt at this answer so far; gets one from each `make` that reaches an upstream. */
  attempts: readonly Attempt[];
  /** Makes one attempt; an error that it throws is why it is no answer. */
  make: (planned: PlannedCall, turn: Turn) => Promise<Answer>;
};

/**
 * Makes attempts until one is the answer.
 *
 * @throws RouterError the first cause, with all attempts, when none is.
 */
export async function inTurn<Answer>(turns: Turns<Answer>, context: RunContext): Promise<Answer> {
  const { attempts } = turns;
  const { health, clock } = context.ports;
  const failed: FailedAttempt[] = [];
  const running: Running<Answer>[] = [];
  let cause: RouterError | null = null;
  const starting: Starting<Answer> = { turns, failed, running, context };

  while (running.length > 0 || (await startNext(starting))) {
    const beside = callBeside(starting);
    const waitMs = beside === null ? null : Math.max(...running.map((one) => silentUntilMs(one, context))) - clock.nowMs();
    if (beside !== null && waitMs !== null && waitMs <= 0) {
      startBeside(beside, starting);
      continue;
    }
    const first = Promise.race(running.map(async (one) => ({ one, outcome: await one.ended })));
    const ended = waitMs === null ? await first : await withTimeout(first, waitMs, clock);
    if (ended === null) continue;
    const { one, outcome } = ended;
    running.splice(running.indexOf(one), 1);
    if ('answer' in outcome) {
      for (const other of running) giveUp(other, one, context);
      return outcome.answer;
    }
    const { thrown } = outcome;
    if (!(thrown instanceof RouterError) || context.signal.aborted || !context.isClientConnected()) {
      for (const { turn } of running) turn.cancel();
      throw thrown;
    }
    cause ??= thrown;
    const isSetAside = health.healthOf(endpointOf(one.planned.candidate)).state !== 'closed';
    failed.push({ call: one.call, error: thrown, isSetAside });
    if (running.length === 0 && isOutOfTime(one.planned, context)) break;
  }
  throw context.budget.explain(attempts.length === 0 && cause !== null ? cause : firstError(attempts));
}

/** What starting an attempt needs: the attempts so far. */
type Starting<Answer> = { turns: Turns<Answer>; failed: FailedAttempt[]; running: Running<Answer>[]; context: RunContext };

/** Starts the next attempt, after its pause; false when there is none to make. */
async function startNext<Answer>(starting: Starting<Answer>): Promise<boolean> {
  const { turns, failed, context } = starting;
  const { random, limits } = context.ports;
  while (turns.attempts.length < limits.attempts) {
    const step = nextAttempt(turns.calls, failed, random.fraction());
    if (step === null) return false;
    if (!isAllowed(step.call, starting)) continue;
    if (step.afterMs > 0) await pause(step.afterMs, context);
    start(step.call, starting);
    return true;
  }
  return false;
}

/** The call to be made beside those under way, when they have been silent for too long; null = none. */
function callBeside<Answer>({ turns, failed, running, context }: Starting<Answer>): number | null {
  const { request, ports } = context;
  const { silentMs, attempts } = ports.limits;
  if (request.stream || silentMs === 0 || turns.attempts.length >= attempts || !context.isClientConnected()) return null;
  const underWay = running.map(({ call }) => call);
  return nextBeside(turns.calls, failed, underWay);
}

/** Asks another endpoint beside silent ones, or instead of them, where there are too many calls to wait for at a time. */
function startBeside<Answer>(call: number, starting: Starting<Answer>): void {
  const { turns, failed, running, context } = starting;
  if (!isAllowed(call, starting)) return;
  const partsOf = (own: number) => turns.calls[own]?.fitted.parts.length ?? 0;
  const waiting = running.reduce((sum, one) => sum + partsOf(one.call), partsOf(call));
  if (waiting > WAITING_CALLS) {
    for (const one of running.splice(0)) failed.push({ call: one.call, error: giveUpSilent(one, '', context) });
  }
  start(call, starting);
}

/** Whether the call may be made; where not, it counts as failed. */
function isAllowed<Answer>(call: number, { turns, failed, context }: Starting<Answer>): boolean {
  const parts = turns.calls[call]?.fitted.parts.length ?? 0;
  if (context.budget.allows(parts)) return true;
  failed.push({ call, error: noCallsLeft(null) });
  return false;
}

function start<Answer>(call: number, { turns, failed, running, context }: Starting<Answer>): void {
  const { calls, attempts, make } = turns;
  const { health, limits, clock } = context.ports;
  const planned = calls[call];
  if (planned === undefined) return;
  const earlier = new Set([...failed, ...running].map((one) => one.call));
  // The plan's first endpoint was claimed with the plan; where another request probes this one, it is a last resort all the same.
  if (earlier.size > 0) health.claimProbe(endpointOf(planned.candidate));
  const isLast = attempts.length + 1 >= limits.attempts || calls.every((_, other) => other === call || earlier.has(other));
  const { signal, cancel } = createCancellation(context.signal);
  const turn: Turn = { signal, cancel, isLast, attempt: null };
  const startedMs = clock.nowMs();
  running.push({ call, planned, turn, startedMs, ended: settled(() => make(planned, turn)) });
}

async function settled<Answer>(make: () => Promise<Answer>): Promise<Ended<Answer>> {
  try {
    return { answer: await make() };
  } catch (thrown) {
    return { thrown };
  }
}

/** The answer would come too late, whoever gave it. */
export function isOutOfTime(planned: PlannedCall, { request, ports, requestedMs }: RunContext): boolean {
  const totalMs = totalFor(request, planned);
  return totalMs !== null && ports.clock.nowMs() - requestedMs >= totalMs;
}

/** Waits, unless the client leaves. */
async function pause(ms: number, { ports, signal }: RunContext): Promise<void> {
  await new Promise<void>((resolve) => {
    const forget = ports.clock.setTimer(ms, resolve);
    signal.addEventListener('abort', () => (forget(), resolve()));
  });
  if (signal.aborted) throw clientDisconnected();
}
