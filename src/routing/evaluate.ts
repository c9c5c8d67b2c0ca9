/**
 * Every endpoint that a request's model names stand for: those that may be used, in lists by model, and why each other one may not.
 * The order within a list is `rank.ts`. Pure: the world comes in.
 */
import type { Access, KnownRefusals, Ports, Sticky } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { sortOf, mixesModels, type Sort } from '../unified/request/preferences.ts';
import type { Operation } from '../unified/request/parameters.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { expandAliases, type ModelName } from './expand-aliases.ts';
import { endpointOf, findCandidates, type Candidate, type Found, type Rejection } from './resolve-model.ts';
import { costObjection, rejectionReason } from './filter.ts';
import { contextObjection, missingFeatures, requiredFeatures, promptSize, type PromptSize } from './features.ts';
import type { Usable } from './rank.ts';
import type { EndpointHealth } from '../unified/endpoint-health.ts';
import { stickyKey } from '../state/sticky-endpoints.ts';

/** What planning asks of the world. */
export type PlanningContext = Pick<Ports, 'access' | 'learned' | 'limits'> & {
  /** How an endpoint has been doing; endpoints are named as in `unified/endpoint-health.ts`. */
  healthOf: (endpoint: string) => EndpointHealth;
  /** A number in [0, 1). */
  random: () => number;
  sticky: Pick<Sticky, 'endpointFor'>;
};

/** An endpoint that may be used, and what is needed to fit the request to it. */
export type EvaluatedCandidate = Usable & {
  access: Access;
  /** What its refusals taught a short while ago. */
  knownRefusals: KnownRefusals;
};

/** Endpoints that are exhausted before the next list is begun. */
export type List = { entries: EvaluatedCandidate[]; /** What to sort them by; null = not said. */ sort: Sort | null };

/** What is left of the endpoints that the names stand for. */
export type Evaluation = { lists: List[]; rejected: Rejection[] };

/** Surveys the endpoints of a request. */
export function evaluateCandidates(request: UnifiedRequest, catalog: Catalog, world: PlanningContext): Evaluation {
  const judge = createJudge(request, world);
  const seen = new Map<string, string>();
  const rejected: Rejection[] = [];
  const own = sortOf(request.preferences);
  const listOf = ({ name, alias, index }: ModelName, isOneOfSeveral: boolean): List => {
    const { candidates, rejected: unknown, sort, freeOnly } = findNamed({ name, alias }, request.operation, catalog);
    rejected.push(...unknown.map((one) => (one.param === undefined ? one : { ...one, param: request.modelFields[index] ?? one.param })));
    const isChoice = candidates.length > 1 || isOneOfSeveral || mixesModels(request.preferences);
    const entries = candidates.flatMap((candidate) => {
      const key = endpointOf(candidate);
      const twin = seen.get(key);
      seen.set(key, twin ?? name);
      const judged =
        twin === undefined ? judge(candidate, { sort, freeOnly, isChoice }) : reject(candidate, `it is the same endpoint as for ${twin}`);
      if (!('reason' in judged)) return [judged];
      rejected.push(judged);
      return [];
    });
    return { entries, sort: own ?? sort };
  };
  const lists = expandAliases(request.models, catalog, world.random).flatMap((names) => {
    const found = names.map((name) => listOf(name, names.length > 1));
    // A conversation stays with the model of the group that served it before.
    return names.length === 1 ? found : found.toSorted((one, other) => Number(holdsSticky(other)) - Number(holdsSticky(one)));
  });
  if (!mixesModels(request.preferences)) return { lists, rejected };
  const sort = lists.find((list) => list.sort !== null)?.sort ?? null;
  return { lists: [{ entries: lists.flatMap(({ entries }) => entries), sort }], rejected };
}

const holdsSticky = ({ entries }: List): boolean => entries.some(({ isSticky }) => isSticky);

/** The endpoints of a name. Those of an alias say what the client called them. */
function findNamed({ name, alias }: Pick<ModelName, 'name' | 'alias'>, wanted: Operation, catalog: Catalog): Found {
  const found = findCandidates(name, wanted, catalog);
  if (alias === null) return found;
  const requested = `${alias} (${name})`;
  return {
    ...found,
    candidates: found.candidates.map((candidate) => ({ ...candidate, requested, alias })),
    rejected: found.rejected.map((rejection) => ({ ...rejection, requested })),
  };
}

const reject = ({ requested, provider }: Candidate, reason: string): Rejection => ({ requested, provider: provider.slug, reason });

const UNTAUGHT: KnownRefusals = new Map();

/** Whether a request goes out as if nothing had been learned: it demands what it asks for, so other requests must not change it. */
export const refusesKnown = ({ preferences }: UnifiedRequest): boolean =>
  preferences.allow_adjustments === false || preferences.require_parameters === true;

/** Says of one candidate whether it may be used, given what the name it was found by asks for. */
type Judge = (candidate: Candidate, name: Pick<Found, 'sort' | 'freeOnly'> & { isChoice: boolean }) => EvaluatedCandidate | Rejection;

function createJudge(request: UnifiedRequest, world: PlanningContext): Judge {
  const features = requiredFeatures(request);
  const isStrict = refusesKnown(request);
  let known: string | null | undefined;
  const sticky = () => (known === undefined ? (known = stickyEndpoint(request, world)) : known);
  let measured: PromptSize | null = null;
  const size = () => (measured ??= promptSize(request));

  return (candidate, { sort, freeOnly, isChoice }) => {
    const objection = rejectionReason(candidate, request) ?? (freeOnly ? costObjection(candidate) : null);
    if (objection !== null) return reject(candidate, objection);
    const { provider } = candidate;
    const key = endpointOf(candidate);
    const knownRefusals = isStrict ? UNTAUGHT : world.learned.refusalsOf(key);
    const lacking = missingFeatures(candidate, features, knownRefusals);
    if (lacking.length > 0 && request.preferences.require_parameters === true)
      return reject(candidate, `it does not take ${lacking.join(' and ')}, and provider.require_parameters is true`);
    const access = world.access(provider);
    if (access.missingVariables.length > 0) return reject(candidate, missingText(candidate, access));
    const tooSmall = contextObjection(candidate, request, size);
    if (tooSmall !== null) return { ...reject(candidate, tooSmall), param: inputName(request), type: 'context_length_exceeded' };
    return {
      candidate,
      access,
      knownRefusals,
      lacking,
      endpointHealth: world.healthOf(key),
      isSticky: isChoice && sort === null && key === sticky(),
    };
  };
}

/** The field that holds what the model is to read. */
export function inputName({ operation, input }: UnifiedRequest): string {
  if (input.kind === 'messages') return 'messages';
  return operation === 'embeddings' ? 'input' : 'prompt';
}

/** The endpoint that served this conversation last, where nothing is said about the order. */
function stickyEndpoint(request: UnifiedRequest, { sticky }: PlanningContext): string | null {
  const { order } = request.preferences;
  if ((order ?? []).length > 0 || sortOf(request.preferences) !== null) return null;
  const known = stickyKey(request);
  return known && sticky.endpointFor(known.key);
}

function missingText({ provider }: Candidate, { missingVariables: missing }: Access): string {
  const suffix = provider.discontinued === null ? '' : ` (${provider.discontinued})`;
  return `${provider.name} is not set up: set ${missing.join(' and ')}, in .dev.vars for npm run dev or as a Worker variable or secret${suffix}`;
}
