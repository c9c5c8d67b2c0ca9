/**
 * Lists models and providers of the catalogue: `GET /models` and `GET /providers`, in OpenRouter's shapes
 * (https://openrouter.ai/docs/api-reference, read 2026-08-22). What a provider file does not state is null.
 */
import type { Catalog } from '../registry/catalog.ts';
import type { CompiledProvider, Offering, Rates } from '../registry/provider.ts';
import { operationFor } from '../registry/operation.ts';
import type { AccessPort } from '../ports.ts';
import type { CatalogOrigin } from './deps.ts';
import { filterModels, hasFilters, type Query } from './model-filters.ts';
import { ALL, type Page } from './page.ts';
import { listedOffers, type ModelOffer } from '../routing/listed-offers.ts';
import { readName, unknownModel } from '../routing/resolve-model.ts';
import { RouterError } from '../unified/error.ts';
import type { JsonObject } from '../lib/json.ts';

/** What of the list is returned: a page of it, or of what passes the filters of a query. `nowMs`: for the age of models. */
type Selection = { page?: Page; query?: Query; nowMs?: number };

/**
 * Every model that some provider file lists, and the operator's own names before them. In the shapes of OpenRouter, of OpenAI, and of
 * Anthropic (`has_more`, `first_id`, `last_id`). `models`: Codex asks with `?client_version=` and requires the key; an empty list leaves it
 * to its own facts (claude-code-hub #1342, read 2026-11-30).
 *
 * @throws RouterError `invalid_request` naming the parameter of the query.
 */
export function listModels(catalog: Catalog, { page = ALL, query = {}, nowMs = 0 }: Selection = {}): JsonObject {
  const describe = (name: string) =>
    catalog.alias(name) === null ? describeModel(name, catalog.offerings(name)) : describeAlias(name, catalog);
  const selected: readonly (string | JsonObject)[] = hasFilters(query)
    ? filterModels(namesOf(catalog).map(describe), query, nowMs)
    : namesOf(catalog);
  const start = startOf(page, selected);
  const models = selected.slice(start, start + page.limit).map((one) => (typeof one === 'string' ? describe(one) : one));
  const end = start + models.length;
  const hasMore = end < selected.length;
  return {
    object: 'list',
    data: models,
    models: [],
    total_count: selected.length,
    links: { next: hasMore ? nextPage(query, end) : null },
    has_more: hasMore,
    first_id: models[0]?.['id'] ?? null,
    last_id: models.at(-1)?.['id'] ?? null,
  };
}

/** The query of the next page, as a relative address. */
function nextPage(query: Query, offset: number): string {
  const next = new URLSearchParams(query);
  next.delete('after_id');
  next.set('offset', String(offset));
  return `?${next.toString()}`;
}

/** How many models pass the filters of a query, in OpenRouter's shape. @throws RouterError as {@link listModels}. */
export function countModels(catalog: Catalog, query: Query, nowMs: number): JsonObject {
  return { data: { count: listModels(catalog, { page: { ...ALL, limit: 0 }, query, nowMs })['total_count'] } };
}

/** A slug that is an alias, too, is listed once: as the alias. */
function namesOf(catalog: Catalog): readonly string[] {
  return [...catalog.aliases(), ...catalog.slugs().filter((slug) => catalog.alias(slug) === null)];
}

/** Place of the first model of a page. @throws RouterError for a model that the page begins after and that is not in the list. */
function startOf({ offset, afterId }: Page, selected: readonly (string | JsonObject)[]): number {
  if (afterId === null) return offset;
  const index = selected.findIndex((one) => (typeof one === 'string' ? one : one['id']) === afterId);
  if (index >= 0) return index + 1 + offset;
  throw new RouterError('invalid_request', `after_id: expected the id of a listed model, got ${JSON.stringify(afterId.slice(0, 100))}.`, {
    param: 'after_id',
  });
}

/** One model, by any name that a request may call it. @throws RouterError `not_found`, with the nearest names. */
export function retrieveModel(name: string, catalog: Catalog): JsonObject {
  if (catalog.alias(name) !== null) return describeAlias(name, catalog);
  const { slug, offered } = readName(name, catalog);
  if (offered.length === 0) throw new RouterError('not_found', `${name}: ${unknownModel(name, catalog)}.`);
  return describeModel(catalog.offerings(name).length > 0 ? name : slug, offered);
}

/** A name of the operator's own, with the models that it stands for (`alias_of`) and all of their endpoints. */
function describeAlias(name: string, catalog: Catalog): JsonObject {
  return { ...describeModel(name, listedOffers(name, catalog)), alias_of: catalog.alias(name) };
}

/** One model, with the providers that offer it. */
export function describeModel(slug: string, offered: readonly ModelOffer[]): JsonObject {
  const offerings = offered.map(({ offering }) => offering);
  const widest =
    offerings.reduce<Offering | undefined>(
      (best, one) => ((one.contextTokens ?? 0) > (best?.contextTokens ?? 0) ? one : best),
      undefined,
    ) ?? offerings[0];
  const input = [...new Set(offerings.flatMap((one) => one.input ?? ['text']))];
  const output = [...new Set(offerings.flatMap((one) => one.output ?? ['text']))];
  const name = offerings.find((one) => one.name !== undefined)?.name ?? slug;
  const created = seconds(offerings.map((one) => one.released ?? one.checked).sort()[0]);
  return {
    id: slug,
    canonical_slug: slug,
    object: 'model',
    type: 'model',
    name,
    display_name: name,
    created,
    created_at: new Date(created * 1000).toISOString(),
    owned_by: slug.split('/')[0],
    description: '',
    context_length: widest?.contextTokens ?? null,
    architecture: {
      modality: `${input.join('+')}->${output.join('+')}`,
      input_modalities: input,
      output_modalities: output,
      tokenizer: 'Other',
      instruct_type: null,
    },
    pricing: describePrice(cheapest(offerings)),
    top_provider: {
      context_length: widest?.contextTokens ?? null,
      max_completion_tokens: widest?.maxOutputTokens ?? null,
      is_moderated: false,
    },
    per_request_limits: null,
    supported_parameters: [...new Set(offered.flatMap(supportedParameters))].sort(),
    default_parameters: null,
    expiration_date: lastDay(offerings),
    supported_voices: null,
    links: { details: offerings[0]?.source ?? '' },
    endpoints: offered.map(({ provider, offering }) => ({
      provider: provider.slug,
      model: offering.id,
      quantization: offering.quantization ?? null,
      ...(offering.expires === undefined ? {} : { expiration_date: offering.expires }),
    })),
  };
}

/** Returns the last day of a model when all its providers state an end; null otherwise. */
function lastDay(offerings: readonly Offering[]): string | null {
  const days = offerings.flatMap(({ expires }) => expires ?? []);
  return days.length < offerings.length ? null : (days.toSorted().at(-1) ?? null);
}

const seconds = (date: string | undefined) => Math.floor(Date.parse(date ?? '1970-01-01') / 1000);

function cheapest(offerings: readonly Offering[]): Offering | undefined {
  const sumOf = ({ priceUsdPerMillionTokens: price }: Offering) => (price === undefined ? Infinity : price.prompt + price.completion);
  return offerings.toSorted((one, other) => sumOf(one) - sumOf(other))[0];
}

/** What OpenRouter writes for a price that is not fixed; its SDK refuses a null. Here: not known. */
const UNKNOWN_PRICE = '-1';

/** USD per token, and per web search, as strings. */
export function describePrice({ priceUsdPerMillionTokens: price, priceUsdPerWebSearch: webSearchUsd }: Partial<Offering> = {}): JsonObject {
  if (price === undefined) return { prompt: UNKNOWN_PRICE, completion: UNKNOWN_PRICE };
  const overrides = price.above?.map(({ promptTokens, ...rates }) => ({ min_prompt_tokens: promptTokens, ...describeRates(rates) }));
  return {
    ...describeRates(price),
    ...(webSearchUsd === undefined ? {} : { web_search: usdText(webSearchUsd) }),
    ...(overrides === undefined ? {} : { overrides }),
  };
}

/** OpenRouter's names of prices (PublicPricing of its OpenAPI document, read 2026-11-20). */
const PRICE_NAMES: Readonly<Record<string, string>> = {
  prompt: 'prompt',
  completion: 'completion',
  cachedPrompt: 'input_cache_read',
  cacheWrite: 'input_cache_write',
  cacheWrite1h: 'input_cache_write_1h',
  audioPrompt: 'audio',
  cachedAudioPrompt: 'input_audio_cache',
  imagePrompt: 'image',
  audioCompletion: 'audio_output',
  imageCompletion: 'image_output',
  reasoning: 'internal_reasoning',
};

const usdText = (usd: number) => usd.toFixed(12).replace(/\.?0+$/, '') || '0';

function describeRates(rates: Rates): JsonObject {
  const entries = Object.entries(PRICE_NAMES).flatMap(([own, name]) => {
    const usdPerMillion = rates[own as keyof Rates];
    return usdPerMillion === undefined ? [] : [[name, usdText(usdPerMillion / 1e6)]];
  });
  return Object.fromEntries(entries) as JsonObject;
}

/** Unified names of the parameters that an endpoint accepts. */
export function supportedParameters({ provider, offering }: ModelOffer): string[] {
  const served = operationFor(provider, 'chat', offering.id) ?? operationFor(provider, 'embeddings', offering.id);
  const rules = served?.rules.parameters ?? {};
  return Object.entries(rules)
    .filter(([name, rule]) => rule !== false && name !== 'stream_options')
    .map(([name]) => name);
}

/** Which catalogue is in use: its version, the date of its newest facts, where it comes from, and when it was pushed. */
export function describeCatalog({ version, checked }: Catalog, origin: CatalogOrigin = { source: 'bundled' }): JsonObject {
  const pushed = origin.source === 'kv' ? { hash: origin.hash, pushed_at: origin.pushedAt } : {};
  return { version, checked, source: origin.source, ...pushed };
}

/** Every provider file, and whether it is ready to be called. */
export const listProviders = (catalog: Catalog, access: AccessPort): JsonObject => ({
  data: catalog.providers.map((provider) => describeProvider(provider, access)),
});

/** A provider, and the variables that must be set before it can be called. */
export function describeProvider(provider: CompiledProvider, access: AccessPort): JsonObject {
  const { missingVariables: missing, isSimulated: simulated } = access(provider);
  return {
    name: provider.name,
    slug: provider.slug,
    privacy_policy_url: null,
    terms_of_service_url: null,
    status_page_url: null,
    docs_url: provider.docs,
    operations: Object.keys(provider.operations),
    discontinued: provider.discontinued,
    ready: missing.length === 0,
    simulated,
    missing,
  };
}
