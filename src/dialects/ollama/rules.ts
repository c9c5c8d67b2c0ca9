/**
 * Rules of Ollama's chat format, where a provider file has none. Sources: docs/api.md and api/types.go of
 * github.com/ollama/ollama (fb30760, 2026-08-21), read 2026-11-20.
 *
 * The server checks no ranges, and only logs an unknown option. Values out of range are clamped here, so that they are reported.
 */
import type { Rules } from '../../unified/rule.ts';

/** Rules of the dialect. Defaults are the server's; a model file may have others. */
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
  // No limit is known. A single string returns a 500, despite the documents; fitting sends an array.
  stop: { type: 'array' },
  // A prompt that is too long is cut at its beginning without an error, unless "truncate": false is sent.
  num_ctx: { type: 'integer', minimum: 1 },
  num_keep: { type: 'integer' },
  truncate: { type: 'boolean', default: true },
  shift: { type: 'boolean' },
  keep_alive: { type: ['string', 'number'] },
  logprobs: { type: 'boolean' },
  top_logprobs: { type: 'integer', minimum: 0, maximum: 20 },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'] },
  tools: { type: 'array' },
  // The provider has no such field: `none` and a single tool are emulated by the tools that are sent; a call cannot be required.
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto'] },
  // Both are `think`: a level if requested, else true or false. A reasoning model reasons unless it is switched off.
  reasoning_effort: { type: 'string', enum: ['low', 'medium', 'high', 'max'] },
  'reasoning.enabled': { type: 'boolean' },
};
