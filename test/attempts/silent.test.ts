/** Calls without a stream that stay silent: another endpoint is asked beside them, and the first whole answer is the answer. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHealthTracker } from '../../src/state/circuit-breaker.ts';
import { silentMsFor } from '../../src/attempts/deadlines.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { HealthTracker } from '../../src/unified/endpoint-health.ts';
import { turn, NO_OUTCOMES, whileTimePasses } from '../support/fake-ports.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { planOf, offersOf } from '../routing/endpoints.ts';
import { requestFor } from '../fitting/sent.ts';
import { chatOperation } from '../support/fake-providers.ts';
import { bodyRead, failureOf } from '../support/read-stream.ts';
import { counts, createBody, isSilent, refuses, type Respond, says } from '../support/scripted-upstream.ts';
import { createMultiProvider, type FakeRouter, host } from '../support/fake-router.ts';

const MAX_MS = 60_000;
/** What an answer of usual size is given. */
const USUAL_MS = 12_500;
const LIMITS = { attempts: 4, silentMs: MAX_MS };
const [alpha, beta, gamma] = [host('alpha'), host('beta'), host('gamma')];
const inOrder = (more: JsonObject = {}, preferences: JsonObject = {}): JsonObject => ({
  model: 'any/m',
  provider: { order: ['alpha', 'beta', 'gamma'], ...preferences },
  ...more,
});

/** Lets so much time pass after everything has come to rest. */
async function pass(router: FakeRouter, ms: number): Promise<void> {
  await turn();
  await turn();
  router.clock.advance(ms);
  await turn();
  await turn();
}

/** Lets the time pass that an answer of usual size is given: reading the prompt takes a moment more. */
async function passUsual(router: FakeRouter, rounds = 1): Promise<void> {
  await pass(router, rounds * USUAL_MS);
  await pass(router, 100);
}

const slugsOf = ({ sent }: FakeRouter) => sent.map(({ url }) => new URL(url).hostname.split('.')[0]);

/** Says so after a while. */
const saysLater =
  (router: () => FakeRouter, ms: number, text: string): Respond =>
  (sent) =>
    new Promise((resolve, reject) => {
      sent.signal.addEventListener('abort', () => reject(sent.signal.reason as Error));
      router().clock.setTimer(ms, () => resolve(says(text)(sent)));
    });

const refusesLater =
  (router: () => FakeRouter, ms: number): Respond =>
  () =>
    new Promise((resolve) => void router().clock.setTimer(ms, () => resolve(refuses('late')())));

/** Sends headers, and a piece of a body each second, but never all of it. */
const drips =
  (router: () => FakeRouter): Respond =>
  () => {
    const body = createBody();
    const drip = () => {
      if (body.cancelled()) return;
      body.write(' ');
      router().clock.setTimer(1000, drip);
    };
    drip();
    return new Response(body.stream, { headers: { 'content-type': 'application/json' } });
  };

it('a body that drips is given up when the first content that the client waits for is the whole answer', async () => {
  const router: FakeRouter = createMultiProvider([[alpha, drips(() => router)], [beta, says('B', counts(5, 7))]], LIMITS); // prettier-ignore
  const response = router.ask(inOrder({}, { timeouts: { first_content_ms: 3000 } }), { wantsMetadata: true });
  await pass(router, 2900);
  expect(slugsOf(router)).toEqual(['alpha']);
  await pass(router, 200);
  const { openrouter_metadata: metadata } = await bodyRead(await response);
  expect(metadata?.attempts[0]).toMatchObject({ message: expect.stringContaining('no complete answer within 3000 ms') });
});

describe('a call that is silent', () => {
  const KINDS: [string, (router: () => FakeRouter) => Respond][] = [
    ['before its headers', () => isSilent],
    ['after its headers', () => () => new Response(createBody().stream, { headers: { 'content-type': 'application/json' } })],
    ['but for a drip', drips],
  ];

  it.each(KINDS)('%s is cancelled when the endpoint that is asked beside it has answered first', async (_, kind) => {
    const router: FakeRouter = createMultiProvider([[alpha, kind(() => router)], [beta, says('B', counts(5, 7))]], LIMITS); // prettier-ignore
    const response = router.ask(inOrder(), { wantsMetadata: true });
    await pass(router, USUAL_MS - 1000);
    expect(slugsOf(router)).toEqual(['alpha']);
    await pass(router, 1000);
    await pass(router, 100);
    expect(slugsOf(router)).toEqual(['alpha', 'beta']);
    const answer = await response;
    expect([answer.headers.get('x-tributary-provider'), answer.headers.get('x-tributary-attempts')]).toEqual(['beta', '2']);
    expect(router.sent[0]?.signal.aborted).toBe(true);
    const { choices, usage, openrouter_metadata: metadata } = await bodyRead(answer);
    expect(choices[0]?.message?.content).toBe('B0');
    // What the cancelled call cost is not known, so it is not in the sum.
    expect(usage).toEqual({ ...counts(5, 7), calls: 1 });
    expect(metadata?.attempts).toMatchObject([
      {
        provider: 'The alpha',
        error_type: 'timeout',
        message: expect.stringMatching(/^The alpha: no complete answer within \d+ ms, and The beta answered first$/),
        billed_tokens: null,
        cancelled: true,
      },
      { provider: 'The beta', status: 200, error_type: null },
    ]);
    expect(metadata?.attempts[1]).not.toHaveProperty('cancelled');
  });

  it('may still be the first to answer: the other one is cancelled, and is no failure', async () => {
    const health = createHealthTracker({ nowMs: () => 0 });
    const router: FakeRouter = createMultiProvider([[alpha, saysLater(() => router, 15_000, 'A')], [beta, isSilent]], LIMITS, () => ({ health })); // prettier-ignore
    const response = router.ask(inOrder(), { wantsMetadata: true });
    await passUsual(router);
    await pass(router, 2500);
    const { choices, openrouter_metadata: metadata, usage } = await bodyRead(await response);
    expect([choices[0]?.message?.content, usage?.calls]).toEqual(['A0', 1]);
    expect(metadata?.attempts).toMatchObject([
      { error_type: null, status: 200 },
      { error_type: null, status: null, cancelled: true },
    ]);
    expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([false, true]);
    expect([health.healthOf('alpha alpha-m').successes, health.healthOf('beta beta-m').failures]).toEqual([1, 0]);
  });

  it('counts as a failure when another one was faster, so that it comes last after three', async () => {
    const router = createMultiProvider([[alpha, isSilent], [beta, says('B')]], LIMITS, (clock) => ({ health: createHealthTracker(clock) })); // prettier-ignore
    for (let request = 0; request < 3; request++) {
      const response = router.ask(inOrder());
      await passUsual(router);
      await response;
    }
    expect(slugsOf(router)).toEqual(['alpha', 'beta', 'alpha', 'beta', 'alpha', 'beta']);
    await router.ask(inOrder());
    expect(slugsOf(router).slice(6)).toEqual(['beta']);
  });

  it('is waited for when the other one fails, and a third is asked at once', async () => {
    const router = createMultiProvider([[alpha, isSilent], [beta, refuses('full')], [gamma, says('C')]], LIMITS); // prettier-ignore
    const response = router.ask(inOrder());
    await passUsual(router);
    expect((await bodyRead(await response)).provider).toBe('The gamma');
    expect(slugsOf(router)).toEqual(['alpha', 'beta', 'gamma']);
  });

  it('that fails in the end is not asked again while another one is under way', async () => {
    const router: FakeRouter = createMultiProvider(
      [[alpha, refusesLater(() => router, 20_000)], [beta, saysLater(() => router, 10_000, 'B')]], // prettier-ignore
      LIMITS,
    );
    const response = router.ask({ models: ['alpha/m', 'beta/m'] });
    await passUsual(router);
    await pass(router, 7500);
    await pass(router, 2500);
    expect((await bodyRead(await response)).provider).toBe('The beta');
    expect(slugsOf(router)).toEqual(['alpha', 'beta']);
  });

  it('is waited for alone once another endpoint has called the request wrong', async () => {
    const router: FakeRouter = createMultiProvider([[alpha, saysLater(() => router, 30_000, 'A')], [beta, refuses('wrong', 400)], [gamma, says('C')]], LIMITS); // prettier-ignore
    const response = router.ask(inOrder());
    await passUsual(router);
    await pass(router, MAX_MS);
    expect((await bodyRead(await response)).provider).toBe('The alpha');
    expect(slugsOf(router)).toEqual(['alpha', 'beta']);
  });

  it.each<[string, JsonObject, Partial<typeof LIMITS>]>([
    ['there is no other endpoint', { model: 'alpha/m' }, {}],
    ['allow_fallbacks is false', { provider: { order: [], allow_fallbacks: false } }, {}],
    ['the operator has switched it off', {}, { silentMs: 0 }],
    ['one attempt is allowed', {}, { attempts: 1 }],
  ])('is waited for where %s', async (_, body, limits) => {
    const router: FakeRouter = createMultiProvider([[alpha, saysLater(() => router, 300_000, 'A')], [beta, saysLater(() => router, 300_000, 'B')]], { ...LIMITS, ...limits }); // prettier-ignore
    const response = router.ask(inOrder(body));
    await pass(router, 299_000);
    expect(router.sent).toHaveLength(1);
    await pass(router, 1000);
    expect((await response).headers.get('x-tributary-attempts')).toBe('1');
  });

  it('is given up together with the one beside it when the client leaves', async () => {
    const router = createMultiProvider([[alpha, isSilent], [beta, isSilent]], LIMITS); // prettier-ignore
    const signal = new AbortController();
    const call = failureOf(router.ask(inOrder(), { signal: signal.signal }));
    await passUsual(router);
    signal.abort();
    await call;
    expect(router.sent.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(router.clock.pending()).toBe(0);
  });

  it('of more calls than may wait at a time is given up before the next endpoint is asked', async () => {
    const one = chatOperation({ parameters: { ...chatOperation().parameters, n: false } });
    const single = host('single', { operations: { chat: [one] } });
    const router = createMultiProvider([[single, isSilent], [beta, says('B')]], LIMITS); // prettier-ignore
    const response = router.ask(inOrder({ n: 8 }, { order: ['single', 'beta'] }), { wantsMetadata: true });
    await passUsual(router, 2);
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
            router.clock.setTimer(one.afterMs, () => resolve(respond(sent)));
          });
      const hosts = [alpha, beta, gamma].map((one, index) => [one, behave(manners[index] ?? null)] as const);
      const router: FakeRouter = createMultiProvider(hosts, LIMITS);
      const call = whileTimePasses(router.clock, router.ask(inOrder({}, { timeouts: { total_ms: 200_000 } })), 2500);
      const answer = await call.catch((thrown: unknown) => thrown);
      expect(router.sent.length).toBeLessThanOrEqual(LIMITS.attempts);
      const asked = router.sent.map(({ signal }, place) => ({
        signal,
        manner: manners[SLUGS.indexOf(slugsOf(router)[place] ?? '')] ?? null,
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
    const router = createMultiProvider([[alpha, flaps], [beta, says('B')]], { attempts: 4 }, (clock) => ({ health: createHealthTracker(clock) })); // prettier-ignore
    /** How often the first model was asked for one request, and who answered. */
    const ask = async () => {
      const before = router.sentTo('alpha').length;
      const response = router.ask({ ...models, stream });
      await pass(router, 250);
      const answer = await response;
      await answer.text();
      return `${router.sentTo('alpha').length - before} ${answer.headers.get('x-tributary-provider')}`;
    };
    // Twice, since a 500 may be a single one; the third failure in a row opens the circuit.
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual(['2 beta', '1 beta', '0 beta', '0 beta']);
    router.clock.advance(1000);
    expect([await ask(), await ask()]).toEqual(['1 beta', '0 beta']);
    isDown = false;
    router.clock.advance(2000);
    expect([await ask(), await ask()]).toEqual(['1 alpha', '1 alpha']);
  });

  it('is called all the same where no other endpoint is left', async () => {
    const health: HealthTracker = {
      ...createHealthTracker({ nowMs: () => 0 }),
      healthOf: () => ({ ...NO_OUTCOMES, state: 'open', untilMs: 1 }),
    };
    const router = createMultiProvider([[alpha, says('A')], [beta, says('B')]], {}, () => ({ health })); // prettier-ignore
    expect((await router.ask(models)).headers.get('x-tributary-provider')).toBe('alpha');
  });
});
