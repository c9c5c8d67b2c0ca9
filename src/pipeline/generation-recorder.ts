/** Records an answer when it ends, and settles what was reserved for it: by its last event, by an error, or by a client that disconnects. */
import type { Attempt } from '../attempts/attempt.ts';
import type { Run } from '../attempts/fan-out.ts';
import { billOf } from '../calls/call-tally.ts';
import type { RequestContext } from '../calls/context.ts';
import { reportOf, type ReportedEndpoint } from '../calls/prepare.ts';
import { isObject, textOf, type JsonObject } from '../lib/json.ts';
import type { GenerationRecord, Lease } from '../ports.ts';
import { toRouterError, type RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { Result } from '../unified/response/result.ts';
import type { Usage } from '../unified/response/usage.ts';
import { identityOf } from './answer-identity.ts';
import { changesOf } from './recorded-changes.ts';
import { withUnanswered } from './unanswered-usage.ts';

/** Data of an answer besides its events. */
type Recorded = {
  request: UnifiedRequest;
  context: RequestContext;
  /** Wire format of the client. */
  format: string;
  /** What was reserved for the answer. */
  lease: Lease;
  /** Null = the response cache is not used. */
  cache: { status(): NonNullable<GenerationRecord['cache']> } | null;
  run: Pick<Run, 'attempts'> & { servedBy(): readonly ReportedEndpoint[] };
};

/** How an answer ended. */
type Ending = {
  usage: Usage | null;
  finishReason: string | null;
  nativeFinishReason?: string | null;
  isCancelled?: true;
  /** Why the answer is not whole. */
  error?: RouterError;
  /** HTTP status that the client got. Default: 200. */
  status?: number;
};

/** Records one answer, once. */
export class GenerationRecorder {
  readonly #recorded: Recorded;
  #firstContentMs: number | null = null;
  #upstreamId: string | null = null;
  /** The finish of the first choice. */
  #ending: Pick<Ending, 'finishReason' | 'nativeFinishReason'> = { finishReason: null };
  #isDone = false;

  constructor(recorded: Recorded) {
    this.#recorded = recorded;
  }

  /** Reads events of the answer: the first ones, and all batches with an end of a choice or of the answer. */
  observe(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (event.type === 'start') this.#upstreamId ??= idIn(event.original?.payload);
      else if (event.type === 'choice-end' && event.choice === 0)
        this.#ending = { finishReason: event.reason, nativeFinishReason: event.nativeReason };
      else if (isTerminal(event))
        this.finish({ usage: event.usage, ...(event.type === 'error' ? { finishReason: 'error', error: event.error } : this.#ending) });
      else if (isContent(event)) this.#firstContentMs ??= this.#nowMs();
    }
  }

  /** The answer is whole, without a stream. */
  collected({ starts, choices: [first], usage }: Result): void {
    this.#upstreamId = idIn(starts[0]?.original?.payload);
    this.finish({ usage, finishReason: first?.finishReason ?? 'error', nativeFinishReason: first?.nativeReason ?? null });
  }

  /** The answer failed before its first content. */
  failed(thrown: unknown): void {
    const error = toRouterError(thrown);
    const isCancelled = this.#recorded.context.client.signal.aborted ? { isCancelled: true as const } : {};
    this.finish({ usage: this.#bill(), finishReason: 'error', error, status: error.status, ...isCancelled });
  }

  /** The client disconnected. What the calls have cost so far is an estimate. */
  cancelled(): void {
    this.finish({ usage: this.#bill(), finishReason: null, isCancelled: true });
  }

  /** The answer has ended. Further calls do nothing. */
  finish({ usage: known, finishReason, nativeFinishReason = null, isCancelled, error, status = 200 }: Ending): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const { request, context, run, format, lease, cache } = this.#recorded;
    const usage = withUnanswered(known, run.attempts(), { request, isCancelled: isCancelled === true });
    const servedBy = run.servedBy();
    const [first] = servedBy;
    if (first === undefined) return;
    const [nowMs, firstMs] = [this.#nowMs(), this.#firstContentMs];
    const record: GenerationRecord = {
      ...identityOf(request, context, { format, servedBy: first }),
      upstreamId: this.#upstreamId,
      isByok: isPaidByCaller(run.attempts(), servedBy),
      adjustments: reportOf(servedBy).length,
      changes: changesOf(servedBy, request.operation),
      status,
      errorType: error?.type ?? null,
      ...(cache === null ? {} : { cache: cache.status() }),
      cancelled: isCancelled === true,
      durationMs: nowMs - context.requestedMs,
      latencyMs: firstMs !== null ? firstMs - context.requestedMs : request.stream ? null : nowMs - context.requestedMs,
      generationMs: firstMs === null ? null : nowMs - firstMs,
      finishReason,
      nativeFinishReason,
      usage,
      tries: run.attempts().flatMap((attempt: Attempt) => attempt.recorded(context.requestedMs)),
    };
    context.ports.generations.record(record);
    lease.settle(record);
    this.#observe(record, first.planned);
  }

  #observe(record: GenerationRecord, { candidate, access }: ReportedEndpoint['planned']): void {
    const { request, context, run } = this.#recorded;
    context.ports.telemetry?.generation({
      record,
      caller: context.caller,
      trace: context.trace ?? null,
      parameters: request.parameters,
      provider: candidate.provider.telemetryName ?? candidate.provider.slug,
      baseUrl: access.baseUrl,
      attempts: run.attempts().map((attempt) => attempt.observed()),
    });
  }

  #bill(): Usage | null {
    return billOf(this.#recorded.run.attempts().map(({ tally }) => tally));
  }

  #nowMs(): number {
    return this.#recorded.context.ports.clock.nowMs();
  }
}

/** True where the caller's own keys have paid for all of an answer. One call with a key of the operator makes it an answer of the operator. */
function isPaidByCaller(attempts: readonly Attempt[], servedBy: readonly ReportedEndpoint[]): boolean {
  const hasPaid = ({ planned }: ReportedEndpoint) => planned.access.isCallerKey === true;
  if (!servedBy.every(hasPaid)) return false;
  return attempts.every(({ error, tally, prepared }) => (error !== null && billOf([tally]) === null) || hasPaid(prepared));
}

/** The upstream's own id of the answer; null = there is none where the formats have it. */
function idIn(payload: JsonObject | undefined): string | null {
  if (payload === undefined) return null;
  const nested = [payload['message'], payload['response']].find(isObject);
  return textOf((nested ?? payload)['id']);
}
