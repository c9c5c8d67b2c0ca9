/**
 * OpenAI legacy completions, answers to a client: events to SSE frames, a result to a body.
 * Trusts the order of events (the guard has made it) and does no I/O. Chat log probabilities arrive in the legacy shape.
 */
import type { ErrorEvent, StreamEvent, TextDeltaEvent } from '../../unified/event.ts';
import type { JsonObject } from '../../unified/json.ts';
import type { CollectedChoice, Result } from '../../unified/result.ts';
import { renderUsage } from '../../unified/usage.ts';
import type { AnswerHead, Encoder } from '../dialect.ts';
import { DONE_FRAME, closingFields, createFramer, errorFields } from '../openai-common/frame.ts';
import { toLegacyLogprobs } from '../openai-common/logprobs.ts';

/** Writes a stream. */
export function createEncoder(head: AnswerHead): Encoder {
  const framer = createFramer('text_completion', head);
  /** Characters written per choice: where the next token's `text_offset` begins. */
  const written = new Map<number, number>();

  function text(event: TextDeltaEvent): string {
    const offset = written.get(event.choice) ?? 0;
    written.set(event.choice, offset + event.text.length);
    const logprobs = event.logprobs === undefined ? null : toLegacyLogprobs(event.logprobs, offset);
    return framer.choices([{ index: event.choice, text: event.text, logprobs, finish_reason: null }]);
  }

  const other = (choice: number, fields: JsonObject) =>
    framer.choices([{ index: choice, text: '', ...fields, logprobs: null, finish_reason: null }]);

  function failed(event: ErrorEvent): string {
    const native = event.error.details.nativeFinishReason ?? null;
    const open = event.open.map((index) => ({ index, text: '', logprobs: null, finish_reason: 'error', native_finish_reason: native }));
    return framer.frame({ choices: open, ...errorFields(event), ...closingFields(head) });
  }

  function encode(event: StreamEvent): string {
    switch (event.type) {
      case 'start':
        framer.start(event);
        return '';
      case 'text-delta':
        return text(event);
      case 'refusal-delta':
        return other(event.choice, { text: event.text });
      case 'reasoning-delta':
        return other(event.choice, { reasoning: event.text });
      case 'tool-call-delta':
        return ''; // no tools can be asked for on this operation
      case 'extra-delta':
        return other(event.choice, event.fields);
      case 'choice-end':
        return framer.choices([
          { index: event.choice, text: '', logprobs: null, finish_reason: event.reason, native_finish_reason: event.nativeReason },
        ]);
      case 'end':
        return framer.usage(event) + DONE_FRAME;
      case 'error':
        return failed(event);
      case 'usage':
        return '';
    }
  }

  return { push: (events) => events.map(encode).join('') };
}

/** Writes a whole answer. */
export function encodeBody(result: Result, head: AnswerHead): JsonObject {
  const { start, usage } = result;
  return {
    id: head.id,
    object: 'text_completion',
    created: head.createdSeconds,
    model: head.slug ?? start?.model ?? head.upstreamModel,
    provider: head.provider,
    ...(start?.systemFingerprint == null ? {} : { system_fingerprint: start.systemFingerprint }),
    choices: result.choices.map(renderChoice),
    ...(usage === null ? {} : { usage: renderUsage(usage) }),
    ...closingFields(head),
  };
}

function renderChoice(choice: CollectedChoice): JsonObject {
  return {
    index: choice.index,
    text: choice.text + choice.refusal,
    ...(choice.reasoning === '' ? {} : { reasoning: choice.reasoning }),
    ...choice.extra,
    logprobs: choice.logprobs === null ? null : toLegacyLogprobs(choice.logprobs, 0),
    finish_reason: choice.finishReason,
    native_finish_reason: choice.nativeReason,
  };
}
