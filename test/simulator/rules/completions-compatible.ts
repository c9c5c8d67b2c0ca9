// A provider of OpenAI-style completions whose document names no brand. Source: its create-completion reference.
// The page mentions neither usage in streams nor a terminator, so this system sends neither.
// Written by hand from that document; must not look at the router's own data.

import { anyObject, boolean, integer, number, text } from '../checks.ts';
import { allOf, bestOfAtLeastN, stop, streamOptionsNeedStream, tokenBias } from '../common-checks.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';

/** The unnamed provider: completions only, one text prompt at a time. */
export const completionsCompatible: System = {
  slug: 'completions-compatible',
  needsKey: true,
  writeError: openAiError,
  habits: { ...openAiHabits, usage: 'never', nullUsage: false, done: false },
  operations: {
    completions: {
      fields: {
        model: text(/./su),
        prompt: text(),
        best_of: integer({ min: 1 }),
        echo: boolean,
        frequency_penalty: number({ min: -2, max: 2 }),
        logit_bias: tokenBias,
        logprobs: integer({ min: 0 }),
        max_tokens: integer({ min: 0 }),
        n: integer({ min: 1 }),
        presence_penalty: number({ min: -2, max: 2 }),
        seed: integer(),
        stop: stop(4),
        stream: boolean,
        stream_options: anyObject,
        temperature: number({ min: 0, max: 2 }),
        top_p: number({ min: 0, max: 1 }),
        user: text(),
      },
      required: ['model', 'prompt'],
      unknown: 'refuse',
      // "May conflict": fewer candidates than answers is the one conflict that is certain.
      together: allOf(bestOfAtLeastN, streamOptionsNeedStream),
    },
  },
};
