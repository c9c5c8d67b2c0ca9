// Any host that speaks OpenAI's words and shrugs at others. Source: OpenAI API reference, read leniently.
// Written by hand; must not look at the router's own data.

import { messages, bestOfAtLeastN } from '../common-checks.ts';
import { openAiError, openAiHabits } from '../system.ts';
import type { System } from '../system.ts';
import { chatFields, completionsFields, messageWords } from './openai.ts';

/** The stand-in for every system without rules of its own. */
export const generic: System = {
  slug: 'generic',
  needsKey: false,
  writeError: openAiError,
  habits: openAiHabits,
  operations: {
    chat: {
      fields: { ...chatFields, messages: messages({ ...messageWords, parts: [...messageWords.parts, 'video_url'], unknown: 'ignore' }) },
      required: ['model', 'messages'],
      unknown: 'ignore',
    },
    completions: { fields: completionsFields, required: ['model', 'prompt'], unknown: 'ignore', together: bestOfAtLeastN },
  },
};
