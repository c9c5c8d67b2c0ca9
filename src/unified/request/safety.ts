/**
 * Lists the safety controls that a request may ask for, by the names that providers and routers use. A requested control that does not run is
 * worse than an error, because the caller relies on it.
 */
import { isObject } from '../../lib/json.ts';

/** The names, unified and on the wire. Sources below, read 2026-11-30. */
export const SAFETY_CONTROLS: ReadonlySet<string> = new Set([
  // Amazon Bedrock: Converse, and its OpenAI-compatible endpoints (botocore 1.43.107; docs.aws.amazon.com, guardrails-use-converse-api)
  'guardrailConfig',
  'guardrail_config',
  'amazon-bedrock-guardrailConfig',
  // Mistral (its OpenAPI description); LiteLLM and NeMo call it the same (docs.litellm.ai, guardrails)
  'guardrails',
  'guardrail',
  'safe_prompt',
  // Cohere (docs.cohere.com/docs/safety-modes)
  'safety_mode',
  // Gemini and Vertex (@google/genai 2.32.0, GenerateContentConfig)
  'safetySettings',
  'safety_settings',
  'modelArmorConfig',
  'model_armor_config',
  // Together (docs.together.ai, chat completions); Databricks (docs.databricks.com, AI guardrails)
  'safety_model',
  'enable_safety_filter',
  // OpenAI (openai-node 7.55.0) and IBM watsonx
  'moderation',
  'moderations',
]);

/** Values that switch a control off. */
const OFF: ReadonlySet<unknown> = new Set([null, undefined, false, '', 'off', 'none', 'block_none']);

/** True when a value requests a control. `safe_prompt: false` or a threshold of `BLOCK_NONE` does not. */
export function requestsSafety(value: unknown): boolean {
  if (Array.isArray(value))
    return value.some((entry) => !isObject(entry) || entry['threshold'] === undefined || requestsSafety(entry['threshold']));
  if (isObject(value)) return Object.keys(value).length > 0;
  return !OFF.has(typeof value === 'string' ? value.toLowerCase() : value);
}
