// Any provider that accepts OpenAI's fields and ignores others. Source: OpenAI API reference, read leniently: where providers of the format
// are known to take more (stop sequences without a count, a number for logprobs, more candidates), it is taken here too.
// Written by hand; must not look at the router's own data.

import { boolean, either, integer } from '../checks.ts';
import type { Check } from '../checks.ts';
import { bestOfAtLeastN, messages, responseFormat, stop } from '../common-checks.ts';
import { embeddingFields } from '../embeddings.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';
import { chatFields, completionsFields, messageWords } from './openai.ts';

/** Servers of open models let a grammar shape the answer. */
const wider: Readonly<Record<string, Check>> = {
  stop: stop(),
  response_format: responseFormat('text', 'json_object', 'json_schema', 'grammar', 'structural_tag'),
};

const alternatives = integer({ min: 0, max: 20 });

/** The stand-in for every system without rules of its own. */
export const generic: System = {
  slug: 'generic',
  needsKey: false,
  writeError: openAiError,
  habits: openAiHabits,
  operations: {
    chat: {
      fields: {
        ...chatFields,
        ...wider,
        logprobs: either('a boolean or a number of alternatives', boolean, alternatives),
        messages: messages({ ...messageWords, parts: [...messageWords.parts, 'video_url'], unknown: 'ignore' }),
      },
      required: ['model', 'messages'],
      unknown: 'ignore',
    },
    completions: {
      fields: { ...completionsFields, ...wider, best_of: integer({ min: 1 }), logprobs: alternatives },
      required: ['model', 'prompt'],
      unknown: 'ignore',
      together: bestOfAtLeastN,
    },
    embeddings: { fields: embeddingFields, required: ['model', 'input'], unknown: 'ignore' },
  },
};
