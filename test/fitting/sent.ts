/** What a request would become at a provider, from the real provider files: plan, fit and render, with every provider set up. */
import { placeholderFiles } from '../../src/calls/files.ts';
import { prepare, type PreparedEndpoint } from '../../src/calls/prepare.ts';
import type { AccessPort } from '../../src/ports.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import { chosenCall, planRoute, type PlanningContext } from '../../src/routing/plan.ts';
import type { Adjustment } from '../../src/unified/adjustment.ts';
import { LIMITS, QUIET, reachable, NO_OUTCOMES } from '../support/fake-ports.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { Operation } from '../../src/unified/request/parameters.ts';
import { parseOpenAi } from '../../src/dialects/openai-common/client/parse.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';

export const CATALOG = createCatalog(PROVIDERS);

/** Every provider has a base URL and a key. */
export const openAccess: AccessPort = ({ baseUrl, slug, auth, variables }) => ({
  ...reachable(baseUrl?.replace(/\{\w+\}/g, 'a-value') ?? `https://${slug}.example`, 'a-key'),
  ...(auth[0] === undefined ? {} : { auth: auth[0] }),
  variables: Object.fromEntries(Object.entries(variables).map(([name, { default: otherwise }]) => [name, otherwise ?? 'a-value'])),
});

/** A planning context in which every provider is configured, no parameter was refused and nothing is random. */
export const OPEN_CONTEXT: PlanningContext = {
  access: openAccess,
  learned: QUIET.learned,
  // Every call that a request can take, and every file that it can name.
  limits: { ...LIMITS, upstreamCalls: Infinity, media: { ...LIMITS.media, hosts: ['*'] } },
  healthOf: () => NO_OUTCOMES,
  random: () => 0,
  sticky: QUIET.sticky,
};

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
  embeddings: { input: 'Hi' },
};

/** A parsed request for a model, with the smallest content unless `fields` brings its own. */
export function requestFor(operation: Operation, model: string, fields: JsonObject = {}): UnifiedRequest {
  return parseOpenAi(operation, { model, ...CONTENT[operation], ...fields });
}

/** The request as it would be sent. @throws RouterError as the router would. */
export function prepared(request: UnifiedRequest): PreparedEndpoint {
  const chosen = chosenCall(planRoute(request, CATALOG, OPEN_CONTEXT));
  return prepare(chosen, { request, extraHeaders: {}, dataUris: placeholderFiles([chosen]) });
}

/** The upstream bodies of all calls, in order. */
export const bodiesOf = ({ parts }: PreparedEndpoint): JsonObject[] => parts.map(({ body }) => body);

/** The upstream body of the first call. @throws Error where there is none. */
export function firstBody({ parts }: PreparedEndpoint): JsonObject {
  const [first] = parts;
  if (first === undefined) throw new Error('a request became no call at all');
  return first.body;
}

/** What goes out for a request: `body` is the first of `bodies`. */
export type UpstreamBodies = { body: JsonObject; bodies: JsonObject[]; adjustments: readonly Adjustment[] };

/** The upstream bodies, and the adjustments. */
export function sent(operation: Operation, model: string, fields: JsonObject = {}): UpstreamBodies {
  const answer = prepared(requestFor(operation, model, fields));
  return { body: firstBody(answer), bodies: bodiesOf(answer), adjustments: answer.adjustments };
}

/** An adjustment as one short line, e.g. `top_k clamped 1 -> 2`. */
export function line({ param, action, from, to }: Adjustment): string {
  const value = (given: unknown) => (given === undefined ? '' : JSON.stringify(given));
  const values = [from === undefined ? '' : ` ${value(from)}`, to === undefined ? '' : ` -> ${value(to)}`].join('');
  return `${param} ${action}${values}`;
}
