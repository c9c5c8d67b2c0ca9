/**
 * Rules of OpenAI's chat format, where a provider file has none. Only parameters that nearly every provider of the format accepts; a provider
 * file declares any other. Source: OpenAI's API reference, create chat completion
 * (openai-openapi f85dbe2, 2026-08-21).
 */
import type { Rules } from '../../../unified/rule.ts';

/** Rules of the dialect. */
export const OPENAI_CHAT_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, maximum: 2 },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  frequency_penalty: { type: 'number', minimum: -2, maximum: 2 },
  presence_penalty: { type: 'number', minimum: -2, maximum: 2 },
  seed: { type: 'integer' },
  max_tokens: { type: 'integer', minimum: 1 },
  max_completion_tokens: { type: 'integer', minimum: 1 },
  stop: { type: 'array', maxItems: 4 },
  n: { type: 'integer', minimum: 1, maximum: 128 },
  logit_bias: { type: 'object' },
  logprobs: { type: 'boolean' },
  top_logprobs: { type: 'integer', minimum: 0, maximum: 20 },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'] },
  tools: { type: 'array' },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
  parallel_tool_calls: { type: 'boolean' },
  user: { type: 'string' },
  stream_options: { type: 'object' },
};
