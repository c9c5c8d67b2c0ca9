/**
 * Answers in the background (https://platform.openai.com/docs/guides/background, read 2026-12-01): the Response object before, while and after
 * it is made, from the events of its stream.
 */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import type { BackgroundFormat, StreamCut, StreamFrames } from '../../client-answers.ts';
import { payloadAt } from '../../shared/stream-frames.ts';
import { answerOptionsOf } from './answer-options.ts';
import { createEventFrames } from './encode-frames.ts';
import { openResponse } from './response-object.ts';
import { errorEventFields, responseError } from './stream-error.ts';

/** The object of an answer in the background. */
export const background: BackgroundFormat = {
  isAsked({ background: asked, store }) {
    if (asked !== true) return false;
    if (store !== false) return true;
    const message =
      'background: true keeps the answer, so `store` must be true. Leave `store` out, or use `stream: true` without `background`.';
    throw new RouterError('invalid_request', message, { param: 'store' });
  },
  queued(request, { id, createdSeconds }) {
    const base = { id, object: 'response', created_at: createdSeconds, model: request.models[0] ?? '', ...answerOptionsOf(request).echo };
    return { ...openResponse(base), status: 'queued' };
  },
  current: responseOf,
};

/** The last Response object of the events. It is in the first two of them, and in the last but `[DONE]`. */
function responseOf(frames: StreamFrames): JsonObject | null {
  const { count } = frames;
  for (const index of [count - 1, count - 2, 1, 0]) {
    const response = index < 0 ? null : payloadAt(frames, index)?.['response'];
    if (isObject(response)) return response;
  }
  return frames.queued;
}

const ITEM_DONE = 'event: response.output_item.done\n';

/** The items that are whole. */
function wholeItems(frames: StreamFrames): JsonObject[] {
  const items: JsonObject[] = [];
  for (let index = 0; index < frames.count; index++) {
    const item = frames.text(index).startsWith(ITEM_DONE) ? payloadAt(frames, index)?.['item'] : null;
    if (isObject(item)) items.push(item);
  }
  return items;
}

/**
 * Ends a stream that the router cuts with `error` and `response.failed`. There is no event for a cancelled answer (SDK openai 7.59.0): only the
 * status of its object says so.
 */
export function closeStream(frames: StreamFrames, { error, isCancelled }: StreamCut): string {
  const events = createEventFrames(frames.nextId);
  const end = isCancelled ? { status: 'cancelled', error: null } : { status: 'failed', error: responseError(error) };
  events.write('error', errorEventFields(error));
  events.write('response.failed', { response: { ...responseOf(frames), ...end, output: wholeItems(frames) } });
  events.end();
  return events.take();
}
