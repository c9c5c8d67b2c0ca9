/**
 * One caller changes nothing for another: whatever a hostile caller sends, whatever providers answer to it, in whatever order, a second
 * caller's plain requests go upstream byte for byte the same, are planned the same and answered the same.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { createHealthTracker } from '../../src/state/circuit-breaker.ts';
import { createRefusedParameters } from '../../src/state/refused-parameters.ts';
import { createGenerations } from '../../src/state/generations.ts';
import { createSticky } from '../../src/state/sticky-endpoints.ts';
import { healthFor } from '../../src/state/tenants.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createKeyHealth } from '../../src/upstream/key-health.ts';
import { host } from '../support/fake-router.ts';
import { says } from '../support/scripted-upstream.ts';
import { createFakeClock, LIMITS, reachable, whileTimePasses, QUIET, SERVICES } from '../support/fake-ports.ts';
import { answers, bodies, refuse, TOOL, type Answers } from './hostile.ts';

const CATALOG = createCatalog(['one', 'two'].map((slug) => host(slug)));

/** What the second caller sends. */
const PLAIN: JsonObject[] = [
  { model: 'any/m' },
  { model: 'any/m', session_id: 's' },
  { model: 'any/m', tools: [TOOL], tool_choice: 'required', temperature: 0.5, max_tokens: 30 },
  { model: '@one/one-m', response_format: { type: 'json_object' }, stop: ['x'], seed: 7 },
  { model: 'any/m', stream: true, top_p: 0.5, n: 2, provider: { allow_adjustments: false } },
  { model: '@two/own-deployment', max_tokens: 30, temperature: 1, provider: { require_parameters: true } },
].map((body) => ({ messages: [{ role: 'user', content: 'hello' }], ...body }));

/** A router with two callers. The provider `hostile` answers as the test sets, and `plain` correctly. Same calls, same ids. */
function createFakeRouter() {
  const clock = createFakeClock();
  const health = createHealthTracker(clock);
  const sent: string[] = [];
  let answer: Answers | null = null;
  const app = createApp({
    catalog: CATALOG,
    ports: {
      ...SERVICES,
      clock,
      random: { id: () => 'x'.repeat(20), fraction: () => 0.5 },
      access: ({ baseUrl }) => reachable(baseUrl, 'sk-router-0123456789'),
      fetch: async (url, { headers, body, signal }) => {
        const call = {
          url,
          headers: new Headers(headers),
          body: JSON.parse(String(body)) as JsonObject,
          signal: signal ?? new AbortController().signal,
        };
        if (answer !== null) return answer(call);
        sent.push(`${url} ${JSON.stringify([...call.headers])} ${String(body)}`);
        return says('Hi')(call);
      },
      limits: { ...LIMITS, attempts: 4 },
      keyHealth: createKeyHealth(clock),
      background: () => undefined,
      log: () => undefined,
    },
    authenticate: createAuthenticate({ keys: ['hostile', 'plain'] }),
    memoryOf: (tenant) => ({
      ...QUIET,
      learned: createRefusedParameters(clock),
      sticky: createSticky(clock),
      generations: createGenerations(clock),
      health: healthFor(tenant, health),
    }),
  });

  async function call(key: string, path: string, body: unknown): Promise<string> {
    const init = { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify(body) };
    const response = await app.fetch(new Request(`http://router.example/v1/${path}`, init));
    const text = (await response.text()).replace(/"created":\d+/g, ''); // the time, which passes
    return `${response.status} ${JSON.stringify([...response.headers])} ${text}`;
  }
  const startMs = clock.nowMs();
  return {
    elapsedMs: () => clock.nowMs() - startMs,
    pass: (ms: number) => clock.advance(ms),
    /** What becomes of the second caller's requests: planned, answered, sent. No time passes. */
    async observe(): Promise<string[]> {
      answer = null;
      sent.length = 0;
      const seen: string[] = [];
      for (const body of PLAIN) seen.push(await call('plain', 'explain', body), await call('plain', 'chat/completions', body));
      return [...seen, ...sent];
    },
    async attack(body: unknown, hostileAnswer: Answers): Promise<void> {
      answer = hostileAnswer;
      await whileTimePasses(clock, call('hostile', 'chat/completions', body), 100);
    },
  };
}

const attacks = fc.array(fc.tuple(bodies('any/m', '@one/one-m', '@two/own-deployment', '@one/x1'), answers, fc.constantFrom(1, 1, 4)), {
  minLength: 1,
  maxLength: 6,
});

/** What becomes of the second caller's requests after attacks, and after the same time without any. */
async function seenAfter(
  attack: (router: ReturnType<typeof createFakeRouter>) => Promise<void>,
): Promise<{ attacked: string[]; calm: string[] }> {
  const [attacked, calm] = [createFakeRouter(), createFakeRouter()];
  await attacked.observe();
  await calm.observe();
  await attack(attacked);
  calm.pass(attacked.elapsedMs());
  return { attacked: await attacked.observe(), calm: await calm.observe() };
}

it('a hostile caller changes nothing for another caller', async () => {
  await fc.assert(
    fc.asyncProperty(attacks, async (all) => {
      const { attacked, calm } = await seenAfter(async (router) => {
        for (const [body, answer, times] of all) for (let time = 0; time < times; time++) await router.attack(body, answer);
      });
      expect(attacked).toEqual(calm);
    }),
    { numRuns: 40 },
  );
});

it('a caller whose every request fails, with invented model ids too, changes nothing for another caller', async () => {
  const { attacked, calm } = await seenAfter(async (router) => {
    for (let index = 0; index < 60; index++) {
      await router.attack({ ...PLAIN[0], model: `@one/x${index}` }, () => refuse(404, { message: 'The model does not exist' }));
      await router.attack(PLAIN[0], () => refuse(500, { message: 'failed' }, '300'));
      await router.attack({ ...PLAIN[1], session_id: String(index) }, () => refuse(429, { message: 'slow down' }, '300'));
    }
  });
  expect(attacked).toEqual(calm);
});
