/** The models that the picker offers, in compact form, and the search in them. Pure. */
import { usdPerMillion } from '../../format.ts';
import type { JsonObject } from '../../../lib/json.ts';

/** What a model can do. The names are those of the picker. */
export const CAPABILITIES = [
  'tools',
  'reasoning',
  'JSON schema',
  'images',
  'audio',
  'files',
  'image output',
  'audio output',
  'log probabilities',
] as const;

/** One of {@link CAPABILITIES}. */
export type Capability = (typeof CAPABILITIES)[number];

/** A model, of what `GET /v1/models` states. */
export type Model = {
  readonly id: string;
  readonly name: string;
  /** Tokens; null = not known. */
  readonly context: number | null;
  /** USD per million tokens at the cheapest provider; null = not known. */
  readonly promptUsd: number | null;
  readonly completionUsd: number | null;
  readonly capabilities: readonly Capability[];
  readonly endpoints: readonly { readonly provider: string; readonly model: string }[];
};

/** What the router sends of a model. */
export type ListedModel = {
  id: string;
  name?: string;
  context_length?: number | null;
  architecture?: { input_modalities?: string[]; output_modalities?: string[] };
  pricing?: { prompt?: string; completion?: string };
  supported_parameters?: string[];
  endpoints?: { provider: string; model: string }[];
};

/** Keeps what the picker shows: a fifth of what is sent. */
export function compactModel(listed: ListedModel): Model {
  const { id, name = id, context_length: context = null, pricing = {} } = listed;
  return {
    id,
    name,
    context,
    promptUsd: usdPerMillion(pricing.prompt),
    completionUsd: usdPerMillion(pricing.completion),
    capabilities: CAPABILITIES.filter((capability) => HAS[capability](listed)),
    endpoints: (listed.endpoints ?? []).map(({ provider, model }) => ({ provider, model })),
  };
}

const accepts = (name: string) => (model: ListedModel) => model.supported_parameters?.includes(name) === true;
const reads = (kind: string) => (model: ListedModel) => model.architecture?.input_modalities?.includes(kind) === true;
const writes = (kind: string) => (model: ListedModel) => model.architecture?.output_modalities?.includes(kind) === true;

const HAS: Readonly<Record<Capability, (model: ListedModel) => boolean>> = {
  tools: accepts('tools'),
  reasoning: accepts('reasoning'),
  'JSON schema': accepts('structured_outputs'),
  images: reads('image'),
  audio: reads('audio'),
  files: reads('file'),
  'image output': writes('image'),
  'audio output': writes('audio'),
  'log probabilities': accepts('logprobs'),
};

/** What is searched for. */
export type ModelSearch = {
  readonly text: string;
  /** USD per million tokens of prompt and completion together, at most; null = any, also unknown. */
  readonly mostUsd: number | null;
  /** Tokens, at least; null = any. */
  readonly leastContext: number | null;
  readonly capabilities: readonly Capability[];
  readonly order: 'name' | 'price' | 'context' | 'providers';
};

/** Models with all that is searched for. Each word of the text is in the name, the id or the slug of a provider. */
export function searchModels(models: readonly Model[], search: ModelSearch): Model[] {
  const words = search.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = models.filter((model) => {
    const price = priceOf(model);
    if (search.mostUsd !== null && (price === null || price > search.mostUsd)) return false;
    if (search.leastContext !== null && (model.context ?? 0) < search.leastContext) return false;
    if (!search.capabilities.every((capability) => model.capabilities.includes(capability))) return false;
    if (words.length === 0) return true;
    const text = `${model.id} ${model.name} ${model.endpoints.map(({ provider }) => provider).join(' ')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return found.toSorted(ORDERS[search.order]);
}

/** Prompt and completion together, USD per million tokens each. */
function priceOf({ promptUsd, completionUsd }: Model): number | null {
  return promptUsd === null || completionUsd === null ? null : promptUsd + completionUsd;
}

const byName = (one: Model, other: Model) => one.id.localeCompare(other.id, 'en');
const ORDERS: Readonly<Record<ModelSearch['order'], (one: Model, other: Model) => number>> = {
  name: byName,
  price: (one, other) => (priceOf(one) ?? Infinity) - (priceOf(other) ?? Infinity) || byName(one, other),
  context: (one, other) => (other.context ?? 0) - (one.context ?? 0) || byName(one, other),
  providers: (one, other) => other.endpoints.length - one.endpoints.length || byName(one, other),
};

/** Finds models by id. */
export type ModelIndex = { readonly models: readonly Model[]; readonly byId: ReadonlyMap<string, Model> };

/** Makes the index of a list. */
export const indexModels = (models: readonly Model[]): ModelIndex => ({ models, byId: new Map(models.map((model) => [model.id, model])) });

/** Whether a provider lists a model; null for a model that the list does not have (a suffix, another spelling). */
export function offers({ byId }: ModelIndex, model: string, provider: string): boolean | null {
  const found = byId.get(model);
  return found === undefined ? null : found.endpoints.some((endpoint) => endpoint.provider === provider);
}

/** Of some providers those that may serve one of the models. */
export const usableProviders = (index: ModelIndex, models: readonly string[], providers: readonly string[]): string[] =>
  providers.filter((provider) => models.some((model) => offers(index, model, provider) !== false));

/** Slugs of the providers that offer one of the models, in order of their names. */
export function providersOf({ byId }: ModelIndex, models: readonly string[]): string[] {
  return [...new Set(models.flatMap((id) => byId.get(id)?.endpoints ?? []).map(({ provider }) => provider))].toSorted();
}

/** The example request of the first visit: values that providers differ in. */
export const EXAMPLE: JsonObject = {
  messages: [
    { role: 'system', content: 'Answer in one sentence.' },
    { role: 'user', content: 'Why does a river meander?' },
  ],
  temperature: 1.4,
  top_k: 40,
  seed: 7,
  n: 2,
  max_tokens: 200,
};

/** The model that most providers offer, and three of them that can be called: a first request that shows differences. */
export function exampleChoice(
  { models }: ModelIndex,
  isReady: (provider: string) => boolean,
): { model: string; providers: string[] } | null {
  const counts = models.map((model) => ({ model, ready: model.endpoints.filter(({ provider }) => isReady(provider)) }));
  const best = counts.toSorted((one, other) => other.ready.length - one.ready.length || byName(one.model, other.model))[0];
  if (best === undefined || best.ready.length === 0) return null;
  return { model: best.model.id, providers: [...new Set(best.ready.map(({ provider }) => provider))].slice(0, 3) };
}
