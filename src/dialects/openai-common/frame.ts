/**
 * What every frame to an OpenAI-style client has in common: one id, created, model and provider for the whole stream, the usage
 * chunk, `[DONE]`. LF only, no `id:` lines: openai-python loses its footing on them. Builds text, writes nothing.
 */
import type { EndEvent, ErrorEvent, StartEvent } from '../../unified/event.ts';
import { errorBody } from '../../unified/error-body.ts';
import type { JsonObject } from '../../unified/json.ts';
import { renderUsage } from '../../unified/usage.ts';
import type { AnswerHead } from '../dialect.ts';

/** The end of a stream that succeeded, and of no other. */
export const DONE_FRAME = 'data: [DONE]\n\n';

/** Writes frames with the same head. */
export interface Framer {
  /** What the upstream says of itself; must come before the first frame to have an effect. */
  start(event: StartEvent): void;
  /** A frame with these choices. */
  choices(choices: JsonObject[]): string;
  /** A frame with these fields after the head. */
  frame(fields: JsonObject): string;
  /** The usage chunk, or nothing where the client wanted none. */
  usage(event: EndEvent): string;
}

export function createFramer(object: string, head: AnswerHead): Framer {
  // Where the client asked for usage with `true`, OpenAI sends a null on every other chunk; where it did not ask, no field.
  const tail = head.includeUsage === true ? ',"usage":null}\n\n' : '}\n\n';
  let start: StartEvent | null = null;
  let prefix: string | null = null;

  /** The constant beginning of every frame, made when the first one is written. */
  function prefixText(): string {
    const fields = {
      id: head.id,
      object,
      created: head.createdSeconds,
      model: head.slug ?? start?.model ?? head.upstreamModel,
      provider: head.provider,
      ...(start?.systemFingerprint == null ? {} : { system_fingerprint: start.systemFingerprint }),
      ...(start?.serviceTier == null ? {} : { service_tier: start.serviceTier }),
    };
    return `data: ${JSON.stringify(fields).slice(0, -1)},`;
  }

  function frame(fields: JsonObject): string {
    prefix ??= prefixText();
    return `${prefix}${JSON.stringify(fields).slice(1)}\n\n`;
  }

  return {
    start(event) {
      start ??= event;
    },
    choices(choices) {
      prefix ??= prefixText();
      return `${prefix}"choices":${JSON.stringify(choices)}${tail}`;
    },
    frame,
    usage({ usage }) {
      if (head.includeUsage === false || usage === null) return '';
      return frame({ choices: [], usage: renderUsage(usage), ...closingFields(head) });
    },
  };
}

/** The error of a stream that broke, with the usage known so far. */
export function errorFields({ error, usage }: ErrorEvent): JsonObject {
  return { ...errorBody(error), ...(usage === null ? {} : { usage: renderUsage(usage) }) };
}

/** What is told with the last word: adjustments and metadata, where there are any. */
export function closingFields(head: AnswerHead): JsonObject {
  const { adjustments, metadata } = head.closing();
  return { ...(adjustments.length === 0 ? {} : { adjustments }), ...(metadata === null ? {} : { openrouter_metadata: metadata }) };
}
