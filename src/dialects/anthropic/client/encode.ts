/**
 * Writes answers of Anthropic Messages as a stream: `message_start`, content blocks one after the other, `message_delta`, `message_stop`
 * (https://platform.claude.com/docs/en/build-with-claude/streaming; SDK @anthropic-ai/sdk 1.14.0; read 2026-11-30). An answer that breaks off
 * ends with an `error` event. Payloads of an upstream of the same format are passed on. Does no I/O.
 */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import type { RouterError } from '../../../unified/error.ts';
import type { UnifiedRequest } from '../../../unified/request/request.ts';
import { sizeOf } from '../../../unified/response/answer-budget.ts';
import type { ChoiceEndEvent, DeltaEvent, StartEvent, StreamEvent } from '../../../unified/response/event.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import type { Encoder, ResponseMeta } from '../../client-dialect.ts';
import { createOneOpenBlock } from '../../shared/one-open-block.ts';
import { routerFields } from '../../shared/router-fields.ts';
import { answerOptionsOf } from './answer-options.ts';
import { createBlockFrames, INVALID_INPUT, type BlockFrames } from './block-sink.ts';
import { BlockWriter } from './block-writer.ts';
import { errorBody } from './errors.ts';
import { createLostParts } from '../../shared/lost-parts.ts';
import { requestIdOf } from './request-id.ts';
import { createMessage, NOT_STOPPED, stopOf, type MessageStop } from './message.ts';
import { createNativeAnswer, payloadOf, type NativeAnswer } from './native-answer.ts';
import { costOf, finalUsage, startUsage, usageDetails } from './usage.ts';

/** What the encoder reads of its request. */
export type AnsweredRequest = Pick<UnifiedRequest, 'answerOptions'>;

/** Writes a stream. @param frames where it is written; absent = as text. */
export const createEncoder = (meta: ResponseMeta, request: AnsweredRequest, frames?: BlockFrames): Encoder =>
  new MessagesEncoder(meta, request, frames);

/** The stream of one answer. */
class MessagesEncoder implements Encoder {
  readonly #meta: ResponseMeta;
  readonly #frames: BlockFrames;
  readonly #writer: BlockWriter;
  readonly #lost = createLostParts();
  readonly #ordered;
  /** Null = the upstream has another format, or another one continues its answer. */
  #native: NativeAnswer | null = null;
  #start: StartEvent | null = null;
  #hasBegun = false;
  #finish: ChoiceEndEvent | null = null;
  readonly #citations: unknown[] = [];
  #isOver = false;

  constructor(meta: ResponseMeta, request: AnsweredRequest, frames?: BlockFrames) {
    this.#meta = meta;
    this.#ordered = createOneOpenBlock(meta.budget);
    this.#frames = frames ?? createBlockFrames(meta.budget, () => this.#lost.add(...INVALID_INPUT));
    this.#writer = new BlockWriter({
      sink: this.#frames,
      omitsThinking: answerOptionsOf(request).omitsThinking,
      onDropped: (name, reason) => this.#lost.add(name, reason),
    });
  }

  /** What is written before an error is thrown is returned with the events after it. */
  push(events: readonly StreamEvent[]): string {
    if (this.#native !== null && this.#meta.continuedBy() !== null) this.#native = null;
    const isNative = this.#native !== null || events.some((event) => event.type === 'start' && payloadOf(event) !== null);
    const ordered = isNative ? events : this.#ordered.push(events);
    for (let at = 0; at < ordered.length && !this.#isOver; at++) this.#encode(ordered, at);
    return this.#frames.take();
  }

  #encode(events: readonly StreamEvent[], at: number): void {
    const event = events[at] as StreamEvent;
    switch (event.type) {
      case 'start':
        return this.#takeStart(event);
      case 'usage':
        return;
      case 'choice-end':
        if (event.choice === 0) this.#finish = event;
        return;
      case 'choice-error':
        return event.choice === 0 ? this.#fail(event.error, null) : undefined;
      case 'end':
        return this.#end(event.usage);
      case 'error':
        return this.#fail(event.error, event.usage);
      default:
        if (event.choice === 0) this.#add(event, event.type === 'reasoning-state' ? events[at + 1] : undefined);
    }
  }

  #takeStart(event: StartEvent): void {
    if (this.#start !== null) return;
    this.#start = event;
    this.#native = createNativeAnswer(event, { frames: this.#frames, writer: this.#writer });
  }

  /** Writes the start of the message, before its first content. */
  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const usage = this.#native?.usage ?? startUsage(this.#meta.estimatedPromptTokens(), this.#start?.serviceTier ?? null);
    const message = createMessage(this.#meta, { start: this.#start, content: [], stop: NOT_STOPPED, usage });
    if (this.#native === null) this.#frames.write({ type: 'message_start', message });
    else this.#native.begin(message);
  }

  #add(event: DeltaEvent, next: StreamEvent | undefined): void {
    this.#begin();
    if (this.#native?.write(event) === true) return;
    if (event.type === 'citation') {
      this.#meta.budget.take(sizeOf(event.citations));
      this.#citations.push(...event.citations);
    }
    this.#writer.write(event, next);
  }

  #end(usage: Usage | null): void {
    this.#begin();
    const written = finalUsage(usage, this.#start?.serviceTier ?? null);
    const upstream = this.#native?.end(this.#finish) ?? null;
    const delta = upstream?.['delta'] ?? { ...this.#stop(), container: null };
    this.#writer.close();
    this.#frames.write({
      type: 'message_delta',
      ...upstream,
      delta,
      usage: isObject(upstream?.['usage']) ? { ...upstream['usage'], ...costOf(written) } : written,
      ...this.#routerFields(usage),
    });
    this.#frames.write({ type: 'message_stop' });
    this.#isOver = true;
  }

  #stop(): MessageStop {
    const { reason, nativeReason, stopSequence = null } = this.#finish ?? { reason: 'stop', nativeReason: null };
    const { hasCalled, hasRefused } = this.#writer;
    return stopOf({ reason, nativeReason, stopSequence, hasCalled, hasRefused });
  }

  /** Ends a stream that broke off. Nothing in it may look complete: an open block stays open. */
  #fail(error: RouterError, usage: Usage | null): void {
    this.#isOver = true;
    const body = errorBody(error, requestIdOf(this.#meta.id), this.#meta.estimatedPromptTokens);
    const counted = usage === null ? {} : { usage: finalUsage(usage, this.#start?.serviceTier ?? null) };
    this.#frames.write({ ...body, ...counted, ...this.#routerFields(usage) });
  }

  #routerFields(usage: Usage | null): JsonObject {
    return routerFields(this.#meta, this.#start, {
      finish: this.#finish,
      usage: usage === null ? null : usageDetails(usage),
      lost: this.#lost.adjustments(),
      citations: this.#citations,
    });
  }
}
