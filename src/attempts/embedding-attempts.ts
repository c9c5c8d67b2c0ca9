/** Attempts at embeddings. One succeeds when all of its calls have been answered. */
import { EmbeddingCall } from '../calls/embedding-call.ts';
import type { AttemptScope } from '../calls/context.ts';
import type { PreparedEndpoint } from '../calls/prepare.ts';
import type { Preparer } from '../calls/preparer.ts';
import type { EmbeddingDialect } from '../dialects/dialect.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import { Watch } from '../stream/deadline.ts';
import { RouterError } from '../unified/error.ts';
import { createAnswerBudget, BudgetScope, type AnswerBudget } from '../unified/response/answer-budget.ts';
import type { EmbeddingResult } from '../unified/response/embedding.ts';
import { AttemptQueue, type QueueOptions } from './attempt-queue.ts';
import { Attempt } from './attempt.ts';
import { deadlinesFor } from './deadlines.ts';
import type { Turn } from './turn.ts';

/** Other answers take several times their size on the heap when they are written; vectors are kept packed and written one by one. */
const PACKED = 4;

/** What an endpoint has answered, part by part. */
export type EmbeddingAnswer = { prepared: PreparedEndpoint<EmbeddingDialect>; embedded: readonly EmbeddingResult[] };

/** Attempts at embeddings. */
export class EmbeddingAttempts extends AttemptQueue<EmbeddingAnswer> {
  readonly #preparer: Preparer<EmbeddingDialect>;
  readonly #answerBudget: AnswerBudget;

  constructor({ preparer, ...options }: QueueOptions & { preparer: Preparer<EmbeddingDialect> }, signal: CancelSignal) {
    super(options, signal);
    this.#preparer = preparer;
    this.#answerBudget = createAnswerBudget(PACKED * options.origin.context.ports.limits.answerBytes);
  }

  protected async make(turn: Turn): Promise<EmbeddingAnswer> {
    const { context, request } = this.origin;
    const prepared = await this.#preparer.prepare(turn.planned, request);
    const attempt = new Attempt(prepared, this.origin, turn.signal);
    turn.attempt = attempt;
    this.attempts.push(attempt);
    const answerBudget = new BudgetScope(this.#answerBudget);
    const deadlines = deadlinesFor(request, prepared.planned, { promptTokens: 0, hasAnother: false });
    const watch = new Watch(deadlines, context.ports.clock, context.requestedMs);
    const scope: AttemptScope = { context, request, tally: attempt.tally, answerBudget, deadlines, rivals: null };
    try {
      const calls = prepared.parts.map((part) => new EmbeddingCall({ prepared, part }, scope, turn.signal).open());
      const embedded = await watch.waitFor(Promise.all(calls));
      attempt.answered();
      attempt.succeed(null);
      return { prepared, embedded };
    } catch (thrown) {
      if (thrown instanceof RouterError) attempt.fail(thrown);
      turn.cancel(); // one call that failed makes the others useless
      answerBudget.release();
      throw thrown;
    } finally {
      watch.stop();
    }
  }
}
