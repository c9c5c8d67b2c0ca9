/**
 * Writes answers of OpenAI chat completions: the fields of a choice, in a chunk and in a body. The format is OpenAI's with OpenRouter's
 * additions (https://openrouter.ai/docs/api-reference/overview, read 2026-08-22). Does no I/O.
 */
import type { ChoiceEndEvent, ToolCallDeltaEvent } from '../../../unified/response/event.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { CollectedChoice, Result } from '../../../unified/response/result.ts';
import type { ResponseMeta, Encoder } from '../../client-dialect.ts';
import { NO_OPTIONS, type AnswerOptions } from '../../openai-common/client/answer-options.ts';
import { createBody } from '../../openai-common/client/frame.ts';
import { FrameEncoder, type ChoiceWriter, type WrittenDelta } from '../../openai-common/client/frame-encoder.ts';
import { groupBlocks } from '../../openai-common/client/group-blocks.ts';
import { toChatLogprobs } from '../../openai-common/client/logprobs.ts';

/** Writes a stream. */
export const createEncoder = (meta: ResponseMeta, options = NO_OPTIONS): Encoder =>
  new FrameEncoder({ object: 'chat.completion.chunk', meta, options }, new ChatWriter(options));

/** Writes choices. The role is in the first delta of each one. */
class ChatWriter implements ChoiceWriter {
  readonly empty = EMPTY;
  readonly #options: AnswerOptions;
  /** Choices that have begun. */
  readonly #begun = new Set<number>();

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  delta(event: WrittenDelta): JsonObject | null {
    if (event.type === 'reasoning-state' && event.details === undefined) return null;
    const { fields, logprobs } = deltaOf(event);
    const older = this.#options.wantsFunctionCall && event.type === 'tool-call-delta' && event.index === 0 ? olderCall(event) : {};
    return { delta: { ...this.#roleOf(event.choice), ...fields, ...older }, ...(logprobs === undefined ? {} : { logprobs }) };
  }

  plain(choice: number, text: string): JsonObject | null {
    return this.#begun.has(choice) ? { delta: { content: text } } : null;
  }

  end({ choice }: ChoiceEndEvent): JsonObject {
    return { delta: this.#begun.has(choice) ? {} : { ...this.#roleOf(choice), content: '' } };
  }

  broken(index: number): JsonObject {
    return { delta: { ...this.#roleOf(index), content: '' } };
  }

  #roleOf(choice: number): JsonObject {
    if (this.#begun.has(choice)) return {};
    this.#begun.add(choice);
    return { role: 'assistant' };
  }
}

/** A choice without content. */
const EMPTY: JsonObject = { delta: { content: '' } };

function deltaOf(event: WrittenDelta): { fields: JsonObject; logprobs?: JsonObject | undefined } {
  switch (event.type) {
    case 'text-delta':
      return { fields: { content: event.text }, logprobs: event.logprobs && { content: toChatLogprobs(event.logprobs), refusal: null } };
    case 'refusal-delta':
      return { fields: { refusal: event.text }, logprobs: event.logprobs && { content: null, refusal: toChatLogprobs(event.logprobs) } };
    case 'reasoning-delta':
    case 'reasoning-state':
      return {
        fields: {
          reasoning: event.type === 'reasoning-delta' ? event.text : '',
          ...(event.details === undefined ? {} : { reasoning_details: event.details }),
        },
      };
    case 'tool-call-delta':
      return { fields: { tool_calls: [toolCall(event)] } };
    case 'native':
      return { fields: event.fields };
  }
}

function toolCall(event: ToolCallDeltaEvent): JsonObject {
  const { index, id, name, kind, extra } = event;
  const opening = id === undefined && name === undefined ? {} : { id, type: kind ?? 'function' };
  return { index, ...opening, ...calledTool(event), ...extra };
}

/** What was called: a custom tool has a text for its input (OpenAI's reference, create chat completion, read 2026-11-30). */
function calledTool({ name, arguments: text, kind }: Pick<ToolCallDeltaEvent, 'name' | 'arguments' | 'kind'>): JsonObject {
  const named = name === undefined ? {} : { name };
  return kind === 'custom' ? { custom: { ...named, input: text } } : { function: { ...named, arguments: text } };
}

/** Writes a call in the legacy form, which has a single call (OpenAI's reference, `function_call`, deprecated). */
const olderCall = ({ name, arguments: text }: { name?: string; arguments: string }): JsonObject => ({
  function_call: { ...(name === undefined ? {} : { name }), arguments: text },
});

/** Writes a whole answer. */
export function encodeBody(result: Result, meta: ResponseMeta, options = NO_OPTIONS): JsonObject {
  return createBody(result, meta, { object: 'chat.completion', renderChoice: (choice) => renderChoice(choice, options) });
}

function renderChoice(choice: CollectedChoice, { wantsFunctionCall }: AnswerOptions): JsonObject {
  const { text, refusal, reasoning, reasoningDetails, toolCalls, extra, logprobs, refusalLogprobs } = groupBlocks(choice.blocks);
  const calls = toolCalls.map((call) => ({ id: call.id, type: call.kind ?? 'function', ...calledTool(call), ...call.extra }));
  const [first] = toolCalls;
  const hasLogprobs = logprobs !== null || refusalLogprobs !== null;
  return {
    message: {
      role: 'assistant',
      content: text === '' && (calls.length > 0 || refusal !== '') ? null : text,
      refusal: refusal === '' ? null : refusal,
      ...(reasoning === '' ? {} : { reasoning }),
      ...(reasoningDetails.length === 0 ? {} : { reasoning_details: reasoningDetails }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...(wantsFunctionCall && first !== undefined ? olderCall(first) : {}),
      ...extra,
    },
    logprobs: hasLogprobs
      ? { content: logprobs && toChatLogprobs(logprobs), refusal: refusalLogprobs && toChatLogprobs(refusalLogprobs) }
      : null,
  };
}
