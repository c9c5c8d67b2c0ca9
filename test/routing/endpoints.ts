/** Endpoints and a planning context for tests of planning: prices, health and random numbers. */
import { createCatalog, type Catalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider, Offering } from '../../src/registry/provider.ts';
import { endpointOf } from '../../src/routing/resolve-model.ts';
import { planRoute, type PlanningContext } from '../../src/routing/plan.ts';
import type { Percentiles, EndpointHealth } from '../../src/unified/endpoint-health.ts';
import { NO_OUTCOMES } from '../support/fake-ports.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { OPEN_CONTEXT, requestFor } from '../fitting/sent.ts';
import { wholePlan, type WholePlan } from './whole-plan.ts';

export const offering = (slug: string, more: Partial<Offering> = {}): Offering => ({
  slug,
  id: `id-of-${slug}`,
  source: 'https://a.example',
  checked: '2026-01-01',
  ...more,
});

/** A price that is the same for prompt and completion, in USD per million tokens. */
export const priced = (usd: number): Partial<Offering> => ({ priceUsdPerMillionTokens: { prompt: usd, completion: usd } });

export function provider(slug: string, models: Offering[], more: Partial<CompiledProvider> = {}): CompiledProvider {
  return {
    slug,
    name: `The ${slug}`,
    docs: 'https://a.example',
    baseUrl: 'https://a.example',
    auth: [{ scheme: 'bearer', secret: `${slug.toUpperCase()}_API_KEY`, optional: false }],
    variables: {},
    binding: null,
    discontinued: null,
    modelsPath: '/models',
    operations: { chat: [chatOperation()] },
    models,
    ...more,
  };
}

/** One provider each that offers `a/m`. */
export function offersOf(offers: Readonly<Record<string, Partial<Offering>>>): Catalog {
  return createCatalog(Object.entries(offers).map(([slug, more]) => provider(slug, [offering('a/m', more)])));
}

/** The same number at every percentile. */
export const level = (value: number): Percentiles => ({ p50: value, p75: value, p90: value, p99: value });

/** How endpoints do, by the slug of their provider; nothing has been heard of the others. */
export function endpointHealths(bySlug: Readonly<Record<string, Partial<EndpointHealth>>>): PlanningContext['healthOf'] {
  return (endpoint) => ({ ...NO_OUTCOMES, ...bySlug[/^~?(\S*)/.exec(endpoint)?.[1] ?? ''] });
}

/** The plan of a chat request for `a/m`, unless `fields` names others. */
export function planOf(fields: JsonObject, catalog: Catalog, context: Partial<PlanningContext> = {}): WholePlan {
  return wholePlan(planRoute(requestFor('chat', 'a/m', fields), catalog, { ...OPEN_CONTEXT, ...context }));
}

/** Providers in the order in which they are tried, those in reserve included. */
export const order = ({ calls, others }: WholePlan): string[] =>
  [...calls.map(({ candidate }) => candidate), ...others].map((candidate) => candidate.provider.slug);

/** Endpoints in that order. */
export const endpoints = ({ calls, others }: WholePlan): string[] =>
  [...calls.map(({ candidate }) => candidate), ...others].map(endpointOf);

/** `<name> <provider>: <reason>` of what fell out. */
export const reasons = ({ rejected }: WholePlan): string[] =>
  rejected.map(({ requested, provider: slug, reason }) => `${requested} ${String(slug)}: ${reason}`);
