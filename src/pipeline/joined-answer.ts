/** The answer to a request that waits for an identical one. */
import type { Run } from '../attempts/fan-out.ts';
import type { PreparedEndpoint } from '../calls/prepare.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import type { GenerationRecord, Lease } from '../ports.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import type { CacheStatus } from './cache-slot.ts';
import { ReplayedRun } from './cached-answer.ts';
import type { OpenedAnswer } from './open-answer.ts';

/** How a request that waits goes on. */
type Waiting<Made> = {
  /** Of an answer that is repeated. */
  lease: Lease;
  headers(status: CacheStatus, made: Made | null): Readonly<Record<string, string>>;
  /** Null = the answer that it waited for cannot be repeated. */
  wait(): Promise<{ run: Run; made: Made } | null>;
  openNew(): Promise<OpenedAnswer>;
  /** Fires when the client disconnects. */
  client: CancelSignal;
};

/** The answer that is being made for another request; a new one where that one fails. */
export class JoinedAnswer<Made> implements Run {
  readonly #waiting: Waiting<Made>;
  #run: Run;
  #made: Made | null = null;
  #own: OpenedAnswer | null = null;
  /** The request ended while its own answer was not open. */
  #ended: GenerationRecord | null = null;
  #onDrained: () => void = () => undefined;

  /** @param endpoints what is named while the request waits: the first of its plans. */
  constructor(endpoints: readonly PreparedEndpoint[], waiting: Waiting<Made>) {
    this.#run = new ReplayedRun(endpoints);
    this.#waiting = waiting;
  }

  /** Nothing is reserved for an answer that is repeated. */
  get lease(): Lease {
    const current = () => this.#own?.lease ?? this.#waiting.lease;
    return {
      get headers() {
        return current().headers;
      },
      get rateLimits() {
        return current().rateLimits;
      },
      settle: (record) => {
        if (this.#own === null) this.#ended = record;
        current().settle(record);
      },
    };
  }

  /** See `OpenedAnswer`. An answer that is repeated ends with its client. */
  whenDrained(run: () => void): void {
    this.#onDrained = run;
    this.#waiting.client.addEventListener('abort', () => {
      if (this.#own?.whenDrained === undefined) run();
    });
  }

  async open(): Promise<EventSource> {
    const joined = await this.#waiting.wait();
    if (joined !== null) {
      [this.#run, this.#made] = [joined.run, joined.made];
      return this.#run.open();
    }
    const own = await this.#waiting.openNew();
    // What was reserved meanwhile is not spent.
    if (this.#ended !== null) own.lease.settle(this.#ended);
    this.#own = own;
    this.#run = own.run;
    own.whenDrained?.(this.#onDrained);
    return own.answer.open();
  }

  status(): CacheStatus {
    return this.#own === null ? 'joined' : 'miss';
  }

  headers(): Readonly<Record<string, string>> {
    return this.#waiting.headers(this.status(), this.#made);
  }

  servedBy(): readonly PreparedEndpoint[] {
    return this.#run.servedBy();
  }

  continuedBy() {
    return this.#run.continuedBy();
  }

  attempts() {
    return this.#run.attempts();
  }
}
