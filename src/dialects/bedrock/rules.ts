/**
 * What Converse accepts by itself, and the habits of its models that a provider file may name. Sources: botocore 1.43.107,
 * data/bedrock-runtime/2023-09-30/service-2.json; Vercel AI SDK, packages/amazon-bedrock (both read 2026-11-20).
 *
 * Where a parameter goes: the names of `inferenceConfig` go there. A name that begins with another member of the body goes to that
 * place, dots leading down: `outputConfig.effort`, `additionalModelRequestFields.inferenceConfig.topK` (Nova's `top_k`). Every other name
 * goes into `additionalModelRequestFields`, which the model reads in its own words: a file says `"top_k": {}` where the model calls it so.
 */
import type { Rules } from '../../unified/rule.ts';

/** The dialect's own rules. */
export const BEDROCK_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, maximum: 1 },
  top_p: { type: 'number', minimum: 0, maximum: 1, name: 'topP' },
  max_tokens: { type: 'integer', minimum: 1, name: 'maxTokens' },
  max_completion_tokens: { type: 'integer', minimum: 1, name: 'maxTokens' },
  // The service model says 2500; until 2025 the service took 4, and models may still (not certain). The router matches the rest.
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

/** Thinking is asked for with Claude's own fields: `thinking` with a budget, or adaptive with `outputConfig.effort`. */
export const ANTHROPIC_FIELDS = 'thinking-by-anthropic-fields';
/** The model keeps the text of its thinking to itself unless it is asked for a summary. */
export const OMITTED_BY_DEFAULT = 'thinking-omitted-by-default';
/** The model thinks unless it is told not to; a forced tool needs it told. */
export const ON_BY_DEFAULT = 'thinking-on-by-default';
/** Thinking is asked for with `reasoningConfig`. */
export const REASONING_CONFIG = 'thinking-by-reasoning-config';
/** The model has no structured output of its own: a tool that it has to call stands for the response format. */
export const JSON_BY_TOOL = 'json-by-tool';
/** The model's prompts can be cached: cache marks become cache points. */
export const CACHE_POINTS = 'cache-points';
/** Cache points are taken among tools too. */
export const CACHE_POINTS_ON_TOOLS = 'cache-points-on-tools';
/** Ids of tool calls are nine letters and digits. */
export const NINE_CHARACTER_IDS = 'nine-character-tool-ids';
/** A stop sequence of nothing but white space is refused. */
export const NO_BLANK_STOPS = 'no-blank-stops';

/** The model cannot be made to call a tool. */
export const NO_FORCED_TOOLS = 'no-forced-tools';
/** The model knows no tools, and a history with their calls is refused. */
export const NO_TOOLS = 'no-tools';
/** The model does not go on with an answer that was begun for it. */
export const NO_PREFILL = 'no-prefill';

/** The closed list. */
export const BEDROCK_QUIRKS: readonly string[] = [
  ANTHROPIC_FIELDS,
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
