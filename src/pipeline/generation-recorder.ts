/** Records an answer for `GET /generation` when it ends: by its last event, by an error, or by a client that disconnects. */
import type { Attempt } from '../attempts/attempt.ts';
import type { Run } from '../attempts/fan-out.ts';
import { billOf } from '../calls/call-tally.ts';
import type { RequestContext } from '../calls/context.ts';
import type { ReportedEndpoint } from '../calls/prepare.ts';
import { isObject, textOf, type JsonObject } from '../lib/json.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { isContent, isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { Result } from '../unified/response/result.ts';
import type { Usage } from '../unified/response/usage.ts';
import { toServedBy } from './response-headers.ts';

/** Data of an answer besides its events. */
type Recorded = {
  request: UnifiedRequest;
  context: RequestContext;
  run: Pick<Run, 'attempts'> & { servedBy(): readonly ReportedEndpoint[] };
};

/** How an answer ended. */
type Ending = { usage: Usage | null; finishReason: string | null; nativeFinishReason?: string | null; isCancelled?: true };

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
        this.finish({ usage: event.usage, ...(event.type === 'error' ? { finishReason: 'error' } : this.#ending) });
      else if (isContent(event)) this.#firstContentMs ??= this.#nowMs();
    }
  }

  /** The answer is whole, without a stream. */
  collected({ starts, choices: [first], usage }: Result): void {
    this.#upstreamId = idIn(starts[0]?.original?.payload);
    this.finish({ usage, finishReason: first?.finishReason ?? 'error', nativeFinishReason: first?.nativeReason ?? null });
  }

  /** The answer failed before its first content. */
  failed(): void {
    this.finish({ usage: this.#bill(), finishReason: 'error' });
  }

  /** The client disconnected. What the calls have cost so far is an estimate. */
  cancelled(): void {
    this.finish({ usage: this.#bill(), finishReason: null, isCancelled: true });
  }

  /** The answer has ended. Further calls do nothing. */
  finish({ usage, finishReason, nativeFinishReason = null, isCancelled }: Ending): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const { request, context, run } = this.#recorded;
    const [first] = run.servedBy();
    if (first === undefined) return;
    const { slug, upstreamModel, provider } = toServedBy(first);
    const [nowMs, firstMs] = [this.#nowMs(), this.#firstContentMs];
    context.ports.generations.record({
      id: context.generationId,
      upstreamId: this.#upstreamId,
      operation: request.operation,
      model: slug ?? upstreamModel,
      providerName: provider,
      streamed: request.stream,
      cancelled: isCancelled === true,
      createdMs: context.requestedMs,
      latencyMs: firstMs !== null ? firstMs - context.requestedMs : request.stream ? null : nowMs - context.requestedMs,
      generationMs: firstMs === null ? null : nowMs - firstMs,
      finishReason,
      nativeFinishReason,
      usage,
      attempts: run.attempts().flatMap((attempt: Attempt) => attempt.describe()),
    });
  }

  #bill(): Usage | null {
    return billOf(this.#recorded.run.attempts().map(({ tally }) => tally));
  }

  #nowMs(): number {
    return this.#recorded.context.ports.clock.nowMs();
  }
}

/** The upstream's own id of the answer; null = there is none where the formats have it. */
function idIn(payload: JsonObject | undefined): string | null {
  if (payload === undefined) return null;
  const nested = [payload['message'], payload['response']].find(isObject);
  return textOf((nested ?? payload)['id']);
}
