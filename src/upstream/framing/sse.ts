/**
 * Bytes of a server-sent event stream to the data of its events. The line grammar is eventsource-parser's (linear however the bytes
 * are cut); added here are bytes, a byte order mark, an end without a blank line, and the cap on one event. Knows no dialect.
 */
import { createParser } from 'eventsource-parser';
import { RouterError } from '../../unified/error.ts';
import type { Framer } from './framer.ts';

/** @param maxEventCharacters the largest single event, in UTF-16 units. */
export function createSseFramer(maxEventCharacters: number): Framer {
  const decoder = new TextDecoder(); // keeps half a character until its other half comes, drops a byte order mark
  let payloads: string[] = [];
  let overflow = false;
  const parser = createParser({
    maxBufferSize: maxEventCharacters,
    onEvent: ({ data }) => {
      if (data !== '') payloads.push(data);
    },
    onError: (error) => {
      overflow ||= error.type === 'max-buffer-size-exceeded'; // unknown fields and bad retry values are no trouble
    },
  });

  function feed(text: string): string[] {
    if (text !== '') parser.feed(text);
    if (overflow) throw new RouterError('provider_unavailable', `the upstream sent an event of more than ${maxEventCharacters} characters`);
    const ready = payloads;
    payloads = [];
    return ready;
  }

  return {
    push: (bytes) => feed(decoder.decode(bytes, { stream: true })),
    end: () => feed(`${decoder.decode()}\n\n`),
  };
}
