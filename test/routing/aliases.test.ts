/** Plans for names of the operator's own: which models are tried, in which order, and how they are called. */
import { describe, expect, it } from 'vitest';
import { readAliases } from '../../src/registry/aliases.ts';
import { createCatalog, withAliases } from '../../src/registry/catalog.ts';
import { planRoute } from '../../src/routing/plan.ts';
import { wholePlan } from './whole-plan.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { endpointOf } from '../../src/routing/resolve-model.ts';
import { offering, provider } from './endpoints.ts';
import { openAccess, OPEN_CONTEXT, requestFor } from '../fitting/sent.ts';

const PROVIDERS = createCatalog([
  provider('alpha', [offering('a/m')]),
  provider('beta', [offering('a/n')]),
  provider('gamma', [offering('a/o')]),
]);
const ALIASES = {
  fast: 'a/n',
  pinned: '@gamma/anything',
  house: [{ model: 'a/m', weight: 3 }, { model: 'a/n' }, { model: 'a/o', weight: 1e-9 }],
  'a/m': 'a/o',
};
const catalogOf = (aliases: JsonObject) => withAliases(PROVIDERS, readAliases(JSON.stringify(aliases)).aliases);
const CATALOG = catalogOf({ ...ALIASES, 'a/m': undefined });

const plan = (model: string, context: Partial<typeof OPEN_CONTEXT> = {}, catalog = CATALOG) =>
  wholePlan(planRoute(requestFor('chat', model, {}), catalog, { ...OPEN_CONTEXT, access: openAccess, ...context }));
const models = (...given: Parameters<typeof plan>) =>
  plan(...given).calls.map(({ candidate }) => candidate.offering?.slug ?? candidate.modelId);

/** Repeats these numbers. */
function numbers(...values: number[]): () => number {
  let next = 0;
  return () => values[next++ % values.length] ?? 0;
}

describe('planRoute with an alias', () => {
  it('uses the model of the alias', () => {
    expect(models('fast')).toEqual(['a/n']);
    expect(models('pinned')).toEqual(['anything']);
  });

  it('reports the alias and the model in the plan', () => {
    const [call] = plan('fast').calls;
    expect(call?.candidate).toMatchObject({ requested: 'fast (a/n)', alias: 'fast' });
  });

  it('prefers the alias to a model of the catalogue with the same name', () => {
    expect(models('a/m', {}, catalogOf({ 'a/m': 'a/o' }))).toEqual(['a/o']);
  });

  it('rejects an alias of an unknown model, with both names', () => {
    const { calls, rejected } = plan('lost', {}, catalogOf({ lost: 'a/q' }));
    expect(calls).toEqual([]);
    expect(rejected).toMatchObject([{ requested: 'lost (a/q)' }]);
  });
});

describe('planRoute with a weighted alias', () => {
  it('tries each model once, in a random order by weight', () => {
    let first = 0;
    const tries = 4000;
    let state = 12_345;
    const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
    for (let round = 0; round < tries; round++) {
      const order = models('house', { random });
      expect(order.toSorted()).toEqual(['a/m', 'a/n', 'a/o']);
      if (order[0] === 'a/m') first++;
    }
    expect(first / tries).toBeGreaterThan(0.72);
    expect(first / tries).toBeLessThan(0.78);
  });

  it('prefers the model that served the conversation before', () => {
    const [known] = plan('fast').calls;
    if (known === undefined) throw new Error('there is no plan');
    const sticky = { endpointFor: () => endpointOf(known.candidate) };
    const request = { ...requestFor('chat', 'house', { session_id: 'one' }) };
    const { calls } = planRoute(request, CATALOG, { ...OPEN_CONTEXT, access: openAccess, sticky, random: numbers(0.1, 0.9, 0.9) });
    expect(calls.at(0)?.candidate.offering?.slug).toBe('a/n');
  });
});
