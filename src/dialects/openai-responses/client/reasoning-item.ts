/**
 * Writes reasoning of the answer: its text as a summary, which is the only form that all clients read, and the state that has to come back
 * with it as `encrypted_content`.
 */
import type { JsonObject } from '../../../lib/json.ts';
import { ENTRY_BYTES } from '../../../unified/response/answer-budget.ts';
import type { KeptText } from '../../../unified/response/kept-text.ts';
import { createDeltaTemplate, type DeltaTemplate } from './encode-frames.ts';
import { keepText, writeAdded, writeDone, type ItemEnd, type ItemPlace, type OpenItem } from './output-item.ts';

/** The part that is being written. `place`: the fields that name it in an event. */
type OpenPart = { place: JsonObject; text: KeptText; delta: DeltaTemplate };

/** Reasoning. Without text it has no part. */
export class ReasoningItem implements OpenItem {
  readonly #place: ItemPlace;
  readonly #parts: JsonObject[] = [];
  #open: OpenPart | null = null;
  #encrypted: string | null = null;

  constructor(place: ItemPlace) {
    this.#place = place;
    writeAdded(place, { id: place.id, type: 'reasoning', status: 'in_progress', summary: [] });
  }

  addText(piece: string): void {
    const part = this.beginPart();
    part.text.add(piece);
    this.#place.events.writeDelta(part.delta, piece);
  }

  /** Whether `encrypted_content` is known. */
  get hasState(): boolean {
    return this.#encrypted !== null;
  }

  /** Sets `encrypted_content`. */
  setEncrypted(encrypted: string): void {
    this.#place.budget.take(encrypted.length);
    this.#encrypted = encrypted;
  }

  /** Returns the open part; begins it where there is none. */
  beginPart(): OpenPart {
    if (this.#open !== null) return this.#open;
    const { id, index, events, budget } = this.#place;
    budget.take(ENTRY_BYTES);
    const place = { item_id: id, output_index: index, summary_index: this.#parts.length };
    events.write('response.reasoning_summary_part.added', { ...place, part: summaryPart('') });
    this.#open = { place, text: keepText(this.#place), delta: createDeltaTemplate('response.reasoning_summary_text.delta', place) };
    return this.#open;
  }

  endPart(): void {
    if (this.#open === null) return;
    const { place, text } = this.#open;
    this.#open = null;
    const part = summaryPart(text.text());
    this.#place.events.write('response.reasoning_summary_text.done', { ...place, text: part['text'] });
    this.#place.events.write('response.reasoning_summary_part.done', { ...place, part });
    this.#parts.push(part);
  }

  get index(): number {
    return this.#place.index;
  }

  close(end: ItemEnd): JsonObject {
    this.endPart();
    return writeDone(this.#place, this.#item(end, this.#parts));
  }

  unfinished(): JsonObject {
    return this.#item('incomplete', this.#open === null ? this.#parts : [...this.#parts, summaryPart(this.#open.text.text())]);
  }

  #item(status: ItemEnd, summary: readonly JsonObject[]): JsonObject {
    const encrypted = this.#encrypted === null ? {} : { encrypted_content: this.#encrypted };
    return { id: this.#place.id, type: 'reasoning', status, summary, ...encrypted };
  }
}

const summaryPart = (text: string): JsonObject => ({ type: 'summary_text', text });
