/**
 * Passes on the payloads of an upstream with the format of Messages: every field, known or not. Only the indexes of blocks change, where others
 * came before. The id of the message stays, since threads and diagnostics of the upstream refer to it, and so does the name of the model: Claude
 * Code knows prices and limits by it.
 */
import { isObject, numberOf, type JsonObject } from '../../../lib/json.ts';
import type { ChoiceEndEvent, DeltaEvent, StartEvent, StreamEvent } from '../../../unified/response/event.ts';
import type { BlockFrames } from './block-sink.ts';
import type { BlockKind, BlockWriter } from './block-writer.ts';
import { FORMAT } from '../format-name.ts';
import { NOT_STOPPED } from './message.ts';
import { writeWholeContent } from './whole-message.ts';

/** Returns the payload of this format that an event was read from; null = none. */
export function payloadOf(event: StreamEvent): JsonObject | null {
  const original = 'original' in event ? event.original : undefined;
  return original?.format === FORMAT ? original.payload : null;
}

/** Kinds of blocks that text or arguments without a payload can be added to. */
const KINDS: Readonly<Record<string, BlockKind>> = { text: 'text', thinking: 'thinking', tool_use: 'tool_use' };

/** What payloads are passed on with. */
type NativeOptions = { frames: BlockFrames; writer: BlockWriter };

/** Creates the answer of an upstream of this format; null for any other. */
export function createNativeAnswer(start: StartEvent, options: NativeOptions): NativeAnswer | null {
  const payload = payloadOf(start);
  if (payload?.['type'] === 'message') return new NativeAnswer(payload, { ...options, isWhole: true });
  return isObject(payload?.['message']) ? new NativeAnswer(payload['message'], { ...options, isWhole: false }) : null;
}

/** The answer of one upstream. */
export class NativeAnswer {
  readonly #options: NativeOptions;
  /** The message, as it began or whole: some upstreams send it at once although a stream was asked for. */
  readonly #message: JsonObject;
  readonly #isWhole: boolean;
  /** Our index of a block, by that of the upstream. */
  readonly #indexes = new Map<number, number>();

  constructor(message: JsonObject, { isWhole, ...options }: NativeOptions & { isWhole: boolean }) {
    this.#options = options;
    this.#message = message;
    this.#isWhole = isWhole;
  }

  /** Usage at the start; null = the upstream sent none. */
  get usage(): JsonObject | null {
    const { usage } = this.#message;
    return isObject(usage) ? usage : null;
  }

  /** Writes the start, and the blocks of a whole message. @param empty the message as the router would begin it. */
  begin(empty: JsonObject): void {
    const { frames, writer } = this.#options;
    const stop = this.#isWhole ? NOT_STOPPED : {};
    frames.write({ type: 'message_start', message: { ...empty, ...this.#message, ...stop, content: [] } });
    if (this.#isWhole) writeWholeContent(this.#message['content'], frames, writer);
  }

  /** Writes the payload of an event. False = the event is to be written without it. */
  write(event: DeltaEvent): boolean {
    if (this.#isWhole) return true;
    const payload = payloadOf(event);
    return (payload !== null && this.#pass(payload, event)) || !this.#isMissing(event);
  }

  /** The fields of the end; null = the router has changed it. */
  end(finish: ChoiceEndEvent | null): JsonObject | null {
    if (!this.#isWhole) return finish === null ? null : payloadOf(finish);
    const { stop_reason, stop_sequence = null, stop_details = null, container = null, usage } = this.#message;
    return { delta: { stop_reason, stop_sequence, stop_details, container }, usage };
  }

  /** False = the payload belongs to no open block. */
  #pass(payload: JsonObject, event: DeltaEvent): boolean {
    const { frames, writer } = this.#options;
    const upstreamIndex = numberOf(payload['index']) ?? 0;
    switch (payload['type']) {
      case 'content_block_start': {
        const type = isObject(payload['content_block']) ? payload['content_block']['type'] : null;
        const kind = typeof type === 'string' && Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
        const index = writer.adopt(kind ?? 'other', event.type === 'tool-call-delta' ? event.index : null);
        this.#indexes.set(upstreamIndex, index);
        frames.write({ ...payload, index });
        return true;
      }
      case 'content_block_delta':
      case 'content_block_stop': {
        const index = this.#indexes.get(upstreamIndex);
        if (index === undefined || index !== writer.open?.index) return false;
        frames.write({ ...payload, index });
        if (payload['type'] === 'content_block_stop') writer.release();
        return true;
      }
      default:
        frames.write(payload);
        return true;
    }
  }

  /** Whether an event has what is in no payload. The router completes calls without arguments, and lists sources: payloads have both. */
  #isMissing(event: DeltaEvent): boolean {
    if (event.type !== 'tool-call-delta')
      return event.type === 'text-delta' || event.type === 'refusal-delta' || event.type === 'reasoning-delta';
    const { open } = this.#options.writer;
    return event.id !== undefined || (open?.kind === 'tool_use' && open.call === event.index);
  }
}
