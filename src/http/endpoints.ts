/**
 * Lists the endpoints of a model with their health: `GET /models/{author}/{slug}/endpoints`, in OpenRouter's shape
 * (https://openrouter.ai/docs/api-reference, read 2026-08-22). Only measured values are shown. The fields for 30 minutes and a day are null,
 * because the tracker keeps five minutes; values of five minutes have fields of their own.
 */
import type { Catalog } from '../registry/catalog.ts';
import { operationFor } from '../registry/operation.ts';
import { listedOffers, type ModelOffer } from '../routing/listed-offers.ts';
import { readName, unknownModel } from '../routing/resolve-model.ts';
import { costObjection } from '../routing/filter.ts';
import { WINDOW_MS } from '../state/outcome-window.ts';
import { RouterError } from '../unified/error.ts';
import { endpointName, type HealthTracker, type EndpointHealth } from '../unified/endpoint-health.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Deps } from './deps.ts';
import { describeModel, describePrice, supportedParameters } from './models.ts';

/** Describes the endpoints of one model. @throws RouterError `not_found` when no provider file lists it. */
export function listEndpoints(model: string, { catalog, ports }: Pick<Deps, 'catalog' | 'ports'>): JsonObject {
  const described = describeEndpoints(model, catalog, ports.health);
  if (described !== null) return described;
  throw new RouterError('not_found', `${model}: ${unknownModel(model, catalog)}.`);
}

/** A name with a suffix stands for the endpoints that a request with it may use. Null when no provider file lists one. */
export function describeEndpoints(model: string, catalog: Catalog, health: Pick<HealthTracker, 'healthOf'>): JsonObject | null {
  const { slug, offered: all, freeOnly } = readName(model, catalog);
  const isAlias = catalog.alias(model) !== null;
  const offered = isAlias ? listedOffers(model, catalog) : freeOnly ? all.filter((one) => costObjection(one) === null) : all;
  if (offered.length === 0) return null;
  const isListed = isAlias || catalog.offerings(model).length > 0;
  const { id, name, created, description, architecture } = describeModel(isListed ? model : slug, offered);
  const endpoints = offered.map((one) => describeEndpoint(one, health.healthOf(endpointName(one.provider.slug, one.offering.id))));
  return { data: { id, name, created, description, architecture, endpoints } };
}

/** OpenRouter's status 0 is "in order"; its documents do not explain negative values. Ours: half-open, and open. */
const STATUS: Readonly<Record<EndpointHealth['state'], number>> = { closed: 0, 'half-open': -1, open: -2 };

/** Stands for a context length that is not known: OpenRouter's SDK (1.3.19) refuses a null here. */
const UNKNOWN_CONTEXT = 0;

/** Kinds of `tool_choice` that an endpoint accepts, as OpenRouter's SDK requires them. */
function toolChoiceOf({ provider, offering }: ModelOffer): JsonObject {
  const rule = operationFor(provider, 'chat', offering.id)?.rules.parameters['tool_choice'];
  const takes = (kind: string) => rule !== undefined && rule !== false && (rule.enum === undefined || rule.enum.includes(kind));
  return { none: takes('none'), auto: takes('auto'), required: takes('required'), function: takes('function') };
}

function describeEndpoint({ provider, offering }: ModelOffer, endpointHealth: EndpointHealth): JsonObject {
  return {
    name: `${provider.name} | ${offering.slug}`,
    model_id: offering.slug,
    model_name: offering.name ?? offering.slug,
    provider_name: provider.name,
    tag: provider.slug, // what `provider.order`, `only` and `ignore` take
    context_length: offering.contextTokens ?? UNKNOWN_CONTEXT,
    max_completion_tokens: offering.maxOutputTokens ?? null,
    max_prompt_tokens: null,
    pricing: describePrice(offering),
    quantization: offering.quantization ?? null,
    supported_parameters: supportedParameters({ provider, offering }).sort(),
    supports_tool_choice: toolChoiceOf({ provider, offering }),
    supports_implicit_caching: false, // no provider file states it
    status: STATUS[endpointHealth.state],
    uptime_last_5m: endpointHealth.uptime === null ? null : Number((endpointHealth.uptime * 100).toFixed(2)),
    uptime_last_30m: null,
    uptime_last_1d: null,
    latency_last_30m: null,
    throughput_last_30m: null,
    latency_last_5m: endpointHealth.firstContentMs,
    throughput_last_5m: endpointHealth.tokensPerSecond,
    model: offering.id,
    health: describeHealth(endpointHealth),
  };
}

/** The circuit of an endpoint, and what it was counted for in the last minutes. */
export function describeHealth({ state, untilMs, successes, failures, limited }: EndpointHealth): JsonObject {
  return { state, until_ms: untilMs, successes, failures, limited, window_seconds: WINDOW_MS / 1000 };
}
