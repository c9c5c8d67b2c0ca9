/**
 * OpenAI chat completions, answers to a client: events to SSE frames, a result to a body. The shapes are OpenAI's with
 * OpenRouter's additions (https://openrouter.ai/docs/api-reference/overview, read 2026-08-22).
 * Trusts the order of events (the guard has made it) and does no I/O.
 */
import type {
  ChoiceEndEvent,
  EndEvent,
  ErrorEvent,
  StartEvent,
  StreamEvent,
  TextDeltaEvent,
  ToolCallDeltaEvent,
} from '../../unified/event.ts';
import type { JsonObject } from '../../unified/json.ts';
import type { CollectedChoice, Result } from '../../unified/result.ts';
import { renderUsage } from '../../unified/usage.ts';
import type { AnswerHead, Encoder } from '../dialect.ts';
import { DONE_FRAME, closingFields, createFramer, errorFields } from '../openai-common/frame.ts';
import { toChatLogprobs } from '../openai-common/logprobs.ts';

/** Writes a stream. The role goes with the first delta of each choice. */
export function createEncoder(head: AnswerHead): Encoder {
  const framer = createFramer('chat.completion.chunk', head);
  const begun = new Set<number>();

  function delta(choice: number, fields: JsonObject, logprobs?: JsonObject): string {
    const role = begun.has(choice) ? {} : { role: 'assistant' };
    begun.add(choice);
    return framer.choices([
      { index: choice, delta: { ...role, ...fields }, ...(logprobs === undefined ? {} : { logprobs }), finish_reason: null },
    ]);
  }

  function choiceEnd(event: ChoiceEndEvent): string {
    const role = begun.has(event.choice) ? {} : { role: 'assistant', content: '' };
    begun.add(event.choice);
    return framer.choices([{ index: event.choice, delta: role, finish_reason: event.reason, native_finish_reason: event.nativeReason }]);
  }

  function failed(event: ErrorEvent): string {
    const native = event.error.details.nativeFinishReason ?? null;
    const open = event.open.map((index) => ({ index, delta: { content: '' }, finish_reason: 'error', native_finish_reason: native }));
    return framer.frame({ choices: open, ...errorFields(event), ...closingFields(head) });
  }

  function encode(event: StreamEvent): string {
    switch (event.type) {
      case 'start':
        framer.start(event);
        return '';
      case 'text-delta':
        return delta(event.choice, { content: event.text }, chatLogprobs(event));
      case 'reasoning-delta':
        return delta(event.choice, { reasoning: event.text, ...(event.details === undefined ? {} : { reasoning_details: event.details }) });
      case 'refusal-delta':
        return delta(event.choice, { refusal: event.text }, event.logprobs && { content: null, refusal: toChatLogprobs(event.logprobs) });
      case 'tool-call-delta':
        return delta(event.choice, { tool_calls: [toolCall(event)] });
      case 'extra-delta':
        return delta(event.choice, event.fields);
      case 'choice-end':
        return choiceEnd(event);
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

function chatLogprobs(event: TextDeltaEvent): JsonObject | undefined {
  return event.logprobs && { content: toChatLogprobs(event.logprobs), refusal: null };
}

function toolCall({ index, id, name, arguments: text }: ToolCallDeltaEvent): JsonObject {
  const opening = id === undefined && name === undefined ? {} : { id, type: 'function' };
  return { index, ...opening, function: { ...(name === undefined ? {} : { name }), arguments: text } };
}

/** Writes a whole answer. */
export function encodeBody(result: Result, head: AnswerHead): JsonObject {
  const start: StartEvent | null = result.start;
  const end: EndEvent = { type: 'end', usage: result.usage };
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.createdSeconds,
    model: head.slug ?? start?.model ?? head.upstreamModel,
    provider: head.provider,
    ...(start?.serviceTier == null ? {} : { service_tier: start.serviceTier }),
    system_fingerprint: start?.systemFingerprint ?? null,
    choices: result.choices.map(renderChoice),
    ...(end.usage === null ? {} : { usage: renderUsage(end.usage) }),
    ...closingFields(head),
  };
}

function renderChoice(choice: CollectedChoice): JsonObject {
  const { text, refusal, reasoning, reasoningDetails, toolCalls, extra, logprobs, refusalLogprobs } = choice;
  const calls = toolCalls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: given } }));
  const hasLogprobs = logprobs !== null || refusalLogprobs !== null;
  return {
    index: choice.index,
    message: {
      role: 'assistant',
      content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
      refusal: refusal === '' ? null : refusal,
      ...(reasoning === '' ? {} : { reasoning }),
      ...(reasoningDetails.length === 0 ? {} : { reasoning_details: reasoningDetails }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...extra,
    },
    logprobs: hasLogprobs
      ? { content: logprobs && toChatLogprobs(logprobs), refusal: refusalLogprobs && toChatLogprobs(refusalLogprobs) }
      : null,
    finish_reason: choice.finishReason,
    native_finish_reason: choice.nativeReason,
  };
}
