/** What the key of a caller allows: models by the name asked and the model resolved, and providers. */
import { describe, expect, it } from 'vitest';
import { readAliases } from '../../src/registry/aliases.ts';
import { createCatalog, withAliases } from '../../src/registry/catalog.ts';
import { chosenCall, planRoute } from '../../src/routing/plan.ts';
import { wholePlan } from './whole-plan.ts';
import { allowedModels, mayUse, refuseModels, restrictionOf, visibleCatalog, type Restriction } from '../../src/routing/restrictions.ts';
import type { RouterError } from '../../src/unified/error.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { keyRecord } from '../support/key-record.ts';
import { OPEN_CONTEXT, requestFor } from '../fitting/sent.ts';
import { offering, order, provider, reasons } from './endpoints.ts';

const CATALOG = withAliases(
  createCatalog([
    provider('north', [offering('a/large', { id: 'large' }), offering('a/small', { id: 'small' }), offering('b/other')]),
    provider('south', [offering('a/large', { id: 'big' }), offering('b/other')]),
  ]),
  readAliases(JSON.stringify({ fast: 'a/small', mixed: ['a/large', 'b/other'], pinned: '@south/unlisted' })).aliases,
);

const allow = (models: readonly string[] | null, providers: readonly string[] | null = null): Restriction => ({ models, providers });
const request = (...models: string[]): UnifiedRequest =>
  requestFor('chat', 'x', models.length === 1 ? { model: models[0] } : { model: undefined, models });
const plan = (restriction: Restriction, ...models: string[]) =>
  wholePlan(planRoute(request(...models), CATALOG, { ...OPEN_CONTEXT, restriction }));

const thrownBy = (run: () => unknown): RouterError | null => {
  try {
    run();
    return null;
  } catch (thrown) {
    return thrown as RouterError;
  }
};

describe('models of a key', () => {
  it.each([
    { models: ['a/large'], asked: 'a/large', isAllowed: true },
    { models: ['A/LARGE'], asked: 'a/large', isAllowed: true },
    { models: ['a/*'], asked: 'a/small', isAllowed: true },
    { models: ['a/*'], asked: 'b/other', isAllowed: false },
    { models: ['a/large'], asked: 'a/large:floor', isAllowed: true },
    { models: ['a/large'], asked: 'large', isAllowed: true },
    { models: ['large'], asked: 'large', isAllowed: true },
    { models: ['large'], asked: 'a/large', isAllowed: false },
    { models: ['a/large'], asked: '@north/large', isAllowed: true },
    { models: ['@north/*'], asked: '@north/large', isAllowed: true },
    { models: ['@north/*'], asked: '@south/big', isAllowed: false },
    { models: ['a/large'], asked: '@south/unlisted', isAllowed: false },
    { models: ['fast'], asked: 'fast', isAllowed: true },
    { models: ['fast'], asked: 'a/small', isAllowed: false },
    { models: ['a/small'], asked: 'fast', isAllowed: true },
    { models: ['a/large'], asked: 'fast', isAllowed: false },
    { models: ['a/large'], asked: 'no/such', isAllowed: false },
  ])('$models and a request for $asked: allowed $isAllowed, in the check and in the plan', ({ models, asked, isAllowed }) => {
    const run = () => refuseModels(request(asked), CATALOG, allow(models));
    expect(thrownBy(run) === null).toBe(isAllowed);
    expect(plan(allow(models), asked).calls.length > 0).toBe(isAllowed);
  });

  it('and the model asked are named in the error', () => {
    const error = thrownBy(() => refuseModels(request('b/other'), CATALOG, allow(['a/*', 'fast'])));
    expect(error).toMatchObject({ type: 'permission_denied', status: 403, details: { param: 'model' } });
    for (const name of ['b/other', 'a/*', 'fast']) expect(error?.message).toContain(name);
  });

  it('refuse a request for several models where one of them is not allowed', () => {
    expect(thrownBy(() => refuseModels(request('a/large', 'b/other'), CATALOG, allow(['a/*'])))).toMatchObject({
      message: expect.stringContaining('b/other'),
      details: { param: 'models[1]' },
    });
  });

  it('leave those endpoints of an alias that are allowed, with a reason for each other one', () => {
    const mixed = plan(allow(['a/*']), 'mixed');
    expect(order(mixed).toSorted()).toEqual(['north', 'south']);
    expect(reasons(mixed)).toEqual([
      'mixed (b/other) north: the key allows no models but a/*',
      'mixed (b/other) south: the key allows no models but a/*',
    ]);
  });

  it.each([
    { field: 'tools', value: [{ type: 'advisor', name: 'advisor', model: 'b/other' }] },
    { field: 'fallbacks', value: [{ model: 'a/large' }, { model: 'b/other' }] },
  ])('cover the models that an upstream would call for $field', ({ field, value }) => {
    const native = { format: 'toy', body: { [field]: value }, headers: {} };
    const error = thrownBy(() => refuseModels({ ...request('a/large'), native }, CATALOG, allow(['a/*'])));
    expect(error?.details.param).toBe(`${field}[${value.length - 1}].model`);
  });
});

describe('providers of a key', () => {
  it('are the only ones in the plan, with a reason for each other one', () => {
    const found = plan(allow(null, ['south']), 'a/large');
    expect(order(found)).toEqual(['south']);
    expect(reasons(found)).toEqual(['a/large north: the key allows no providers but south']);
  });

  it('that do not offer the model: 403, not 404', () => {
    const found = plan(allow(null, ['south']), 'a/small');
    expect(thrownBy(() => chosenCall(found))).toMatchObject({ type: 'permission_denied', message: expect.stringContaining('south') });
  });
});

describe('visibleCatalog', () => {
  const namesOf = (restriction: Restriction) => {
    const visible = visibleCatalog(CATALOG, restriction);
    return [...visible.aliases(), ...visible.slugs()];
  };

  it.each([
    { models: null, providers: ['south'], names: ['mixed', 'pinned', 'a/large', 'b/other'] },
    { models: ['a/*'], providers: null, names: ['fast', 'mixed', 'a/large', 'a/small'] },
    { models: ['fast'], providers: null, names: ['fast'] },
    { models: ['pinned'], providers: null, names: ['pinned'] },
    { models: ['@north/*'], providers: null, names: ['fast', 'mixed', 'a/large', 'a/small', 'b/other'] },
    { models: ['a/small'], providers: ['south'], names: [] },
  ])('with the models $models and the providers $providers lists $names', ({ models, providers, names }) => {
    expect(namesOf({ models, providers })).toEqual(names);
  });

  it('shows the endpoints behind an alias, and of them those that the key may use', () => {
    const visible = visibleCatalog(CATALOG, allow(['mixed'], ['south']));
    expect(visible.offerings('a/large').map((offer) => offer.provider.slug)).toEqual(['south']);
    expect(visibleCatalog(CATALOG, allow(['a/*'])).alias('mixed')).toEqual([{ model: 'a/large', weight: 1 }]);
  });
});

describe('models of a provider', () => {
  const [north, south] = CATALOG.providers;
  if (north === undefined || south === undefined) throw new Error('two providers are expected');
  const idsOf = (...restriction: Parameters<typeof allow>) => allowedModels(north, allow(...restriction)).map(({ id }) => id);

  it('that a key may call are those with an allowed name', () => {
    expect(allowedModels(north, null)).toBe(north.models);
    expect(idsOf(['a/small', 'b/*'])).toEqual(['small', 'id-of-b/other']);
    expect(idsOf(['@north/large'])).toEqual(['large']);
    expect(idsOf(null, ['south'])).toEqual([]);
  });

  it.each([
    [null, null, [true, true]],
    [null, ['south'], [false, true]],
    [['a/small'], null, [true, false]],
    [['@south/*'], null, [false, true]],
    [['*'], null, [true, true]],
    [['fast'], null, [true, false]], // an alias for a model of the first one
    [['c/*'], null, [false, false]],
    [['a/small'], ['south'], [false, false]],
  ] as const)('decide whether a key with models %j and providers %j may use it', (models, providers, expected) => {
    expect([north, south].map((one) => mayUse(one, CATALOG, allow(models, providers)))).toEqual(expected);
  });
});

describe('restrictionOf', () => {
  it('is null for a key without models and providers, and for callers without a record', () => {
    expect([restrictionOf(null), restrictionOf(keyRecord())]).toEqual([null, null]);
    expect(restrictionOf(keyRecord({ models: ['a/*'] }))).toMatchObject({ models: ['a/*'], providers: null });
  });
});
