/** Specifications that tests begin from: what a provider of each format accepts. */
import type { Specification } from './specification.ts';
import type { WireName } from './strict-upstream.ts';

const OPENAI: Specification = {
  temperature: { kind: 'number', wire: 'temperature', min: 0, max: 2 },
  top_p: { kind: 'number', wire: 'top_p', min: 0, max: 1 },
  frequency_penalty: { kind: 'number', wire: 'frequency_penalty', min: -2, max: 2 },
  presence_penalty: { kind: 'number', wire: 'presence_penalty', min: -2, max: 2 },
  repetition_penalty: { kind: 'number', wire: 'repetition_penalty', openMin: 0, max: 2 },
  seed: { kind: 'integer', wire: 'seed' },
  max_tokens: { kind: 'integer', wire: 'max_tokens', min: 1 },
  max_completion_tokens: { kind: 'integer', wire: 'max_completion_tokens', min: 1 },
  top_k: { kind: 'integer', wire: 'top_k', min: 1, max: 100 },
  min_p: { kind: 'number', wire: 'min_p', min: 0, max: 1 },
  top_a: null,
  min_tokens: { kind: 'integer', wire: 'min_tokens', min: 0, max: 64 },
  stop: { kind: 'list', wire: 'stop', most: 4 },
  n: { kind: 'integer', wire: 'n', min: 1, max: 8 },
  logit_bias: { kind: 'any', wire: 'logit_bias', type: 'object' },
  logprobs: { kind: 'any', wire: 'logprobs', type: 'boolean' },
  top_logprobs: { kind: 'integer', wire: 'top_logprobs', min: 0, max: 20 },
  response_format: { kind: 'choice', wire: 'response_format', words: ['text', 'json_object', 'json_schema'], isObject: true },
  tools: { kind: 'any', wire: 'tools', type: 'array' },
  tool_choice: { kind: 'choice', wire: 'tool_choice', words: ['none', 'auto', 'required', 'function'], isObject: true },
  parallel_tool_calls: { kind: 'any', wire: 'parallel_tool_calls', type: 'boolean' },
  user: { kind: 'any', wire: 'user', type: 'string' },
  stream_options: { kind: 'any', wire: 'stream_options', type: 'object' },
  reasoning_effort: { kind: 'choice', wire: 'reasoning_effort', words: ['low', 'medium', 'high'] },
  verbosity: { kind: 'choice', wire: 'verbosity', words: ['low', 'medium', 'high'] },
  service_tier: { kind: 'choice', wire: 'service_tier', words: ['auto', 'default'] },
  prompt_cache_key: { kind: 'any', wire: 'prompt_cache_key', type: 'string' },
  ignore_eos: null,
};

const ANTHROPIC: Specification = {
  temperature: { kind: 'number', wire: 'temperature', min: 0, max: 1 },
  top_p: { kind: 'number', wire: 'top_p', min: 0, max: 1 },
  top_k: { kind: 'integer', wire: 'top_k', min: 1, max: 500 },
  min_p: null,
  frequency_penalty: null,
  seed: null,
  max_tokens: { kind: 'integer', wire: 'max_tokens', min: 1, required: true },
  stop: { kind: 'list', wire: 'stop_sequences' },
  tools: { kind: 'any', wire: 'tools', type: 'array' },
  tool_choice: { kind: 'choice', wire: 'tool_choice', words: ['none', 'auto', 'required', 'function'], isObject: true },
  service_tier: { kind: 'choice', wire: 'service_tier', words: ['auto', 'standard_only'] },
  response_format: null,
  reasoning_effort: null,
  'reasoning.enabled': null,
  'reasoning.max_tokens': null,
  verbosity: null,
};

const GEMINI: Specification = {
  temperature: { kind: 'number', wire: 'temperature', min: 0, max: 2 },
  top_p: { kind: 'number', wire: 'topP', min: 0, max: 1 },
  top_k: { kind: 'integer', wire: 'topK', min: 1, max: 64 },
  frequency_penalty: { kind: 'number', wire: 'frequencyPenalty', min: -2, max: 2 },
  presence_penalty: { kind: 'number', wire: 'presencePenalty', min: -2, max: 2 },
  seed: { kind: 'integer', wire: 'seed', min: -2147483648, max: 2147483647 },
  max_tokens: { kind: 'integer', wire: 'maxOutputTokens', min: 1 },
  stop: { kind: 'list', wire: 'stopSequences', most: 5 },
  n: { kind: 'integer', wire: 'candidateCount', min: 1, max: 8 },
  logprobs: { kind: 'any', wire: 'responseLogprobs', type: 'boolean' },
  top_logprobs: { kind: 'integer', wire: 'logprobs', min: 0, max: 20 },
  min_p: null,
  tools: { kind: 'any', wire: 'tools', type: 'array' },
  response_format: null,
  service_tier: null,
};

/** By wire format. */
export const KNOWN_GOOD: Record<WireName, Specification> = { 'openai-chat': OPENAI, anthropic: ANTHROPIC, gemini: GEMINI };
