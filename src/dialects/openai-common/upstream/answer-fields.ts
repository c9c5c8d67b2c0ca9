/**
 * Fields of OpenAI-shaped answers that a decoder does not interpret: those passed on unchanged, and those without an equivalent in
 * OpenRouter's format, with the reason. Sources: the API references of the providers (read 2026-08 and 2026-11).
 */
import { isObject, type JsonObject } from '../../../lib/json.ts';
import type { DecoderOptions } from '../../dialect.ts';

/** Fields of a message or delta that are passed on unchanged. */
export const CARRIED_OF_MESSAGE = [
  'images',
  'audio',
  'annotations',
  // Google's signature of an answer without calls.
  'extra_content',
  // Groq's compound systems: the tools that the provider ran itself.
  'executed_tools',
] as const;

/** Fields of a call that are passed on unchanged. */
export const CARRIED_OF_CALL = ['extra_content'] as const;

/** Fields that are not passed on, and the reason. */
export type UnplacedFields = Readonly<Record<string, string>>;

const PROMPT_TOKENS = 'tokens of a prompt and their log probabilities have no place in an answer (vLLM)';

/** Why log probabilities of reasoning are dropped. */
export const LOST_TOKENS = 'log probabilities of thinking have no place in an answer';

/** Beside the choices. */
export const UNPLACED_OF_ANSWER: UnplacedFields = {
  images: 'pictures that a search found have no place in an answer (Perplexity)',
  videos: 'films that a search found have no place in an answer (Perplexity)',
  search_info: 'its results are in a form of the provider (Alibaba)',
  prompt_logprobs: PROMPT_TOKENS,
  prompt_token_ids: PROMPT_TOKENS,
  prompt: 'the prompt and its log probabilities have no place beside an answer (Together)',
};

/** Of a message or a delta. */
export const UNPLACED_OF_MESSAGE: UnplacedFields = {
  context: "what a search in the client's own data found is in a form of the provider (Azure)",
};

/** Of a choice. */
export const UNPLACED_OF_CHOICE: UnplacedFields = {
  prompt_logprobs: PROMPT_TOKENS,
  prompt_token_ids: PROMPT_TOKENS,
  token_ids: 'ids of tokens have no place in an answer (vLLM)',
  reasoning_logprobs: LOST_TOKENS,
  hidden_states: 'inner values of the model have no place in an answer (SGLang)',
  raw_output: 'the text before it was read has no place in an answer (Fireworks)',
};

/**
 * What else the documents name, which is the provider's own bookkeeping and not missed: ids, times, `x_groq`, `timings`, `perf_metrics`,
 * `prompt_filter_results`, `content_filter_results` (its word is the finish reason), `nvext`, `obfuscation`.
 */

/** Reports the fields that have a value. */
export function reportUnplaced(object: JsonObject, fields: UnplacedFields, dropped: DecoderOptions['dropped']): void {
  if (dropped === undefined) return;
  for (const name in fields) if (!isNothing(object[name])) dropped(name, fields[name] ?? '');
}

/** Returns the fields that have a value; null = none. */
export function pick(object: JsonObject, names: readonly string[]): JsonObject | null {
  let picked: JsonObject | null = null;
  for (const name of names) if (!isNothing(object[name])) (picked ??= {})[name] = object[name];
  return picked;
}

/** True for null, a count of 0, and empty lists and objects. */
export const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);
