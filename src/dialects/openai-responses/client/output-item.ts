/** An output item while it is written: what all kinds of items have in common. */
import type { JsonObject } from '../../../lib/json.ts';
import type { AnswerBudget } from '../../../unified/response/answer-budget.ts';
import { KeptText } from '../../../unified/response/kept-text.ts';
import type { EventWriter } from './encode-frames.ts';

/** How an item ends: `incomplete` = the answer was cut in it. */
export type ItemEnd = 'completed' | 'incomplete';

/** Where an item stands, and what writes its events. */
export type ItemPlace = {
  readonly id: string;
  /** `output_index`, from 0. */
  readonly index: number;
  readonly events: EventWriter;
  /** For the text that the item keeps until it is closed, and then repeats. */
  readonly budget: AnswerBudget;
};

/** An item that has begun. */
export interface OpenItem {
  /** Its `output_index`. */
  readonly index: number;
  /** Writes the events that end it, and returns it. */
  close(end: ItemEnd): JsonObject;
  /** Returns it as far as it has come, for an answer that broke off. Writes nothing. */
  unfinished(): JsonObject;
}

/** Writes that an item begins. */
export const writeAdded = ({ events, index }: ItemPlace, item: JsonObject): void =>
  events.write('response.output_item.added', { output_index: index, item });

/** Writes that an item is closed. Returns the item. */
export function writeDone({ events, index }: ItemPlace, item: JsonObject): JsonObject {
  events.write('response.output_item.done', { output_index: index, item });
  return item;
}

/** Times that a text is in memory when its answer ends: kept, and in up to four events that are written together. */
const COPIES = 5;

/** Creates the text of a part, which takes its bytes from the budget once for each copy. */
export function keepText({ budget }: ItemPlace): KeptText {
  return new KeptText({
    exceeded: () => budget.exceeded(),
    take: (bytes) => budget.take(COPIES * bytes),
    tryTake: (bytes) => budget.tryTake(COPIES * bytes),
    give: (bytes) => budget.give(COPIES * bytes),
  });
}
