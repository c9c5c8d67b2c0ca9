/** The order in which endpoints are tried, by preferences, health, price and a random pick. */
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/registry/catalog.ts';
import { planRoute, type PlanningContext } from '../../src/routing/plan.ts';
import { wholePlan } from './whole-plan.ts';
import type { Turn } from '../../src/unified/request/conversation.ts';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import { conversationOf } from '../../src/unified/request/turns-conversation.ts';
import { OPEN_CONTEXT, requestFor } from '../fitting/sent.ts';
import type { EndpointHealth } from '../../src/unified/endpoint-health.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { endpoints, level, offering, offersOf, order, planOf, priced, provider, endpointHealths } from './endpoints.ts';
import { seededRandom } from '../support/seeded-random.ts';

const THREE = offersOf({ dear: priced(9), cheap: priced(1), unpriced: {} });

/** The parameters of the first call of the plan. */
const told = (fields: JsonObject, context: Partial<PlanningContext> = {}) =>
  (planOf(fields, THREE, context).calls[0]?.fitted.adjustments ?? []).map(({ param, action }) => `${param} ${action}`);

describe('rank by sort', () => {
  const healthOf = endpointHealths({
    dear: { tokensPerSecond: level(90), firstContentMs: level(300) },
    unpriced: { tokensPerSecond: level(40), firstContentMs: level(100) },
  });

  it.each<readonly [JsonObject, string[]]>([
    [{ provider: { sort: 'price' } }, ['cheap', 'dear', 'unpriced']],
    [{ model: 'a/m:floor' }, ['cheap', 'dear', 'unpriced']],
    [{ provider: { sort: 'throughput' } }, ['dear', 'unpriced', 'cheap']],
    [{ model: 'a/m:nitro' }, ['dear', 'unpriced', 'cheap']],
    [{ provider: { sort: { by: 'latency' } } }, ['unpriced', 'dear', 'cheap']],
    [{ model: 'a/m:floor', provider: { sort: 'latency' } }, ['unpriced', 'dear', 'cheap']],
    [{ provider: { sort: 'price', order: ['unpriced'] } }, ['unpriced', 'cheap', 'dear']],
    [{ provider: { sort: { by: null, partition: null } } }, ['dear', 'cheap', 'unpriced']],
  ])('orders for %j: %j', (fields, expected) => {
    expect(order(planOf(fields, THREE, { healthOf }))).toEqual(expected);
    expect(told(fields, { healthOf })).toEqual([]);
  });

  it.each<readonly [JsonObject, string[]]>([
    [{ provider: { sort: 'throughput' } }, ['provider.sort dropped']],
    [{ model: 'a/m:nitro' }, ['model dropped']],
    [{ model: 'a/m:nitro', provider: { sort: 'price' } }, []],
    [{ model: 'a/m:exacto' }, ['model dropped']],
    [{ provider: { sort: 'exacto' } }, ['provider.sort dropped']],
    [{ provider: { preferred_max_latency: 1 } }, ['provider.preferred_max_latency dropped']],
    [{ provider: { preferred_max_latency: { p50: null } } }, []],
    [{ provider: { preferred_min_throughput: { p90: 5 } } }, ['provider.preferred_min_throughput dropped']],
  ])('reports for %j that nothing was measured: %j', (fields, expected) => {
    expect(told(fields)).toEqual(expected);
  });

  it('does not count a dropped sort as a missing parameter', () => {
    expect(order(planOf({ provider: { sort: 'latency', require_parameters: true } }, THREE))).toHaveLength(3);
  });

  it('weighs three prompt tokens against one completion token', () => {
    const catalog = offersOf({
      talker: { priceUsdPerMillionTokens: { prompt: 2, completion: 1 } },
      reader: { priceUsdPerMillionTokens: { prompt: 1, completion: 3 } },
    });
    expect(order(planOf({ provider: { sort: 'price' } }, catalog))).toEqual(['reader', 'talker']);
  });
});

describe('rank with open circuits', () => {
  const [first, second] = ['a/m', 'b/m'];
  const catalog = createCatalog([
    provider('one', [offering(first)]),
    provider('two', [offering(first)]),
    provider('three', [offering(second)]),
    provider('four', [offering(second)]),
  ]);
  const asked = (fields: JsonObject, ...aside: string[]) =>
    order(
      planOf({ model: undefined, models: [first, second], ...fields }, catalog, {
        healthOf: endpointHealths(Object.fromEntries(aside.map((slug) => [slug, { state: 'open' as const }]))),
        random: () => 0,
      }),
    );

  it.each<readonly [string, JsonObject, string[], string[]]>([
    ['follow the models while all are trusted', {}, [], ['one', 'two', 'three', 'four']],
    ['come last in the whole plan when they are set aside', {}, ['one'], ['two', 'three', 'four', 'one']],
    ['come after every other model, in their order', {}, ['one', 'two', 'three'], ['four', 'one', 'two', 'three']],
    ['also against provider.order', { provider: { order: ['one', 'three'] } }, ['one'], ['two', 'three', 'four', 'one']],
    ['stay as they are where all are set aside', {}, ['one', 'two', 'three', 'four'], ['one', 'two', 'three', 'four']],
    [
      'stay with the first model where no other may be asked',
      { provider: { allow_fallbacks: false } },
      ['one', 'two'],
      ['one', 'two', 'three', 'four'],
    ],
  ])('%s', (_, fields, aside, expected) => {
    expect(asked(fields, ...aside)).toEqual(expected);
  });

  it('reports why they come last', () => {
    const plan = planOf(
      { model: undefined, models: [second, first] },
      createCatalog([provider('one', [offering(first)]), provider('two', [offering(second)])]),
      {
        healthOf: endpointHealths({ two: { state: 'open' } }),
      },
    );
    expect(plan.calls.map(({ candidate, reason }) => `${candidate.provider.slug}: ${reason}`)).toEqual([
      'one: the only endpoint that can serve this model',
      'two: it is paused after recent failures or a rate limit: it comes last',
    ]);
  });
});

describe('rank by health', () => {
  const poor: Partial<EndpointHealth> = { uptime: 0.5, failures: 9 };

  it.each<readonly [string, Readonly<Record<string, Partial<EndpointHealth>>>, JsonObject, string[]]>([
    ['one that is set aside is last', { dear: { state: 'open' } }, {}, ['cheap', 'unpriced', 'dear']],
    ['also in the order of the client', { dear: { state: 'open' } }, { order: ['dear', 'cheap'] }, ['cheap', 'unpriced', 'dear']],
    ['also in a sort', { cheap: { state: 'open' } }, { sort: 'price' }, ['dear', 'unpriced', 'cheap']],
    ['one that fails often comes later', { dear: poor }, {}, ['cheap', 'unpriced', 'dear']],
    ['one that fails at times comes before it', { dear: poor, cheap: { uptime: 0.9, failures: 2 } }, {}, ['unpriced', 'cheap', 'dear']],
    ['one failure is none', { dear: { uptime: 0, failures: 1 } }, {}, ['dear', 'cheap', 'unpriced']],
    ['one to be probed is asked in its turn', { dear: { ...poor, state: 'half-open' } }, {}, ['dear', 'cheap', 'unpriced']],
    ['a sort does not look at it', { dear: poor, cheap: poor }, { sort: 'price' }, ['cheap', 'dear', 'unpriced']],
  ])('%s', (_, bySlug, preferences, expected) => {
    expect(order(planOf({ provider: preferences }, THREE, { healthOf: endpointHealths(bySlug) }))).toEqual(expected);
  });

  it.each<readonly [JsonObject, string[]]>([
    [{ preferred_min_throughput: 50 }, ['unpriced', 'cheap', 'dear']],
    [{ preferred_max_latency: 0.2 }, ['unpriced', 'cheap', 'dear']],
    [{ preferred_max_latency: 0.1 }, ['unpriced', 'cheap', 'dear']],
    [{ preferred_max_latency: 0.099 }, ['cheap', 'dear', 'unpriced']],
    [{ preferred_max_latency: 5 }, ['dear', 'unpriced', 'cheap']],
    [{ preferred_max_latency: { p50: 5, p99: 0.2 } }, ['unpriced', 'cheap', 'dear']],
    [{ preferred_min_throughput: 20, preferred_max_latency: 0.2 }, ['unpriced', 'cheap', 'dear']],
    [{ preferred_min_throughput: 50, order: ['dear'] }, ['dear', 'unpriced', 'cheap']],
  ])('orders for %j: met, not measured, missed', (preferences, expected) => {
    const healthOf = endpointHealths({
      dear: { tokensPerSecond: level(40), firstContentMs: level(300) },
      unpriced: { tokensPerSecond: level(90), firstContentMs: level(100) },
    });
    expect(order(planOf({ provider: preferences }, THREE, { healthOf }))).toEqual(expected);
  });
});

describe('planRoute with several models', () => {
  const both = createCatalog([
    provider('alpha', [offering('a/m', priced(5)), offering('b/m', priced(2))]),
    provider('beta', [offering('a/m', priced(4)), offering('b/m', priced(9))]),
  ]);
  const models = ['a/m', 'b/m'];
  const [ALPHA_A, ALPHA_B, BETA_A, BETA_B] = ['alpha id-of-a/m', 'alpha id-of-b/m', 'beta id-of-a/m', 'beta id-of-b/m'];

  it.each<readonly [unknown, string[]]>([
    ['price', [BETA_A, ALPHA_A, ALPHA_B, BETA_B]],
    [{ by: 'price', partition: 'model' }, [BETA_A, ALPHA_A, ALPHA_B, BETA_B]],
    [{ by: 'price', partition: 'none' }, [ALPHA_B, BETA_A, ALPHA_A, BETA_B]],
  ])('sorted by %j', (sort, expected) => {
    expect(endpoints(planOf({ models, provider: { sort } }, both))).toEqual(expected);
  });

  it('keeps the order of models, whatever the random order is', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(endpoints(planOf({ models }, both, { random: seededRandom(seed) })).map((key) => key.slice(-3))).toEqual([
        'a/m',
        'a/m',
        'b/m',
        'b/m',
      ]);
    }
  });

  it('plans a call for each model, however many endpoints the first has', () => {
    const many = createCatalog(
      Array.from({ length: 7 }, (_, rank) => provider(`p${rank}`, [offering('a/m'), ...(rank === 6 ? [offering('b/m')] : [])])),
    );
    const { calls, others } = planOf({ models }, many);
    expect(calls.map(({ candidate }) => candidate.requested)).toEqual(['a/m', 'a/m', 'a/m', 'a/m', 'b/m']);
    expect(others.map(({ provider: { slug } }) => slug)).toEqual(['p4', 'p5', 'p6']);
  });

  it('uses the same endpoint once', () => {
    const { calls, rejected } = planOf({ models: ['a/m', 'a/m:floor', '@alpha/id-of-a/m'] }, both);
    expect(calls.map(({ candidate }) => candidate.requested)).toEqual(['a/m', 'a/m']);
    expect(rejected.map(({ requested, reason }) => `${requested}: ${reason}`)).toEqual([
      'a/m:floor: it is the same endpoint as for a/m',
      'a/m:floor: it is the same endpoint as for a/m',
      '@alpha/id-of-a/m: it is the same endpoint as for a/m',
    ]);
  });
});

describe('rank with a sticky endpoint', () => {
  const sticky = { endpointFor: () => 'cheap id-of-a/m' };
  const seen = (fields: JsonObject, context: Partial<PlanningContext> = {}) => {
    const plan = planOf(fields, THREE, { sticky, ...context });
    return [order(plan)[0], plan.stickyTo];
  };

  it('orders the sticky endpoint first', () => {
    expect(seen({})).toEqual(['cheap', 'cheap id-of-a/m']);
    expect(planOf({}, THREE, { sticky }).calls[0]?.reason).toContain('it served this conversation');
  });

  it.each<readonly [string, JsonObject, Partial<PlanningContext>]>([
    ['where the client says the order', { provider: { order: ['dear'] } }, {}],
    ['in a sort', { provider: { sort: 'throughput' } }, {}],
    ['in a sort by suffix', { model: 'a/m:nitro' }, {}],
    ['when that endpoint is set aside', {}, { healthOf: endpointHealths({ cheap: { state: 'open' } }) }],
    ['when that endpoint is ruled out', { provider: { ignore: ['cheap'] } }, {}],
    ['when nothing is remembered', {}, { sticky: { endpointFor: () => null } }],
  ])('ignores the sticky endpoint %s', (_, fields, context) => {
    expect(seen(fields, context)).toEqual(['dear', null]);
  });

  it('looks up the key of the conversation', () => {
    const keys: string[] = [];
    const endpointFor = (key: string) => (keys.push(key), null);
    planOf({ session_id: 's' }, THREE, { sticky: { endpointFor } });
    planOf({ session_id: 't' }, THREE, { sticky: { endpointFor } });
    planOf({ session_id: 's' }, THREE, { sticky: { endpointFor } });
    expect(keys[0]).toBe(keys[2]);
    expect(keys[0]).not.toBe(keys[1]);
  });
});

describe('rank with reasoning of an endpoint', () => {
  const turnOf = (provider: string | null): Turn => {
    const state = { kind: 'signature', format: 'f', data: 'd', provider, model: null } as const;
    const block = { type: 'reasoning', kind: 'text', text: 'hm', format: 'f', id: null, state, path: 'at' } as const;
    return { role: 'assistant', blocks: [block], path: 'at', fields: {} };
  };
  const ask: Turn = { role: 'user', blocks: [{ type: 'text', text: '?', path: 'at' }], path: 'at', fields: {} };
  const planFor = (makers: readonly (string | null)[], fields: JsonObject = {}, context: Partial<PlanningContext> = {}) => {
    const conversation = conversationOf([ask, ...makers.flatMap((maker) => [turnOf(maker), ask])]);
    const request: UnifiedRequest = { ...requestFor('chat', 'a/m', fields), input: { kind: 'messages', conversation } };
    return wholePlan(planRoute(request, THREE, { ...OPEN_CONTEXT, ...context }));
  };

  it('orders the maker of the last reasoning first, and reports nothing', () => {
    const [first] = planFor(['unpriced', 'cheap']).calls;
    expect(first?.candidate.provider.slug).toBe('cheap');
    expect(first?.reason).toBe('it made the last reasoning of this conversation, which it alone can read');
    const [only] = planFor(['cheap']).calls;
    expect(only?.fitted.adjustments).toEqual([]);
  });

  it('reports once where the maker is not the first', () => {
    const [first] = planFor(['cheap', 'cheap'], { provider: { order: ['dear'] } }).calls;
    expect(first?.candidate.provider.slug).toBe('dear');
    expect(first?.fitted.adjustments.map(({ param, action }) => `${param} ${action}`)).toEqual(['messages.reasoning dropped']);
  });

  it.each<readonly [string, readonly (string | null)[], JsonObject, Partial<PlanningContext>]>([
    ['where the client names an order', ['cheap'], { provider: { order: ['dear'] } }, {}],
    ['where another endpoint serves the session', ['cheap'], {}, { sticky: { endpointFor: () => 'dear id-of-a/m' } }],
    ['when the maker is not known', [null], {}, {}],
    ['when the maker is paused', ['cheap'], {}, { healthOf: endpointHealths({ cheap: { state: 'open' } }) }],
  ])('ignores the maker %s', (_, makers, fields, context) => {
    expect(planFor(makers, fields, context).calls[0]?.candidate.provider.slug).toBe('dear');
  });
});

describe('rank reasons', () => {
  it.each<readonly [JsonObject, Partial<PlanningContext>, string[]]>([
    [
      {},
      {},
      [
        'dear: weighted random order, 1 % chance to be first among its equals: 9 USD per million tokens',
        'cheap: weighted random order, 99 % chance to be first among its equals: 1 USD per million tokens',
        'unpriced: its price is not known',
      ],
    ],
    [
      { provider: { order: ['cheap'] } },
      {},
      ['cheap: number 1 of provider.order', 'dear: 9 USD per million tokens', 'unpriced: its price is not known'],
    ],
    [
      { provider: { sort: 'price' } },
      {},
      [
        'cheap: by price: 1 USD per million tokens',
        'dear: by price: 9 USD per million tokens',
        'unpriced: by price: its price is not known',
      ],
    ],
    [
      { provider: { sort: 'latency' } },
      { healthOf: endpointHealths({ dear: { firstContentMs: level(250) }, cheap: { state: 'open' } }) },
      [
        'dear: by latency: 250 ms to first content',
        'unpriced: by latency: not measured',
        'cheap: it is paused after recent failures or a rate limit: it comes last',
      ],
    ],
    [
      {},
      { healthOf: endpointHealths({ cheap: { uptime: 0.9, failures: 5 }, dear: { uptime: 1 } }) },
      [
        'dear: 9 USD per million tokens',
        'unpriced: its price is not known',
        'cheap: 90 % of its recent answers succeeded: it comes after more reliable endpoints',
      ],
    ],
    [{ provider: { only: ['cheap'] } }, {}, ['cheap: the only endpoint that can serve this model']],
  ])('are reported for %j', (fields, context, expected) => {
    const { calls } = planOf(fields, THREE, context);
    expect(calls.map(({ candidate, reason }) => `${candidate.provider.slug}: ${reason}`)).toEqual(expected);
  });
});
