/**
 * Writes streams in the form that chat and legacy completions share: chunks, the usage chunk, and `[DONE]` only after success. The dialect
 * writes the choices. Line feeds only and no `id:` lines, which openai-python cannot parse. Builds text and does no I/O; relies on the order
 * of events.
 */
import type {
  ChoiceEndEvent,
  DeltaEvent,
  EndEvent,
  ErrorEvent,
  NativeEvent,
  PartEvent,
  StreamEvent,
  TextDeltaEvent,
} from '../../../unified/response/event.ts';
import { isPart } from '../../../unified/response/event.ts';
import type { RouterError } from '../../../unified/error.ts';
import type { AnswerOptions } from './answer-options.ts';
import { errorBody } from './error-body.ts';
import { blockOf, finalFields, metaFields, renderServedBy, Starts, usageFields } from './frame.ts';
import { fieldsOfPart } from './group-blocks.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import type { ResponseMeta, Encoder } from '../../client-dialect.ts';

/** A piece of content. Parts next to the text are fields, joined if they arrived together. */
export type WrittenDelta = Exclude<DeltaEvent, PartEvent> | NativeEvent;

type WrittenEvent = Exclude<StreamEvent, PartEvent> | NativeEvent;

/** Writes the choices of a chunk. */
export type ChoiceWriter = {
  /** Returns a piece of content; null when the format has no field for it. */
  delta(event: WrittenDelta): JsonObject | null;
  /** Returns a piece of text in a started choice, if successive pieces differ only in the text; else null. */
  plain?(choice: number, text: string): JsonObject | null;
  /** Returns the end of a choice. */
  end(event: ChoiceEndEvent): JsonObject;
  /** Returns a failed choice. */
  broken(index: number): JsonObject;
  /** A choice without content. The usage chunk has one when usage was not requested, because common clients read `choices[0]`. */
  empty: JsonObject;
};

/** Data that all frames of a stream share. `object`: the type of a chunk. */
type Frames = { object: string; meta: ResponseMeta; options: AnswerOptions };

/** Base path of OpenRouter's clients. Its SDK (1.3.19) rejects `usage: null`; OpenAI's expects it on chunks without usage. */
const OPENROUTER_BASE = '/api/v1';

/** Writes a stream. */
export class FrameEncoder implements Encoder {
  readonly #meta: ResponseMeta;
  readonly #options: AnswerOptions;
  readonly #writer: ChoiceWriter;
  readonly #starts: Starts;
  /** The constant beginning of the frames of each block of choices. */
  readonly #prefixes: string[] = [];
  /** The text around the plain text of a choice; null when there is no such pattern. */
  readonly #templates: (readonly [string, string] | null | undefined)[] = [];
  readonly #echo: ((event: WrittenEvent) => string) | null;

  constructor({ object, meta, options }: Frames, writer: ChoiceWriter) {
    this.#meta = meta;
    this.#options = options;
    this.#writer = writer;
    this.#starts = new Starts(object, meta);
    this.#echo = createEcho(meta, (fields) => this.#frame(fields));
  }

  push(events: readonly StreamEvent[]): string {
    let frames = '';
    for (const event of joinParts(events)) frames += this.#echo === null ? this.#encode(event) : this.#echo(event) + this.#encode(event);
    return frames;
  }

  #encode(event: WrittenEvent): string {
    switch (event.type) {
      case 'start':
        this.#starts.take(event);
        return '';
      case 'choice-end':
        return this.#choice({
          index: event.choice,
          ...this.#writer.end(event),
          finish_reason: event.reason,
          native_finish_reason: event.nativeReason,
        });
      case 'choice-error':
        return this.#choice({ ...this.#broken(event.choice, event.error), ...errorBody(event.error) });
      case 'end':
        return this.#last(event);
      case 'error':
        return this.#failed(event);
      case 'usage':
        return '';
      case 'text-delta':
        return event.logprobs === undefined ? this.#text(event) : this.#delta(event);
      default:
        return this.#delta(event);
    }
  }

  /** Returns the constant beginning of the frames of a block of choices; created for the first frame. */
  #prefix(block: number): string {
    return (this.#prefixes[block] ??= `data: ${JSON.stringify(metaFields(this.#starts, block)).slice(0, -1)},`);
  }

  #frame(fields: JsonObject): string {
    return `${this.#prefix(0)}${JSON.stringify(fields).slice(1)}\n\n`;
  }

  #choice(written: JsonObject & { index: number }): string {
    const hasUsage = this.#options.includeUsage === true && this.#meta.base !== OPENROUTER_BASE;
    const tail = hasUsage ? ',"usage":null}\n\n' : '}\n\n';
    return `${this.#prefix(blockOf(written.index, this.#meta))}"choices":[${JSON.stringify(written)}]${tail}`;
  }

  /** Writes a text frame. Most frames differ only in the text, so after the first ones they are concatenated from a template. */
  #text(event: TextDeltaEvent): string {
    const known = this.#templates[event.choice];
    if (known) return known[0] + JSON.stringify(event.text) + known[1];
    const plain = known === undefined ? (this.#writer.plain?.(event.choice, PLACEHOLDER) ?? null) : null;
    if (plain !== null) {
      this.#templates[event.choice] = splitTemplate(this.#choice({ index: event.choice, ...plain, finish_reason: null }));
    }
    return this.#delta(event);
  }

  #delta(event: WrittenDelta): string {
    const written = this.#writer.delta(event);
    return written === null ? '' : this.#choice({ index: event.choice, ...written, finish_reason: null });
  }

  #last({ usage }: EndEvent): string {
    return `${usage === null || this.#options.includeUsage === false ? '' : this.#usageFrame(usage)}data: [DONE]\n\n`;
  }

  /** Writes the usage chunk, with the endpoint that finished the answer (another one if the answer was continued). */
  #usageFrame(usage: Usage): string {
    const choices = this.#options.includeUsage === true ? [] : [{ index: 0, ...this.#writer.empty, finish_reason: null }];
    const fields = { choices, usage: usageFields(usage, this.#meta, this.#starts), ...finalFields(this.#meta) };
    const finisher = this.#meta.continuedBy();
    if (finisher === null) return this.#frame(fields);
    return `data: ${JSON.stringify({ ...metaFields(this.#starts, 0), ...renderServedBy(finisher, undefined), ...fields })}\n\n`;
  }

  #broken(index: number, error: RouterError): JsonObject & { index: number } {
    const native = error.details.nativeFinishReason ?? null;
    return { index, ...this.#writer.broken(index), finish_reason: 'error', native_finish_reason: native };
  }

  #failed({ error, usage, openChoices: open }: ErrorEvent): string {
    const choices = open.map((index) => this.#broken(index, error));
    return this.#frame({
      choices,
      ...errorBody(error),
      ...(usage === null ? {} : { usage: usageFields(usage, this.#meta, this.#starts) }),
      ...finalFields(this.#meta),
    });
  }
}

/**
 * Returns what writes the bodies that were sent since the last event, a chunk without choices each, before any event but the start
 * (https://openrouter.ai/docs, read 2026-08-22). Null = none is to be written.
 */
function createEcho({ sentBodies }: ResponseMeta, frame: (fields: JsonObject) => string): ((event: WrittenEvent) => string) | null {
  if (sentBodies === undefined) return null;
  let echoed = 0;
  return ({ type }) => {
    if (type === 'start') return '';
    const bodies = sentBodies();
    const frames = bodies.slice(echoed).map((body) => frame({ choices: [], debug: { echo_upstream_body: body } }));
    echoed = bodies.length;
    return frames.join('');
  };
}

/** Converts parts to fields, and joins those that arrived together; returns the list itself when there are none. */
function joinParts(events: readonly StreamEvent[]): readonly WrittenEvent[] {
  if (!events.some(isPart)) return events as readonly WrittenEvent[];
  const written: WrittenEvent[] = [];
  for (const event of events) {
    const last = written.at(-1);
    if (!isPart(event)) written.push(event);
    else if (event.isJoined === true && last?.type === 'native') Object.assign(last.fields, fieldsOfPart(event));
    else written.push({ type: 'native', choice: event.choice, format: 'openai-chat', fields: { ...fieldsOfPart(event) } });
  }
  return written;
}

/** Placeholder for a text in a frame. No name of a model or provider contains it. */
const PLACEHOLDER = '\u0001\u0002';

/** Returns the text before and after the placeholder; null when it does not appear exactly once. */
function splitTemplate(frame: string): readonly [string, string] | null {
  const [before, after, ...more] = frame.split(JSON.stringify(PLACEHOLDER));
  return before === undefined || after === undefined || more.length > 0 ? null : [before, after];
}
