import { describe, expect, it } from 'vitest';
import { createFramer } from '../../../src/upstream/framing/index.ts';
import { toFrame } from '../../simulator/wire-formats/bedrock.ts';

const LONG = 'x'.repeat(2000);
const BYTES = {
  sse: new TextEncoder().encode(`data: ${LONG}\n\n`),
  ndjson: new TextEncoder().encode(`"${LONG}"\n`),
  'aws-event-stream': toFrame('event', 'contentBlockDelta', { delta: { text: LONG } }),
};

function push(framing: keyof typeof BYTES, most: number): string[] {
  const framer = createFramer(framing, most);
  return [BYTES[framing].subarray(0, 1500), BYTES[framing].subarray(1500)].flatMap((piece) => framer.push(piece));
}

describe('createFramer', () => {
  it.each(['sse', 'ndjson', 'aws-event-stream'] as const)(
    'names the limit and its variable for an event that is too large (%s)',
    (framing) => {
      expect(() => push(framing, 1000)).toThrow(/of more than 1000 (bytes|characters) \(variable MAX_EVENT_CHARACTERS\)$/);
      expect(push(framing, 4000)).toHaveLength(1);
    },
  );
});
