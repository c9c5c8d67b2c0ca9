// OctoAI text generation, create completion. Source: OctoAI create-completion (stream) reference.
// Most numbers have no documented range there and are only checked for their type.
// Written by hand from that document; must not look at the router's own data.

import { anyObject, boolean, integer, mapOf, nullable, number, text } from '../checks.ts';
import { anyPrompt, bestOfAtLeastN, stop } from '../common-checks.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';

/** OctoAI: completions only, finish reason and usage on the last content chunk. */
export const octoai: System = {
  slug: 'octoai',
  needsKey: true,
  writeError: openAiError,
  habits: { ...openAiHabits, usage: 'last-content-if-asked', nullUsage: false, finish: 'last-content-chunk' },
  operations: {
    completions: {
      fields: {
        model: text(/./su),
        stream: boolean,
        best_of: integer({ min: 1 }),
        echo: boolean,
        frequency_penalty: number(),
        ignore_eos: boolean,
        log_prompt: boolean,
        logit_bias: mapOf(nullable(number({ min: -100, max: 100 })), /^\d+$/u),
        loglikelihood: boolean,
        logprobs: integer({ min: 0 }),
        max_tokens: integer({ min: 0 }),
        min_p: number(),
        n: integer({ min: 1 }),
        peft: text(),
        presence_penalty: number(),
        prompt: anyPrompt,
        repetition_penalty: number(),
        seed: integer(),
        stop: stop(),
        stream_options: anyObject,
        suffix: text(),
        temperature: number(),
        top_p: number(),
        user: text(),
      },
      required: ['model'],
      unknown: 'refuse',
      together: bestOfAtLeastN,
      defaultMaxTokens: 512,
    },
  },
};
