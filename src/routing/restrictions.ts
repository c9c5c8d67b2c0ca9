/**
 * Applies the models and providers of a caller's key. A model is allowed where a glob of the key covers the name in the request, an alias of the operator
 * included, or the model resolved: its public slug, or `@provider/<id>`. So a key for an alias calls what stands behind it by that name only. Pure.
 */
import type { KeyRecord } from '../accounts/key-record.ts';
import { matchesGlob } from '../lib/glob.ts';
import { arrayOf, isObject, textOf } from '../lib/json.ts';
import { once } from '../lib/memoize.ts';
import type { Catalog } from '../registry/catalog.ts';
import type { CompiledProvider, Offering } from '../registry/provider.ts';
import { RouterError } from '../unified/error.ts';
import type { UnifiedRequest } from '../unified/request/request.ts';
import { listedOffers, type ModelOffer } from './listed-offers.ts';
import { readName, type Candidate, type Rejection } from './resolve-model.ts';

/** What a key allows. Null = all. */
export type Restriction = Pick<KeyRecord, 'models' | 'providers'>;

/** The restriction of a key; null for a key without any, and for callers without a record. */
export const restrictionOf = (key: KeyRecord | null): Restriction | null =>
  key === null || (key.models === null && key.providers === null) ? null : key;

const isCovered = (name: string, { models }: Restriction): boolean =>
  models === null || models.some((pattern) => matchesGlob(pattern, name));

/** An endpoint; `offering`: null = it is not listed. */
type Endpoint = { provider: CompiledProvider; modelId: string; offering: Offering | null };

const allowsEndpoint = (asked: string, { provider, modelId, offering }: Endpoint, restriction: Restriction): boolean =>
  isCovered(asked, restriction) ||
  (offering !== null && isCovered(offering.slug, restriction)) ||
  isCovered(`@${provider.slug}/${modelId}`, restriction);

const allowsOffer = (asked: string, { provider, offering }: ModelOffer, restriction: Restriction): boolean =>
  allowsEndpoint(asked, { provider, offering, modelId: offering.id }, restriction);

const allowsProvider = ({ slug }: CompiledProvider, { providers }: Restriction): boolean => providers === null || providers.includes(slug);

const allowsName = (name: string, catalog: Catalog, restriction: Restriction): boolean =>
  isCovered(name, restriction) || listedOffers(name, catalog).some((offer) => allowsOffer(name, offer, restriction));

/** Why a candidate may not be used with a key; null = it may. */
export function keyObjection(candidate: Candidate, restriction: Restriction): Pick<Rejection, 'reason' | 'param' | 'type'> | null {
  const { alias, requested, provider } = candidate;
  if (!allowsProvider(provider, restriction)) return forbidden(`the key allows no providers but ${inWords(restriction.providers)}`);
  if (allowsEndpoint(alias ?? requested, candidate, restriction)) return null;
  return forbidden(`the key allows no models but ${inWords(restriction.models)}`);
}

const forbidden = (reason: string) => ({ reason, param: 'model', type: 'permission_denied' }) as const;

/**
 * Refuses a request that names a model that the key does not allow, also among others: without it, the request would not be the one that was
 * sent. Models that a tool or the upstream itself would call are included.
 *
 * @throws RouterError `permission_denied` naming the model, and what is allowed.
 */
export function refuseModels(request: UnifiedRequest, catalog: Catalog, restriction: Restriction): void {
  const { models, modelFields } = request;
  const named = models.map((name, index) => ({ param: modelFields[index] ?? 'model', name }));
  for (const { param, name } of [...named, ...modelsInBody(request)]) refuseModel(name, catalog, { restriction, param });
}

/** Refuses one name of a model. @throws RouterError as {@link refuseModels}. */
export function refuseModel(
  name: string,
  catalog: Catalog,
  { restriction, param = 'model' }: { restriction: Restriction; param?: string },
): void {
  if (allowsName(name, catalog, restriction)) return;
  const allowed = inWords(restriction.models);
  const message = `${param} is ${JSON.stringify(name.slice(0, 100))}, which this key does not allow; expected one of ${allowed}.`;
  throw new RouterError('permission_denied', message, { param });
}

/** Models that an upstream would call itself: those of tools, and in a body of its format those that it falls back to. */
function modelsInBody({ native, parameters }: UnifiedRequest): { param: string; name: string }[] {
  const body = native?.body ?? parameters;
  return ['tools', 'fallbacks'].flatMap((field) =>
    arrayOf(body[field]).flatMap((entry, index) => {
      const name = isObject(entry) ? textOf(entry['model']) : null;
      return name === null ? [] : [{ param: `${field}[${index}].model`, name }];
    }),
  );
}

/** The catalogue as a key may use it, for lists. A model that is allowed as an alias only is not listed by its own name. */
export function visibleCatalog(catalog: Catalog, restriction: Restriction): Catalog {
  const isVisible = (asked: string, offer: ModelOffer) =>
    allowsProvider(offer.provider, restriction) && allowsOffer(asked, offer, restriction);
  const targets = (name: string) => {
    const kept = (catalog.alias(name) ?? []).filter(({ model }) => {
      const offers = listedOffers(model, catalog);
      return offers.length === 0 ? isCovered(name, restriction) : offers.some((offer) => isVisible(name, offer));
    });
    return kept.length === 0 ? null : kept;
  };
  const aliases = once(() => catalog.aliases().filter((name) => targets(name) !== null));
  const behindAliases = once(
    () => new Set(aliases().flatMap((name) => (targets(name) ?? []).map(({ model }) => readName(model, catalog).slug))),
  );
  return {
    version: catalog.version,
    checked: catalog.checked,
    providers: catalog.providers.filter((provider) => allowsProvider(provider, restriction)),
    provider: (slug) => [catalog.provider(slug)].find((found) => found !== undefined && allowsProvider(found, restriction)),
    offerings: (slug) =>
      catalog
        .offerings(slug)
        .filter((offer) => isVisible(slug, offer) || (behindAliases().has(slug) && allowsProvider(offer.provider, restriction))),
    slugOfId: (modelId) => catalog.slugOfId(modelId),
    retired: (name) => catalog.retired(name),
    slugs: () => catalog.slugs().filter((slug) => catalog.offerings(slug).some((offer) => isVisible(slug, offer))),
    alias: targets,
    aliases,
  };
}

/** Models of a provider that a key may call by a name of their own. */
export const allowedModels = (provider: CompiledProvider, restriction: Restriction | null): readonly Offering[] =>
  restriction === null
    ? provider.models
    : provider.models.filter(
        (offering) => allowsProvider(provider, restriction) && allowsOffer(offering.slug, { provider, offering }, restriction),
      );

/** Whether a key may call some model of a provider: one that is listed, one behind an alias, or one by its id. Null = it may call all. */
export function mayUse(provider: CompiledProvider, catalog: Catalog, restriction: Restriction | null): boolean {
  if (restriction === null) return true;
  const { models } = restriction;
  if (models === null || !allowsProvider(provider, restriction)) return allowsProvider(provider, restriction);
  const prefix = `@${provider.slug}/`;
  return (
    models.some((pattern) => pattern.startsWith(prefix) || matchesGlob(pattern, prefix)) ||
    allowedModels(provider, restriction).length > 0 ||
    catalog
      .aliases()
      .some((name) => isCovered(name, restriction) && listedOffers(name, catalog).some((offer) => offer.provider === provider))
  );
}

/** Most names that an error lists. */
const MAX_NAMED = 20;

function inWords(names: readonly string[] | null): string {
  const [named, rest] = [(names ?? []).slice(0, MAX_NAMED), (names ?? []).slice(MAX_NAMED)];
  return named.join(', ') + (rest.length === 0 ? '' : ` and ${rest.length} more`);
}
