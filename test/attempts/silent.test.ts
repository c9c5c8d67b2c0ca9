/** Calls without a stream that stay silent: another endpoint is asked beside them, and the first whole answer is the answer. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHealthTracker } from '../../src/state/circuit-breaker.ts';
import { silentMsFor } from '../../src/attempts/deadlines.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { HealthTracker } from '../../src/unified/endpoint-health.ts';
import { UNHEARD } from '../support/unheard.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { turn } from '../stream/fake-clock.ts';
import { planOf, offersOf } from '../routing/endpoints.ts';
import { requestFor } from '../fitting/sent.ts';
import { chatOperation, createBody } from '../upstream/own-host.ts';
import {
  bodyRead,
  counts,
  createSeveral,
  failureOf,
  host,
  isSilent,
  refuses,
  says,
  whileTimePasses,
  type Respond,
  type Several,
} from './several.ts';

const MAX_MS = 60_000;
/** What an answer of usual size is given. */
const USUAL_MS = 12_500;
const LIMITS = { attempts: 4, silentMs: MAX_MS };
const [alpha, beta, gamma] = [host('alpha'), host('beta'), host('gamma')];
const inOrder = (more: JsonObject = {}, wishes: JsonObject = {}): JsonObject => ({
  model: 'any/m',
  provider: { order: ['alpha', 'beta', 'gamma'], ...wishes },
  ...more,
});

/** Lets so much time pass after everything has come to rest. */
async function pass(world: Several, ms: number): Promise<void> {
  await turn();
  await turn();
  world.clock.advance(ms);
  await turn();
  await turn();
}

/** Lets the time pass that an answer of usual size is given: reading the prompt takes a moment more. */
async function passUsual(world: Several, rounds = 1): Promise<void> {
  await pass(world, rounds * USUAL_MS);
  await pass(world, 100);
}

const slugsOf = ({ sent }: Several) => sent.map(({ url }) => new URL(url).hostname.split('.')[0]);

/** Says so after a while. */
const saysLater =
  (world: () => Several, ms: number, text: string): Respond =>
  (sent) =>
    new Promise((resolve, reject) => {
      sent.signal.addEventListener('abort', () => reject(sent.signal.reason as Error));
      world().clock.setTimer(ms, () => resolve(says(text)(sent)));
    });

const refusesLater =
  (world: () => Several, ms: number): Respond =>
  () =>
    new Promise((resolve) => void world().clock.setTimer(ms, () => resolve(refuses('late')())));

/** Sends headers, and a piece of a body each second, but never all of it. */
const drips =
  (world: () => Several): Respond =>
  () => {
    const body = createBody();
    const drip = () => {
      body.write(' ');
      world().clock.setTimer(1000, drip);
    };
    drip();
    return new Response(body.stream, { headers: { 'content-type': 'application/json' } });
  };

it('a body that drips is given up when the first content that the client waits for is the whole answer', async () => {
  const world: Several = createSeveral([[alpha, drips(() => world)], [beta, says('B', counts(5, 7))]], LIMITS); // prettier-ignore
  const response = world.ask(inOrder({}, { timeouts: { first_content_ms: 3000 } }), { wantsMetadata: true });
  await pass(world, 2900);
  expect(slugsOf(world)).toEqual(['alpha']);
  await pass(world, 200);
  const { openrouter_metadata: metadata } = await bodyRead(await response);
  expect(metadata?.attempts[0]).toMatchObject({ message: expect.stringContaining('no whole answer came within 3000 ms') });
});

describe('a call that is silent', () => {
  const KINDS: [string, (world: () => Several) => Respond][] = [
    ['before its headers', () => isSilent],
    ['after its headers', () => () => new Response(createBody().stream, { headers: { 'content-type': 'application/json' } })],
    ['but for a drip', drips],
  ];

  it.each(KINDS)('%s is cancelled when the endpoint that is asked beside it has answered first', async (_, kind) => {
    const world: Several = createSeveral([[alpha, kind(() => world)], [beta, says('B', counts(5, 7))]], LIMITS); // prettier-ignore
    const response = world.ask(inOrder(), { wantsMetadata: true });
    await pass(world, USUAL_MS - 1000);
    expect(slugsOf(world)).toEqual(['alpha']);
    await pass(world, 1000);
    await pass(world, 100);
    expect(slugsOf(world)).toEqual(['alpha', 'beta']);
    const answer = await response;
    expect([answer.headers.get('x-tributary-provider'), answer.headers.get('x-tributary-attempts')]).toEqual(['beta', '2']);
    expect(world.sent[0]?.signal.aborted).toBe(true);
    const { choices, usage, openrouter_metadata: metadata } = await bodyRead(answer);
    expect(choices[0]?.message?.content).toBe('B0');
    // What the cancelled call cost is not known, so it is not in the sum.
    expect(usage).toEqual({ ...counts(5, 7), calls: 1 });
    expect(metadata?.attempts).toMatchObject([
      {
        provider: 'The alpha',
        error_type: 'timeout',
        message: expect.stringMatching(/^The alpha: no whole answer came within \d+ ms, and The beta answered first$/),
        billed_tokens: null,
        cancelled: true,
      },
      { provider: 'The beta', status: 200, error_type: null },
    ]);
    expect(metadata?.attempts[1]).not.toHaveProperty('cancelled');
  });

  it('may still be the first to answer: the other one is cancelled, and is no failure', async () => {
    const health = createHealthTracker({ nowMs: () => 0 });
    const world: Several = createSeveral([[alpha, saysLater(() => world, 15_000, 'A')], [beta, isSilent]], LIMITS, () => ({ health })); // prettier-ignore
    const response = world.ask(inOrder(), { wantsMetadata: true });
    await passUsual(world);
    await pass(world, 2500);
    const { choices, openrouter_metadata: metadata, usage } = await bodyRead(await response);
    expect([choices[0]?.message?.content, usage?.calls]).toEqual(['A0', 1]);
    expect(metadata?.attempts).toMatchObject([
      { error_type: null, status: 200 },
      { error_type: null, status: null, cancelled: true },
    ]);
    expect(world.sent.map(({ signal }) => signal.aborted)).toEqual([false, true]);
    expect([health.healthOf('alpha alpha-m').successes, health.healthOf('beta beta-m').failures]).toEqual([1, 0]);
  });

  it('counts as a failure when another one was faster, so that it comes last after three', async () => {
    const world = createSeveral([[alpha, isSilent], [beta, says('B')]], LIMITS, (clock) => ({ health: createHealthTracker(clock) })); // prettier-ignore
    for (let request = 0; request < 3; request++) {
      const response = world.ask(inOrder());
      await passUsual(world);
      await response;
    }
    expect(slugsOf(world)).toEqual(['alpha', 'beta', 'alpha', 'beta', 'alpha', 'beta']);
    await world.ask(inOrder());
    expect(slugsOf(world).slice(6)).toEqual(['beta']);
  });

  it('is waited for when the other one fails, and a third is asked at once', async () => {
    const world = createSeveral([[alpha, isSilent], [beta, refuses('full')], [gamma, says('C')]], LIMITS); // prettier-ignore
    const response = world.ask(inOrder());
    await passUsual(world);
    expect((await bodyRead(await response)).provider).toBe('The gamma');
    expect(slugsOf(world)).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('that fails in the end is not asked again while another one is under way', async () => {
    const world: Several = createSeveral(
      [[alpha, refusesLater(() => world, 20_000)], [beta, saysLater(() => world, 10_000, 'B')]], // prettier-ignore
      LIMITS,
    );
    const response = world.ask({ models: ['alpha/m', 'beta/m'] });
    await passUsual(world);
    await pass(world, 7500);
    await pass(world, 2500);
    expect((await bodyRead(await response)).provider).toBe('The beta');
    expect(slugsOf(world)).toEqual(['alpha', 'beta']);
  });

  it('is waited for alone once another endpoint has called the request wrong', async () => {
    const world: Several = createSeveral([[alpha, saysLater(() => world, 30_000, 'A')], [beta, refuses('wrong', 400)], [gamma, says('C')]], LIMITS); // prettier-ignore
    const response = world.ask(inOrder());
    await passUsual(world);
    await pass(world, MAX_MS);
    expect((await bodyRead(await response)).provider).toBe('The alpha');
    expect(slugsOf(world)).toEqual(['alpha', 'beta']);
  });

  it.each<[string, JsonObject, Partial<typeof LIMITS>]>([
    ['there is no other endpoint', { model: 'alpha/m' }, {}],
    ['allow_fallbacks is false', { provider: { order: [], allow_fallbacks: false } }, {}],
    ['the operator has switched it off', {}, { silentMs: 0 }],
    ['one attempt is allowed', {}, { attempts: 1 }],
  ])('is waited for where %s', async (_, body, limits) => {
    const world: Several = createSeveral([[alpha, saysLater(() => world, 300_000, 'A')], [beta, saysLater(() => world, 300_000, 'B')]], { ...LIMITS, ...limits }); // prettier-ignore
    const response = world.ask(inOrder(body));
    await pass(world, 299_000);
    expect(world.sent).toHaveLength(1);
    await pass(world, 1000);
    expect((await response).headers.get('x-tributary-attempts')).toBe('1');
  });

  it('is given up together with the one beside it when the client leaves', async () => {
    const world = createSeveral([[alpha, isSilent], [beta, isSilent]], LIMITS); // prettier-ignore
    const signal = new AbortController();
    const call = failureOf(world.ask(inOrder(), { signal: signal.signal }));
    await passUsual(world);
    signal.abort();
    await call;
    expect(world.sent.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(world.clock.pending()).toBe(0);
  });

  it('of more calls than may wait at a time is given up before the next endpoint is asked', async () => {
    const one = chatOperation({ parameters: { ...chatOperation().parameters, n: false } });
    const single = host('single', { operations: { chat: [one] } });
    const world = createSeveral([[single, isSilent], [beta, says('B')]], LIMITS); // prettier-ignore
    const response = world.ask(inOrder({ n: 8 }, { order: ['single', 'beta'] }), { wantsMetadata: true });
    await passUsual(world, 2);
    const { choices, openrouter_metadata: metadata } = await bodyRead(await response);
    expect(choices.map(({ message }) => message?.content)).toEqual(Array.from({ length: 8 }, (_, index) => `B${index}`));
    expect(metadata?.attempts[0]).toMatchObject({ error_type: 'timeout', cancelled: true });
  });
});

/** What an endpoint does: an answer or a refusal, after so long; null = it is silent for ever. */
type Manner = { afterMs: number; status: 200 | 400 | 503 } | null;

const manner: fc.Arbitrary<Manner> = fc.option(
  fc.record({ afterMs: fc.integer({ min: 0, max: 60_000 }), status: fc.constantFrom(200, 400, 503) }),
  { nil: null },
);

const SLUGS = ['alpha', 'beta', 'gamma'];

/** One of them has called the request wrong, so no other is asked. */
const hasRefused = (asked: readonly { manner: Manner }[]): boolean => asked.some(({ manner: one }) => one?.status === 400);

it('whatever three endpoints do, one whole answer or one error comes, and no call is left open', async () => {
  await fc.assert(
    fc.asyncProperty(fc.tuple(manner, manner, manner), async (manners) => {
      const behave =
        (one: Manner): Respond =>
        (sent) =>
          new Promise((resolve, reject) => {
            sent.signal.addEventListener('abort', () => reject(sent.signal.reason as Error));
            if (one === null) return;
            const respond = one.status === 200 ? says('X') : refuses('no', one.status);
            world.clock.setTimer(one.afterMs, () => resolve(respond(sent)));
          });
      const hosts = [alpha, beta, gamma].map((one, index) => [one, behave(manners[index] ?? null)] as const);
      const world: Several = createSeveral(hosts, LIMITS);
      const call = whileTimePasses(world.clock, world.ask(inOrder({}, { timeouts: { total_ms: 200_000 } })), 2500);
      const answer = await call.catch((thrown: unknown) => thrown);
      expect(world.sent.length).toBeLessThanOrEqual(LIMITS.attempts);
      const asked = world.sent.map(({ signal }, place) => ({
        signal,
        manner: manners[SLUGS.indexOf(slugsOf(world)[place] ?? '')] ?? null,
      }));
      const left = asked.filter(({ signal, manner: one }) => !signal.aborted && one?.status !== 503 && one?.status !== 400);
      const winner = answer instanceof Response ? manners[SLUGS.indexOf(answer.headers.get('x-tributary-provider') ?? '')] : null;
      // An answer comes from an endpoint that gave one, and every other call has failed or was given up.
      const isRight =
        answer instanceof Response
          ? winner?.status === 200 && left.length === 1
          : answer instanceof RouterError && asked.every(({ manner: one }) => one?.status !== 200 || hasRefused(asked));
      expect({ manners, isRight }).toEqual({ manners, isRight: true });
    }),
    { numRuns: 60 },
  );
});

describe('how long a call may be silent', () => {
  const catalog = offersOf({ one: {} });
  const [planned] = planOf({}, catalog).calls;

  it.each<[number, JsonObject, number]>([
    [USUAL_MS, {}, 0],
    [10_160, { max_tokens: 16 }, 0],
    [20_000, { max_tokens: 1000 }, 0],
    [20_000, { max_completion_tokens: 1000 }, 0],
    [MAX_MS, { max_tokens: 100_000 }, 0],
    [USUAL_MS + 10_000, {}, 160_000],
    [MAX_MS, { reasoning_effort: 'high' }, 0],
    [MAX_MS, { reasoning: { max_tokens: 2000 } }, 0],
    [USUAL_MS, { reasoning_effort: 'none' }, 0],
    [USUAL_MS, { reasoning: { enabled: false } }, 0],
  ])('is %i ms for %j and a body of %i characters', (expected, fields, characters) => {
    if (planned === undefined) throw new Error('no plan');
    expect(silentMsFor(requestFor('chat', 'a/m', fields), planned, { characters, mostMs: MAX_MS })).toBe(expected);
    expect(silentMsFor(requestFor('chat', 'a/m', fields), planned, { characters, mostMs: 500 })).toBe(500);
  });
});

describe('the circuit breaker of an endpoint that is down', () => {
  const models: JsonObject = { models: ['alpha/m', 'beta/m'] };

  it.each([true, false])('holds across models: its model comes last, and one request probes it (stream: %s)', async (stream) => {
    let isDown = true;
    const flaps: Respond = (sent) => (isDown ? refuses('down')() : says('A')(sent));
    const world = createSeveral([[alpha, flaps], [beta, says('B')]], { attempts: 4 }, (clock) => ({ health: createHealthTracker(clock) })); // prettier-ignore
    /** How often the first model was asked for one request, and who answered. */
    const ask = async () => {
      const before = world.sentTo('alpha').length;
      const response = world.ask({ ...models, stream });
      await pass(world, 250);
      const answer = await response;
      await answer.text();
      return `${world.sentTo('alpha').length - before} ${answer.headers.get('x-tributary-provider')}`;
    };
    // Twice, since a 500 may be a single one; the third failure in a row opens the circuit.
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual(['2 beta', '1 beta', '0 beta', '0 beta']);
    world.clock.advance(1000);
    expect([await ask(), await ask()]).toEqual(['1 beta', '0 beta']);
    isDown = false;
    world.clock.advance(2000);
    expect([await ask(), await ask()]).toEqual(['1 alpha', '1 alpha']);
  });

  it('is asked all the same where nobody else is left', async () => {
    const health: HealthTracker = {
      ...createHealthTracker({ nowMs: () => 0 }),
      healthOf: () => ({ ...UNHEARD, state: 'open', untilMs: 1 }),
    };
    const world = createSeveral([[alpha, says('A')], [beta, says('B')]], {}, () => ({ health })); // prettier-ignore
    expect((await world.ask(models)).headers.get('x-tributary-provider')).toBe('alpha');
  });
});
