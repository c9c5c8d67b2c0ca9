/** Ends a stream that the router cuts, as `encode.ts` ends one that failed. */
import { isObject, wordOf } from '../../../lib/json.ts';
import type { StreamCut, StreamFrames } from '../../client-answers.ts';
import { payloadAt } from '../../shared/stream-frames.ts';
import { errorBody } from './errors.ts';
import { requestIdOf } from './request-id.ts';

/** Ends a stream that the router cuts with an `error` event. */
export function closeStream(frames: StreamFrames, { error }: StreamCut): string {
  const message = payloadAt(frames, 0)?.['message'];
  const id = isObject(message) ? wordOf(message['id']) : '';
  return `event: error\ndata: ${JSON.stringify(errorBody(error, requestIdOf(id)))}\n\n`;
}
