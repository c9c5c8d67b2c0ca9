/**
 * Rules of Converse, and quirks of its models that a provider file may name. Sources: botocore 1.43.107,
 * data/bedrock-runtime/2023-09-30/service-2.json; Vercel AI SDK, packages/amazon-bedrock (both read 2026-11-20).
 *
 * Path of a parameter: the names of `inferenceConfig` are written there. A name that begins with another member of the body is written
 * there, dots separate levels: `outputConfig.effort`, `additionalModelRequestFields.inferenceConfig.topK` (Nova's `top_k`). Any other name
 * is written to `additionalModelRequestFields`, which the model reads under its own names: a file has `"top_k": {}` if that is the name.
 */
import type { Rules } from '../../unified/rule.ts';

/** Rules of the dialect. */
export const BEDROCK_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, maximum: 1 },
  top_p: { type: 'number', minimum: 0, maximum: 1, name: 'topP' },
  max_tokens: { type: 'integer', minimum: 1, name: 'maxTokens' },
  max_completion_tokens: { type: 'integer', minimum: 1, name: 'maxTokens' },
  // The service model states 2500. Until 2025 the service accepted 4, and models may still (not certain). The router matches the rest.
  stop: { type: 'array', maxItems: 4, name: 'stopSequences' },
  tools: { type: 'array' },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'] },
  metadata: { type: 'object', maxItems: 16, name: 'requestMetadata' },
  guardrailConfig: { type: 'object' },
  guardrail_config: { type: 'object', name: 'guardrailConfig', conflictsWith: ['guardrailConfig'] },
  service_tier: {
    type: 'string',
    enum: ['auto', 'default', 'flex', 'priority'],
    values: { auto: { type: 'default' }, default: { type: 'default' }, flex: { type: 'flex' }, priority: { type: 'priority' } },
    name: 'serviceTier',
  },
};

/** Reasoning is requested with Claude's fields: `thinking` with a budget, or adaptive with `outputConfig.effort`. */
export const ANTHROPIC_FIELDS = 'thinking-by-anthropic-fields';
/** The model returns no reasoning text unless a summary is requested. */
export const OMITTED_BY_DEFAULT = 'thinking-omitted-by-default';
/** The model reasons by default; a required tool call needs reasoning switched off. */
export const ON_BY_DEFAULT = 'thinking-on-by-default';
/** Reasoning is requested with `reasoningConfig`. */
export const REASONING_CONFIG = 'thinking-by-reasoning-config';
/** The model has no structured output: a required tool call replaces the response format. */
export const JSON_BY_TOOL = 'json-by-tool';
/** The model supports prompt caching: cache marks become cache points. */
export const CACHE_POINTS = 'cache-points';
/** Cache points are accepted among tools too. */
export const CACHE_POINTS_ON_TOOLS = 'cache-points-on-tools';
/** Tool call ids must be nine letters and digits. */
export const NINE_CHARACTER_IDS = 'nine-character-tool-ids';
/** InvokeModel takes bodies of Anthropic's Messages API for the model. */
export const ANTHROPIC_MESSAGES = 'anthropic-messages';
/** A stop sequence of white space only is rejected. */
export const NO_BLANK_STOPS = 'no-blank-stops';

/** The model does not support a required tool call. */
export const NO_FORCED_TOOLS = 'no-forced-tools';
/** The model has no tools, and rejects a history with tool calls. */
export const NO_TOOLS = 'no-tools';
/** The model does not continue a prefill. */
export const NO_PREFILL = 'no-prefill';

/** The closed list of quirks. */
export const BEDROCK_QUIRKS: readonly string[] = [
  ANTHROPIC_FIELDS,
  ANTHROPIC_MESSAGES,
  OMITTED_BY_DEFAULT,
  ON_BY_DEFAULT,
  REASONING_CONFIG,
  JSON_BY_TOOL,
  CACHE_POINTS,
  CACHE_POINTS_ON_TOOLS,
  NINE_CHARACTER_IDS,
  NO_BLANK_STOPS,
  NO_FORCED_TOOLS,
  NO_TOOLS,
  NO_PREFILL,
];
