/**
 * One attempt at an answer: what is told of it, and the watch that is kept over it while it is read. Which attempts are made, and in
 * which order, is `in-turn.ts`; what follows from how one ended is `outcome.ts`.
 */
import type { EventSource } from '../unified/response/event-source.ts';
import { RouterError } from '../unified/error.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { JsonObject } from '../lib/json.ts';
import { ANSWERED, billOf, createTally, type CallTally } from '../calls/call-tally.ts';
import type { RunContext } from '../calls/context.ts';
import { reportFailure, reportSuccess } from './outcome.ts';
import type { Prepared, Reported } from '../calls/prepare.ts';

/** One attempt, as it is told to the client and to the operator. */
export type Attempt = {
  prepared: Reported;
  /** HTTP status of the upstream; null while none has come. */
  status: number | null;
  /** Why it failed; null while it has not. */
  error: RouterError | null;
  startedMs: number;
  /** From its start to its first content; null when none came. */
  firstContentMs: number | null;
  /** Its answer has come to its end. */
  isWhole: boolean;
  /** It was given up, since another one answered or took its place. */
  isCancelled: boolean;
  /** The upstream calls that it made. */
  tally: CallTally;
};

/** An attempt that begins now. */
export const startAttempt = (prepared: Reported, { ports }: RunContext): Attempt => ({
  prepared,
  status: null,
  error: null,
  startedMs: ports.clock.nowMs(),
  firstContentMs: null,
  isWhole: false,
  isCancelled: false,
  tally: createTally(),
});

/** It failed without an answer: noted and reported. */
export function fail(attempt: Attempt, error: RouterError, context: RunContext): void {
  if (attempt.isCancelled) return;
  attempt.error = error;
  attempt.status = error.upstreamStatus ?? attempt.status;
  reportFailure(attempt, error, context);
}

/**
 * Opens an answer and watches it: what comes of it is noted in the attempt, and reported when it is over.
 *
 * @throws RouterError as `open` does.
 */
export async function watched(
  attempt: Attempt,
  prepared: Prepared,
  open: () => Promise<EventSource>,
  context: RunContext,
): Promise<EventSource> {
  const source = await open().catch((thrown: unknown) => {
    if (!(thrown instanceof RouterError)) throw thrown;
    fail(attempt, thrown, context);
    throw thrown;
  });
  if (prepared.parts.length === 1) attempt.status = ANSWERED;

  function note(events: readonly StreamEvent[]): void {
    if (events.length > 0) attempt.status ??= ANSWERED;
    if (attempt.firstContentMs === null && events.some(isContent)) {
      attempt.firstContentMs = context.ports.clock.nowMs() - attempt.startedMs;
    }
    const last = events.at(-1);
    if (last === undefined || !isTerminal(last) || attempt.isCancelled) return;
    if (last.type === 'end') {
      attempt.isWhole = true;
      return reportSuccess(attempt, last.usage, context);
    }
    attempt.error = last.error;
    reportFailure(attempt, last.error, context);
  }

  return {
    async read() {
      const events = await source.read();
      if (events !== null) note(events);
      return events;
    },
    cancel: () => source.cancel(),
  };
}

/** The error of the first attempt that failed leads; what came of the others is in its metadata. */
export function firstError(attempts: readonly Attempt[]): RouterError {
  const error = attempts.find((attempt) => attempt.error !== null)?.error;
  if (error == null) return new RouterError('provider_unavailable', 'No endpoint could be asked.');
  return countTries(attempts) === 1 ? error : withAttempts(error, attempts);
}

/** An error that says what was tried. */
export function withAttempts(error: RouterError, attempts: readonly Attempt[]): RouterError {
  const metadata = { ...error.details.metadata, attempts: attempts.flatMap(describeAttempt) };
  return new RouterError(error.type, error.message, { ...error.details, metadata });
}

/** How many tries clients are told of: each attempt, and in it each key that was not accepted before another was tried. */
export const countTries = (attempts: readonly Attempt[]): number =>
  attempts.reduce((sum, { tally }) => sum + 1 + tally.refusedKeys.length, 0);

/** An attempt as clients see it: a try for each key that was not accepted (not which key it was), and the last one. */
export function describeAttempt({ prepared, status, error, firstContentMs, isCancelled, tally }: Attempt): JsonObject[] {
  const { candidate } = prepared.planned;
  const describe = (failure: RouterError | null, more: JsonObject): JsonObject => ({
    provider: candidate.provider.name,
    model: candidate.modelId,
    error_type: failure?.type ?? null,
    message: failure?.message ?? null,
    ...more,
  });
  const { calls, refusedKeys } = tally;
  const refused = refusedKeys.map((refusal) =>
    describe(refusal.error, { status: refusal.status, first_content_ms: null, billed_tokens: null, calls: 1 }),
  );
  const billed = billOf([tally]);
  const last = describe(error, {
    status,
    first_content_ms: firstContentMs,
    billed_tokens: billed === null ? null : billed.promptTokens + billed.completionTokens,
    calls: calls - refusedKeys.length,
    ...(isCancelled ? { cancelled: true } : {}),
  });
  return [...refused, last];
}
