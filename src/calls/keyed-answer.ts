/**
 * An answer that is requested again with another key when it begins with a refusal of the first one. Nothing of it is passed on before
 * that is known. For a client that does not stream, the beginning is the whole answer. Used only where a provider has several keys, or keys with limits.
 */
import { RouterError } from '../unified/error.ts';
import { decidesAnswer, isContent, isTerminal, type ErrorEvent, type StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import type { Call } from './call.ts';
import { ANSWERED } from './call-tally.ts';

/** An answer of a call with several keys. */
export class KeyedAnswer implements EventSource {
  readonly #call: Call<EventSource>;
  readonly #isStreamed: boolean;
  #source: EventSource;
  #isCancelled = false;
  #isDecided = false;
  #hasContent = false;
  #held: StreamEvent[] = [];

  /** @param source the answer to the first key. */
  constructor(call: Call<EventSource>, source: EventSource, isStreamed: boolean) {
    this.#call = call;
    this.#source = source;
    this.#isStreamed = isStreamed;
  }

  async read(): Promise<StreamEvent[] | null> {
    const batch = await this.#source.read();
    const last = batch?.at(-1);
    if (last?.type === 'end' || last?.type === 'error') this.#call.settleKey(last.usage);
    if (this.#isDecided) {
      if (last?.type === 'error') this.#call.refuseKey(last.error); // too late for another key, but the next call should know
      return batch;
    }
    this.#held.push(...(batch ?? []));
    this.#hasContent ||= batch?.some(isContent) === true;
    if (last?.type === 'error' && !(this.#hasContent && this.#isStreamed)) return this.#reopen(last);
    if (batch !== null && !batch.some(this.#isStreamed ? decidesAnswer : isTerminal)) return [];
    this.#isDecided = true;
    this.#call.acceptKey();
    if (last?.type === 'error') this.#call.refuseKey(last.error);
    return batch === null && this.#held.length === 0 ? null : this.#held;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#source.cancel();
  }

  /** The events once the next key has been tried: none yet, or the error that ends the answer. */
  async #reopen(failure: ErrorEvent): Promise<StreamEvent[]> {
    const refused = this.#held;
    this.#held = [];
    this.#hasContent = false;
    this.#source.cancel();
    try {
      this.#call.moveOn({ error: failure.error, status: ANSWERED });
      this.#source = await this.#call.sendWithNextKey();
      if (this.#isCancelled) this.#source.cancel();
      return [];
    } catch (thrown) {
      if (!(thrown instanceof RouterError)) throw thrown;
      this.#isDecided = true;
      return refused.map((event) => (event === failure ? { ...failure, error: thrown } : event));
    }
  }
}
