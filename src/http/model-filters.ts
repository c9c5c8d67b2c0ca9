/**
 * Filters and orders the list of models by the query, as OpenRouter does (`GET /models` of its OpenAPI document, read 2026-08-22). A filter on
 * a fact that no provider file states is refused: the list would look complete and be wrong.
 */
import { isObject, type JsonObject } from '../lib/json.ts';
import { RouterError } from '../unified/error.ts';

/** The parameters of a query. */
export type Query = Readonly<Record<string, string>>;

/** Names of filters and orders. Everything else in a query is ignored. */
const UNKNOWN_FACTS = [
  ['category', 'arch', 'distillable', 'zdr', 'region', 'use_rss', 'use_rss_chat_links', 'min_tool_success_rate', 'max_tool_success_rate'],
  ['intelligence', 'coding', 'agentic'].flatMap((index) => [`min_${index}_index`, `max_${index}_index`]),
].flat();

const DAY_SECONDS = 86_400;

type Test = (model: JsonObject) => boolean;

/** Makes the test of a filter from its value. @param name for errors. */
type Filter = (text: string, name: string, nowSeconds: number) => Test;

const FILTERS: Readonly<Record<string, Filter>> = {
  q: (text) => (model) => [model['id'], model['name']].some((name) => String(name).toLowerCase().includes(text.toLowerCase())),
  supported_parameters: (text) => hasAll(text, (model) => model['supported_parameters']),
  input_modalities: (text) => hasAll(text, (model) => fieldOf(model, 'architecture', 'input_modalities')),
  output_modalities: (text) => (text === 'all' ? () => true : hasAny(text, (model) => fieldOf(model, 'architecture', 'output_modalities'))),
  model_authors: (text) => hasAny(text, (model) => [model['owned_by']]),
  providers: (text) => hasAny(text, (model) => (model['endpoints'] as JsonObject[]).map(({ provider }) => provider)),
  context: (text, name) => atLeast(text, name, (model) => model['context_length']),
  min_price: (text, name) => atLeast(text, name, (model) => usdPerMillion(model, 'prompt')),
  max_price: (text, name) => atMost(text, name, (model) => usdPerMillion(model, 'prompt')),
  min_output_price: (text, name) => atLeast(text, name, (model) => usdPerMillion(model, 'completion')),
  max_output_price: (text, name) => atMost(text, name, (model) => usdPerMillion(model, 'completion')),
  min_age_days: (text, name, now) => atLeast(text, name, (model) => (now - Number(model['created'])) / DAY_SECONDS),
  max_age_days: (text, name, now) => atMost(text, name, (model) => (now - Number(model['created'])) / DAY_SECONDS),
};

/** Orders by a number, the largest first. A model without it comes last. */
const ORDERS: Readonly<Record<string, (model: JsonObject) => number | null>> = {
  newest: (model) => Number(model['created']),
  'pricing-low-to-high': (model) => negative(usdPerMillion(model, 'prompt')),
  'pricing-high-to-low': (model) => usdPerMillion(model, 'prompt'),
  'context-high-to-low': (model) => (typeof model['context_length'] === 'number' ? model['context_length'] : null),
};

/** Parameters of a query that select or order models. */
export const FILTER_NAMES: readonly string[] = [...Object.keys(FILTERS), 'sort'];

/** Whether a query selects or orders models. */
export const hasFilters = (query: Query): boolean =>
  Object.keys(query).some((name) => name === 'sort' || Object.hasOwn(FILTERS, name) || UNKNOWN_FACTS.includes(name));

/** Returns the models that pass, in order. @throws RouterError `invalid_request` naming the parameter of the query. */
export function filterModels(models: readonly JsonObject[], query: Query, nowMs: number): JsonObject[] {
  const refused = UNKNOWN_FACTS.find((name) => query[name] !== undefined);
  if (refused !== undefined)
    throw refuse(refused, `the catalogue has no such facts. The list can be filtered by ${Object.keys(FILTERS).join(', ')}`);
  const tests = Object.entries(FILTERS).flatMap(([name, filter]) => {
    const text = query[name];
    return text === undefined ? [] : [filter(text.trim(), name, Math.floor(nowMs / 1000))];
  });
  return ordered(
    models.filter((model) => tests.every((test) => test(model))),
    query['sort'],
  );
}

function ordered(models: JsonObject[], sort: string | undefined): JsonObject[] {
  if (sort === undefined) return models;
  const rank = Object.hasOwn(ORDERS, sort) ? ORDERS[sort] : undefined;
  if (rank === undefined) throw refuse('sort', `expected one of ${Object.keys(ORDERS).join(', ')}, got ${shown(sort)}`);
  const ranks = new Map(models.map((model) => [model, rank(model) ?? -Infinity]));
  return models.sort((one, other) => compare(ranks.get(other) ?? 0, ranks.get(one) ?? 0));
}

/** A difference would be NaN for two infinite numbers. */
const compare = (one: number, other: number) => (one === other ? 0 : one < other ? -1 : 1);

const negative = (value: number | null) => (value === null ? null : -value);

const namesIn = (text: string) =>
  text
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

const textsIn = (value: unknown) => (Array.isArray(value) ? value.map((one) => String(one).toLowerCase()) : []);

function hasAll(text: string, listOf: (model: JsonObject) => unknown): Test {
  const names = namesIn(text);
  return (model) => {
    const list = textsIn(listOf(model));
    return names.every((name) => list.includes(name));
  };
}

function hasAny(text: string, listOf: (model: JsonObject) => unknown): Test {
  const names = namesIn(text);
  return (model) => textsIn(listOf(model)).some((one) => names.includes(one));
}

/** A model without the number does not pass. */
function atLeast(text: string, name: string, valueOf: (model: JsonObject) => unknown): Test {
  const least = readNumber(text, name);
  return (model) => {
    const value = valueOf(model);
    return typeof value === 'number' && value >= least;
  };
}

/** A model without the number does not pass. */
function atMost(text: string, name: string, valueOf: (model: JsonObject) => unknown): Test {
  const most = readNumber(text, name);
  return (model) => {
    const value = valueOf(model);
    return typeof value === 'number' && value <= most;
  };
}

function readNumber(text: string, name: string): number {
  if (/^\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  throw refuse(name, `expected a number of at least 0, got ${shown(text)}`);
}

const fieldOf = (model: JsonObject, object: string, name: string): unknown => {
  const value = model[object];
  return isObject(value) ? value[name] : undefined;
};

/** The lowest price of a model; null where none is known. */
function usdPerMillion(model: JsonObject, kind: 'prompt' | 'completion'): number | null {
  const usd = Number(fieldOf(model, 'pricing', kind));
  return usd >= 0 ? Number((usd * 1e6).toPrecision(12)) : null;
}

const shown = (text: string) => JSON.stringify(text.slice(0, 40));

function refuse(name: string, expected: string): RouterError {
  return new RouterError('invalid_request', `${name}: ${expected}.`, { param: name });
}
