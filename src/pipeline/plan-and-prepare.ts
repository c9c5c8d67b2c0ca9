/** Plans a request and prepares the calls that may be sent at once. Shared by answers, embeddings and explanations. */
import type { EmbeddingDialect, RenderingDialect, UpstreamDialect } from '../dialects/dialect.ts';
import type { RequestFacts } from '../calls/context.ts';
import { FetchedFiles, NO_FILES, PLACEHOLDER_FILES } from '../calls/files.ts';
import { embeddingDialectOf, refuseTooMany, textDialectOf, type PreparedEndpoint } from '../calls/prepare.ts';
import { Preparer } from '../calls/preparer.ts';
import type { Access } from '../ports.ts';
import type { CompiledProvider } from '../registry/provider.ts';
import { chosenCall, hedgeOf, planRoute, planRoutes, type PlannedCall, type RoutePlan } from '../routing/plan.ts';
import { createPlanningContext } from '../routing/planning-context.ts';
import { endpointOf, type Candidate } from '../routing/resolve-model.ts';
import type { CancelSignal } from '../lib/cancel-signal.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';

/** A planned request whose first calls are prepared. */
export type PlannedRequest<Dialect extends RenderingDialect = UpstreamDialect> = {
  /** One plan, or one for each model where all of them are called. */
  plans: readonly RoutePlan[];
  /** The first call of each plan. */
  endpoints: readonly [PreparedEndpoint<Dialect>, ...PreparedEndpoint<Dialect>[]];
  /** The call that may race the only first one; null = none may. */
  hedge: PreparedEndpoint<Dialect> | null;
  preparer: Preparer<Dialect>;
};

/** What planning needs of a request besides its body. */
type Facts = Pick<RequestFacts, 'caller' | 'catalog' | 'ports' | 'hops' | 'simulatorHeaders' | 'idempotencyKey' | 'trace'>;

/** Plans a request for text. Fetches its files. @throws RouterError for a request that no endpoint can serve. */
export function planText(request: UnifiedRequest, facts: Facts, signal: CancelSignal): Promise<PlannedRequest> {
  const preparer = new Preparer(textDialectOf, new FetchedFiles(facts.ports, signal), facts);
  return planAndPrepare(request, facts, { preparer, isDryRun: false });
}

/** Plans a request for text whose tokens are counted. No probe is claimed. Fetches its files. @throws RouterError as {@link planText}. */
export function planCount(request: UnifiedRequest, facts: Facts, signal: CancelSignal): Promise<PlannedRequest> {
  const preparer = new Preparer(textDialectOf, new FetchedFiles(facts.ports, signal), facts);
  return planAndPrepare(request, facts, { preparer, isDryRun: true });
}

/** Plans a request for embeddings. @throws RouterError for a request that no endpoint can serve. */
export function planEmbeddings(request: UnifiedRequest, facts: Facts): Promise<PlannedRequest<EmbeddingDialect>> {
  return planAndPrepare(request, facts, { preparer: new Preparer(embeddingDialectOf, NO_FILES, facts), isDryRun: false });
}

/** A plan for an answer that may be a stored one. */
export type PlannedRepeat<Dialect extends RenderingDialect = UpstreamDialect> = {
  plans: readonly RoutePlan[];
  /** What would be sent, with placeholders for files that would be fetched. */
  prepare(planned: PlannedCall): Promise<PreparedEndpoint<Dialect>>;
  /** What would be sent to the endpoint of this name. Null = it may not serve the request. */
  find(endpoint: string): Promise<PreparedEndpoint<Dialect> | null>;
};

/** Plans a request for text and changes nothing: no probe is claimed and no file is fetched. */
export const planRepeat = (request: UnifiedRequest, facts: Facts): PlannedRepeat =>
  createRepeat(request, facts, new Preparer(textDialectOf, PLACEHOLDER_FILES, facts));

/** The same for embeddings. */
export const planEmbeddingRepeat = (request: UnifiedRequest, facts: Facts): PlannedRepeat<EmbeddingDialect> =>
  createRepeat(request, facts, new Preparer(embeddingDialectOf, NO_FILES, facts));

function createRepeat<Dialect extends RenderingDialect>(
  request: UnifiedRequest,
  facts: Facts,
  preparer: Preparer<Dialect>,
): PlannedRepeat<Dialect> {
  const plans = plansOf(request, facts);
  const prepare = (planned: PlannedCall) => preparer.prepareUncached(planned, request);
  return {
    plans,
    prepare,
    find: async (endpoint) => {
      const isIt = (candidate: Candidate) => endpointOf(candidate) === endpoint;
      const callIn = (all: readonly RoutePlan[]) => all.flatMap(({ calls }) => calls.all()).find(({ candidate }) => isIt(candidate));
      const other = plans.flatMap(({ leftOut }) => leftOut().others).find(isIt);
      const planned = callIn(plans) ?? (other === undefined ? undefined : callIn(plansOf(onlyAt(other.provider.slug, request), facts)));
      return planned === undefined ? null : await prepare(planned);
    },
  };
}

/** The request for one provider, so that its endpoint is planned however many others come first. */
const onlyAt = (slug: string, request: UnifiedRequest): UnifiedRequest => ({
  ...request,
  preferences: { ...request.preferences, only: [slug], hedge_after_ms: null },
});

/**
 * Plans a request of any operation and changes nothing: no probe is claimed and no file is fetched. Where no provider has a key, the plan
 * is made as if every provider had one.
 *
 * @throws RouterError like the request itself, except for keys and base URLs that are not set.
 */
export function planDryRun(request: UnifiedRequest, facts: Facts): Promise<PlannedRequest<RenderingDialect>> {
  const isEmbedding = request.operation === 'embeddings';
  const dialectOf: (planned: PlannedCall) => RenderingDialect = isEmbedding ? embeddingDialectOf : textDialectOf;
  const preparer = new Preparer(dialectOf, isEmbedding ? NO_FILES : PLACEHOLDER_FILES, facts);
  return planAndPrepare(request, facts, { preparer, isDryRun: true });
}

async function planAndPrepare<Dialect extends RenderingDialect>(
  request: UnifiedRequest,
  facts: Facts,
  { preparer, isDryRun }: { preparer: Preparer<Dialect>; isDryRun: boolean },
): Promise<PlannedRequest<Dialect>> {
  const { health, limits } = facts.ports;
  const plans = isDryRun ? plansWithoutKeys(request, facts) : plansOf(request, facts);
  const chosen = plans.map(chosenCall);
  // Together with planning, before the first await: of two simultaneous requests only one is the probe.
  if (!isDryRun) for (const { candidate } of chosen) health.claimProbe(endpointOf(candidate));
  const hedged = hedgeOf(plans);
  const atOnce = hedged === null ? chosen : [...chosen, hedged];
  await preparer.loadFiles(atOnce);
  const prepared: PreparedEndpoint<Dialect>[] = [];
  for (const planned of atOnce) {
    prepared.push(await preparer.prepare(planned, request));
    refuseTooMany(prepared, request, limits); // before the next call takes its memory
  }
  const [first, ...more] = prepared.slice(0, chosen.length);
  if (first === undefined) throw new Error('a request without a plan');
  return { plans, endpoints: [first, ...more], hedge: hedged === null ? null : (prepared.at(-1) ?? null), preparer };
}

/** An embedding is made by one model. */
function plansOf(request: UnifiedRequest, { caller, catalog, ports }: Facts, context = createPlanningContext(ports, caller)): RoutePlan[] {
  return request.operation === 'embeddings' ? [planRoute(request, catalog, context)] : planRoutes(request, catalog, context);
}

function plansWithoutKeys(request: UnifiedRequest, facts: Facts): RoutePlan[] {
  const plans = plansOf(request, facts);
  if (plans.every(({ calls }) => calls.at(0) !== undefined)) return plans;
  const { ports, caller } = facts;
  const access = (provider: CompiledProvider): Access => ({ ...ports.access(provider), missingVariables: [] });
  return plansOf(request, facts, { ...createPlanningContext(ports, caller), access });
}
