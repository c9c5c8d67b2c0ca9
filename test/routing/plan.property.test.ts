/** Laws of every plan, for any endpoints, preferences, context and random numbers. The oracle for hard preferences is written anew here. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/registry/catalog.ts';
import type { CompiledProvider, Offering } from '../../src/registry/provider.ts';
import { endpointOf, type Candidate } from '../../src/routing/resolve-model.ts';
import { MAX_PLANNED } from '../../src/routing/plan.ts';
import type { EndpointHealth } from '../../src/unified/endpoint-health.ts';
import { isObject, type JsonObject } from '../../src/lib/json.ts';
import type { Preferences } from '../../src/unified/request/preferences.ts';
import type { WholePlan } from './whole-plan.ts';
import { level, offering, planOf, provider, endpointHealths } from './endpoints.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { openAccess } from '../fitting/sent.ts';

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
const SLUGS = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7'];
const MODELS = ['a/m', 'b/m', 'c/m:free'];
/** Less than a long prompt takes, and more than anything else. */
const SMALL = 60;
const usd = fc.constantFrom(0, 0.1, 1, 1, 2, 30);

const anOffering = (slug: string): fc.Arbitrary<Offering> =>
  fc
    .record({
      priceUsdPerMillionTokens: maybe(fc.record({ prompt: usd, completion: usd })),
      quantization: maybe(fc.constantFrom('fp8', 'mxfp8', 'int4')),
      capabilities: maybe(fc.subarray(['tools', 'structured_outputs'])),
      contextTokens: maybe(fc.constantFrom(SMALL, 100_000)),
    })
    .map((more) => offering(slug, Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined))));

const aProvider = (slug: string): fc.Arbitrary<CompiledProvider> =>
  fc
    .record({
      models: fc.subarray(MODELS, { minLength: 1 }).chain((names) => fc.tuple(...names.map(anOffering))),
      dataPolicy: maybe(fc.record({ trains: fc.boolean(), retains: fc.boolean() })),
    })
    .map(({ models, dataPolicy }) => provider(slug, models, dataPolicy === undefined ? {} : { dataPolicy }));

const measured = fc.option(fc.constantFrom(1, 50, 500).map(level), { nil: null });
const aStanding: fc.Arbitrary<EndpointHealth> = fc.record({
  untilMs: fc.constant(null),
  successes: fc.nat(9),
  limited: fc.nat(9),
  state: fc.constantFrom('closed', 'closed', 'open', 'half-open'),
  uptime: fc.constantFrom(null, 0.1, 0.9, 1),
  failures: fc.nat(9),
  firstContentMs: measured,
  tokensPerSecond: measured,
});

const slugs = fc.subarray([...SLUGS, 'The p1', 'p2/turbo', 'nobody']);
const cutoff = fc.constantFrom(0.01, 40, { p50: 100 }, { p50: 10, p99: 1000 });
const sort = fc.constantFrom('price', 'throughput', 'latency');
const preferences = fc.record<JsonObject>(
  {
    order: slugs,
    only: fc.oneof(fc.constant([]), fc.subarray(SLUGS, { minLength: 4 })),
    ignore: slugs,
    allow_fallbacks: fc.boolean(),
    require_parameters: fc.boolean(),
    data_collection: fc.constantFrom('allow', 'deny'),
    zdr: fc.boolean(),
    quantizations: fc.subarray(['fp8', 'int4', 'unknown'], { minLength: 1 }),
    sort: fc.oneof(sort, fc.record({ by: sort, partition: fc.constantFrom('model', 'none') })),
    max_price: fc.record({ prompt: usd, completion: usd }, { requiredKeys: [] }),
    hedge_after_ms: fc.constant(5),
  },
  { requiredKeys: [] },
);
const fewWishes = preferences.chain((all) =>
  fc
    .subarray(Object.entries(all), { maxLength: Math.min(4, Object.keys(all).length) })
    .map((some) => Object.fromEntries(some) as JsonObject),
);

const scene = fc.record({
  catalog: fc
    .tuple(...SLUGS.map(aProvider))
    .chain((all) => fc.subarray(all, { minLength: 1 }))
    .map(createCatalog),
  models: fc.subarray([...MODELS, 'a/m:floor', 'b/m:free', 'x/unknown', '@p3/own-model'], { minLength: 1 }),
  preferences: fewWishes,
  fields: fc.constantFrom<JsonObject>(
    {},
    { tools: [{ type: 'function', function: { name: 'f' } }] },
    { response_format: { type: 'json_object' } },
  ),
  long: fc.boolean(),
  endpointHealth: fc.dictionary(fc.constantFrom(...SLUGS), aStanding),
  unset: fc.subarray(SLUGS, { maxLength: 2 }),
  sticky: maybe(fc.constantFrom('p1 id-of-a/m', 'p2 id-of-b/m')),
  seed: fc.nat(),
});
type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never;

function planned(
  { catalog, models, preferences, fields, long, endpointHealth, unset, sticky, seed }: Scene,
  more: JsonObject = {},
): WholePlan {
  const content = long ? { messages: [{ role: 'user', content: 'one two three four five '.repeat(20) }] } : {};
  return planOf({ model: undefined, models, provider: { ...preferences, ...more }, ...fields, ...content }, catalog, {
    healthOf: endpointHealths(endpointHealth),
    random: seededRandom(seed),
    sticky: { endpointFor: () => sticky ?? null },
    access: (entry) => ({ ...openAccess(entry), missingVariables: unset.includes(entry.slug) ? ['A_KEY'] : [] }),
  });
}

const usable = ({ calls, others }: WholePlan): Candidate[] => [...calls.map(({ candidate }) => candidate), ...others];

/** Whether hard preferences keep an endpoint, as the documentation states. */
function mayBeUsed({ provider: host, offering: entry, requested }: Candidate, all: Preferences): boolean {
  const isIn = (list: readonly string[]) => list.some((name) => [host.slug, host.name].includes(name) || name.startsWith(`${host.slug}/`));
  const price = entry?.priceUsdPerMillionTokens;
  const { prompt, completion } = all.max_price ?? {};
  const formats = (all.quantizations ?? []).flatMap((name) => (name === 'fp8' ? ['fp8', 'mxfp8'] : [name])) as string[];
  const policy = host.dataPolicy ?? { trains: true, retains: true };
  return (
    (!all.only?.length || isIn(all.only)) &&
    !isIn(all.ignore ?? []) &&
    !(all.order?.length && all.allow_fallbacks === false && !isIn(all.order)) &&
    (formats.length === 0 || formats.includes(entry?.quantization ?? 'unknown')) &&
    (typeof prompt !== 'number' || (price !== undefined && price.prompt <= prompt)) &&
    (typeof completion !== 'number' || (price !== undefined && price.completion <= completion)) &&
    !(all.zdr === true && policy.retains) &&
    !(all.data_collection === 'deny' && (policy.retains || policy.trains)) &&
    (!requested.endsWith(':free') || entry?.slug.endsWith(':free') === true || (price?.prompt === 0 && price.completion === 0))
  );
}

describe('planRoute', { timeout: 60_000 }, () => {
  const holds = (law: (scene: Scene, plan: WholePlan) => void) =>
    fc.assert(
      fc.property(scene, (given) => void law(given, planned(given))),
      { numRuns: 300 },
    );

  it('puts each endpoint in exactly one list: calls, others or rejected', () => {
    holds(({ catalog, models }, plan) => {
      const found = models.flatMap((name): string[] => {
        if (name === '@p3/own-model') return catalog.provider('p3') === undefined ? [] : [`${name} p3`];
        const slug = name.replace(/:floor$/, '').replace(/^b\/m:free$/, 'b/m');
        return catalog.offerings(slug).map(({ provider: host }) => `${name} ${host.slug}`);
      });
      const placed = [
        ...usable(plan).map(({ requested, provider: host }) => `${requested} ${host.slug}`),
        ...plan.rejected.flatMap(({ requested, provider: slug }) => (slug === null ? [] : [`${requested} ${slug}`])),
      ];
      expect(placed.sort()).toEqual(found.sort());
      expect(new Set(usable(plan).map(endpointOf)).size).toBe(usable(plan).length);
    });
  });

  it('uses no endpoint that a filter rejects, that is not set up, or whose context is too small', () => {
    holds(({ preferences: all, unset, long }, plan) => {
      for (const candidate of usable(plan)) {
        expect(mayBeUsed(candidate, all as Preferences)).toBe(true);
        expect(unset).not.toContain(candidate.provider.slug);
        expect(long && candidate.offering?.contextTokens === SMALL).toBe(false);
      }
    });
  });

  it('rejects no endpoint without a true reason', () => {
    holds(({ catalog, preferences: all, unset, long }, plan) => {
      const others = /same endpoint|require_parameters|no operation|no provider/;
      for (const { requested, provider: slug, reason } of plan.rejected) {
        const host = slug === null ? undefined : catalog.provider(slug);
        if (host === undefined || others.test(reason) || unset.includes(host.slug)) continue;
        const names = new Set([requested, requested.replace(/:(free|floor)$/, '')]);
        const offering = host.models.find((model) => names.has(model.slug)) ?? null;
        const isTooSmall = long && offering?.contextTokens === SMALL && reason.startsWith('its context');
        expect(isTooSmall || !mayBeUsed({ provider: host, offering, requested } as Candidate, all as Preferences)).toBe(true);
      }
    });
  });

  it('returns the same plan for the same seed', () => {
    holds((given, plan) => expect(JSON.stringify(planned(given))).toBe(JSON.stringify(plan)));
  });

  it('rejects no endpoint by a preference about speed', () => {
    fc.assert(
      fc.property(scene, cutoff, cutoff, (given, throughput, latency) => {
        const wished = planned(given, { preferred_min_throughput: throughput, preferred_max_latency: latency });
        const keys = (plan: WholePlan) => usable(plan).map(endpointOf).sort();
        expect(keys(wished)).toEqual(keys(planned(given)));
      }),
      { numRuns: 300 },
    );
  });

  it('orders endpoints with an open circuit after all others, and keeps the order of models', () => {
    holds(({ models, preferences: { sort: by, ...all }, endpointHealth }, plan) => {
      const isMixed = isObject(by) && by['partition'] === 'none';
      const isTop = all['allow_fallbacks'] === false && !(Array.isArray(all['order']) && all['order'].length > 0);
      // What does not fit among the calls is left for the end, so each part is in order by itself.
      for (const part of [plan.calls.map(({ candidate }) => candidate), plan.others]) {
        const places = part.map((candidate) => [
          isMixed ? 0 : models.indexOf(candidate.requested),
          endpointHealth[candidate.provider.slug]?.state === 'open' ? 1 : 0,
        ]);
        const numbers = places.map(([model = 0, aside = 0]) => (isTop ? model * 2 + aside : aside * 10 + model));
        expect(numbers).toEqual([...numbers].sort((one, other) => one - other));
      }
    });
  });

  it('has at most the allowed calls, a reason for each, and a second one for a hedge', () => {
    holds(({ preferences: all }, { calls, others, hedgeAfterMs }) => {
      const isTop = all['allow_fallbacks'] === false && !(Array.isArray(all['order']) && all['order'].length > 0);
      expect(calls.length).toBeLessThanOrEqual(isTop ? 1 : MAX_PLANNED);
      expect(calls.length > 0 || others.length === 0).toBe(true);
      expect(calls.every(({ reason }) => reason !== '')).toBe(true);
      const isHedged = all['hedge_after_ms'] === 5 && all['allow_fallbacks'] !== false && calls.length > 1;
      expect(hedgeAfterMs).toBe(isHedged ? 5 : null);
    });
  });
});
