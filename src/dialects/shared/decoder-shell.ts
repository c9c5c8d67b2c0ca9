/** Shared parts of decoders: parses payloads within bounds, and reads nothing after the end of an answer. */
import { parseBounded } from '../../lib/json.ts';
import { isBreak, type StreamEvent } from '../../unified/response/event.ts';
import type { Decoder } from '../dialect.ts';
import { orUnreadable } from '../openai-common/upstream/speech.ts';

/** Reads one payload. `raw` is its text; `payload` is null when it is not JSON. */
export type ReadPayload = (payload: unknown, raw: string) => StreamEvent[];

type ShellOptions = {
  /** Events for the payload `[DONE]`. Absent = it is read like any other. */
  onDone?: () => StreamEvent[];
  /** True for an event that ends the reading. Default: `end`, and any error except that of a single unreadable event. */
  isLast?: (event: StreamEvent) => boolean;
};

const endsAnswer = (event: StreamEvent): boolean => event.type === 'end' || isBreak(event);

/** Creates a decoder from a reader. */
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
