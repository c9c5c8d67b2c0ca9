/**
 * Rules of Mistral's formats, where a provider file has none. Source: Mistral's OpenAPI description
 * (platform-docs-public 222f4ba, 2026-08-21) and its SDK (@mistralai/mistralai 2.7.0, read 2026-11-20). Both schemas are closed:
 * an unknown field is rejected with 422, so fitting drops everything else.
 */
import type { Rules } from '../../unified/rule.ts';

const COMMON: Rules = {
  // The error glossary of the same documents states 0 to 1 for some models. "top_p must be 1 when using greedy sampling": whether this still
  // applies at temperature 0 is not certain. A rule cannot express it, so the client gets the provider's error.
  temperature: { type: 'number', minimum: 0, maximum: 1.5 },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  stop: { type: 'array' }, // no number stated
  seed: { type: 'integer', name: 'random_seed' }, // 0 or more; `render` leaves negative ones out, since 0 would be another seed
  metadata: { type: 'object' },
  prompt_cache_key: { type: 'string' },
};

/** Chat completions. */
export const MISTRAL_RULES: Rules = {
  ...COMMON,
  max_tokens: { type: 'integer', minimum: 0 },
  max_completion_tokens: { type: 'integer', minimum: 0, name: 'max_tokens' },
  frequency_penalty: { type: 'number', minimum: -2, maximum: 2 },
  presence_penalty: { type: 'number', minimum: -2, maximum: 2 },
  n: { type: 'integer', minimum: 1 },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'] },
  tools: { type: 'array' },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
  parallel_tool_calls: { type: 'boolean' },
  prediction: { type: 'object' },
  reasoning_effort: { type: 'string', enum: ['none', 'high'] },
  // "auto" takes priority capacity where the account has it; the default, "standard_only", is no unified word. In the SDK and on the page
  // about tiers, not in the OpenAPI description.
  service_tier: { type: 'string', enum: ['auto'] },
  safe_prompt: { type: 'boolean' },
  guardrails: { type: 'array' },
};

/** Fill in the middle: a prompt and the text after the gap. */
export const MISTRAL_FIM_RULES: Rules = {
  ...COMMON,
  max_tokens: { type: 'integer', minimum: 0 },
  max_completion_tokens: { type: 'integer', minimum: 0, name: 'max_tokens' },
  suffix: { type: 'string' },
  min_tokens: { type: 'integer', minimum: 0 },
};
