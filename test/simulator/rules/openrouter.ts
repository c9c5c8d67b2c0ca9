// OpenRouter, chat completions. Source: OpenRouter parameters page, API and streaming references.
// Unknown fields are ignored there, so `n` has no effect either. Written by hand; must not look at the router's own data.

import { anyObject, boolean, integer, listOf, number, oneOf, text } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import {
  allOf,
  messages,
  namedToolExists,
  responseFormat,
  stop,
  tokenIdBias,
  toolChoice,
  tools,
  topLogprobsNeedLogprobs,
} from '../common-checks.ts';
import { errorType, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';

function writeError({ status, message }: Complaint): Fields {
  return { error: { code: status, message, metadata: { error_type: errorType(status) } } };
}

/** A full chunk carries the error, and the choice says so too. */
function writeStreamError({ status, message }: Complaint, envelope: Fields): Fields {
  const choice = { index: 0, delta: { content: '' }, finish_reason: 'error', native_finish_reason: 'error' };
  return { ...envelope, error: { code: status, message }, choices: [choice] };
}

/** OpenRouter: chat only, comments while it works, usage on the last chunk of every stream. */
export const openrouter: System = {
  slug: 'openrouter',
  needsKey: true,
  writeError,
  habits: {
    ...openAiHabits,
    usage: 'always-last',
    nullUsage: false,
    role: 'every-chunk',
    openingComments: ['OPENROUTER PROCESSING', 'OPENROUTER PROCESSING'],
    stamp: { provider: 'Simulator' },
    usageExtras: { cost: 0 },
    nativeFinishReason: true,
    writeStreamError,
  },
  operations: {
    chat: {
      fields: {
        model: text(/./su),
        messages: messages({
          roles: ['system', 'developer', 'user', 'assistant', 'tool'],
          parts: ['text', 'image_url', 'video_url', 'input_audio', 'file'],
          unknown: 'ignore',
        }),
        temperature: number({ min: 0, max: 2 }),
        top_p: number({ min: 0, max: 1 }),
        top_k: integer({ min: 0 }),
        frequency_penalty: number({ min: -2, max: 2 }),
        presence_penalty: number({ min: -2, max: 2 }),
        repetition_penalty: number({ min: 0, max: 2 }),
        min_p: number({ min: 0, max: 1 }),
        top_a: number({ min: 0, max: 1 }),
        seed: integer(),
        max_tokens: integer({ min: 1 }),
        max_completion_tokens: integer({ min: 1 }),
        logit_bias: tokenIdBias,
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 20 }),
        response_format: responseFormat('text', 'json_object', 'json_schema', 'grammar', 'python'),
        structured_outputs: boolean,
        stop: stop(),
        stream: boolean,
        stream_options: anyObject,
        tools,
        tool_choice: toolChoice,
        parallel_tool_calls: boolean,
        reasoning: anyObject,
        reasoning_effort: oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'),
        include_reasoning: boolean,
        verbosity: oneOf('low', 'medium', 'high', 'xhigh', 'max'),
        user: text(),
        models: listOf(text()),
        provider: anyObject,
      },
      required: ['model', 'messages'],
      unknown: 'ignore',
      together: allOf(topLogprobsNeedLogprobs, namedToolExists),
    },
  },
};
