// Rules of providers whose documents are short: only the fields that a document or an SDK names are accepted, every other one is refused.
// Written by hand; must not look at the router's own data.

import { boolean, integer, number, text } from '../checks.ts';
import type { Check } from '../checks.ts';
import { allOf, messages, namedToolExists, needsTools, streamOptionsNeedStream, topLogprobsNeedLogprobs } from '../common-checks.ts';
import type { Together } from '../common-checks.ts';
import type { Rules } from '../system.ts';

type Checks = Readonly<Record<string, Check>>;

const parts = ['text', 'image_url', 'video_url', 'input_audio', 'file'];

/** Messages with the four old roles. */
const plainMessages: Check = messages({ roles: ['system', 'user', 'assistant', 'tool'], parts, unknown: 'ignore' });

/** A chat in OpenAI's format that accepts the model, the messages, `stream`, the fields named here, and nothing else. */
export const strictChat = (fields: Checks, ...own: readonly Together[]): Rules => ({
  fields: { model: text(/./su), messages: plainMessages, stream: boolean, ...fields },
  required: ['model', 'messages'],
  unknown: 'refuse',
  together: allOf(streamOptionsNeedStream, topLogprobsNeedLogprobs, needsTools('tool_choice'), namedToolExists, ...own),
});

/** The sampling parameters of vLLM, in its ranges. */
export const vllmSampling: Checks = {
  temperature: number({ min: 0, max: 2 }),
  top_p: number({ above: 0, max: 1 }),
  top_k: integer({ min: 1 }),
  min_p: number({ min: 0, max: 1 }),
  repetition_penalty: number({ above: 0 }),
  frequency_penalty: number({ min: -2, max: 2 }),
  presence_penalty: number({ min: -2, max: 2 }),
  max_tokens: integer({ min: 1 }),
};
