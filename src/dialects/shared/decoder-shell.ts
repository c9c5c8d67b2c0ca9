/** What every decoder has around its reader: payloads are parsed within bounds, and nothing is read after the end of an answer. */
import { parseBounded } from '../../lib/json.ts';
import { isBreak, type StreamEvent } from '../../unified/response/event.ts';
import type { Decoder } from '../dialect.ts';
import { orUnreadable } from '../openai-common/upstream/speech.ts';

/** Reads one payload. `raw` is its text; `payload` is null where that is no JSON. */
export type ReadPayload = (payload: unknown, raw: string) => StreamEvent[];

type ShellOptions = {
  /** Events for the payload `[DONE]`. Absent = it is read like any other. */
  onDone?: () => StreamEvent[];
  /** Whether an event ends the reading. Default: `end`, and an error other than that of one unreadable event. */
  isLast?: (event: StreamEvent) => boolean;
};

const endsAnswer = (event: StreamEvent): boolean => event.type === 'end' || isBreak(event);

/** A decoder around a reader. */
export function createDecoderShell(read: ReadPayload, { onDone, isLast = endsAnswer }: ShellOptions = {}): Decoder {
  let isOver = false;
  return {
    push(payload) {
      if (isOver) return [];
      const isDone = onDone !== undefined && payload === '[DONE]';
      const events = isDone ? onDone() : orUnreadable(() => read(parseBounded(payload), payload));
      isOver = events.some(isLast);
      return events;
    },
  };
}
