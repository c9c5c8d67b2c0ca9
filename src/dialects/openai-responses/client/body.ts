/** Writes a whole answer of OpenAI Responses: the object that also ends a stream, made by the same code. */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { RouterError } from '../../../unified/error.ts';
import { UNLIMITED } from '../../../unified/response/answer-budget.ts';
import type { StreamEvent } from '../../../unified/response/event.ts';
import type { CollectedChoice, Result } from '../../../unified/response/result.ts';
import type { ResponseMeta } from '../../client-dialect.ts';
import { blockEvents } from '../../shared/block-events.ts';
import { createOneOpenBlock } from '../../shared/one-open-block.ts';
import { answerOptionsOf } from './answer-options.ts';
import { AnswerWriter, failedFinish, type AnsweredRequest } from './answer-writer.ts';
import { createEncoderTo } from './encode.ts';
import { NO_EVENTS, type EventFrames } from './encode-frames.ts';
import { payloadOf } from './native-answer.ts';
import { withCounts } from './usage.ts';

/**
 * Returns the body. That of an upstream of the same format is returned as it is, with the keys that it lacks and the router's own field; of a
 * stream of that format, the object that ends it.
 *
 * @throws RouterError for an answer that its upstream ended as failed: clients do not read the status of a body.
 */
export function encodeBody(result: Result, meta: ResponseMeta, request: AnsweredRequest): JsonObject {
  const capture = createCapture();
  // The result has taken its bytes from the budget.
  const answer = new AnswerWriter(capture, { ...meta, budget: UNLIMITED }, request);
  const [start] = result.starts;
  const native = start === undefined ? null : payloadOf(start);
  if (native !== null && WHOLE.has(native['object']))
    return {
      ...(native['object'] === 'response' ? answer.completed(native, 'completed') : withCounts(native)),
      ...answer.routerFields(result.usage, endEvent(result.choices[0])),
    };
  for (const { error, finishReason, nativeReason } of result.choices)
    if (error !== null || finishReason === 'error') throw error ?? failedFinish(nativeReason);
  if (result.streamed !== undefined && meta.continuedBy() === null)
    createEncoderTo(capture, { ...meta, budget: UNLIMITED }, request).push(result.streamed);
  else for (const event of eventsOf(result)) answer.write(event);
  const response = capture.response();
  return answerOptionsOf(request).compaction === 'object' ? compactionOf(response) : response;
}

/** What an upstream calls a whole body. That of a stream has no such field. */
const WHOLE: ReadonlySet<unknown> = new Set(['response', 'response.compaction']);

/**
 * The body of `/responses/compact` (SDK openai 7.59.0, CompactedResponse). It has no status.
 *
 * @throws RouterError for a summary that was cut: the client would go on without the rest of its conversation, and not know it.
 */
function compactionOf({ id, created_at, output, usage, tributary, incomplete_details: cut }: JsonObject): JsonObject {
  if (isObject(cut)) throw new RouterError('unprocessable', `the summary of the conversation is incomplete: ${String(cut['reason'])}`);
  return { id, object: 'response.compaction', created_at, output, usage, tributary };
}

/** Keeps the last Response object of an answer. */
function createCapture(): EventFrames & { response(): JsonObject } {
  let last: JsonObject = {};
  return {
    ...NO_EVENTS,
    write(_type, { response }) {
      if (isObject(response)) last = response;
    },
    end: () => undefined,
    take: () => '',
    response: () => last,
  };
}

/** The events that make a result. Each choice has its own calls. */
function eventsOf({ starts, choices, usage }: Result): StreamEvent[] {
  const content = choices.flatMap((choice) =>
    createOneOpenBlock(UNLIMITED).push([
      ...choice.blocks.flatMap((block, index) => blockEvents(block, { choice: choice.index, index })),
      endEvent(choice),
    ]),
  );
  return [...starts, ...content, { type: 'end', usage }];
}

function endEvent(choice: CollectedChoice | undefined) {
  const { index = 0, finishReason: reason = 'stop', nativeReason = null, stopSequence = null } = choice ?? {};
  return { type: 'choice-end', choice: index, reason, nativeReason, ...(stopSequence === null ? {} : { stopSequence }) } as const;
}
