/**
 * Writes answers in the form that chat and legacy completions share: one id, created, model and provider for the whole stream, the usage
 * chunk, and `[DONE]` only after success. The dialect writes the choices. Line feeds only and no `id:` lines, which openai-python cannot
 * parse. Builds text and does no I/O; relies on the order of events.
 */
import type {
  ChoiceEndEvent,
  DeltaEvent,
  EndEvent,
  ErrorEvent,
  StartEvent,
  NativeEvent,
  PartEvent,
  StreamEvent,
  TextDeltaEvent,
} from '../../../unified/response/event.ts';
import { isPart } from '../../../unified/response/event.ts';
import type { RouterError } from '../../../unified/error.ts';
import type { AnswerOptions } from './answer-options.ts';
import { errorBody } from './error-body.ts';
import { fieldsOfPart } from './group-blocks.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { CollectedChoice, Result } from '../../../unified/response/result.ts';
import type { Usage } from '../../../unified/response/usage.ts';
import { renderUsage } from './usage.ts';
import type { ResponseMeta, Encoder, ServedBy } from '../../client-dialect.ts';

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
export function createFrameEncoder({ object, meta, options }: Frames, writer: ChoiceWriter): Encoder {
  const tail = options.includeUsage === true && meta.base !== OPENROUTER_BASE ? ',"usage":null}\n\n' : '}\n\n';
  const starts = createStarts(object, meta);
  const framePrefixes: string[] = [];

  /** Returns the constant beginning of the frames of a block of choices; created for the first frame. */
  function framePrefix(block: number): string {
    return (framePrefixes[block] ??= `data: ${JSON.stringify(metaFields(starts, block)).slice(0, -1)},`);
  }

  const frame = (fields: JsonObject) => `${framePrefix(0)}${JSON.stringify(fields).slice(1)}\n\n`;
  const choice = (written: (JsonObject & { index: number }) | null) =>
    written === null ? '' : `${framePrefix(blockOf(written.index, meta))}"choices":[${JSON.stringify(written)}]${tail}`;

  /** The text around the plain text of a choice; null when there is no such pattern. */
  const template: (readonly [string, string] | null | undefined)[] = [];

  /** Writes a text frame. Most frames differ only in the text, so after the first ones they are concatenated from a template. */
  function text(event: TextDeltaEvent): string {
    const known = template[event.choice];
    if (known) return known[0] + JSON.stringify(event.text) + known[1];
    const plain = known === undefined ? (writer.plain?.(event.choice, PLACEHOLDER) ?? null) : null;
    if (plain !== null) template[event.choice] = splitTemplate(choice({ index: event.choice, ...plain, finish_reason: null }));
    return delta(event);
  }

  function delta(event: WrittenDelta): string {
    const written = writer.delta(event);
    return choice(written && { index: event.choice, ...written, finish_reason: null });
  }

  function last({ usage }: EndEvent): string {
    return `${usage === null || options.includeUsage === false ? '' : usageFrame(usage)}data: [DONE]\n\n`;
  }

  /** Writes the usage chunk, with the endpoint that finished the answer (another one if the answer was continued). */
  function usageFrame(usage: Usage): string {
    const choices = options.includeUsage === true ? [] : [{ index: 0, ...writer.empty, finish_reason: null }];
    const fields = { choices, usage: usageFields(usage, meta, starts), ...finalFields(meta) };
    const finisher = meta.continuedBy();
    if (finisher === null) return frame(fields);
    return `data: ${JSON.stringify({ ...metaFields(starts, 0), ...renderServedBy(finisher, undefined), ...fields })}\n\n`;
  }

  const native = (error: RouterError) => error.details.nativeFinishReason ?? null;
  const broken = (index: number, error: RouterError) => ({
    index,
    ...writer.broken(index),
    finish_reason: 'error',
    native_finish_reason: native(error),
  });
  const brokenChoice = (index: number, error: RouterError) => ({ ...broken(index, error), ...errorBody(error) });

  function failed({ error, usage, openChoices: open }: ErrorEvent): string {
    const choices = open.map((index) => broken(index, error));
    return frame({
      choices,
      ...errorBody(error),
      ...(usage === null ? {} : { usage: usageFields(usage, meta, starts) }),
      ...finalFields(meta),
    });
  }

  const echo = createEcho(meta, frame);

  function encode(event: WrittenEvent): string {
    switch (event.type) {
      case 'start':
        starts.take(event);
        return '';
      case 'choice-end':
        return choice({ index: event.choice, ...writer.end(event), finish_reason: event.reason, native_finish_reason: event.nativeReason });
      case 'choice-error':
        return choice(brokenChoice(event.choice, event.error));
      case 'end':
        return last(event);
      case 'error':
        return failed(event);
      case 'usage':
        return '';
      case 'text-delta':
        return event.logprobs === undefined ? text(event) : delta(event);
      default:
        return delta(event);
    }
  }

  return {
    push(events) {
      let frames = '';
      for (const event of joinParts(events)) frames += echo(event) + encode(event);
      return frames;
    },
  };
}

/**
 * Returns what writes the bodies that were sent since the last event, a chunk without choices each, before any event but the start
 * (https://openrouter.ai/docs, read 2026-08-22).
 */
function createEcho({ sentBodies }: ResponseMeta, frame: (fields: JsonObject) => string): (event: WrittenEvent) => string {
  if (sentBodies === undefined) return () => '';
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

/** Writes a whole answer. */
export function createBody(
  { starts: started, usage, choices }: Result,
  meta: ResponseMeta,
  { object, renderChoice }: { object: string; renderChoice: (choice: CollectedChoice) => JsonObject },
): JsonObject {
  const starts = createStarts(object, meta);
  for (const start of started) starts.take(start);
  const several = meta.servedBy().length > 1;
  return {
    ...metaFields(starts, 0),
    // OpenRouter's schema requires the field, and OpenAI's rejects null.
    system_fingerprint: starts.of(0)?.systemFingerprint ?? meta.fingerprint(),
    choices: choices.map((choice) => ({
      index: choice.index,
      ...(several ? servedByOf(choice.index, starts, meta) : {}),
      ...renderChoice(choice),
      ...(choice.error === null ? {} : errorBody(choice.error)),
      finish_reason: choice.finishReason,
      native_finish_reason: choice.nativeReason,
    })),
    ...(usage === null ? {} : { usage: usageFields(usage, meta, starts) }),
    ...finalFields(meta),
  };
}

/** Returns the block of a choice: the first one, if one endpoint serves all. */
function blockOf(choice: number, meta: ResponseMeta): number {
  return Math.floor(choice / meta.choicesEach);
}

type Starts = { object: string; meta: ResponseMeta; take(start: StartEvent): void; of(block: number): StartEvent | undefined };

/** Stores the start events of the upstreams, by block of choices. The first one of each is used. */
function createStarts(object: string, meta: ResponseMeta): Starts {
  const starts: (StartEvent | undefined)[] = [];
  return {
    object,
    meta,
    take(start: StartEvent): void {
      starts[blockOf(start.choices?.[0] ?? 0, meta)] ??= start;
    },
    of: (block: number) => starts[block],
  };
}

function metaFields({ object, meta, of }: Starts, block: number): JsonObject {
  const start = of(block);
  return {
    id: meta.id,
    object,
    created: meta.createdSeconds,
    ...renderServedBy(meta.servedBy()[block], start),
    ...(start?.systemFingerprint == null ? {} : { system_fingerprint: start.systemFingerprint }),
    ...(start?.serviceTier == null || !SERVICE_TIERS.has(start.serviceTier) ? {} : { service_tier: start.serviceTier }),
  };
}

/** OpenAI's service tiers (its OpenAPI description, 2026-08-21); clients that validate reject any other. */
const SERVICE_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

/** Returns the fields of the serving endpoint of a block, with the same name in every field. */
function renderServedBy(servedBy: ServedBy | undefined, start: StartEvent | undefined): JsonObject {
  return { model: servedBy?.slug ?? start?.model ?? servedBy?.upstreamModel ?? '', provider: servedBy?.provider ?? '' };
}

/** Returns the fields of the serving endpoint of a choice. */
function servedByOf(choice: number, starts: Starts, meta: ResponseMeta): JsonObject {
  const block = blockOf(choice, meta);
  return renderServedBy(meta.servedBy()[block], starts.of(block));
}

/** Returns the usage, and the usage per model when several models were asked. */
function usageFields(usage: Usage, meta: ResponseMeta, starts: Starts): JsonObject {
  if (usage.byChoices === undefined) return renderUsage(usage);
  const byChoice = usage.byChoices.map(({ choices, usage: own }) => ({
    choices,
    ...servedByOf(choices[0] ?? 0, starts, meta),
    ...renderUsage(own),
  }));
  return { ...renderUsage(usage), by_choice: byChoice };
}

/** Returns the fields of the last chunk or of a body: adjustments and metadata, if any. */
function finalFields(meta: ResponseMeta): JsonObject {
  const { adjustments, metadata } = meta.finalMeta();
  return { ...(adjustments.length === 0 ? {} : { adjustments }), ...(metadata === null ? {} : { openrouter_metadata: metadata }) };
}
