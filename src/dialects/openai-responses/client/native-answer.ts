/**
 * Passes on the payloads of an upstream with the format of OpenAI's Responses, each with a number of this stream. Items keep their ids, since
 * encrypted reasoning is bound to them. What a break needs is kept beside it: an answer that breaks off, or that another endpoint continues, goes on as
 * events of the router's own.
 */
import { isObject, numberOf, textOf, type JsonObject } from '../../../lib/json.ts';
import { sizeOf, type AnswerBudget } from '../../../unified/response/answer-budget.ts';
import {
  isContent,
  isPart,
  type ChoiceEndEvent,
  type DeltaEvent,
  type EndEvent,
  type StreamEvent,
} from '../../../unified/response/event.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { CallItem } from './call-item.ts';
import type { EventFrames } from './encode-frames.ts';
import { FORMAT } from '../format-name.ts';
import { MessageItem } from './message-item.ts';
import { createCopy, followPayload, type Copy } from './native-copy.ts';
import { ReasoningItem } from './reasoning-item.ts';
import { openWhole, writeWholeOutput } from './whole-response.ts';

/** Returns the payload of this format that an event carries; null = none. */
export function payloadOf(event: StreamEvent): JsonObject | null {
  const original = 'original' in event ? event.original : undefined;
  return original?.format === FORMAT ? original.payload : null;
}

/** Before the names of events. */
const PREFIX = /^response\./;

/** What payloads are passed on with. */
type NativeOptions = { frames: EventFrames; answer: AnswerWriter; budget: AnswerBudget };

/** The payloads of one upstream. */
export class NativeAnswer {
  readonly #options: NativeOptions;
  /** Items that are open, by `output_index`. */
  readonly #open = new Map<number, Copy>();
  /** The `output_index` of calls, by their index in events. */
  readonly #calls = new Map<number, number>();
  /** The upstream's Response object as it was at the beginning; null = none was sent. */
  #response: JsonObject | null = null;
  /** The upstream's Response object, where it sent that alone although a stream was asked for. */
  #whole: JsonObject | null = null;
  #finish: ChoiceEndEvent | null = null;
  /** The upstream's part has ended. */
  #isOver = false;

  constructor(options: NativeOptions) {
    this.#options = options;
  }

  /** Passes events on. Returns those that the router has to write. */
  take(events: readonly StreamEvent[]): readonly StreamEvent[] {
    return this.#isOver ? events : events.filter((event) => this.#isOver || !this.#passOn(event));
  }

  /** Ends the upstream's part. Its open items become the router's; a message is gone on with. @param isBroken the answer ends here. */
  leave(isBroken = false): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { answer } = this.#options;
    if (this.#response !== null) answer.continueFrom(this.#response);
    const message = [...this.#open.values()].findLast(({ item }) => item instanceof MessageItem);
    for (const copy of this.#open.values()) {
      const { item } = copy;
      copy.goOn();
      if (isBroken) answer.output.adopt(item.unfinished(), item.index);
      else if (copy === message) answer.output.resume(item);
      else answer.output.adopt(item.close('incomplete'), item.index);
    }
    this.#open.clear();
  }

  /** False = the router has to write it. */
  #passOn(event: StreamEvent): boolean {
    const payload = payloadOf(event);
    if (event.type === 'usage') return true;
    if (event.type === 'start' && payload?.['object'] === 'response') return this.#beginWhole(payload);
    if (this.#whole !== null && isContent(event)) return true;
    if (this.#whole !== null && event.type === 'choice-end') {
      this.#finish = event;
      return true;
    }
    if (event.type === 'end' && this.#finish !== null) return this.#end(this.#finish, event);
    if (event.type === 'choice-end' && payload !== null) {
      this.#finish = event;
      return true;
    }
    if (isContent(event) || isPart(event) || event.type === 'start') {
      const type = textOf(payload?.['type']);
      if (payload !== null && type !== null) return this.#write(type, payload, event);
      if (event.type !== 'start' && this.#writeEvent(event)) return true;
    }
    this.leave(event.type === 'error' || event.type === 'choice-error');
    return false;
  }

  #end(finish: ChoiceEndEvent, { usage }: EndEvent): true {
    const { frames, answer } = this.#options;
    const { type, sequence_number: _, response = this.#whole, ...fields } = payloadOf(finish) ?? {};
    this.#isOver = true;
    const given = isObject(response) ? this.#withOutput(response) : {};
    const last = textOf(type) ?? (given['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed');
    const ended = answer.completed(given, last.replace(PREFIX, ''));
    frames.write(last, { ...fields, response: { ...ended, ...answer.routerFields(usage, finish) } });
    frames.end();
    return true;
  }

  #beginWhole(response: JsonObject): true {
    const { frames, answer } = this.#options;
    this.#whole = response;
    const fields = { response: answer.completed(openWhole(response)) };
    frames.write('response.created', fields);
    frames.write('response.in_progress', fields);
    writeWholeOutput(response['output'], frames);
    return true;
  }

  /** Clients take the last object as the answer, and some upstreams leave its items out. */
  #withOutput(response: JsonObject): JsonObject {
    const { items } = this.#options.answer.output;
    const { output } = response;
    return items.length > 0 && (!Array.isArray(output) || output.length === 0) ? { ...response, output: items } : response;
  }

  /** Writes a payload. */
  #write(type: string, payload: JsonObject, event: StreamEvent): true {
    const { type: _, sequence_number: __, ...given } = payload;
    const fields = isObject(given['response']) ? { ...given, response: this.#options.answer.completed(given['response']) } : given;
    if (isObject(fields['response'])) this.#response ??= fields['response'];
    const index = numberOf(fields['output_index']);
    if (event.type === 'tool-call-delta' && index !== null) this.#calls.set(event.index, index);
    this.#options.frames.write(type, fields);
    if (index !== null) this.#follow(type.replace(PREFIX, ''), index, fields);
    return true;
  }

  /** Writes an event that came without its payload. False = it belongs to no item that is open. */
  #writeEvent(event: DeltaEvent): boolean {
    // The payloads of their items have them.
    if (isPart(event)) return true;
    const copy = this.#copyFor(event);
    if (copy === undefined) return false;
    copy.goOn();
    const { item } = copy;
    if (item instanceof MessageItem && event.type === 'text-delta') item.addText(event.text, event.logprobs);
    else if (item instanceof MessageItem && event.type === 'refusal-delta') item.addRefusal(event.text);
    else if (item instanceof ReasoningItem && event.type === 'reasoning-delta') item.addText(event.text);
    else if (item instanceof CallItem && event.type === 'tool-call-delta') item.addText(event.arguments);
    copy.pause();
    return true;
  }

  #follow(type: string, index: number, fields: JsonObject): void {
    const { item } = fields;
    if (type === 'output_item.added' && isObject(item)) {
      const { budget, frames } = this.#options;
      budget.take(sizeOf(item));
      this.#open.set(index, createCopy(item, { index, budget, frames }));
    } else if (type === 'output_item.done' && isObject(item)) this.#close(item, index);
    else followPayload(this.#open.get(index)?.item, type, fields);
  }

  #close(item: JsonObject, index: number): void {
    const { budget, answer } = this.#options;
    // The text of the others has been taken from the budget with their copies.
    const isCounted = this.#open.get(index)?.item instanceof MessageItem || this.#open.get(index)?.item instanceof CallItem;
    if (!isCounted) budget.take(sizeOf(item));
    this.#open.delete(index);
    answer.output.adopt(item, index);
  }

  #copyFor(event: DeltaEvent): Copy | undefined {
    if (event.type === 'tool-call-delta') return this.#open.get(this.#calls.get(event.index) ?? -1);
    const isReasoning = event.type === 'reasoning-delta';
    if (!isReasoning && event.type !== 'text-delta' && event.type !== 'refusal-delta') return undefined;
    return [...this.#open.values()].findLast(({ item }) => item instanceof (isReasoning ? ReasoningItem : MessageItem));
  }
}
