/** Describes one provider: `GET /providers/{slug}`. Its variables are named and never shown: the address is that of its file. */
import { didYouMean, nearestNames } from '../lib/nearest.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Assets, Ports } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { variablePrefix, type Auth, type CompiledProvider, type Offering } from '../registry/provider.ts';
import { allowedModels, type Restriction } from '../routing/restrictions.ts';
import { endpointName, type HealthTracker } from '../unified/endpoint-health.ts';
import { RouterError } from '../unified/error.ts';
import { describeHealth } from './endpoints.ts';
import { describePrice, describeProvider } from './models.ts';

/** What it is made from. `catalog`: as the caller's key may use it; `restriction`: of the key, null = none. */
type Source = { catalog: Catalog; restriction: Restriction | null; ports: Pick<Ports, 'access' | 'health'> };

/** One provider, with the models that the caller may use. @throws RouterError `not_found`, with the nearest names. */
export function retrieveProvider(slug: string, { catalog, restriction, ports }: Source): JsonObject {
  const provider = catalog.provider(slug);
  if (provider === undefined) throw unknownProvider(slug, catalog);
  const models = allowedModels(provider, restriction);
  return {
    ...describeProvider(provider, ports.access),
    base_url: provider.baseUrl,
    base_url_variable: `${variablePrefix(slug)}_BASE_URL`,
    auth: provider.auth.map((auth) => ({ scheme: auth.scheme, optional: auth.optional, variables: variablesOf(auth) })),
    variables: Object.entries(provider.variables).map(([name, { default: otherwise = null }]) => ({ name, default: otherwise })),
    data_policy: provider.dataPolicy ?? null,
    models: models.map(describeOffering),
    health: models.flatMap((offering) => measuredHealth(provider, offering, ports.health)),
    source_file: `/v1/providers/${slug}/source`,
  };
}

/**
 * The file of a provider, as it was when the router was built. Files have comments of the operator, so they are read with a key only.
 *
 * @param assets null = the files are not bound. @throws RouterError `not_found`
 */
export async function readProviderFile(slug: string, catalog: Catalog, assets: Assets | null): Promise<Response> {
  if (catalog.provider(slug) === undefined) throw unknownProvider(slug, catalog);
  const found = await assets?.fetch(new Request(`https://assets/console/files/${slug}.jsonc`));
  if (found?.ok !== true) throw new RouterError('not_found', `The file of ${slug} is not served: bind ASSETS, as in wrangler.toml.`);
  return new Response(found.body, { headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' } });
}

/** Names of the variables that a key is read from. */
function variablesOf(auth: Auth): string[] {
  if (auth.scheme === 'none') return [];
  const { secret } = auth;
  return auth.scheme === 'aws-sigv4' ? [auth.accessKeyId, secret, auth.region, ...[auth.sessionToken ?? []].flat()] : [secret];
}

function unknownProvider(slug: string, { providers }: Catalog): RouterError {
  const near = nearestNames(
    slug,
    providers.map((one) => one.slug),
  );
  const message = `${JSON.stringify(slug.slice(0, 100))}: no provider has this name.${didYouMean(near)} GET /v1/providers lists them.`;
  return new RouterError('not_found', message);
}

/** What is not known is null. */
function describeOffering(offering: Offering): JsonObject {
  const { id, slug, name, contextTokens, maxOutputTokens, released, expires, status, source, checked } = offering;
  return {
    id,
    slug,
    name: name ?? slug,
    context_length: contextTokens ?? null,
    max_output: maxOutputTokens ?? null,
    pricing: describePrice(offering),
    released: released ?? null,
    expires: expires ?? null,
    status: status ?? null,
    checked,
    source,
  };
}

/** Nothing for a model that was not called for five minutes and whose circuit is closed. */
function measuredHealth({ slug }: CompiledProvider, { id }: Offering, health: Pick<HealthTracker, 'healthOf'>): JsonObject[] {
  const found = health.healthOf(endpointName(slug, id));
  const { successes, failures, limited, state, uptime, firstContentMs, tokensPerSecond } = found;
  if (successes + failures + limited === 0 && state === 'closed') return [];
  return [{ model: id, ...describeHealth(found), uptime, latency_ms: firstContentMs, tokens_per_second: tokensPerSecond }];
}
