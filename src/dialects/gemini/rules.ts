/**
 * What generateContent accepts by itself, and the habits of its providers and models that a provider file may name. Sources: the
 * generativelanguage v1beta protos (@google-ai/generativelanguage 3.7.1) and @google/genai 2.32.0 (both read 2026-11-20).
 *
 * Where a parameter goes: members of the request (`safetySettings`, `labels`, ...) stand at the top of the body, every other name in
 * `generationConfig`, where the providers put their own.
 *
 * Thinking is not in the rules: every model has its own, and refuses what belongs to others. A file says, by model,
 * - `reasoning_effort` with an enum where the model accepts a level, `reasoning.max_tokens` with a range where it takes a budget; never both;
 * - `reasoning.enabled` with `values`: what stands for on and off. A number is a budget (-1: the model decides, 0: off), a string a level.
 *   Where `false` stands for anything but 0 the model cannot stop thinking: that much is asked for, and reported.
 */
import type { Rules } from '../../unified/rule.ts';

/** The dialect's own rules. */
export const GEMINI_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, maximum: 2 },
  top_p: { type: 'number', minimum: 0, maximum: 1, name: 'topP' },
  // Nobody documents a lower end. 0 is "off" for the client and is never sent.
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
  // "auto" is what happens without the field.
  service_tier: { type: 'string', enum: ['default', 'flex', 'priority'], values: { default: 'standard' }, name: 'serviceTier' },
  safetySettings: { type: 'array' },
  safety_settings: { type: 'array', name: 'safetySettings', conflictsWith: ['safetySettings'] },
  cachedContent: { type: 'string' },
};

/** The provider knows no ids of function calls and refuses them. */
export const NO_CALL_IDS = 'no-call-ids';
/** The model has no place for system text: it goes before the first user message. */
export const NO_SYSTEM_INSTRUCTION = 'no-system-instruction';
/** Calls of the current turn must bear the signature of the thought that led to them. */
export const NEEDS_SIGNATURE = 'needs-thought-signature';
/** No response format beside tools: a tool that has to be called stands for it. */
export const JSON_BY_TOOL = 'json-by-tool-beside-tools';

/** The model answers with sound and nothing else. */
export const SPEAKS_ONLY = 'speaks-only';

/** The closed list. */
export const GEMINI_QUIRKS: readonly string[] = [NO_CALL_IDS, NO_SYSTEM_INSTRUCTION, NEEDS_SIGNATURE, JSON_BY_TOOL, SPEAKS_ONLY];

/** `format` of reasoning_details that hold thoughts of these models, in OpenRouter's words. */
export const THOUGHT_FORMAT = 'google-gemini-v1';
