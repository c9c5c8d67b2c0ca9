/**
 * Reads models.dev's `api.json` (https://models.dev/api.json, MIT): facts about the models of one provider. Pure.
 * Meanings of its fields: https://github.com/sst/models.dev, README, read 2026-11-30.
 */
import { arrayOf, isObject, numberOf, textOf, type JsonObject } from '../../lib/json.ts';
import type { Price, Rates } from '../provider.ts';
import type { ListedFacts, ReasoningFacts } from '../provider.ts';

/** Returns the models of a provider in `api.json`; null when the provider is not listed. */
export function readModelsDev(api: unknown, provider: string): ListedFacts[] | null {
  const providers = isObject(api) && isObject(api['providers']) ? api['providers'] : api;
  const entry = isObject(providers) && Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (!isObject(entry) || !isObject(entry['models'])) return null;
  return Object.entries(entry['models']).flatMap(([id, model]) => (isObject(model) ? [readModel(id, model)] : []));
}

function readModel(id: string, model: JsonObject): ListedFacts {
  const limit = isObject(model['limit']) ? model['limit'] : {};
  const modalities = isObject(model['modalities']) ? model['modalities'] : {};
  return defined({
    id,
    canonical: textOf(model['canonical_model_id']) ?? undefined,
    name: textOf(model['name'])?.trim(),
    released: dateOf(model['release_date']),
    status: model['status'] === 'beta' || model['status'] === 'deprecated' ? model['status'] : undefined,
    knowledge: textOf(model['knowledge']) ?? undefined,
    openWeights: booleanOf(model['open_weights']),
    contextTokens: countOf(limit['context']),
    maxInputTokens: countOf(limit['input']),
    maxOutputTokens: countOf(limit['output']),
    input: kindsOf(modalities['input']),
    output: kindsOf(modalities['output']),
    tools: booleanOf(model['tool_call']),
    structuredOutputs: booleanOf(model['structured_output']),
    temperature: booleanOf(model['temperature']),
    reasoning: readReasoning(model),
    priceUsdPerMillionTokens: readPrice(model),
  });
}

/** Removes undefined values from a record. */
export function defined<Value extends object>(record: { [Key in keyof Value]: Value[Key] | undefined }): Value {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Value;
}

const booleanOf = (value: unknown) => (typeof value === 'boolean' ? value : undefined);

function countOf(value: unknown): number | undefined {
  const count = numberOf(value);
  return count !== null && Number.isInteger(count) && count > 0 ? count : undefined;
}

/** Reads a date; a month without a day becomes its first day. */
function dateOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === null) return undefined;
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  return /^\d{4}-\d{2}$/.test(text) ? `${text}-01` : undefined;
}

/** Reads kinds of content. models.dev calls documents `pdf`. */
function kindsOf(value: unknown): string[] | undefined {
  const kinds = arrayOf(value).flatMap((kind) => (typeof kind === 'string' ? [kind === 'pdf' ? 'file' : kind] : []));
  return kinds.length === 0 ? undefined : kinds;
}

function readReasoning(model: JsonObject): boolean | ReasoningFacts | undefined {
  if (model['reasoning'] === false) return false;
  if (model['reasoning'] !== true) return undefined;
  const options = model['reasoning_options'];
  if (!Array.isArray(options)) return true;
  const facts: ReasoningFacts = {};
  for (const option of options.filter(isObject)) {
    const efforts = arrayOf(option['values']).filter((value) => typeof value === 'string');
    if (option['type'] === 'effort' && efforts.length > 0) facts.efforts = efforts;
    if (option['type'] === 'toggle') facts.switch = true;
    if (option['type'] === 'budget_tokens') {
      const minimum = numberOf(option['min']);
      facts.budget = defined<{ minimum?: number; maximum?: number }>({
        minimum: minimum !== null && minimum >= 0 ? minimum : undefined, // -1 stands for no limit
        maximum: countOf(option['max']),
      });
    }
  }
  return facts;
}

/**
 * Reads prices in USD per million tokens. If a model is not free, a price of 0 for one kind of token means "unknown", because lists write 0
 * for both.
 */
function readPrice(model: JsonObject): Price | undefined {
  const { cost } = model;
  if (!isObject(cost)) return undefined;
  const plain = readRates(cost);
  if (plain === null) return undefined;
  const above = arrayOf(cost['tiers'])
    .filter(isObject)
    .flatMap((step) => {
      const tier = isObject(step['tier']) ? step['tier'] : {};
      const [rates, promptTokens] = [readRates(step), countOf(tier['size'])];
      return rates === null || tier['type'] !== 'context' || promptTokens === undefined ? [] : [{ promptTokens, ...rates }];
    })
    .toSorted((one, other) => one.promptTokens - other.promptTokens);
  const tiers = readTiers(model);
  return { ...plain, ...(above.length > 0 ? { above } : {}), ...(tiers === null ? {} : { tiers }) };
}

function readRates(cost: JsonObject): Rates | null {
  const [prompt, completion] = [rateOf(cost['input']), rateOf(cost['output'])];
  if (prompt === undefined || completion === undefined) return null;
  const isFree = prompt === 0 && completion === 0;
  const kind = (value: unknown) => (isFree || value === 0 ? undefined : rateOf(value));
  return defined<Rates>({
    prompt,
    completion,
    cachedPrompt: kind(cost['cache_read']),
    cacheWrite: kind(cost['cache_write']),
    audioPrompt: kind(cost['input_audio']),
    audioCompletion: kind(cost['output_audio']),
    reasoning: cost['reasoning'] === cost['output'] ? undefined : kind(cost['reasoning']),
  });
}

function rateOf(value: unknown): number | undefined {
  const rate = numberOf(value);
  return rate !== null && rate >= 0 ? rate : undefined;
}

/** Reads modes that are selected by a service tier and have their own prices. */
function readTiers(model: JsonObject): Record<string, Rates> | null {
  const modes = isObject(model['experimental']) && isObject(model['experimental']['modes']) ? model['experimental']['modes'] : {};
  const tiers = Object.values(modes)
    .filter(isObject)
    .flatMap((mode) => {
      const body = isObject(mode['provider']) && isObject(mode['provider']['body']) ? mode['provider']['body'] : {};
      const [tier, rates] = [textOf(body['service_tier']), isObject(mode['cost']) ? readRates(mode['cost']) : null];
      return tier === null || rates === null ? [] : [[tier.toLowerCase(), rates] as const];
    });
  return tiers.length === 0 ? null : Object.fromEntries(tiers);
}
