/** Ends a stream that the router cuts, as `frame.ts` ends one that failed. */
import { arrayOf, isObject, type JsonObject } from '../../../lib/json.ts';
import type { StreamCut, StreamFrames } from '../../client-answers.ts';
import { lastPayload } from '../../shared/stream-frames.ts';
import { errorBody } from './error-body.ts';

/** Writes the chunk of the error. `[DONE]` follows only after success. */
export function closeStream(frames: StreamFrames, { error }: StreamCut): string {
  const { id, object, created, model, provider, choices } = lastPayload(frames) ?? {};
  const chunk = { id, object, created, model, provider, choices: arrayOf(choices).flatMap(toBroken), ...errorBody(error) };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

/** A choice that was being written. */
function toBroken(choice: unknown): JsonObject[] {
  if (!isObject(choice) || choice['finish_reason'] != null) return [];
  const empty = 'delta' in choice ? { delta: { content: '' } } : { text: '' };
  return [{ index: choice['index'], ...empty, finish_reason: 'error', native_finish_reason: null }];
}
