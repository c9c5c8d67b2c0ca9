/** Replaces aliases of the operator among the models of a request by the models they stand for. Pure. */
import type { Catalog } from '../registry/catalog.ts';
import { randomKey } from './weighted-order.ts';

/** A model to look up. */
export type ModelName = {
  name: string;
  /** The alias that the client used; null = none. */
  alias: string | null;
  /** Index among the models of the request. */
  index: number;
};

/**
 * Returns the names of each model of a request, in the order in which they are tried. The models of an alias are put into a weighted random
 * order: the first is used, the others are fallbacks.
 *
 * @param random returns a number in [0, 1).
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
