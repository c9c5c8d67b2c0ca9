/**
 * Makes the output items of an answer from its content, one item after another. A stream and a body are written by the same code, so both have
 * the same items. Content arrives with all pieces of a call together (`shared/one-open-block.ts`).
 */
import { arrayOf, isObject, textOf, type JsonObject } from '../../../lib/json.ts';
import type { Adjustment } from '../../../unified/adjustment.ts';
import type { ReasoningState } from '../../../unified/request/reasoning.ts';
import { ENTRY_BYTES, sizeOf } from '../../../unified/response/answer-budget.ts';
import type { DeltaEvent, ImageEvent, NativeEvent, TextDeltaEvent, ToolCallDeltaEvent } from '../../../unified/response/event.ts';
import { sealState } from '../../shared/envelope.ts';
import { createLostParts } from '../../shared/lost-parts.ts';
import { declaredTool, type ResponsesAnswerOptions } from './answer-options.ts';
import { CallItem, callPrefix } from './call-item.ts';
import type { EventWriter } from './encode-frames.ts';
import { FORMAT } from '../format-name.ts';
import { imageData, writeImage } from './image-item.ts';
import { MessageItem } from './message-item.ts';
import { writeAdded, writeDone, type ItemEnd, type ItemPlace, type OpenItem } from './output-item.ts';
import { ReasoningItem } from './reasoning-item.ts';

/** What items are written with. */
export type OutputOptions = {
  events: EventWriter;
  budget: ItemPlace['budget'];
  /** What follows the prefix in the id of an item, before its index. */
  idSuffix: string;
  options: Pick<ResponsesAnswerOptions, 'tools'>;
};

/** The output of one answer. */
export class OutputWriter {
  readonly #written: OutputOptions;
  /** Closed items, by `output_index`. */
  readonly #items = new Map<number, JsonObject>();
  /** The next `output_index`. */
  #next = 0;
  readonly #lost = createLostParts();
  #open: OpenItem | null = null;
  /** Index of the call that is open, as in its events. */
  #openCall: number | null = null;
  /** Sources that wait for a text. */
  #citations: unknown[] = [];
  #hasRefusal = false;

  constructor(written: OutputOptions) {
    this.#written = written;
  }

  /** The closed items. */
  get items(): readonly JsonObject[] {
    return inOrder(this.#items);
  }

  /** Sources that belong to no text. Final after the last item. */
  get citations(): readonly unknown[] {
    return this.#citations;
  }

  /** Parts of the answer without a place in the format. */
  get lost(): readonly Adjustment[] {
    return this.#lost.adjustments();
  }

  /** Whether the model refused in words. */
  get hasRefusal(): boolean {
    return this.#hasRefusal;
  }

  add(event: DeltaEvent): void {
    switch (event.type) {
      case 'text-delta':
        return this.#addText(event);
      case 'refusal-delta':
        if (event.text === '') return;
        this.#hasRefusal = true;
        return this.#message().addRefusal(event.text);
      case 'reasoning-delta':
        if (event.text !== '') this.#reasoning().addText(event.text);
        return;
      case 'reasoning-state':
        return this.#addState(event.state);
      case 'tool-call-delta':
        return this.#call(event).addText(event.arguments);
      case 'image':
        return this.#addImages(event);
      case 'citation':
        return event.citations.forEach((citation) => this.#addCitation(citation));
      case 'audio':
        return this.#lost.add('audio', 'this format has no place for audio in an answer');
      case 'native':
        return this.#addNative(event);
    }
  }

  /** Closes the open item. */
  close(end: ItemEnd): void {
    if (this.#open !== null) this.adopt(this.#open.close(end), this.#open.index);
    this.#open = null;
    this.#openCall = null;
  }

  /** Returns the items, and the open one as far as it has come. */
  unfinished(): JsonObject[] {
    const items = new Map(this.#items);
    if (this.#open !== null) items.set(this.#open.index, this.#open.unfinished());
    return inOrder(items);
  }

  /** Adds an item that is closed. @param index its `output_index`. */
  adopt(item: JsonObject, index: number): void {
    this.#items.set(index, item);
    this.#next = Math.max(this.#next, index + 1);
  }

  /** Goes on with an item that was begun elsewhere. */
  resume(item: OpenItem): void {
    this.close('completed');
    this.#open = item;
  }

  /** Closes the open item, and returns the place of the next one. */
  #nextPlace(prefix: string): ItemPlace {
    this.close('completed');
    const { events, budget, idSuffix } = this.#written;
    budget.take(ENTRY_BYTES);
    return { id: `${prefix}${idSuffix}_${this.#next}`, index: this.#next, events, budget };
  }

  #message(): MessageItem {
    if (this.#open instanceof MessageItem) return this.#open;
    const item = new MessageItem(this.#nextPlace('msg_'));
    this.#open = item;
    return item;
  }

  #reasoning(): ReasoningItem {
    if (this.#open instanceof ReasoningItem && !this.#open.hasState) return this.#open;
    const item = new ReasoningItem(this.#nextPlace('rs_'));
    this.#open = item;
    return item;
  }

  #addText({ text, logprobs }: TextDeltaEvent): void {
    if (text === '' && logprobs === undefined) return;
    const message = this.#message();
    if (this.#citations.length > 0) this.#citations = this.#citations.filter((citation) => !message.addCitation(citation));
    message.addText(text, logprobs);
  }

  /**
   * Nothing is added to reasoning after its state. One that follows no reasoning is an item without text. The item stays open until more
   * arrives: where nothing does, the answer may have been cut in it.
   */
  #addState(state: ReasoningState): void {
    const sealed = sealState(state);
    if (sealed === null) return this.#lost.add('reasoning.encrypted_content', 'the state of the reasoning is too long to be carried');
    this.#reasoning().setEncrypted(sealed);
  }

  #call({ index, id = '', name = '', kind }: ToolCallDeltaEvent): CallItem {
    if (this.#open instanceof CallItem && this.#openCall === index) return this.#open;
    const declared = declaredTool(this.#written.options, name);
    const tool = kind === 'custom' ? { ...declared, kind } : declared;
    const item = new CallItem(this.#nextPlace(callPrefix(tool)), id, tool);
    this.#open = item;
    this.#openCall = index;
    return item;
  }

  #addImages({ images }: ImageEvent): void {
    for (const image of arrayOf(images)) {
      const found = imageData(image);
      if (found === null) this.#lost.add('images', 'this format has a place only for images in base64');
      else {
        const place = this.#nextPlace('ig_');
        this.adopt(writeImage(place, found), place.index);
      }
    }
  }

  /** A whole item that came without its events, else fields that are reported. */
  #addNative({ format, fields }: NativeEvent): void {
    if (!format.startsWith(FORMAT)) {
      for (const name of Object.keys(fields)) this.#lost.add(name, 'this format has no place for this field of the provider');
      return;
    }
    const item = fields['type'] === 'response.output_item.done' ? fields['item'] : fields;
    if (!isObject(item) || textOf(item['type'])?.startsWith('response.') !== false) return;
    const place = this.#nextPlace('cmp_');
    const own = { id: place.id, ...item };
    writeAdded(place, own);
    this.adopt(writeDone(place, own), place.index);
  }

  #addCitation(citation: unknown): void {
    if (this.#open instanceof MessageItem && this.#open.addCitation(citation)) return;
    this.#written.budget.take(sizeOf(citation));
    this.#citations.push(citation);
  }
}

const inOrder = (items: ReadonlyMap<number, JsonObject>): JsonObject[] =>
  [...items].sort(([one], [other]) => one - other).map(([, item]) => item);
