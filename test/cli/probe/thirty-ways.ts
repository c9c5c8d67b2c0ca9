/** An upstream of OpenAI's format that differs from its provider file in thirty ways and more. */
import { KNOWN_GOOD } from './known-good.ts';
import type { Specification } from './specification.ts';

/** What the file states. */
export const FILE: Specification = {
  ...KNOWN_GOOD['openai-chat'],
  frequency_penalty: null,
  reasoning_effort: { kind: 'choice', wire: 'reasoning_effort', words: ['low', 'medium', 'high', 'xhigh'] },
  parallel_tool_calls: { kind: 'choice', wire: 'parallel_tool_calls', words: [true] },
  top_k: { kind: 'integer', wire: 'top_k', min: 1, max: 100, conflicts: ['min_p'] },
  max_budget: { kind: 'integer', wire: 'max_budget', min: 1, max: 50 },
  min_share: { kind: 'number', wire: 'min_share', min: 0, max: 4 },
};

/** What the upstream does. */
export const UPSTREAM: Specification = {
  ...FILE,
  temperature: { kind: 'number', wire: 'temperature', openMin: 0, max: 1.5 }, // minimum, maximum
  top_p: { kind: 'number', wire: 'top_p', openMin: 0, openMax: 1 }, // minimum, maximum
  frequency_penalty: { kind: 'number', wire: 'frequency_penalty', min: -2, max: 2 }, // accepted
  presence_penalty: null, // refused
  repetition_penalty: { kind: 'number', wire: 'repeat_penalty', min: 1, max: 1.8 }, // name, minimum, maximum
  seed: { kind: 'integer', wire: 'seed', min: 0, max: 2147483647 }, // minimum, maximum
  max_tokens: null, // name
  top_k: { kind: 'integer', wire: 'top_k', min: 2, max: 64 }, // minimum, maximum, no conflict with min_p
  min_p: { kind: 'number', wire: 'min_p', min: 0.05, max: 0.85 }, // minimum, maximum
  top_a: { kind: 'number', wire: 'top_a', min: 0, max: 1 }, // accepted
  min_tokens: { kind: 'integer', wire: 'min_tokens', min: 1, max: 40 }, // minimum, maximum
  stop: { kind: 'list', wire: 'stop', most: 2 }, // maxItems
  n: { kind: 'integer', wire: 'n', min: 1, max: 8, ignored: true }, // ignored
  logit_bias: null, // refused
  top_logprobs: { kind: 'integer', wire: 'top_logprobs', min: 0, max: 5 }, // maximum
  response_format: { kind: 'choice', wire: 'response_format', words: ['text', 'json_object'], isObject: true, conflicts: ['tools'] }, // enum, a conflict
  tool_choice: { kind: 'choice', wire: 'tool_choice', words: ['none', 'auto'], isObject: true }, // enum
  parallel_tool_calls: { kind: 'any', wire: 'parallel_tool_calls', type: 'boolean' }, // enum
  user: null, // refused
  reasoning_effort: { kind: 'choice', wire: 'reasoning_effort', words: ['minimal', 'low', 'medium', 'high'] }, // enum
  verbosity: { kind: 'choice', wire: 'verbosity', words: ['low', 'high'] }, // enum
  service_tier: { kind: 'choice', wire: 'service_tier', words: ['auto', 'default', 'flex'] }, // enum
  prompt_cache_key: null, // refused
  ignore_eos: { kind: 'any', wire: 'ignore_eos', type: 'boolean' }, // accepted
  max_budget: { kind: 'integer', wire: 'max_budget', min: 1, max: 64 }, // maximum
  min_share: { kind: 'integer', wire: 'min_share', min: 0, max: 4 }, // type
};

/** The differences, as a person reads them off the two specifications. */
export const DIFFERENCES: readonly string[] = [
  'frequency_penalty accepted',
  'ignore_eos accepted',
  'logit_bias accepted',
  'max_budget maximum',
  'max_tokens name',
  'min_p maximum',
  'min_p minimum',
  'min_tokens maximum',
  'min_tokens minimum',
  'min_share type',
  'n ignored',
  'parallel_tool_calls enum',
  'presence_penalty accepted',
  'prompt_cache_key accepted',
  'reasoning_effort enum',
  'repetition_penalty maximum',
  'repetition_penalty minimum',
  'repetition_penalty name',
  'response_format conflictsWith tools',
  'response_format enum',
  'seed maximum',
  'seed minimum',
  'service_tier enum',
  'stop maxItems',
  'temperature maximum',
  'temperature minimum',
  'tool_choice enum',
  'top_a accepted',
  'top_k conflictsWith min_p',
  'top_k maximum',
  'top_k minimum',
  'top_logprobs maximum',
  'top_p maximum',
  'top_p minimum',
  'user accepted',
  'verbosity enum',
];
