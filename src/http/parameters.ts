/**
 * Lists parameters and what providers accept of them (`GET /parameters`): the ranges of the unified parameters, and the rules of each
 * provider, or of one model, as fitting applies them.
 */
import { changedRules, describeRules, differingNames, type Described, type ParameterRule } from '../fitting/describe-rules.ts';
import type { KnownRefusals, Ports } from '../ports.ts';
import { ruleGroupsOf, statedRules, type RuleGroup } from '../registry/operation.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { CompiledProvider } from '../registry/provider.ts';
import { createNoEndpointError } from '../routing/no-endpoint.ts';
import { endpointOf, findCandidates, type Candidate, type Rejection } from '../routing/resolve-model.ts';
import { keyObjection, mayUse, type Restriction } from '../routing/restrictions.ts';
import { memoize } from '../lib/memoize.ts';
import { didYouMean, nearestNames } from '../lib/nearest.ts';
import { RouterError } from '../unified/error.ts';
import { PARAMETERS, type Operation } from '../unified/request/parameters.ts';
import type { Query } from './model-filters.ts';
import { describeUnified, type UnifiedParameter } from './unified-parameters.ts';

/** What a provider accepts, of all its models or of some. */
export type ProviderParameters = {
  slug: string;
  name: string;
  /** The provider's operation, which may stand in for the one that was asked for. */
  operation: Operation;
  dialect: string;
  /** Patterns of the ids that are served in this way, where the provider has several. Absent = the other ids. */
  only_models?: readonly string[];
  /** Pattern of the ids that these rules are for, or the id of the one model. Absent = the other models. */
  models?: string;
  /** Names of parameters with other rules for some models, by the provider's file. Absent for rules of some models. */
  varies?: readonly string[];
  /** By unified name, and fields of the provider's own. Of a pattern only those that differ from the rules without one. */
  rules: Record<string, ParameterRule>;
};

/** What `GET /parameters` returns, besides the catalogue. */
export type ParametersData = { unified: UnifiedParameter[]; providers: ProviderParameters[] };

/** What the answer is made from: the catalogue, what the caller's key allows of it (null = all), and parameters that endpoints refused. */
type Source = { catalog: Catalog; restriction: Restriction | null; learned: Pick<Ports['learned'], 'refusalsOf'> };

/**
 * Lists unified parameters and rules. In the query: `operation` (default: chat), `provider` (slugs, separated by commas; default: all), `model`
 * (a name that a request may have, or the id at the provider; default: the rules for all models, and where providers are named those for some
 * models too).
 *
 * @throws RouterError `invalid_request` naming the parameter of the query; of a model `not_found` where no provider serves it, and
 * `permission_denied` where the key does not allow it.
 */
export function listParameters(query: Query, source: Source): ParametersData {
  const asked = readOperation(query['operation']);
  const model = query['model'];
  const usable = source.catalog.providers.filter((provider) => mayUse(provider, source.catalog, source.restriction));
  const providers = readProviders(query['provider'], usable);
  return {
    unified: describeUnified(asked),
    providers:
      model === undefined
        ? providers === null
          ? usable.flatMap((provider) => describeGeneral(provider, asked))
          : providers.flatMap((provider) => describeProvider(provider, asked))
        : candidatesOf(model, { asked, providers, ...source }).map((candidate) => describeModel(candidate, asked, source)),
  };
}

/** Most providers of one query. Some have thirty patterns, and each is fitted. */
const MAX_NAMED = 10;

function readOperation(text = 'chat'): Operation {
  if (Object.hasOwn(PARAMETERS, text)) return text as Operation;
  throw refuse('operation', `expected one of ${Object.keys(PARAMETERS).join(', ')}, got ${shown(text)}.`);
}

/** The providers that a query names; null = it names none. */
function readProviders(text: string | undefined, usable: readonly CompiledProvider[]): readonly CompiledProvider[] | null {
  if (text === undefined) return null;
  const slugs = [...new Set(text.split(',').map((slug) => slug.trim()))];
  if (slugs.length > MAX_NAMED) throw refuse('provider', `expected at most ${MAX_NAMED} providers, got ${slugs.length}.`);
  return slugs.map((slug) => {
    const provider = usable.find((one) => one.slug === slug);
    if (provider !== undefined) return provider;
    const near = didYouMean(nearestNames(slug, slugsOf(usable)));
    throw refuse('provider', `expected slugs of GET /providers, separated by commas, got ${shown(slug)}.${near}`);
  });
}

const slugsOf = (providers: readonly CompiledProvider[]) => providers.map(({ slug }) => slug);

const shown = (text: string) => JSON.stringify(text.slice(0, 40));

const refuse = (param: string, expected: string) => new RouterError('invalid_request', `${param}: ${expected}`, { param });

/** Rules for the models of a provider that have none of their own, for each way in which it serves the operation. */
const describeGeneral = (provider: CompiledProvider, asked: Operation): readonly ProviderParameters[] =>
  remembered(provider, asked, () =>
    ruleGroupsOf(provider, asked).map((group) => {
      const varies = new Set(group.ofModels.flatMap(({ rules }) => changedRules(group.rules, rules)));
      return { ...headOf(provider, group), varies: [...varies].sort(), rules: describeRules(describedOf(provider, group, asked)) };
    }),
  );

/** Fitting a request with each parameter takes a millisecond or two for each provider. */
const remembered = memoize<CompiledProvider, readonly ProviderParameters[]>(Object.keys(PARAMETERS).length);

/** And as much again for each pattern: the ten providers with the most patterns took 2.5 s of a busy core (measured 2026-12-01). */
const rememberedWhole = memoize<CompiledProvider, readonly ProviderParameters[]>(Object.keys(PARAMETERS).length);

/** The same, and the rules for models that patterns of the file cover, as far as they differ. */
const describeProvider = (provider: CompiledProvider, asked: Operation): readonly ProviderParameters[] =>
  rememberedWhole(provider, asked, () => describePatterns(provider, asked));

function describePatterns(provider: CompiledProvider, asked: Operation): ProviderParameters[] {
  const general = describeGeneral(provider, asked);
  return ruleGroupsOf(provider, asked).flatMap((group, index) => {
    const before = general[index]?.rules ?? {};
    const ofModels = group.ofModels.flatMap(({ pattern, rules }): ProviderParameters[] => {
      const names = differingNames(group.rules, rules);
      const described = describeRules({ ...describedOf(provider, { ...group, rules }, asked), ...(names === null ? {} : { names }) });
      const own = Object.entries(described).filter(([name, rule]) => JSON.stringify(rule) !== JSON.stringify(before[name]));
      return own.length === 0 ? [] : [{ ...headOf(provider, group), models: pattern, rules: Object.fromEntries(own) }];
    });
    return [...general.slice(index, index + 1), ...ofModels];
  });
}

function headOf({ slug, name }: CompiledProvider, { operation, onlyModels, rules }: RuleGroup): Omit<ProviderParameters, 'rules'> {
  return { slug, name, operation, dialect: rules.dialect, ...(onlyModels === null ? {} : { only_models: onlyModels }) };
}

function describedOf({ slug }: CompiledProvider, { operation, rules }: RuleGroup, asked: Operation): Described {
  const target = { provider: slug, operation, rules, model: 'x', maxOutputTokens: null, knownRefusals: NONE_REFUSED };
  return { target, asked, stated: rules.parameters };
}

const NONE_REFUSED: KnownRefusals = new Map();

/** Endpoints of a model by any name, at these providers. @throws RouterError where there is none. */
function candidatesOf(
  model: string,
  { asked, providers, catalog, restriction }: Source & { asked: Operation; providers: readonly CompiledProvider[] | null },
): Candidate[] {
  const names = (catalog.alias(model) ?? [{ model }]).map((target) => target.model);
  const isAlias = catalog.alias(model) !== null;
  const wanted = { operation: asked, format: null };
  const named = names.map((name) => findCandidates(name, wanted, catalog));
  const byId = (providers ?? []).map(({ slug }) => findCandidates(`@${slug}/${model}`, wanted, catalog));
  const isHere = ({ provider }: Candidate) => providers === null || providers.some(({ slug }) => slug === provider.slug);
  const hasNamed = named.some(({ candidates }) => candidates.some(isHere));
  const rejected: Rejection[] = [];
  const found = (hasNamed || providers === null ? named : byId).flatMap((match) => {
    rejected.push(...match.rejected);
    return match.candidates.filter(isHere).filter((candidate) => {
      const objection = restriction === null ? null : keyObjection(isAlias ? { ...candidate, alias: model } : candidate, restriction);
      if (objection !== null) rejected.push({ requested: candidate.requested, provider: candidate.provider.slug, ...objection });
      return objection === null;
    });
  });
  if (found.length === 0) throw createNoEndpointError(rejected);
  return found;
}

/** Rules of one model, as a request for it would meet them now. */
function describeModel(candidate: Candidate, asked: Operation, { learned }: Source): ProviderParameters {
  const { provider, modelId, offering, operation, rules } = candidate;
  const { slug, name } = provider;
  const { maxOutputTokens = null, contextTokens = null } = offering ?? {};
  const target = {
    provider: slug,
    operation,
    rules,
    model: modelId,
    maxOutputTokens,
    contextTokens,
    knownRefusals: learned.refusalsOf(endpointOf(candidate)),
  };
  const stated = statedRules(provider, operation, modelId)?.parameters ?? rules.parameters;
  return { slug, name, operation, dialect: rules.dialect, models: modelId, rules: describeRules({ target, asked, stated }) };
}
