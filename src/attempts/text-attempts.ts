/**
 * Attempts at an answer in text. One succeeds with its first content; without a stream nothing is shown before the end, so an attempt
 * succeeds only when its answer is whole.
 */
import type { AttemptScope } from '../calls/context.ts';
import type { PreparedEndpoint } from '../calls/prepare.ts';
import type { Preparer } from '../calls/preparer.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { RouterError } from '../unified/error.ts';
import { BudgetScope } from '../unified/response/answer-budget.ts';
import type { StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { AttemptQueue, type QueueOptions } from './attempt-queue.ts';
import { Attempt, type AttemptOrigin } from './attempt.ts';
import { deadlinesFor, roughTokensOf } from './deadlines.ts';
import { openEndpoint } from './endpoint-answer.ts';
import { readFirstContent, readWhole } from './first-content.ts';
import type { Turn } from './turn.ts';

/** An attempt whose answer has begun. */
export type BegunAnswer = {
  attempt: Attempt;
  prepared: PreparedEndpoint;
  /** Events that were read already. */
  beginning: StreamEvent[];
  /** The rest. */
  source: EventSource;
};

/** What the attempts at an answer in text are made of. */
export type TextOptions = QueueOptions & {
  preparer: Preparer;
  /** Names the calls of this answer among those of other answers to the same request. */
  id: string;
};

/** Attempts at an answer in text. */
export class TextAttempts extends AttemptQueue<BegunAnswer> {
  readonly #preparer: Preparer;
  readonly #id: string;

  constructor({ preparer, id, ...options }: TextOptions, signal: CancelSignal) {
    super(options, signal);
    this.#preparer = preparer;
    this.#id = id;
  }

  protected async make(turn: Turn): Promise<BegunAnswer> {
    const { origin, attempts } = this;
    const prepared = await this.#preparer.prepare(turn.planned, origin.request);
    const attempt = new Attempt(prepared, origin, turn.signal);
    turn.attempt = attempt;
    const number = attempts.push(attempt) - 1;
    const id = number === 0 ? this.#id : `${this.#id}.${number}`;
    return beginAnswer({ attempt, prepared, id, turn }, origin, turn);
  }
}

/** One attempt that is to begin. `turn`: its turn; null = no other endpoint could answer instead. */
type AttemptStart = { attempt: Attempt; prepared: PreparedEndpoint; id: string; turn: Pick<Turn, 'hasAnother'> | null };

/** The cancellation of an attempt. */
type Cancellable = { signal: CancelSignal; cancel(): void };

/** Sends the calls of an attempt and reads the beginning of its answer. @throws RouterError why it is no answer. */
export async function beginAnswer(
  { attempt, prepared, id, turn }: AttemptStart,
  { context, request }: AttemptOrigin,
  cancellable: Cancellable,
): Promise<BegunAnswer> {
  const answerBudget = new BudgetScope(context.answerBudget);
  // Fitting the request to another endpoint takes time: without a stream it is asked for only where it matters.
  const hasAnother = request.stream && turn?.hasAnother() === true;
  const scope: AttemptScope = {
    context,
    request,
    tally: attempt.tally,
    answerBudget,
    deadlines: deadlinesFor(request, prepared.planned, { promptTokens: roughTokensOf(prepared), hasAnother }),
    rivals: request.stream ? null : turn,
  };
  try {
    const source = await openEndpoint({ prepared, id }, scope, cancellable.signal);
    if (prepared.parts.length === 1) attempt.answered();
    const beginning = await (request.stream ? readFirstContent(source, attempt) : readWhole(source, attempt, answerBudget));
    return { attempt, prepared, beginning, source };
  } catch (thrown) {
    if (thrown instanceof RouterError) attempt.fail(thrown);
    cancellable.cancel();
    answerBudget.release();
    throw thrown;
  }
}
