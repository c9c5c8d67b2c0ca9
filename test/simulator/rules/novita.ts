// Novita AI, create chat completion. Source: Novita create-chat-completion reference.
// Its range lines are taken at their word: open ends are open, and `n: 1` is outside `1 < n < 128`.
// Written by hand from that document; must not look at the router's own data.

import { boolean, integer, number, text } from '../checks.ts';
import type { Complaint, Fields } from '../checks.ts';
import {
  allOf,
  messages,
  namedToolExists,
  needsTools,
  responseFormat,
  stop,
  streamOptions,
  streamOptionsNeedStream,
  tokenBias,
  toolChoice,
  tools,
  topLogprobsNeedLogprobs,
} from '../common-checks.ts';
import { errorType, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';

/** The flat one of the three error shapes seen from this provider. */
function writeError({ status, message }: Complaint): Fields {
  return { message, type: errorType(status) };
}

/** Novita AI: chat only, usage in a chunk of its own when asked for, `usage: null` elsewhere. */
export const novita: System = {
  slug: 'novita',
  needsKey: true,
  writeError,
  habits: openAiHabits,
  operations: {
    chat: {
      fields: {
        model: text(/./su),
        messages: messages({
          roles: ['system', 'user', 'assistant', 'tool'],
          parts: ['text', 'image_url', 'video_url', 'input_audio'],
          unknown: 'refuse',
        }),
        max_tokens: integer({ min: 1 }),
        stream: boolean,
        stream_options: streamOptions,
        n: integer({ above: 1, below: 128 }),
        seed: integer(),
        frequency_penalty: number({ above: -2, below: 2 }),
        presence_penalty: number({ above: -2, below: 2 }),
        repetition_penalty: number({ above: 0, below: 2 }),
        stop: stop(),
        temperature: number({ above: 0, below: 2 }),
        top_p: number({ above: 0, max: 1 }),
        top_k: integer({ above: 1, below: 128 }),
        min_p: number({ min: 0, max: 1 }),
        logit_bias: tokenBias,
        logprobs: boolean,
        top_logprobs: integer({ min: 0, max: 20 }),
        tools,
        // Not on the page, which describes tools without it; other gateways send it with success.
        tool_choice: toolChoice,
        response_format: responseFormat('text', 'json_object', 'json_schema'),
        context_length_exceeded_behavior: text(),
        separate_reasoning: boolean,
        enable_thinking: boolean,
      },
      required: ['model', 'messages'],
      unknown: 'refuse',
      together: allOf(streamOptionsNeedStream, topLogprobsNeedLogprobs, needsTools('tool_choice'), namedToolExists),
    },
  },
};
