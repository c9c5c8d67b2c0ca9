/**
 * What the text models of Workers AI accept by themselves, where a provider file states nothing: the schema of the older models, which
 * share it. The newer ones take OpenAI's chat body; their file states it (`openai-body`). Source: the schema of
 * llama-3.3-70b-instruct-fp8-fast (https://developers.cloudflare.com/workers-ai/models/, read 2026-11-20) and
 * @cloudflare/workers-types 5.20261117.1.
 */
import type { Rules } from '../../unified/rule.ts';

/** The dialect's own rules. */
export const WORKERS_AI_RULES: Rules = {
  // The provider's own default is 256 tokens, which cuts most answers. Where the model's limit is not known this many are asked for.
  max_tokens: { type: 'integer', minimum: 1, required: true, default: 2048 },
  max_completion_tokens: { type: 'integer', minimum: 1, name: 'max_tokens' },
  temperature: { type: 'number', minimum: 0, maximum: 5 },
  top_p: { type: 'number', minimum: 0.001, maximum: 1 },
  top_k: { type: 'integer', minimum: 1, maximum: 50 },
  seed: { type: 'integer', minimum: 1, maximum: 9_999_999_999 },
  repetition_penalty: { type: 'number', minimum: 0, maximum: 2 },
  // Some older schemas state 0 to 2; the newer reading is the one of most models.
  frequency_penalty: { type: 'number', minimum: -2, maximum: 2 },
  presence_penalty: { type: 'number', minimum: -2, maximum: 2 },
  response_format: { type: 'object', enum: ['json_object', 'json_schema'] },
  tools: { type: 'array' },
  // Not in the older schemas, which let unknown fields pass; Cloudflare's own provider for the AI SDK sends it to all of them.
  tool_choice: { type: ['string', 'object'], enum: ['none', 'auto', 'required', 'function'] },
  raw: { type: 'boolean' },
  lora: { type: 'string' },
};
