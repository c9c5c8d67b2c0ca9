/**
 * Rules of the Messages API, and quirks of its models that a provider file may name. Sources: @anthropic-ai/sdk
 * 0.137.0 and 1.11.0, resources/messages; Anthropic's model migration guide (github.com/anthropics/skills); both read 2026-11-20.
 *
 * The three `reasoning` rules that a file keeps decide how reasoning is requested: a budget becomes `{type: enabled, budget_tokens}`, an
 * effort `{type: adaptive}` with `output_config.effort`, the switch adaptive or disabled. So a model with budgets only has
 * `"reasoning_effort": false` and `"reasoning.enabled": {"enum": [false]}`. A model that always reasons has
 * `"reasoning.enabled": {"enum": [true]}`. Parameters that are not listed become fields of the body.
 */
import type { Rules } from '../../../unified/rule.ts';

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];

/** Lowest accepted budget, in reasoning tokens. */
export const MIN_BUDGET_TOKENS = 1024;

/** A limit that every model accepts. The API requires one; used when the client sent none. */
export const CAUTIOUS_MAX_TOKENS = 4096;

/** Rules of the dialect. */
export const ANTHROPIC_RULES: Rules = {
  max_tokens: { type: 'integer', minimum: 1, required: true, default: CAUTIOUS_MAX_TOKENS },
  max_completion_tokens: { type: 'integer', minimum: 1, name: 'max_tokens' },
  temperature: { type: 'number', minimum: 0, maximum: 1 },
  top_p: { type: 'number', minimum: 0, maximum: 1 },
  top_k: { type: 'integer', minimum: 1 }, // 0 means "off" to clients; whether it is taken is not certain, and leaving it out has the same effect
  stop: { type: 'array', name: 'stop_sequences' }, // no limit is documented
  tools: { type: 'array' },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
  parallel_tool_calls: { type: 'boolean' },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'] },
  reasoning_effort: { type: 'string', enum: EFFORTS },
  'reasoning.max_tokens': { type: 'integer', minimum: MIN_BUDGET_TOKENS },
  'reasoning.enabled': { type: 'boolean' },
  verbosity: { type: 'string', enum: EFFORTS },
  user: { type: 'string' },
  service_tier: {
    type: 'string',
    enum: ['auto', 'default', 'standard', 'standard_only'],
    values: { default: 'standard_only', standard: 'standard_only' },
  },
  cache_control: { type: 'object', enum: ['ephemeral'] },
};

/** The model reasons unless reasoning is switched off. */
export const THINKS_BY_DEFAULT = 'thinks-by-default';
/** The model reasons at the efforts xhigh and max, even when reasoning is switched off. */
export const HIGHEST_EFFORTS_THINK = 'highest-efforts-think';
/** The model does not support a required tool call. */
export const NO_FORCED_TOOLS = 'no-forced-tools';
/** The model does not continue a prefill. */
export const NO_PREFILL = 'no-prefill';
/** The model has no structured output: a required tool call replaces the response format. */
export const JSON_BY_TOOL = 'json-by-tool';
/** The provider fetches no files, so the router sends bytes. */
export const FILES_AS_BYTES = 'files-as-bytes';
/** The provider reads the model from the address and the version of the format from the body. */
export const VERSION_IN_BODY = 'version-in-body';
/** That version; Google Vertex AI is the only provider that has it there (@anthropic-ai/vertex-sdk 1.1.3, read 2026-11-30). */
export const BODY_VERSION = 'vertex-2023-10-16';

/** The closed list of quirks. */
export const ANTHROPIC_QUIRKS: readonly string[] = [
  THINKS_BY_DEFAULT,
  HIGHEST_EFFORTS_THINK,
  NO_FORCED_TOOLS,
  NO_PREFILL,
  JSON_BY_TOOL,
  FILES_AS_BYTES,
  VERSION_IN_BODY,
];
