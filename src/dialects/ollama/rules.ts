/**
 * What Ollama's own chat format accepts, where a provider file says nothing. Sources: docs/api.md and api/types.go of
 * github.com/ollama/ollama (fb30760, 2026-08-21), read 2026-11-20.
 *
 * No ranges are checked there, and an option it does not know is only logged: what is out of range is clamped here, so that it is told.
 */
import type { Rules } from '../../unified/rule.ts';

/** The dialect's own rules. Defaults are the server's; a model's own file may have others. */
export const OLLAMA_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, default: 0.8 },
  top_p: { type: 'number', minimum: 0, maximum: 1, default: 0.9 },
  top_k: { type: 'integer', minimum: 0, default: 40 },
  min_p: { type: 'number', minimum: 0, maximum: 1, default: 0 },
  typical_p: { type: 'number', minimum: 0, maximum: 1, default: 1 },
  frequency_penalty: { type: 'number' },
  presence_penalty: { type: 'number' },
  repetition_penalty: { type: 'number', minimum: 0, default: 1, name: 'repeat_penalty' },
  repeat_last_n: { type: 'integer', default: 64 },
  seed: { type: 'integer' },
  max_tokens: { type: 'integer', minimum: 1, name: 'num_predict' },
  max_completion_tokens: { type: 'integer', minimum: 1, name: 'num_predict' },
  // No limit is known. A lone string would be a 500, whatever the documents say; fitting sends an array.
  stop: { type: 'array' },
  // A prompt that does not fit in is cut from its front without a word, unless "truncate": false is sent.
  num_ctx: { type: 'integer', minimum: 1 },
  num_keep: { type: 'integer' },
  truncate: { type: 'boolean', default: true },
  shift: { type: 'boolean' },
  keep_alive: { type: ['string', 'number'] },
  logprobs: { type: 'boolean' },
  top_logprobs: { type: 'integer', minimum: 0, maximum: 20 },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'] },
  tools: { type: 'array' },
  // The provider has no such field: `none` and a single tool are a matter of which tools are sent; a call cannot be required.
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto'] },
  // Both are `think`: a level where one is asked for, else true or false. A model that thinks does so unless told not to.
  reasoning_effort: { type: 'string', enum: ['low', 'medium', 'high', 'max'] },
  'reasoning.enabled': { type: 'boolean' },
};
