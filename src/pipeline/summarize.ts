/** Turns an answer that is a summary into one event that carries it sealed: only the router reads it again. */
import { RouterError } from '../unified/error.ts';
import type { AnswerBudget } from '../unified/response/answer-budget.ts';
import { isContent, type NativeEvent, type StreamEvent } from '../unified/response/event.ts';
import type { EventSource } from '../unified/response/event-source.ts';
import { KeptText } from '../unified/response/kept-text.ts';

/** How a summary is sealed and written. */
export type SummaryOptions = {
  seal: (text: string) => Promise<string>;
  createEvent: (sealed: string) => NativeEvent;
  budget: AnswerBudget;
};

/** An answer whose text is sealed. An upstream of the client's own format has sealed it itself: its events pass. */
export class SummarySource implements EventSource {
  readonly #source: EventSource;
  readonly #options: SummaryOptions;
  readonly #text: KeptText;
  #isNative = false;

  constructor(source: EventSource, options: SummaryOptions) {
    this.#source = source;
    this.#options = options;
    this.#text = new KeptText(options.budget);
  }

  async read(): Promise<StreamEvent[] | null> {
    const events = await this.#source.read();
    if (events === null) return null;
    this.#isNative ||= events.some((event) => 'original' in event && event.original !== undefined);
    if (this.#isNative) return events;
    const kept: StreamEvent[] = [];
    for (const event of events) {
      if (event.type === 'choice-end') kept.push(...(await this.#seal()), event);
      else if (event.type === 'text-delta') this.#text.add(event.text);
      else if (!isContent(event)) kept.push(event);
    }
    return kept;
  }

  cancel(): void {
    this.#source.cancel();
  }

  async #seal(): Promise<StreamEvent[]> {
    const summary = this.#text.text().trim();
    this.#text.release();
    if (summary === '') throw new RouterError('provider_unavailable', 'the model wrote no summary of the conversation');
    return [this.#options.createEvent(await this.#options.seal(summary))];
  }
}
