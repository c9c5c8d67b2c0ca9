/** Bytes of a stream to its payloads, by the way a dialect frames them. One place to choose; each way is a file beside this one. */
import type { Framing } from '../../dialects/dialect.ts';
import { createAwsEventStreamFramer } from './aws-event-stream.ts';
import type { Framer } from './framer.ts';
import { createNdjsonFramer } from './ndjson.ts';
import { createSseFramer } from './sse.ts';

const FRAMERS: Readonly<Record<Framing, (maxEventCharacters: number, variable?: string) => Framer>> = {
  sse: createSseFramer,
  ndjson: createNdjsonFramer,
  'aws-event-stream': createAwsEventStreamFramer,
};

/** @param maxEventCharacters the largest single event, in UTF-16 units (bytes, for a binary framing). */
export function createFramer(framing: Framing, maxEventCharacters: number): Framer {
  return FRAMERS[framing](maxEventCharacters, 'MAX_EVENT_CHARACTERS');
}
