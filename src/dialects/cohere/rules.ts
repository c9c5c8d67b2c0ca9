/**
 * Rules of Cohere's chat (v2), where a provider file has none. Source: Cohere's API reference, chat v2
 * (cohere-openapi.yaml of cohere-developer-experience e814c8a, 2026-08-20) and the npm package cohere-ai 8.1.0, read 2026-11-21.
 */
import type { Rules } from '../../unified/rule.ts';

/** The model accepts reasoning of earlier turns. Other models may not know this content type. */
export const THINKING_IN_HISTORY = 'thinking-in-history';

/** Rules of the dialect. */
export const COHERE_RULES: Rules = {
  temperature: { type: 'number', minimum: 0, maximum: 1, default: 0.3 },
  top_p: { type: 'number', minimum: 0.01, maximum: 0.99, default: 0.75, name: 'p' },
  top_k: { type: 'integer', minimum: 0, maximum: 500, default: 0, name: 'k' },
  frequency_penalty: { type: 'number', minimum: 0, maximum: 1 },
  // "Cannot be used together": of two penalties the other one is sent.
  presence_penalty: { type: 'number', minimum: 0, maximum: 1, conflictsWith: ['frequency_penalty'] },
  seed: { type: 'integer', minimum: 0 },
  max_tokens: { type: 'integer', minimum: 1 },
  max_completion_tokens: { type: 'integer', minimum: 1, name: 'max_tokens' },
  stop: { type: 'array', maxItems: 5, name: 'stop_sequences' },
  // Only of the chosen tokens: there are no alternatives.
  logprobs: { type: 'boolean' },
  response_format: { type: 'object', enum: ['text', 'json_object', 'json_schema'], conflictsWith: ['tools', 'documents'] },
  tools: { type: 'array' },
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
  // Reasoning has a switch and a budget, no levels.
  'reasoning.enabled': { type: 'boolean' },
  'reasoning.max_tokens': { type: 'integer', minimum: 1 },
  // Parameters of the provider.
  documents: { type: 'array' },
  citation_options: { type: 'object' },
  safety_mode: { type: 'string', enum: ['CONTEXTUAL', 'STRICT', 'OFF'], conflictsWith: ['tools', 'documents'] },
  priority: { type: 'integer', minimum: 0, maximum: 999, default: 0 },
};
