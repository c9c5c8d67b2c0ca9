/**
 * Reads the model data of the npm package @earendil-works/pi-ai (MIT, Copyright (c) 2025 Mario Zechner), a second list beside models.dev.
 * Its context limits may end where a higher price begins; such a limit is ignored. Pure.
 */
import { arrayOf, isObject, numberOf, textOf, type JsonObject } from '../../lib/json.ts';
import type { ListedFacts, Price, Rates, ReasoningFacts } from '../provider.ts';
import { defined } from './models-dev.ts';

/** Returns the chat models of a provider; null when the provider is not listed. */
export function readPiAi(body: unknown, provider: string): ListedFacts[] | null {
  const providers = isObject(body) && isObject(body['providers']) ? body['providers'] : body;
  const entry = isObject(providers) && Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (!isObject(entry)) return null;
  return Object.entries(entry).flatMap(([id, model]) => (isObject(model) && model['type'] === 'chat' ? [readModel(id, model)] : []));
}

function readModel(id: string, model: JsonObject): ListedFacts {
  const price = readPrice(model['cost']);
  const context = numberOf(model['contextWindow']);
  const compat = isObject(model['compat']) ? model['compat'] : {};
  const ends = price?.above?.[0]?.promptTokens;
  return defined<ListedFacts>({
    id,
    name: textOf(model['name'])?.trim(),
    contextTokens: context === null || context === ends ? undefined : context,
    maxOutputTokens: numberOf(model['maxTokens']) ?? undefined,
    input: arrayOf(model['input']).filter((kind) => typeof kind === 'string'),
    output: ['text'],
    temperature: compat['supportsTemperature'] === false ? false : undefined,
    reasoning: readReasoning(model),
    priceUsdPerMillionTokens: price,
  });
}

/** Levels that a model has unless its map removes them. It has other levels only if the map contains them. */
const OWN_LEVELS: ReadonlySet<string> = new Set(['low', 'medium', 'high']);
const ORDER = ['off', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** Reads reasoning levels. The map contains the provider's value for a level, or null if the model lacks it. */
function readReasoning(model: JsonObject): boolean | ReasoningFacts | undefined {
  if (typeof model['reasoning'] !== 'boolean') return undefined;
  const map = model['thinkingLevelMap'];
  if (!model['reasoning'] || !isObject(map)) return model['reasoning'];
  if (Object.keys(map).every((level) => level === 'off')) return map['off'] === null ? {} : true;
  const efforts = ORDER.flatMap((level) => textOf(map[level]) ?? (OWN_LEVELS.has(level) && map[level] === undefined ? level : []));
  return { ...(efforts.length > 0 ? { efforts } : {}), ...(map['off'] === undefined ? { switch: true as const } : {}) };
}

function readPrice(cost: unknown): Price | undefined {
  const plain = readRates(cost);
  if (plain === null || !isObject(cost)) return undefined;
  const above = arrayOf(cost['tiers'])
    .filter(isObject)
    .flatMap((step) => {
      const [rates, promptTokens] = [readRates(step), numberOf(step['inputTokensAbove'])];
      return rates === null || promptTokens === null ? [] : [{ promptTokens, ...rates }];
    });
  return { ...plain, ...(above.length > 0 ? { above } : {}) };
}

/** Reads rates. A price of 0 means "unknown". */
function readRates(cost: unknown): Rates | null {
  if (!isObject(cost)) return null;
  const rate = (key: string) => numberOf(cost[key]) || undefined;
  const [prompt, completion] = [rate('input'), rate('output')];
  if (prompt === undefined || completion === undefined) return null;
  return defined<Rates>({ prompt, completion, cachedPrompt: rate('cacheRead'), cacheWrite: rate('cacheWrite') });
}
