/**
 * Answers to an OpenAI-style client: what chat and legacy completions have in common. One id, created, model and provider for the
 * whole stream, the usage chunk, `[DONE]` after success and only then. What a choice looks like is the dialect's own business.
 * LF only, no `id:` lines: openai-python loses its footing on them. Builds text, writes nothing; trusts the order of events.
 */
import type { ChoiceEndEvent, DeltaEvent, EndEvent, ErrorEvent, StartEvent, StreamEvent } from '../../unified/event.ts';
import type { RouterError } from '../../unified/error.ts';
import { errorBody } from '../../unified/error-body.ts';
import type { JsonObject } from '../../unified/json.ts';
import type { CollectedChoice, Result } from '../../unified/result.ts';
import { renderUsage } from '../../unified/usage.ts';
import type { AnswerHead, Encoder } from '../dialect.ts';

/** How a dialect writes the choices of a chunk. */
export type ChoiceWriter = {
  /** A piece of content; null where the format has no place for it. */
  delta(event: DeltaEvent): JsonObject | null;
  /** The end of a choice. */
  end(event: ChoiceEndEvent): JsonObject;
  /** A choice that broke off. */
  broken(index: number): JsonObject;
};

/** Writes a stream. @param object what a chunk calls itself. */
export function createFrameEncoder(object: string, head: AnswerHead, writer: ChoiceWriter): Encoder {
  // Where the client asked for usage with `true`, OpenAI sends a null on every other chunk; where it did not ask, no field.
  const tail = head.includeUsage === true ? ',"usage":null}\n\n' : '}\n\n';
  let start: StartEvent | null = null;
  let prefix: string | null = null;

  /** The beginning of every frame, the same to the last byte; made when the first one is written. */
  function opening(): string {
    prefix ??= `data: ${JSON.stringify(headFields(object, start, head)).slice(0, -1)},`;
    return prefix;
  }

  const frame = (fields: JsonObject) => `${opening()}${JSON.stringify(fields).slice(1)}\n\n`;
  const choice = (written: JsonObject | null) => (written === null ? '' : `${opening()}"choices":[${JSON.stringify(written)}]${tail}`);

  function last({ usage }: EndEvent): string {
    const wanted = head.includeUsage !== false && usage !== null;
    return `${wanted ? frame({ choices: [], usage: renderUsage(usage), ...closingFields(head) }) : ''}data: [DONE]\n\n`;
  }

  const native = (error: RouterError) => error.details.nativeFinishReason ?? null;
  const broken = (index: number, error: RouterError) => ({
    index,
    ...writer.broken(index),
    finish_reason: 'error',
    native_finish_reason: native(error),
  });
  const brokenChoice = (index: number, error: RouterError) => ({ ...broken(index, error), ...errorBody(error) });

  function failed({ error, usage, open }: ErrorEvent): string {
    const choices = open.map((index) => broken(index, error));
    return frame({ choices, ...errorBody(error), ...(usage === null ? {} : { usage: renderUsage(usage) }), ...closingFields(head) });
  }

  function encode(event: StreamEvent): string {
    switch (event.type) {
      case 'start':
        start ??= event;
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
      default: {
        const written = writer.delta(event);
        return choice(written && { index: event.choice, ...written, finish_reason: null });
      }
    }
  }

  return { push: (events) => events.map(encode).join('') };
}

/** Writes a whole answer. */
export function createBody(
  object: string,
  result: Result,
  head: AnswerHead,
  renderChoice: (choice: CollectedChoice) => JsonObject,
): JsonObject {
  const { start, usage, choices } = result;
  return {
    ...headFields(object, start, head),
    system_fingerprint: start?.systemFingerprint ?? null, // OpenRouter's schema demands the field here
    choices: choices.map((choice) => ({
      index: choice.index,
      ...renderChoice(choice),
      ...(choice.error === null ? {} : errorBody(choice.error)),
      finish_reason: choice.finishReason,
      native_finish_reason: choice.nativeReason,
    })),
    ...(usage === null ? {} : { usage: renderUsage(usage) }),
    ...closingFields(head),
  };
}

function headFields(object: string, start: StartEvent | null, head: AnswerHead): JsonObject {
  return {
    id: head.id,
    object,
    created: head.createdSeconds,
    model: head.slug ?? start?.model ?? head.upstreamModel,
    provider: head.provider,
    ...(start?.systemFingerprint == null ? {} : { system_fingerprint: start.systemFingerprint }),
    ...(start?.serviceTier == null ? {} : { service_tier: start.serviceTier }),
  };
}

/** What is told with the last word: adjustments and metadata, where there are any. */
function closingFields(head: AnswerHead): JsonObject {
  const { adjustments, metadata } = head.closing();
  return { ...(adjustments.length === 0 ? {} : { adjustments }), ...(metadata === null ? {} : { openrouter_metadata: metadata }) };
}
