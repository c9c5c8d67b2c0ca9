/** Creates the framer for the framing of a dialect. Each framing has a file in this folder. */
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

/** @param maxEventCharacters size limit of a single event, in UTF-16 units (bytes, for a binary framing). */
export function createFramer(framing: Framing, maxEventCharacters: number): Framer {
  return FRAMERS[framing](maxEventCharacters, 'MAX_EVENT_CHARACTERS');
}
