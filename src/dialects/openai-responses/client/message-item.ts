/** Writes a message of the answer: parts of text and of refusal, and the sources that text names. */
import { append } from '../../../lib/append.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { ENTRY_BYTES, sizeOf } from '../../../unified/response/answer-budget.ts';
import type { TokenLogprob } from '../../../unified/response/event.ts';
import { sizeOfLogprobs } from '../../../unified/response/event-size.ts';
import type { KeptText } from '../../../unified/response/kept-text.ts';
import { toChatLogprobs } from '../../openai-common/client/logprobs.ts';
import { toAnnotation } from './annotations.ts';
import { createDeltaTemplate, type DeltaTemplate } from './encode-frames.ts';
import { keepText, writeAdded, writeDone, type ItemEnd, type ItemPlace, type OpenItem } from './output-item.ts';

/** Kinds of parts, and the field with their text. */
const FIELD = { output_text: 'text', refusal: 'refusal' } as const;
/** Type of a part. */
export type PartType = keyof typeof FIELD;

/** The part that is being written. `place`: the fields that name it in an event. */
type OpenPart = {
  type: PartType;
  place: JsonObject;
  text: KeptText;
  delta: DeltaTemplate;
  annotations: JsonObject[];
  logprobs: JsonObject[];
};

/** A message. */
export class MessageItem implements OpenItem {
  readonly #place: ItemPlace;
  readonly #parts: JsonObject[] = [];
  #open: OpenPart | null = null;

  constructor(place: ItemPlace) {
    this.#place = place;
    writeAdded(place, this.#item('in_progress', []));
  }

  addText(piece: string, logprobs?: readonly TokenLogprob[]): void {
    const part = this.beginPart('output_text');
    part.text.add(piece);
    if (logprobs === undefined) return this.#place.events.writeDelta(part.delta, piece);
    this.#place.budget.take(sizeOfLogprobs(logprobs));
    const written = toChatLogprobs(logprobs);
    append(part.logprobs, written);
    this.#place.events.write('response.output_text.delta', { ...part.place, delta: piece, logprobs: written });
  }

  addRefusal(piece: string): void {
    const part = this.beginPart('refusal');
    part.text.add(piece);
    this.#place.events.writeDelta(part.delta, piece);
  }

  /** Adds a source to the text so far. False = this format has no place for it. */
  addCitation(citation: unknown): boolean {
    const isText = this.#open?.type === 'output_text';
    const annotation = toAnnotation(citation, isText ? (this.#open?.text.length() ?? 0) : 0);
    if (annotation === null) return false;
    const part = this.beginPart('output_text');
    this.#place.budget.take(sizeOf(annotation));
    const index = part.annotations.push(annotation) - 1;
    this.#place.events.write('response.output_text.annotation.added', { ...part.place, annotation_index: index, annotation });
    return true;
  }

  get index(): number {
    return this.#place.index;
  }

  close(end: ItemEnd): JsonObject {
    this.endPart();
    return writeDone(this.#place, this.#item(end, this.#parts));
  }

  unfinished(): JsonObject {
    return this.#item('incomplete', this.#open === null ? this.#parts : [...this.#parts, contentOf(this.#open)]);
  }

  /** Returns the open part of this type; begins it, and ends one of the other type. */
  beginPart(type: PartType): OpenPart {
    if (this.#open?.type === type) return this.#open;
    this.endPart();
    const { id, index, events, budget } = this.#place;
    budget.take(ENTRY_BYTES);
    const place = { item_id: id, output_index: index, content_index: this.#parts.length };
    const delta = createDeltaTemplate(`response.${type}.delta`, place, type === 'output_text' ? { logprobs: [] } : {});
    const part: OpenPart = { type, place, text: keepText(this.#place), delta, annotations: [], logprobs: [] };
    events.write('response.content_part.added', { ...place, part: contentOf(part) });
    this.#open = part;
    return part;
  }

  endPart(): void {
    const part = this.#open;
    if (part === null) return;
    this.#open = null;
    const { events } = this.#place;
    const content = contentOf(part);
    const field = FIELD[part.type];
    const more = part.type === 'output_text' ? { logprobs: part.logprobs } : {};
    events.write(`response.${part.type}.done`, { ...part.place, [field]: content[field], ...more });
    events.write('response.content_part.done', { ...part.place, part: content });
    this.#parts.push(content);
  }

  #item(status: ItemEnd | 'in_progress', content: readonly JsonObject[]): JsonObject {
    return { id: this.#place.id, type: 'message', status, role: 'assistant', content };
  }
}

function contentOf({ type, text, annotations, logprobs }: OpenPart): JsonObject {
  if (type === 'refusal') return { type, refusal: text.text() };
  return { type, text: text.text(), annotations, logprobs };
}
