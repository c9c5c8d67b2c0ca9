/**
 * A plan is fitted call by call, as it is used. Laws: however it is used, and whatever changes meanwhile, it is the plan whose calls are all
 * fitted at once; and each of its calls is what the request becomes at that endpoint by itself.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { CompiledProvider } from '../../src/registry/provider.ts';
import { evaluateCandidates } from '../../src/routing/evaluate.ts';
import { tryFit } from '../../src/routing/fit-endpoint.ts';
import { hasChoice, hedgeOf, planRoute, type PlannedCall, type PlanningContext, type RoutePlan } from '../../src/routing/plan.ts';
import { endpointOf } from '../../src/routing/resolve-model.ts';
import { unmeasuredPreferences } from '../../src/routing/speed-preferences.ts';
import { bodyOf } from '../fitting/arbitrary.ts';
import { CATALOG, OPEN_CONTEXT, openAccess, requestFor } from '../fitting/sent.ts';
import { NO_OUTCOMES } from '../support/fake-ports.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { wholePlan } from './whole-plan.ts';

/** Models that many providers offer, one that few do, and one that any provider may have. */
const MODELS = ['meta-llama/llama-3.3-70b-instruct', 'openai/gpt-oss-120b', 'deepseek/deepseek-chat-v3.1', 'openai/gpt-4o-mini', '@groq/m'];
const SLUGS = [...new Set(MODELS.flatMap((model) => CATALOG.offerings(model).map(({ provider }) => provider.slug)))];

const preferences = fc.record<JsonObject>(
  {
    order: fc.subarray(SLUGS, { maxLength: 3 }),
    allow_fallbacks: fc.boolean(),
    require_parameters: fc.boolean(),
    allow_adjustments: fc.boolean(),
    sort: fc.constantFrom('price', 'throughput', 'latency'),
    hedge_after_ms: fc.constant(5),
  },
  { requiredKeys: [] },
);

const scene = fc
  .record({
    models: fc.subarray(MODELS, { minLength: 1 }),
    body: bodyOf('chat'),
    provider: fc.option(preferences, { nil: {} }),
    keyed: fc.subarray(SLUGS, { minLength: 1 }),
    open: fc.subarray(SLUGS, { maxLength: 4 }),
    refused: fc.dictionary(fc.constantFrom('temperature', 'tools', 'stop', 'seed'), fc.constantFrom(null, 'other')),
    seed: fc.nat(),
  })
  .map(({ models, body, provider, ...world }) => ({
    request: requestFor('chat', 'a/m', { ...body, model: undefined, models, provider }),
    ...world,
  }));
type Scene = typeof scene extends fc.Arbitrary<infer Value> ? Value : never;

/** What is known when the request is planned. After `change` everything is known otherwise. */
function createWorld({ keyed, open, refused, seed }: Scene): { world: PlanningContext; change: () => void; fits: () => number } {
  let [hasChanged, fits] = [false, 0];
  const world: PlanningContext = {
    ...OPEN_CONTEXT,
    // Each fit looks up once whether files may be fetched.
    limits: {
      ...OPEN_CONTEXT.limits,
      get media() {
        fits++;
        return OPEN_CONTEXT.limits.media;
      },
    },
    random: seededRandom(seed),
    access: (provider: CompiledProvider) => ({
      ...openAccess(provider),
      missingVariables: keyed.includes(provider.slug) === hasChanged ? ['A_KEY'] : [],
    }),
    healthOf: (endpoint) => ({ ...NO_OUTCOMES, state: open.some((slug) => endpoint.startsWith(slug)) === hasChanged ? 'closed' : 'open' }),
    learned: { ...OPEN_CONTEXT.learned, refusalsOf: () => new Map(hasChanged ? [['max_tokens', null]] : Object.entries(refused)) },
  };
  return { world, change: () => void (hasChanged = true), fits: () => fits };
}

/** All of a plan that can be seen. */
const describeCall = (call: PlannedCall | undefined) => call && { endpoint: endpointOf(call.candidate), ...call, candidate: undefined };
function describePlan(plan: RoutePlan) {
  const { calls, others, rejected, hedgeAfterMs, draw, stickyTo } = wholePlan(plan);
  const picks = draw.map(({ candidate, ...pick }) => ({ endpoint: endpointOf(candidate), ...pick }));
  return { calls: calls.map(describeCall), others: others.map(endpointOf), rejected, hedgeAfterMs, picks, stickyTo };
}

/** A way to use a plan. Each may have to fit more of its calls. */
const USES: readonly ((plan: RoutePlan) => unknown)[] = [
  ...[0, 1, 2, 4, 5].map((index) => (plan: RoutePlan) => describeCall(plan.calls.at(index))),
  (plan) => hasChoice(plan),
  (plan) => describeCall(hedgeOf([plan]) ?? undefined),
  (plan) => plan.leftOut().others.map(endpointOf),
  (plan) => plan.leftOut().rejected,
  (plan) => [...plan.calls].map(describeCall),
];

describe('a plan that is fitted as it is used', { timeout: 120_000 }, () => {
  it('is the plan whose calls are all fitted at once, however it is used and whatever changes meanwhile', () => {
    fc.assert(
      fc.property(scene, fc.array(fc.nat({ max: USES.length - 1 }), { maxLength: 4 }), (given, uses) => {
        const whole = planRoute(given.request, CATALOG, createWorld(given).world);
        const expected = describePlan(whole);
        const { world, change } = createWorld(given);
        const plan = planRoute(given.request, CATALOG, world);
        change();
        for (const use of uses) expect(USES[use]?.(plan)).toEqual(USES[use]?.(whole));
        expect(describePlan(plan)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('has calls, and rejects endpoints, as the request is fitted to each by itself', () => {
    fc.assert(
      fc.property(scene, (given) => {
        const { request } = given;
        const plan = wholePlan(planRoute(request, CATALOG, createWorld(given).world));
        const { world } = createWorld(given);
        const { lists, rejected } = evaluateCandidates(request, CATALOG, world);
        const entries = lists.flatMap((list) => list.entries);
        const healths = entries.map(({ endpointHealth }) => endpointHealth);
        const shared = { adjustments: unmeasuredPreferences(request.preferences, null, healths), limits: OPEN_CONTEXT.limits };
        const fits = new Map(entries.map((entry) => [endpointOf(entry.candidate), tryFit(request, entry, shared)]));
        for (const [position, call] of plan.calls.entries()) {
          const { reason: _, ...fitted } = call;
          // That a hedge is not possible is reported at the first call.
          const { length } = fitted.fitted.adjustments;
          const isReported = position === 0 && fitted.fitted.adjustments.at(-1)?.param === 'provider.hedge_after_ms';
          fitted.fitted.adjustments.length = isReported ? length - 1 : length;
          expect(fitted).toEqual(fits.get(endpointOf(call.candidate)));
        }
        const refusals = [...fits.values()].filter((fit) => 'reason' in fit);
        expect(plan.rejected.slice(0, rejected.length)).toEqual(rejected);
        for (const refusal of plan.rejected.slice(rejected.length)) expect(refusals).toContainEqual(refusal);
        expect(plan.calls.length + plan.others.length + plan.rejected.length).toBe(entries.length + rejected.length);
      }),
      { numRuns: 200 },
    );
  });

  it('has been fitted no further than to its first call, with a hedge to the second', () => {
    fc.assert(
      fc.property(scene, (given) => {
        const { world, fits } = createWorld(given);
        const plan = planRoute(given.request, CATALOG, world);
        const isHedged = given.request.preferences.hedge_after_ms !== undefined;
        const made = fits();
        const { calls, rejected } = wholePlan(plan);
        expect(made).toBeLessThanOrEqual((isHedged ? 2 : 1) + rejected.length);
        expect(fits()).toBeGreaterThanOrEqual(Math.max(calls.length, made));
      }),
      { numRuns: 200 },
    );
  });

  it('is fitted once for an attempt, though five calls are planned', () => {
    const request = requestFor('chat', 'meta-llama/llama-3.3-70b-instruct');
    const { world, fits } = createWorld({ request, keyed: SLUGS, open: [], refused: {}, seed: 1 });
    const plan = planRoute(request, CATALOG, world);
    expect([plan.calls.at(0) === undefined, plan.calls.most, fits()]).toEqual([false, 5, 1]);
    expect([hasChoice(plan), fits()]).toEqual([true, 2]);
    expect([plan.calls.all().length, fits()]).toEqual([5, 5]);
  });
});
