// TokensMind AI, create completion. Source: TokensMind create-completion reference.
// Written by hand from that document; must not look at the router's own data.

import { boolean, complain, integer, number, text } from '../checks.ts';
import { allOf, anyPrompt, stop, streamOptions, streamOptionsNeedStream, tokenIdBias } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';

/** The document bounds `best_of` by `n` only "when used with n", so its default of 1 stays legal on its own. */
const bestOfAboveN: Together = ({ best_of: bestOf, n }) =>
  typeof bestOf === 'number' && typeof n === 'number' && bestOf <= n ? complain("'best_of' must be greater than 'n'.", 'best_of') : null;

const bestOfIsNotStreamed: Together = (body) =>
  body['best_of'] !== undefined && body['stream'] === true ? complain("'best_of' cannot be used with streaming.", 'best_of') : null;

/** TokensMind AI: completions only, `[DONE]` at the end, stop sequences left in the text. */
export const tokensmind: System = {
  slug: 'tokensmind',
  needsKey: true,
  writeError: openAiError,
  habits: { ...openAiHabits, nullUsage: false, keepsStop: true },
  operations: {
    completions: {
      fields: {
        model: text(/./su),
        prompt: anyPrompt,
        best_of: integer({ min: 1 }),
        max_tokens: integer({ min: 0 }),
        temperature: number({ min: 0, max: 2 }),
        top_p: number({ above: 0, max: 1 }),
        n: integer({ above: 0, below: 128 }),
        stream: boolean,
        stop: stop(4),
        stream_options: streamOptions,
        seed: integer(),
        frequency_penalty: number({ above: -2, below: 2 }),
        presence_penalty: number({ above: -2, below: 2 }),
        repetition_penalty: number({ above: 0, below: 2 }),
        top_k: integer({ above: 1, below: 128 }),
        // No range is given; a relative probability has this one by its nature.
        min_p: number({ min: 0, max: 1 }),
        logit_bias: tokenIdBias,
        logprobs: integer({ min: 0, max: 5 }),
      },
      required: ['model', 'prompt'],
      unknown: 'refuse',
      together: allOf(bestOfAboveN, bestOfIsNotStreamed, streamOptionsNeedStream),
    },
  },
};
