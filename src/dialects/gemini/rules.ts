/**
 * Rules of generateContent, and quirks of its providers and models that a provider file may name. Sources: the
 * generativelanguage v1beta protos (@google-ai/generativelanguage 3.7.1) and @google/genai 2.32.0 (both read 2026-11-20).
 *
 * Path of a parameter: members of the request (`safetySettings`, `labels`, ...) are fields of the body, every other name is written to
 * `generationConfig`, also provider-specific ones.
 *
 * Reasoning is not in the rules, because it differs per model and a model rejects the forms of others. A file states by model:
 * - `reasoning_effort` with an enum if the model accepts a level, `reasoning.max_tokens` with a range if it accepts a budget; never both;
 * - `reasoning.enabled` with `values` for on and off. A number is a budget (-1: the model decides, 0: off), a string a level.
 *   If `false` has another value than 0, the model cannot switch reasoning off: that value is sent and reported.
 */
import type { Rules } from '../../unified/rule.ts';

/** Rules of the dialect. */
export const GEMINI_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, maximum: 2 },
  top_p: { type: 'number', minimum: 0, maximum: 1, name: 'topP' },
  // No lower bound is documented. 0 means "off" for clients and is never sent.
  top_k: { type: 'integer', minimum: 1, name: 'topK' },
  frequency_penalty: { type: 'number', minimum: -2, maximum: 2, name: 'frequencyPenalty' },
  presence_penalty: { type: 'number', minimum: -2, maximum: 2, name: 'presencePenalty' },
  seed: { type: 'integer', minimum: -2147483648, maximum: 2147483647 },
  max_tokens: { type: 'integer', minimum: 1, name: 'maxOutputTokens' },
  max_completion_tokens: { type: 'integer', minimum: 1, name: 'maxOutputTokens' },
  stop: { type: 'array', maxItems: 5, name: 'stopSequences' },
  n: { type: 'integer', minimum: 1, maximum: 8, name: 'candidateCount' },
  logprobs: { type: 'boolean', name: 'responseLogprobs' },
  top_logprobs: { type: 'integer', minimum: 0, maximum: 20, name: 'logprobs' },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'] },
  tools: { type: 'array', maxItems: 512 },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
  // "auto" is the default without the field.
  service_tier: { type: 'string', enum: ['default', 'flex', 'priority'], values: { default: 'standard' }, name: 'serviceTier' },
  safetySettings: { type: 'array' },
  safety_settings: { type: 'array', name: 'safetySettings', conflictsWith: ['safetySettings'] },
  cachedContent: { type: 'string' },
};

/** The provider rejects ids of function calls. */
export const NO_CALL_IDS = 'no-call-ids';
/** The model has no field for system text: it is written before the first user message. */
export const NO_SYSTEM_INSTRUCTION = 'no-system-instruction';
/** Calls of the current turn must have the signature of their reasoning. */
export const NEEDS_SIGNATURE = 'needs-thought-signature';
/** The model rejects a response format together with tools: a required tool call replaces the format. */
export const JSON_BY_TOOL = 'json-by-tool-beside-tools';

/** The model returns only audio. */
export const SPEAKS_ONLY = 'speaks-only';

/** `countTokens` takes the fields of a request themselves (Vertex AI). */
export const BARE_COUNT = 'bare-count';

/** The closed list of quirks. */
export const GEMINI_QUIRKS: readonly string[] = [
  NO_CALL_IDS,
  NO_SYSTEM_INSTRUCTION,
  NEEDS_SIGNATURE,
  JSON_BY_TOOL,
  SPEAKS_ONLY,
  BARE_COUNT,
];

/** `format` of reasoning_details of these models, OpenRouter's name. */
export const THOUGHT_FORMAT = 'google-gemini-v1';
