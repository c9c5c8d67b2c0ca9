/**
 * Attempts one after the other, by the rules of `routing/attempts.ts`, until one is the answer. What an attempt is, is handed in.
 */
import { nextAttempt, type FailedAttempt } from '../routing/attempts.ts';
import { endpointOf } from '../routing/candidates.ts';
import { totalFor } from '../routing/deadlines.ts';
import type { PlannedCall } from '../routing/plan.ts';
import { RouterError } from '../unified/error.ts';
import { clientLeft } from '../upstream/send.ts';
import { firstCause, type Attempt } from './attempt.ts';
import { noCallsLeft } from './call-budget.ts';
import type { RunContext } from './open-call.ts';

/**
 * Makes attempts until one is the answer.
 *
 * @param attempts has an entry for each attempt at this answer so far, and gets one from each `make` that reaches an upstream.
 * @param make one attempt; an error that it throws or returns is why it is no answer. `isLast`: nobody comes after it.
 * @throws RouterError the first cause, with all attempts, when none is.
 */
export async function inTurn<Answer>(
  calls: readonly PlannedCall[],
  attempts: readonly Attempt[],
  make: (planned: PlannedCall, isLast: boolean) => Promise<Answer>,
  context: RunContext,
): Promise<Answer> {
  const { random, health, limits } = context.ports;
  const failed: FailedAttempt[] = [];
  let cause: RouterError | null = null;
  while (attempts.length < limits.attempts) {
    const step = nextAttempt(calls, failed, random.fraction());
    const planned = step === null ? undefined : calls[step.call];
    if (step === null || planned === undefined) break;
    if (!context.budget.allows(planned.fitted.parts.length)) {
      failed.push({ call: step.call, error: noCallsLeft(null) });
      continue;
    }
    if (step.afterMs > 0) await pause(step.afterMs, context);
    // The plan's first endpoint was claimed with the plan; where somebody else probes this one, it is a last resort all the same.
    if (failed.length > 0) health.claimProbe(endpointOf(planned.candidate));
    const isLast = attempts.length + 1 >= limits.attempts || calls.every((call) => call === planned || hasFailed(call, calls, failed));
    try {
      return await make(planned, isLast);
    } catch (thrown) {
      if (!(thrown instanceof RouterError) || context.gone.aborted || !context.isWanted()) throw thrown;
      cause ??= thrown;
      failed.push({ call: step.call, error: thrown });
      if (isOutOfTime(planned, context)) break;
    }
  }
  throw context.budget.explain(attempts.length === 0 && cause !== null ? cause : firstCause(attempts));
}

const hasFailed = (call: PlannedCall, calls: readonly PlannedCall[], failed: readonly FailedAttempt[]) =>
  failed.some((one) => calls[one.call] === call);

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
