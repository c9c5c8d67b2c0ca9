/**
 * Evaluates every endpoint that the model names of a request stand for: the usable ones as lists per model, and for each other one the
 * reason for its rejection. `rank.ts` orders a list. Pure.
 */
import type { Access, KnownRefusals, Ports, Sticky } from '../ports.ts';
import type { Catalog } from '../registry/catalog.ts';
import { sortOf, mixesModels, type Preferences, type Sort } from '../unified/request/preferences.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { nativeDialect } from '../dialects/index.ts';
import { nativeFor } from '../fitting/native-for.ts';
import { expandAliases, type ModelName } from './expand-aliases.ts';
import { endpointOf, findCandidates, type Candidate, type NameMatch, type Rejection, type Wanted } from './resolve-model.ts';
import { costObjection, rejectionReason } from './filter.ts';
import { keyObjection, type Restriction } from './restrictions.ts';
import { contextOverflow, missingFeatures, requiredFeatures, promptSize, type PromptSize } from './features.ts';
import { allowsShortening } from '../fitting/parameters/transforms.ts';
import { once } from '../lib/memoize.ts';
import { isOwn } from '../unified/request/reasoning.ts';
import type { UsableCandidate } from './rank.ts';
import type { EndpointHealth } from '../unified/endpoint-health.ts';
import { stickyKey } from '../state/sticky-endpoints.ts';

/** The state that planning reads. */
export type PlanningContext = Pick<Ports, 'access' | 'learned' | 'limits'> & {
  /** Returns the health of an endpoint, named as in `unified/endpoint-health.ts`. */
  healthOf: (endpoint: string) => EndpointHealth;
  /** A number in [0, 1). */
  random: () => number;
  sticky: Pick<Sticky, 'endpointFor'>;
  /** What the caller's key allows; absent = everything. */
  restriction?: Restriction | null;
  /** Of the caller's key, where costs that are not known would pass its limits: whether answers with its own provider keys count too. */
  priced?: { isByokCounted: boolean } | null;
};

/** A usable endpoint, and the data to fit the request to it. */
export type EvaluatedCandidate = UsableCandidate & {
  access: Access;
  /** Parameters that it rejected recently. */
  knownRefusals: KnownRefusals;
  /** Most tokens of an answer beside the prompt, where the client asks for more than its context holds; null = it holds both. */
  answerRoom: number | null;
};

/** Endpoints that are all tried before the next list. */
export type List = { entries: EvaluatedCandidate[]; /** Null = not specified. */ sort: Sort | null };

/** Result of {@link evaluateCandidates}. */
export type Evaluation = {
  lists: List[];
  rejected: Rejection[];
  /** Returns the key of the conversation that the request belongs to (`stickyKey`); null = none. */
  conversation: () => string | null;
};

/** Evaluates the endpoints of a request. */
export function evaluateCandidates(request: UnifiedRequest, catalog: Catalog, world: PlanningContext): Evaluation {
  const conversation = once(() => stickyKey(request));
  const evaluate = createEvaluator(request, world, conversation);
  const wanted: Wanted = { operation: request.operation, format: request.native?.format ?? null };
  const seen = new Map<string, string>();
  const rejected: Rejection[] = [];
  const own = sortOf(request.preferences);
  const listOf = ({ name, alias, index }: ModelName, isOneOfSeveral: boolean): List => {
    const { candidates, rejected: unknown, sort, freeOnly } = findNamed({ name, alias }, wanted, catalog);
    rejected.push(...unknown.map((one) => (one.param === undefined ? one : { ...one, param: request.modelFields[index] ?? one.param })));
    const isChoice = candidates.length > 1 || isOneOfSeveral || mixesModels(request.preferences);
    const entries = candidates.flatMap((candidate) => {
      const key = endpointOf(candidate);
      const twin = seen.get(key);
      seen.set(key, twin ?? name);
      const result =
        twin === undefined
          ? evaluate(candidate, { sort, freeOnly, isChoice })
          : reject(candidate, `it is the same endpoint as for ${twin}`);
      if (!('reason' in result)) return [result];
      rejected.push(result);
      return [];
    });
    return { entries, sort: own ?? sort };
  };
  const lists = expandAliases(request.models, catalog, world.random).flatMap((names) => {
    const found = names.map((name) => listOf(name, names.length > 1));
    // A conversation stays with the model of the group that served it last.
    return names.length === 1 ? found : found.toSorted((one, other) => tieOf(other) - tieOf(one));
  });
  if (!mixesModels(request.preferences)) return { lists, rejected, conversation };
  const sort = lists.find((list) => list.sort !== null)?.sort ?? null;
  return { lists: [{ entries: lists.flatMap(({ entries }) => entries), sort }], rejected, conversation };
}

/** What ties the conversation to endpoints of a list: 2 = one of them served it last, 1 = one of them made its reasoning. */
const tieOf = ({ entries }: List): number =>
  Math.max(0, ...entries.map(({ isSticky, ownsReasoning }) => (isSticky ? 2 : Number(ownsReasoning))));

/** Returns the endpoints of a name. Those of an alias include the client's name for them. */
function findNamed({ name, alias }: Pick<ModelName, 'name' | 'alias'>, wanted: Wanted, catalog: Catalog): NameMatch {
  const found = findCandidates(name, wanted, catalog);
  if (alias === null) return found;
  const requested = `${alias} (${name})`;
  return {
    ...found,
    candidates: found.candidates.map((candidate) => ({ ...candidate, requested, alias })),
    rejected: found.rejected.map((rejection) => ({ ...rejection, requested })),
  };
}

const UNPRICED =
  'its price is not known, and the key does not allow such models while a limit counts USD (on_unpriced: refuse). Choose a model with a price, or use another key';

const reject = ({ requested, provider }: Candidate, reason: string): Rejection => ({ requested, provider: provider.slug, reason });

const NO_REFUSALS: KnownRefusals = new Map();

/** True when remembered rejections must not be used: the request requires its parameters, so other requests must not change it. */
export const ignoresRefusals = ({ preferences }: UnifiedRequest): boolean =>
  preferences.allow_adjustments === false || preferences.require_parameters === true;

/** Decides whether a candidate may be used, given the name it was found by. */
type Evaluator = (
  candidate: Candidate,
  name: Pick<NameMatch, 'sort' | 'freeOnly'> & { isChoice: boolean },
) => EvaluatedCandidate | Rejection;

function createEvaluator(request: UnifiedRequest, world: PlanningContext, conversation: () => string | null): Evaluator {
  const features = requiredFeatures(request);
  const isStrict = ignoresRefusals(request);
  const sticky = once(() => (isOrdered(request.preferences) ? null : stickyEndpoint(conversation(), world)));
  const isMaker = createMakerTest(request);
  let measured: PromptSize | null = null;
  const size = () => (measured ??= promptSize(request));
  const { restriction = null, priced = null } = world;

  return (candidate, { sort, freeOnly, isChoice }) => {
    const forbidden = restriction === null ? null : keyObjection(candidate, restriction);
    if (forbidden !== null) return { ...reject(candidate, ''), ...forbidden };
    const objection = rejectionReason(candidate, request) ?? (freeOnly ? costObjection(candidate) : null);
    if (objection !== null) return reject(candidate, objection);
    const { provider } = candidate;
    const key = endpointOf(candidate);
    const knownRefusals = isStrict ? NO_REFUSALS : world.learned.refusalsOf(key);
    const isNative = nativeFor(request, { rules: candidate.rules, knownRefusals }) !== null;
    const lacking = missingFeatures(candidate, features, isNative ? null : knownRefusals);
    if (lacking.length > 0 && request.preferences.require_parameters === true)
      return reject(candidate, `it does not accept ${lacking.join(' and ')}, and provider.require_parameters is true`);
    const access = world.access(provider);
    if (access.missingVariables.length > 0) return reject(candidate, missingText(candidate, access));
    const isFreeToCaller = access.isCallerKey === true && priced?.isByokCounted !== true;
    if (priced !== null && !isFreeToCaller && candidate.offering?.priceUsdPerMillionTokens === undefined)
      return { ...reject(candidate, UNPRICED), param: 'model', type: 'permission_denied' };
    const tokens = contextOverflow(candidate, request, size);
    const mayShorten = tokens !== null && request.input.kind === 'messages' && allowsShortening(request.parameters);
    // A client's own body may ask for a larger context than the catalogue knows (a beta of Anthropic), and clients act on the provider's own error.
    if (tokens !== null && !mayShorten && !isNative && tokens.answerRoom === null) {
      const reason = `its context of ${tokens.maximum} tokens is too small for about ${tokens.prompt}`;
      return { ...reject(candidate, reason), param: inputName(request), type: 'context_length_exceeded', tokens };
    }
    return {
      candidate,
      access,
      usesCallerKey: access.isCallerKey === true,
      knownRefusals,
      answerRoom: mayShorten ? null : (tokens?.answerRoom ?? null),
      lacking: tokens === null ? lacking : [...lacking, ...(mayShorten ? lackingLength(tokens) : lackingRoom(tokens))],
      endpointHealth: world.healthOf(key),
      // An order that the request specifies has priority.
      isSticky: isChoice && sort === null && key === sticky(),
      ownsReasoning: isChoice && sort === null && isMaker(candidate),
    };
  };
}

/**
 * What an endpoint lacks that may get a shortened prompt: it comes after those that can read all, and after those that can read half of it
 * (https://openrouter.ai/docs/features/message-transforms, read 2026-08-22).
 */
const lackingLength = ({ prompt, maximum }: { prompt: number; maximum: number }): string[] =>
  2 * maximum < prompt ? ['a prompt of this length', 'half of it'] : ['a prompt of this length'];

/** What an endpoint lacks whose context cannot hold prompt and answer: it comes after those that can. */
const lackingRoom = ({ answerRoom }: { answerRoom: number | null }): string[] => [
  answerRoom === null ? 'a prompt of this length' : 'an answer of this length',
];

/** Returns the field that contains the input of the model. */
export function inputName({ operation, input }: UnifiedRequest): string {
  if (input.kind === 'messages') return 'messages';
  return operation === 'embeddings' ? 'input' : 'prompt';
}

/** Returns whether a candidate made the last reasoning of the conversation, unless the request specifies an order. */
function createMakerTest({ input, native, preferences }: UnifiedRequest): (candidate: Candidate) => boolean {
  if (input.kind !== 'messages' || isOrdered(preferences)) return () => false;
  const last = once(() => input.conversation.lastReasoning());
  return ({ provider, rules }) => isOwn(last(), { provider: provider.slug, isNative: nativeDialect(rules, native) !== null });
}

const isOrdered = (preferences: Preferences): boolean => (preferences.order ?? []).length > 0 || sortOf(preferences) !== null;

/** Returns the endpoint that served a conversation last. */
const stickyEndpoint = (conversation: string | null, { sticky }: PlanningContext): string | null =>
  conversation === null ? null : sticky.endpointFor(conversation);

function missingText({ provider }: Candidate, { missingVariables: missing }: Access): string {
  const suffix = provider.discontinued === null ? '' : ` (${provider.discontinued})`;
  return `${provider.name} is not set up: set ${missing.join(' and ')}, in .dev.vars for npm run dev and npm start, or as a Worker variable or secret${suffix}`;
}
