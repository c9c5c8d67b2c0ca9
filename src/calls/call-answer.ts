/** The answer of one upstream call: read within its deadlines, through its stages. Never throws once it is open. */
import { RouterError } from '../unified/error.ts';
import { errorEvent, type StreamEvent } from '../unified/response/event.ts';
import { SteppedSource, type Batch } from '../unified/response/event-source.ts';
import type { Watch } from '../stream/deadline.ts';
import type { UpstreamCall } from '../upstream/call.ts';
import type { AnswerSource } from '../upstream/response.ts';
import { toProviderError, type Callee } from '../upstream/send.ts';
import type { Clock } from '../lib/clock.ts';
import type { CallStages } from './call-stages.ts';

/** An answer that begins, and what it is read with. */
export type OpenedCall = {
  source: AnswerSource;
  stages: CallStages;
  watch: Watch;
  /** Aborts the HTTP request. */
  controller: AbortController;
  callee: Callee;
  call: UpstreamCall;
  /** Kept out of errors. */
  secrets: readonly string[];
  clock: Clock;
};

/** The answer of one call. Its choices are numbered from 0. */
export class CallAnswer extends SteppedSource {
  readonly #opened: OpenedCall;
  #isClosed = false;
  #timeout: RouterError | null = null;

  constructor(opened: OpenedCall) {
    super();
    this.#opened = opened;
  }

  wait(): Promise<unknown> | null {
    const { source, stages, watch } = this.#opened;
    if (stages.hasEnded()) return null;
    const waiting = source.wait() ?? Promise.resolve(null);
    if (!source.comesInPieces) return watch.waitFor(waiting); // a body that is read as a whole cannot be cancelled
    watch.begin(this.#expire);
    return waiting;
  }

  take(arrived: unknown): Batch {
    const { stages, watch } = this.#opened;
    watch.end();
    let events: StreamEvent[];
    try {
      const batch = this.#decode(arrived);
      events = batch === null ? stages.end() : stages.push(batch);
    } catch (thrown) {
      events = stages.push([brokenBy(thrown)]);
    }
    const isSatisfied = stages.isSatisfied();
    if (isSatisfied) events = [...events, ...stages.end()];
    if (stages.hasEnded()) return this.#finish(events, isSatisfied);
    if (stages.hasContent()) watch.markContent();
    return events;
  }

  cancel(): void {
    this.#close(false);
  }

  /** Ends the read that is being waited for: a body that is cancelled has no more to give. */
  readonly #expire = (error: RouterError): void => {
    this.#timeout = error;
    this.#opened.source.cancel();
    this.#opened.controller.abort();
  };

  #decode(arrived: unknown): Batch {
    if (this.#timeout !== null) throw this.#timeout;
    return arrived === null ? null : this.#opened.source.take(arrived);
  }

  #finish(events: readonly StreamEvent[], isSatisfied: boolean): StreamEvent[] {
    this.#close(!isSatisfied && events.at(-1)?.type === 'end');
    const { callee, secrets, clock, call } = this.#opened;
    const arrival = { nowMs: clock.nowMs(), call };
    return events.map((event) =>
      'error' in event ? { ...event, error: toProviderError(event.error, { callee, secrets }, arrival) } : event,
    );
  }

  /** Reads no more. @param isComplete the upstream has sent its last event: nothing is left to abort, and aborting costs CPU. */
  #close(isComplete: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { source, watch, controller } = this.#opened;
    watch.stop();
    if (source.isOver()) return;
    source.cancel();
    if (!isComplete) controller.abort();
  }
}

function brokenBy(thrown: unknown): StreamEvent {
  const error =
    thrown instanceof RouterError ? thrown : new RouterError('provider_unavailable', 'the connection was lost in the middle of the answer');
  return errorEvent(error);
}
