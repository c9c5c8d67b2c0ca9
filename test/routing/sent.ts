/** What a request would become at a provider, from the real provider files: plan, fit and render, with every provider set up. */
import { prepare, type Prepared } from '../../src/pipeline/prepare.ts';
import type { AccessPort } from '../../src/ports.ts';
import { PROVIDERS } from '../../src/registry/catalog.generated.ts';
import { createCatalog, type CompiledProvider } from '../../src/registry/catalog.ts';
import { chosenCall, planRoute } from '../../src/routing/plan.ts';
import type { Adjustment } from '../../src/unified/adjustment.ts';
import type { JsonObject } from '../../src/unified/json.ts';
import type { Operation } from '../../src/unified/parameters.ts';
import { parseUnified, type UnifiedRequest } from '../../src/unified/request.ts';

export const CATALOG = createCatalog(PROVIDERS);

/** Every provider has a base URL and a key. */
export const openAccess: AccessPort = (provider) => ({
  baseUrl: provider.baseUrl ?? `https://${provider.slug}.example`,
  keys: ['a-key'],
  simulated: false,
  missing: [],
});

/** The provider of that slug. */
export function providerOf(slug: string): CompiledProvider {
  const provider = CATALOG.provider(slug);
  if (provider === undefined) throw new Error(`no provider file is called ${slug}`);
  return provider;
}

/** The smallest content each operation needs. */
export const CONTENT: Readonly<Record<Operation, JsonObject>> = {
  chat: { messages: [{ role: 'user', content: 'Hi' }] },
  completions: { prompt: 'Hi' },
};

/** A parsed request for a model, with the smallest content unless `fields` brings its own. */
export function requestFor(operation: Operation, model: string, fields: JsonObject = {}): UnifiedRequest {
  return parseUnified(operation, { model, ...CONTENT[operation], ...fields });
}

/** The request as it would be sent. @throws RouterError as the router would. */
export function prepared(request: UnifiedRequest): Prepared {
  return prepare(chosenCall(planRoute(request, CATALOG, openAccess)), request, {});
}

/** The upstream body, and the adjustments. */
export function sent(
  operation: Operation,
  model: string,
  fields: JsonObject = {},
): { body: JsonObject; adjustments: readonly Adjustment[] } {
  return prepared(requestFor(operation, model, fields));
}

/** An adjustment as one short line, e.g. `top_k clamped 1 -> 2`. */
export function line({ param, action, from, to }: Adjustment): string {
  const value = (given: unknown) => (given === undefined ? '' : JSON.stringify(given));
  const values = [from === undefined ? '' : ` ${value(from)}`, to === undefined ? '' : ` -> ${value(to)}`].join('');
  return `${param} ${action}${values}`;
}
