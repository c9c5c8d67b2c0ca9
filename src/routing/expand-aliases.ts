/** Replaces the operator's own names among the models of a request by the models that they stand for. Pure. */
import type { Catalog } from '../registry/catalog.ts';
import { randomKey } from './weighted-order.ts';

/** A model to look up. */
export type ModelName = {
  name: string;
  /** What the client called it, where that is an alias; null = the name itself. */
  alias: string | null;
  /** Position among the models of the request. */
  index: number;
};

/**
 * The names of each model of a request, in the order in which they are tried. An alias of several models is put into a random order by
 * weight: the first is used, the others follow where it fails.
 *
 * @param random a number in [0, 1).
 */
export function expandAliases(models: readonly string[], catalog: Catalog, random: () => number): ModelName[][] {
  return models.map((name, index) => {
    const targets = catalog.alias(name);
    if (targets === null) return [{ name, alias: null, index }];
    const keyed =
      targets.length === 1
        ? targets.map(({ model }) => ({ model, key: 0 }))
        : targets.map(({ model, weight }) => ({ model, key: randomKey(weight, random()) }));
    return keyed.sort((one, other) => one.key - other.key).map(({ model }) => ({ name: model, alias: name, index }));
  });
}
