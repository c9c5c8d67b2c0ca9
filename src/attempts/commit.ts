/**
 * From planned calls to the answer: attempts in turn until one shows content. From then on that one is the answer (what happens when it
 * breaks off is `resume.ts`). For a client that does not stream nothing has been said before the end, so an attempt counts only when it
 * is whole. Writes nothing to the client.
 */
import type { PlannedCall } from '../routing/plan.ts';
import { readFirstContent } from '../stream/first-content.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { createBudgetScope } from '../unified/response/answer-budget.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import { fail, startAttempt, watched, type Attempt } from './attempt.ts';
import { inTurn } from './in-turn.ts';
import type { RunContext } from '../calls/context.ts';
import type { Prepared } from '../calls/prepare.ts';
import type { Turn } from './turns.ts';

/** What the attempts at one answer work with. */
export type Attempting = {
  calls: readonly PlannedCall[];
  context: RunContext;
  /** @throws RouterError `invalid_request`. */
  prepare: (planned: PlannedCall) => Promise<Prepared>;
  /** Sends everything one endpoint has to be sent. @param number of the attempt, from 0. @param isLast nobody comes after it. */
  open: (prepared: Prepared, number: number, context: RunContext, isLast: boolean) => Promise<EventSource>;
};

/** An attempt that is the answer now. */
export type Committed = { attempt: Attempt; prepared: Prepared; source: EventSource };

/**
 * Makes attempts until one is the answer.
 *
 * @param attempts gets every attempt as it is made.
 * @throws RouterError the first cause, with all attempts, when none is.
 */
export function commit({ calls, context, prepare, open }: Attempting, attempts: Attempt[]): Promise<Committed> {
  async function make(planned: PlannedCall, turn: Turn): Promise<Committed> {
    const prepared = await prepare(planned);
    const attempt = startAttempt(prepared, context);
    attempts.push(attempt);
    turn.attempt = attempt;
    const answerBudget = createBudgetScope(context.answerBudget);
    const own = { ...context, signal: turn.signal, tally: attempt.tally, answerBudget };
    const number = attempts.length - 1;
    const { events, source, error } = await readFirstContent(
      () => watched(attempt, prepared, () => open(prepared, number, own, turn.isLast), own),
      context.request.stream ? null : answerBudget,
    );
    if (source === null) {
      turn.cancel();
      answerBudget.release();
      if (attempt.error === null) fail(attempt, error, own); // it was not the upstream that failed: its answer is too large to be kept
      throw error;
    }
    return { attempt, prepared, source: replay(events, source, turn.cancel) };
  }
  return inTurn({ calls, attempts, make }, context);
}

/** The events that were read already, then the rest. */
function replay(events: StreamEvent[], source: EventSource, cancel: () => void): EventSource {
  let waiting: StreamEvent[] | null = events;
  return {
    read() {
      if (waiting === null) return source.read();
      const batch = waiting;
      waiting = null;
      return Promise.resolve(batch);
    },
    cancel() {
      source.cancel();
      cancel();
    },
  };
}
