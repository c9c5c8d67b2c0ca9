/** Holds back the end of an answer that is to be kept: the Response object in it states whether it is (`store`). */
import { arrayOf, isObject, type JsonObject } from '../../../lib/json.ts';
import type { Adjustment } from '../../../unified/adjustment.ts';
import type { HeldEnd } from '../../client-dialect.ts';
import type { EventFrames } from './encode-frames.ts';

/** Events with the whole answer. One of them ends each stream. */
const ENDS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Frames whose end is written by {@link HeldEnd.write}. */
export type HoldingFrames = EventFrames & { heldEnd(): HeldEnd | null };

/** Writes to these frames, except for the end. */
export function holdEnd(frames: EventFrames): HoldingFrames {
  let held: HeldEnd | null = null;
  return {
    write(type, fields) {
      const { response } = fields;
      if (!ENDS.has(type) || !isObject(response)) return frames.write(type, fields);
      held = {
        response,
        write(reason) {
          held = null;
          frames.write(type, reason === null ? fields : { ...fields, response: withoutKeeping(response, reason) });
          frames.end();
          return frames.take();
        },
      };
    },
    writeDelta: (template, piece) => frames.writeDelta(template, piece),
    end() {
      if (held === null) frames.end();
    },
    take: () => frames.take(),
    heldEnd: () => held,
  };
}

/** Returns a Response object that states that it is not kept, and why. */
export function withoutKeeping(response: JsonObject, reason: string): JsonObject {
  const tributary = isObject(response['tributary']) ? response['tributary'] : {};
  const report: Adjustment = { param: 'store', action: 'clamped', from: true, to: false, reason };
  return { ...response, store: false, tributary: { ...tributary, adjustments: [...arrayOf(tributary['adjustments']), report] } };
}
