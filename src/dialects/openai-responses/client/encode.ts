/**
 * Writes answers of OpenAI Responses as a stream (SDK openai 7.59.0; Open Responses, specification of 2026-04-24). Payloads of an upstream of
 * the same format are passed on, all else is written from the events. Does no I/O.
 */
import type { Encoder, ResponseMeta } from '../../client-dialect.ts';
import { createOneOpenBlock } from '../../shared/one-open-block.ts';
import { AnswerWriter, type AnsweredRequest } from './answer-writer.ts';
import { createEventFrames, type EventFrames } from './encode-frames.ts';
import { holdEnd } from './held-end.ts';
import { NativeAnswer, payloadOf } from './native-answer.ts';

/** Writes a stream. What is written before `push` throws is returned by the next call: no number of an event is missing. */
export function createEncoder(meta: ResponseMeta, request: AnsweredRequest): Encoder {
  if (request.storedTurn?.isKept !== true) return createEncoderTo(createEventFrames(), meta, request);
  const frames = holdEnd(createEventFrames());
  return { ...createEncoderTo(frames, meta, request), heldEnd: () => frames.heldEnd() };
}

/** Writes a stream to these frames. */
export function createEncoderTo(frames: EventFrames, meta: ResponseMeta, request: AnsweredRequest): Encoder {
  const answer = new AnswerWriter(frames, meta, request);
  const ordered = createOneOpenBlock(meta.budget);
  let hasBegun = false;
  let native: NativeAnswer | null = null;
  return {
    push(events) {
      if (!hasBegun && events.some((event) => payloadOf(event) !== null))
        native = new NativeAnswer({ frames, answer, budget: meta.budget });
      hasBegun ||= events.length > 0;
      if (native !== null && meta.continuedBy() !== null) native.leave();
      for (const event of ordered.push(native === null ? events : native.take(events))) answer.write(event);
      return frames.take();
    },
  };
}
