/**
 * Reads an answer to its end though its client has disconnected (`provider.on_disconnect: "drain"`), so that what it cost is known. Logs
 * the request id, its providers and its usage, but no content. An answer that takes too long or is too large is
 * cancelled: the platform ends such work after 30 s.
 */
import type { RequestContext } from '../calls/context.ts';
import type { Cancellation } from '../lib/cancel-signal.ts';
import { sizeOfContent } from '../unified/response/event-size.ts';
import { isTerminal, type StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import type { Usage } from '../unified/response/usage.ts';
import type { Run } from './fan-out.ts';

/**
 * Longest time that an answer is read on after its client has disconnected, in milliseconds: as long as Cloudflare lets `waitUntil` run
 * (https://developers.cloudflare.com/workers/runtime-apis/context/#waituntil, read 2026-11-30).
 */
export const DRAIN_MS = 30_000;

/** What draining needs of the request. */
export type DrainContext = Pick<RequestContext, 'generationId'> & {
  ports: Pick<RequestContext['ports'], 'background' | 'log' | 'clock' | 'limits'>;
};

/** An answer that can be drained. */
export class DrainableAnswer implements EventSource {
  readonly #run: Pick<Run, 'open' | 'servedBy'>;
  readonly #context: DrainContext;
  readonly #work: Cancellation;
  #source: EventSource | null = null;
  #opened: Promise<this> | null = null;
  /** The read that was begun last. The client's may be running when ours begins, and there may be one at a time. */
  #last: Promise<StreamEvent[] | null> = Promise.resolve([]);
  #usage: Usage | null = null;
  #isDraining = false;
  #onDrained: () => void = () => undefined;

  /** @param work cancels the answer, wherever it is. */
  constructor(run: Pick<Run, 'open' | 'servedBy'>, context: DrainContext, work: Cancellation) {
    this.#run = run;
    this.#context = context;
    this.#work = work;
  }

  /** Opens the answer, once. @throws RouterError when no endpoint answers. */
  open(): Promise<this> {
    this.#opened ??= this.#openOnce();
    return this.#opened;
  }

  read(): Promise<StreamEvent[] | null> {
    this.#last = this.#readAfter(this.#last);
    return this.#last;
  }

  cancel(): void {
    this.#source?.cancel();
  }

  /** Calls `run` once the answer has been read to its end, or given up, after its client has disconnected. */
  whenDrained(run: () => void): void {
    this.#onDrained = run;
  }

  /** The client has disconnected: reads the rest after the request is over. A second call changes nothing. */
  drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#context.ports.background(this.#readToEnd());
  }

  async #openOnce(): Promise<this> {
    this.#source = await this.#run.open();
    return this;
  }

  async #readAfter(earlier: Promise<unknown>): Promise<StreamEvent[] | null> {
    await earlier;
    const events = (await this.#source?.read()) ?? null;
    this.#usage = events?.find(isTerminal)?.usage ?? this.#usage;
    return events;
  }

  async #readToEnd(): Promise<void> {
    const { clock, log } = this.#context.ports;
    const { promise: deadline, resolve } = Promise.withResolvers<string>();
    const late = { isLate: false };
    const clearTimer = clock.setTimer(DRAIN_MS, () => {
      late.isLate = true;
      resolve(`after ${DRAIN_MS / 1000} s`);
    });
    try {
      const why = await Promise.race([this.#readOn(late), deadline]);
      if (why === null) return log(`${this.#name()} was read to its end after its client disconnected: ${describe(this.#usage)}`);
      this.#work.cancel();
      log(`${this.#name()} was cancelled ${why} of reading after its client disconnected: ${describe(this.#usage)}`);
    } catch {
      log(`${this.#name()} failed after its client disconnected`);
    } finally {
      clearTimer();
      this.#onDrained();
    }
  }

  /** Resolves to why the answer was cancelled; null = it was read to its end, or it is late. */
  async #readOn(late: { readonly isLate: boolean }): Promise<string | null> {
    const { answerBytes } = this.#context.ports.limits;
    await this.open();
    let bytes = 0;
    for (let events = await this.read(); events !== null; events = await this.read()) {
      for (const event of events) bytes += sizeOfContent(event);
      if (late.isLate) return null;
      if (bytes > answerBytes) return `after ${answerBytes} bytes`;
    }
    return null;
  }

  #name(): string {
    const providers = this.#run.servedBy().map(({ planned }) => planned.candidate.provider.slug);
    return `${this.#context.generationId} (${providers.join(', ')})`;
  }
}

function describe(usage: Usage | null): string {
  if (usage === null) return 'its usage is not known';
  const { promptTokens, completionTokens, costUsd, estimated } = usage;
  const cost = costUsd === null ? 'its cost is not known' : `${costUsd} USD`;
  return `${promptTokens} and ${completionTokens} tokens${estimated.length === 0 ? '' : ' (estimated)'}, ${cost}`;
}
