/**
 * Writes the events of a stream of OpenAI Responses: `event:` repeats the type, `sequence_number` counts every event from 0 without gaps, and
 * there are no `id:` lines (SDK openai 7.59.0, ResponseStreamEvent; read 2026-11-30).
 */
import type { JsonObject } from '../../../lib/json.ts';

/** Text around the piece of a delta event. Deltas of one part differ only in the number and the piece. */
export type DeltaTemplate = { readonly head: string; readonly middle: string; readonly tail: string };

/** Receives the events of an answer in order. */
export interface EventWriter {
  write(type: string, fields: JsonObject): void;
  /** Writes a piece of text. */
  writeDelta(template: DeltaTemplate, piece: string): void;
}

/** Text of the frames. */
export interface EventFrames extends EventWriter {
  /** Writes the mark of the end. */
  end(): void;
  /** Returns what was written since the last call. */
  take(): string;
}

/** Marks the end of every stream (Open Responses, specification of 2026-04-24: "MUST"). */
const DONE = 'data: [DONE]\n\n';

/** Creates a writer of frames. @param first the number of the first event. */
export function createEventFrames(first = 0): EventFrames {
  let sequence = first;
  let text = '';
  return {
    write(type, fields) {
      text += `${headOf(type)}${sequence++},${JSON.stringify(fields).slice(1)}\n\n`;
    },
    writeDelta({ head, middle, tail }, piece) {
      text += head + String(sequence++) + middle + JSON.stringify(piece) + tail;
    },
    end() {
      text += DONE;
    },
    take() {
      const written = text;
      text = '';
      return written;
    },
  };
}

/** For an answer that is written as a whole. */
export const NO_EVENTS: EventWriter = { write: () => undefined, writeDelta: () => undefined };

/** @param place fields of the event before `delta`: `item_id`, `output_index` and an index in the item. At least one. */
export function createDeltaTemplate(type: string, place: JsonObject, after: JsonObject = {}): DeltaTemplate {
  const more = JSON.stringify(after).slice(1);
  return {
    head: headOf(type),
    middle: `,${JSON.stringify(place).slice(1, -1)},"delta":`,
    tail: `${more === '}' ? more : `,${more}`}\n\n`,
  };
}

/** The type comes first in every event, then its number. */
const headOf = (type: string): string => `event: ${type}\ndata: {"type":${JSON.stringify(type)},"sequence_number":`;
