/**
 * Reads a provider's own list of models (`GET /models`) in any known shape. Only fields with a clear meaning and unit are read; prices only
 * where the shape defines the unit. Pure.
 */
import { arrayOf, isObject, numberOf, textOf, type JsonObject } from '../../lib/json.ts';
import type { ListedFacts, Price, Rates, ReasoningFacts } from '../provider.ts';
import { PARAMETERS } from '../rows.ts';
import { defined } from './models-dev.ts';

/** Returns the models of a list. Facts that it does not state are absent. Empty when it is not a list. */
export function readModelList(body: unknown): ListedFacts[] {
  const entries = Array.isArray(body) ? body : isObject(body) ? (body['data'] ?? body['models'] ?? body['result']) : [];
  return arrayOf(entries).filter(isObject).flatMap(readEntry);
}

function readEntry(entry: JsonObject): ListedFacts[] {
  const id = (textOf(entry['id']) ?? textOf(entry['name']) ?? textOf(entry['model']))?.replace(/^models\//, '');
  if (id === undefined) return [];
  const about = isObject(entry['metadata']) ? { ...entry['metadata'], ...entry } : entry;
  const top = isObject(entry['top_provider']) ? entry['top_provider'] : {};
  const architecture = isObject(entry['architecture']) ? entry['architecture'] : {};
  const name =
    textOf(entry['display_name']) ?? textOf(entry['displayName']) ?? (textOf(entry['id']) === null ? null : textOf(entry['name']));
  const parameters = wordsOf(entry['supported_parameters']);
  return [
    defined<ListedFacts>({
      id,
      name: name === null || name === id ? undefined : name,
      expires: dayOf(entry['shutdown_date']) ?? dayOf(entry['expiration_date']),
      contextTokens: firstCount(
        about['context_length'],
        about['context_window'],
        about['max_context_length'],
        about['max_model_len'],
        about['context_size'],
        about['inputTokenLimit'],
      ),
      maxOutputTokens: firstCount(
        top['max_completion_tokens'],
        about['max_completion_tokens'],
        about['max_output_tokens'],
        about['outputTokenLimit'],
      ),
      priceUsdPerMillionTokens: readPrice(about) ?? undefined,
      input: wordsOf(architecture['input_modalities'] ?? entry['input_modalities']),
      output: wordsOf(architecture['output_modalities'] ?? entry['output_modalities']),
      reasoning: readReasoning(entry['reasoning']),
      ...(parameters === undefined ? {} : featuresOf(parameters)),
    }),
  ];
}

/** Reads OpenRouter's `supported_parameters`. */
function featuresOf(parameters: string[]): Pick<ListedFacts, 'parameters' | 'tools' | 'structuredOutputs' | 'temperature'> {
  return {
    parameters: parameters.filter((name) => PARAMETERS.includes(name)).toSorted(), // the catalogue has no room for others, and no rule needs them
    tools: parameters.includes('tools'),
    structuredOutputs: parameters.includes('structured_outputs'),
    temperature: parameters.includes('temperature'),
  };
}

/** Reads OpenRouter's `reasoning`: whether it is optional, and its efforts. */
function readReasoning(value: unknown): ReasoningFacts | undefined {
  if (!isObject(value) || typeof value['mandatory'] !== 'boolean') return undefined;
  const efforts = wordsOf(value['supported_efforts']);
  return {
    ...(efforts === undefined ? {} : { efforts }),
    ...(value['mandatory'] ? {} : { switch: true as const }),
    ...(value['supports_max_tokens'] === true ? { budget: {} } : {}),
  };
}

function wordsOf(value: unknown): string[] | undefined {
  const words = arrayOf(value).filter((word) => typeof word === 'string');
  return words.length === 0 ? undefined : words;
}

/** Returns the date of a date or time. */
const dayOf = (value: unknown) => /^\d{4}-\d{2}-\d{2}/.exec(textOf(value) ?? '')?.[0];

function firstCount(...candidates: unknown[]): number | undefined {
  return candidates.map(numberOf).find((count) => count !== null && Number.isInteger(count) && count > 0) ?? undefined;
}

/** Reads prices in USD per million tokens, from shapes that define their unit. */
function readPrice({ pricing }: JsonObject): Price | null {
  if (!isObject(pricing)) return null;
  // OpenRouter, and providers with the same shape: decimal texts, USD per token.
  const plain = readRates(pricing);
  if (plain !== null) {
    const above = arrayOf(pricing['overrides'])
      .filter(isObject)
      .flatMap((step) => {
        const [rates, promptTokens] = [readRates(step), firstCount(step['min_prompt_tokens'])];
        return rates === null || promptTokens === undefined ? [] : [{ promptTokens, ...rates }];
      });
    return above.length === 0 ? plain : { ...plain, above };
  }
  // Together (input, output) and DeepInfra (input_tokens, output_tokens): numbers, USD per million tokens.
  const [input, output] = [numberOf(pricing['input'] ?? pricing['input_tokens']), numberOf(pricing['output'] ?? pricing['output_tokens'])];
  if (input === null || output === null) return null;
  const cached = numberOf(pricing['cached_input'] ?? pricing['cache_read_tokens']);
  return { prompt: input, completion: output, ...(cached === null || cached === 0 ? {} : { cachedPrompt: cached }) };
}

/** OpenRouter's names of prices (PublicPricing of its OpenAPI document, read 2026-11-20). */
function readRates(pricing: JsonObject): Rates | null {
  const [prompt, completion] = [perToken(pricing['prompt']), perToken(pricing['completion'])];
  if (prompt === undefined || completion === undefined) return null;
  const kind = (name: string) => perToken(pricing[name]) || undefined;
  return defined<Rates>({
    prompt,
    completion,
    cachedPrompt: kind('input_cache_read'),
    cacheWrite: kind('input_cache_write'),
    cacheWrite1h: kind('input_cache_write_1h'),
    audioPrompt: kind('audio'),
    cachedAudioPrompt: kind('input_audio_cache'),
    audioCompletion: kind('audio_output'),
  });
}

function perToken(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d*\.?\d+(e-?\d+)?$/i.test(text)) return undefined;
  return Number((Number(text) * 1e6).toPrecision(12));
}
