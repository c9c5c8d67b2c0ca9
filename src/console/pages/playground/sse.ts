/** Reads server-sent events from bytes that may be cut anywhere. Pure: bytes in, payloads out. */
import { createParser } from 'eventsource-parser';

/** Reads one stream. */
export type SseReader = {
  /** Takes the next bytes. Returns the data of the events that they complete. */
  push: (bytes: Uint8Array) => string[];
  /** Takes the end of the stream. Returns the data of an event that lacks its empty line. */
  end: () => string[];
};

/** Creates a reader for one stream. */
export function createSseReader(): SseReader {
  const decoder = new TextDecoder(); // keeps half a character for the next bytes
  let found: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void found.push(data) });
  const take = (text: string) => {
    found = [];
    parser.feed(text);
    return found;
  };
  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end: () => take(`${decoder.decode()}\n\n`),
  };
}
