/**
 * Rules of OpenAI's Responses format, where a provider file has none; the files state what each model accepts. There is no `stop`, `seed`,
 * `n`, penalty or `logit_bias`: the router emulates the first and the third, the rest is dropped and reported. Sources: OpenAI's API
 * reference, create a model response, and its SDK openai 6.49.0 (read 2026-11-20).
 */
import type { Rules } from '../../../unified/rule.ts';

/** "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16" (the provider's answer; its reference names no bound). */
const LIMIT = { type: 'integer', minimum: 16, name: 'max_output_tokens' } as const;

/** The provider compacts conversations itself: it has `/compact` below its path, and accepts the item `compaction_trigger`. */
export const COMPACTS = 'compacts';

/** The dialect's own rules. */
export const OPENAI_RESPONSES_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, maximum: 2 },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  max_tokens: LIMIT,
  max_completion_tokens: LIMIT,
  // No field of its own: `render` asks for it in `include`.
  logprobs: { type: 'boolean' },
  top_logprobs: { type: 'integer', minimum: 0, maximum: 20 },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'] },
  tools: { type: 'array' },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function', 'custom', 'allowed_tools'] },
  parallel_tool_calls: { type: 'boolean' },
  max_tool_calls: { type: 'integer', minimum: 1 },
  // Every model accepts a subset.
  reasoning_effort: { type: 'string', enum: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] },
  verbosity: { type: 'string', enum: ['low', 'medium', 'high'] },
  // "fast" is chat's newer word for the same tier.
  service_tier: { type: 'string', enum: ['auto', 'default', 'flex', 'scale', 'priority', 'fast'], values: { fast: 'priority' } },
  metadata: { type: 'object' },
  user: { type: 'string' },
  prompt_cache_key: { type: 'string' },
  safety_identifier: { type: 'string', maxLength: 64 },
  truncation: { type: 'string', enum: ['auto', 'disabled'] },
  // Off unless the client itself asks for it.
  store: { type: 'boolean' },
};
