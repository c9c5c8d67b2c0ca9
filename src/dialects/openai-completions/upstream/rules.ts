/**
 * What OpenAI's legacy completions format accepts by itself, where a provider file states nothing. Source: OpenAI's API reference,
 * create completion (openai-openapi f85dbe2, 2026-08-21).
 */
import type { Rules } from '../../../unified/rule.ts';

/** The dialect's own rules. */
export const OPENAI_COMPLETIONS_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, maximum: 2 },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  frequency_penalty: { type: 'number', minimum: -2, maximum: 2 },
  presence_penalty: { type: 'number', minimum: -2, maximum: 2 },
  seed: { type: 'integer' },
  max_tokens: { type: 'integer', minimum: 0 },
  max_completion_tokens: { type: 'integer', minimum: 0, name: 'max_tokens' },
  stop: { type: 'array', maxItems: 4 },
  n: { type: 'integer', minimum: 1, maximum: 128 },
  best_of: { type: 'integer', minimum: 1, maximum: 20 },
  logit_bias: { type: 'object' },
  logprobs: { type: 'integer', minimum: 0, maximum: 5 },
  echo: { type: 'boolean' },
  suffix: { type: 'string' },
  user: { type: 'string' },
  stream_options: { type: 'object' },
};
