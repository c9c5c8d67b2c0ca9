/**
 * Answers to an OpenAI-style client: what chat and legacy completions have in common. One id, created, model and provider for the
 * whole stream, the usage chunk, `[DONE]` after success and only then. The dialect writes the choices.
 * LF only, no `id:` lines: openai-python loses its footing on them. Builds text, writes nothing; trusts the order of events.
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

/** A piece of content. What stands beside the text comes as fields, joined where it came in one piece. */
export type WrittenDelta = Exclude<DeltaEvent, PartEvent> | NativeEvent;

type WrittenEvent = Exclude<StreamEvent, PartEvent> | NativeEvent;

/** How a dialect writes the choices of a chunk. */
export type ChoiceWriter = {
  /** A piece of content; null where the format has no place for it. */
  delta(event: WrittenDelta): JsonObject | null;
  /** A piece of text in a choice that has begun, if nothing but the text is different in each; null as long as something else is. */
  plain?(choice: number, text: string): JsonObject | null;
  /** The end of a choice. */
  end(event: ChoiceEndEvent): JsonObject;
  /** A choice that broke off. */
  broken(index: number): JsonObject;
  /** A choice without content: the chunk of an unasked usage has one, since usual client loops read `choices[0]`. */
  empty: JsonObject;
};

/** What the frames of a stream have in common. `object`: what a chunk calls itself. */
type Frames = { object: string; meta: ResponseMeta; options: AnswerOptions };

/** Base path of OpenRouter's clients. Its SDK (1.3.19) refuses `usage: null`; OpenAI's expects it on chunks without usage. */
const OPENROUTER_BASE = '/api/v1';

/** Writes a stream. */
export function createFrameEncoder({ object, meta, options }: Frames, writer: ChoiceWriter): Encoder {
  const tail = options.includeUsage === true && meta.base !== OPENROUTER_BASE ? ',"usage":null}\n\n' : '}\n\n';
  const starts = createStarts(object, meta);
  const framePrefixes: string[] = [];

  /** The beginning of every frame of a block of choices, the same to the last byte; made when its first one is written. */
  function framePrefix(block: number): string {
    return (framePrefixes[block] ??= `data: ${JSON.stringify(metaFields(starts, block)).slice(0, -1)},`);
  }

  const frame = (fields: JsonObject) => `${framePrefix(0)}${JSON.stringify(fields).slice(1)}\n\n`;
  const choice = (written: (JsonObject & { index: number }) | null) =>
    written === null ? '' : `${framePrefix(blockOf(written.index, meta))}"choices":[${JSON.stringify(written)}]${tail}`;

  /** What stands around the plain text of a choice; null where there is no such pattern. */
  const template: (readonly [string, string] | null | undefined)[] = [];

  /** Most of a stream is text, and its frames differ in nothing else: after the first ones they are put together, not rendered. */
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

  /** The usage chunk. It names the endpoint that finished the answer, which is another one where an answer was continued. */
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
      for (const event of joinParts(events)) frames += encode(event);
      return frames;
    },
  };
}

/** The events with their parts as fields, those of one piece joined; the list itself where there are none. */
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

/** Stands for a text in a frame. No model or provider has such a name. */
const PLACEHOLDER = '\u0001\u0002';

/** What stands before and after the slot in a frame; null where it is not there just once. */
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
    // OpenRouter's schema requires the field here, and OpenAI's does not take a null.
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

/** Which block of choices a choice is in: the first one, where one endpoint serves all. */
function blockOf(choice: number, meta: ResponseMeta): number {
  return Math.floor(choice / meta.choicesEach);
}

type Starts = { object: string; meta: ResponseMeta; take(start: StartEvent): void; of(block: number): StartEvent | undefined };

/** The start events of the upstreams, by block of choices. The first one of each counts. */
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

/** Service tiers in OpenAI's words (its OpenAPI description, 2026-08-21); clients that validate refuse any other. */
const SERVICE_TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority', 'fast']);

/** Who serves a block of choices, by the same name in every field. */
function renderServedBy(servedBy: ServedBy | undefined, start: StartEvent | undefined): JsonObject {
  return { model: servedBy?.slug ?? start?.model ?? servedBy?.upstreamModel ?? '', provider: servedBy?.provider ?? '' };
}

/** Who serves a choice. */
function servedByOf(choice: number, starts: Starts, meta: ResponseMeta): JsonObject {
  const block = blockOf(choice, meta);
  return renderServedBy(meta.servedBy()[block], starts.of(block));
}

/** The usage, and who it was for where several models were asked at once. */
function usageFields(usage: Usage, meta: ResponseMeta, starts: Starts): JsonObject {
  if (usage.byChoices === undefined) return renderUsage(usage);
  const byChoice = usage.byChoices.map(({ choices, usage: own }) => ({
    choices,
    ...servedByOf(choices[0] ?? 0, starts, meta),
    ...renderUsage(own),
  }));
  return { ...renderUsage(usage), by_choice: byChoice };
}

/** Fields of the last chunk or of a body: adjustments and metadata, where there are any. */
function finalFields(meta: ResponseMeta): JsonObject {
  const { adjustments, metadata } = meta.finalMeta();
  return { ...(adjustments.length === 0 ? {} : { adjustments }), ...(metadata === null ? {} : { openrouter_metadata: metadata }) };
}
