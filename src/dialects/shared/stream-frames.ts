/** Reads from the frames of a stream what ends it, and how far it is. */
import { isObject, parseJson, type JsonObject } from '../../lib/json.ts';
import type { StreamFrames } from '../client-answers.ts';

/** The payload of a frame; null = it has no JSON object. */
export function payloadAt(frames: StreamFrames, index: number): JsonObject | null {
  const data = /^data: (.*)$/m.exec(frames.text(index))?.[1];
  const payload = data === undefined ? null : parseJson(data);
  return isObject(payload) ? payload : null;
}

/** The payload of the last frame that has one; null = there is none. */
export function lastPayload(frames: StreamFrames): JsonObject | null {
  for (let index = frames.count - 1; index >= 0; index--) {
    const payload = payloadAt(frames, index);
    if (payload !== null) return payload;
  }
  return null;
}
