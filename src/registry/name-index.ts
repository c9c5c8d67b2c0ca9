/** Indexes over the models of all providers, made for names that no provider is stated for. */
import type { CompiledProvider, RetiredModel } from './provider.ts';

/** A retired model, and the slug of its provider. */
export type RetiredAt = RetiredModel & { provider: string };

/** True for the address of a server on the operator's machine. */
const isLocal = (baseUrl: string | null) => baseUrl?.startsWith('http://localhost') === true;

/**
 * Maps ids at providers to public slugs; null for an ambiguous id. The build of a self-hosted server does not make an id ambiguous that is a
 * model of another provider.
 */
export function slugsById(providers: readonly CompiledProvider[]): ReadonlyMap<string, string | null> {
  const slugs = new Map<string, string | null>();
  const builds = new Map<string, string | null>();
  for (const { models, baseUrl } of providers) {
    const map = isLocal(baseUrl) ? builds : slugs;
    for (const { id, aliases = [], slug } of models)
      for (const one of [id, ...aliases]) map.set(one, (map.get(one) ?? slug) === slug && map.get(one) !== null ? slug : null);
  }
  return new Map([...builds, ...slugs]);
}

/** Groups retired models by each of their names. */
export function retiredByName(models: readonly RetiredAt[]): ReadonlyMap<string, readonly RetiredAt[]> {
  const byName = new Map<string, RetiredAt[]>();
  for (const model of models)
    for (const name of new Set([model.slug, model.id, ...(model.aliases ?? [])])) byName.set(name, [...(byName.get(name) ?? []), model]);
  return byName;
}
