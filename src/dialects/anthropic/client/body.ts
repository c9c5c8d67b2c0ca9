/** Writes whole answers of Anthropic Messages: the message that the stream of the same answer makes. */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import { UNLIMITED } from '../../../unified/response/answer-budget.ts';
import { isContent, type StreamEvent } from '../../../unified/response/event.ts';
import type { CollectedChoice, Result } from '../../../unified/response/result.ts';
import type { ResponseMeta } from '../../client-dialect.ts';
import { blockEvents } from '../../shared/block-events.ts';
import { withStatesFirst } from '../../shared/one-open-block.ts';
import { routerFields } from '../../shared/router-fields.ts';
import { answerOptionsOf } from './answer-options.ts';
import { createBlockList, INVALID_INPUT } from './block-sink.ts';
import { BlockWriter } from './block-writer.ts';
import { createEncoder, type AnsweredRequest } from './encode.ts';
import { createMessageFrames } from './joined-message.ts';
import { createLostParts } from '../../shared/lost-parts.ts';
import { createMessage, stopOf, type MessageStop } from './message.ts';
import { payloadOf } from './native-answer.ts';
import { costOf, finalUsage, usageDetails } from './usage.ts';

/** Where no choice came. */
const NO_CHOICE: CollectedChoice = { index: 0, blocks: [], finishReason: 'stop', nativeReason: null, stopSequence: null, error: null };

/**
 * Writes the message. The body of an upstream of the same format is passed on, with its own id: threads and diagnostics refer to it.
 *
 * @throws RouterError for an answer that its upstream ended as failed.
 */
export function encodeBody(result: Result, meta: ResponseMeta, request: AnsweredRequest): JsonObject {
  const [start = null] = result.starts;
  const choice = result.choices.find(({ index }) => index === 0) ?? NO_CHOICE;
  if (choice.error !== null) throw choice.error;
  const lost = createLostParts();
  const usage = finalUsage(result.usage, start?.serviceTier ?? null);
  const original = start === null ? null : payloadOf(start);
  const isWhole = original?.['type'] === 'message';
  if (!isWhole && result.streamed !== undefined && meta.continuedBy() === null) return joinStream(result.streamed, meta, request);
  const message = isWhole
    ? {
        ...original,
        usage: isObject(original['usage']) ? { ...original['usage'], ...costOf(usage) } : usage,
      }
    : createMessage(meta, { start, ...writeChoice(choice, request, lost.add), usage });
  return {
    ...message,
    ...routerFields(meta, start, {
      finish: {
        reason: choice.finishReason,
        nativeReason: choice.nativeReason,
        ...(choice.stopSequence === null ? {} : { stopSequence: choice.stopSequence }),
      },
      usage: result.usage === null ? null : usageDetails(result.usage),
      lost: lost.adjustments(),
      citations: original === null ? choice.blocks.flatMap((block) => (block.type === 'citation' ? block.citations : [])) : [],
    }),
  };
}

/** The message of an upstream of the same format that sent a stream. */
function joinStream(events: readonly StreamEvent[], meta: ResponseMeta, request: AnsweredRequest): JsonObject {
  const lost = createLostParts();
  const frames = createMessageFrames(lost.add);
  // What is lost is known when the end is written.
  const finalMeta = () => {
    const { adjustments, metadata } = meta.finalMeta();
    return { metadata, adjustments: [...adjustments, ...lost.adjustments()] };
  };
  // The result has taken its bytes from the budget.
  createEncoder({ ...meta, budget: UNLIMITED, finalMeta }, request, frames).push(events);
  return frames.message();
}

type OnDropped = (name: string, reason: string) => void;

function writeChoice(
  choice: CollectedChoice,
  request: AnsweredRequest,
  onDropped: OnDropped,
): { content: readonly JsonObject[]; stop: MessageStop } {
  const { blocks, finishReason: reason, nativeReason, stopSequence } = choice;
  const sink = createBlockList(() => onDropped(...INVALID_INPUT));
  const writer = new BlockWriter({ sink, omitsThinking: answerOptionsOf(request).omitsThinking, onDropped });
  const events = withStatesFirst(blocks.flatMap((block, index) => blockEvents(block, { choice: 0, index })));
  for (const [at, event] of events.entries()) if (isContent(event)) writer.write(event, events[at + 1]);
  writer.close();
  const { hasCalled, hasRefused } = writer;
  return { content: sink.blocks, stop: stopOf({ reason, nativeReason, stopSequence, hasCalled, hasRefused }) };
}
