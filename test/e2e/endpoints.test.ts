/** `GET /models/{author}/{slug}/endpoints` of the router with its Durable Object bound: the facts about endpoints, and their sources. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endpointName } from '../../src/unified/endpoint-health.ts';
import { bundle, serve, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { hello, post, until } from './harness.ts';
import { expectWhole, readStream } from '../support/read-stream.ts';

const MODEL = 'deepseek/deepseek-chat-v3.1';

let simulator: ServingOperation;
let router: ServingOperation;

beforeAll(async () => {
  simulator = await serveSimulator(0);
  const variables = { SIMULATOR_URL: simulator.url, ALLOW_ANONYMOUS: 'true' };
  router = await serve('tributary', await bundle('test/e2e/two-isolates-worker.ts'), variables, { objects: { HEALTH: 'HealthObject' } });
});
afterAll(async () => {
  await router?.stop();
  await simulator?.stop();
});

type Endpoint = {
  tag: string;
  model: string;
  status: number;
  uptime_last_5m: number | null;
  health: { state: string; successes: number; failures: number; limited: number };
};

async function endpoints(): Promise<Endpoint[]> {
  const response = await fetch(`${router.url}/v1/models/${MODEL}/endpoints`);
  expect(response.status).toBe(200);
  return ((await response.json()) as { data: { endpoints: Endpoint[] } }).data.endpoints;
}

/** Asks for an endpoint of the model again and again, until it is as expected. */
const shown = (tag: string, what: string, isSo: (endpoint: Endpoint) => boolean) =>
  until(`${tag} to show ${what}`, async () => (await endpoints()).find((endpoint) => endpoint.tag === tag && isSo(endpoint)));

it('a router with the Durable Object bound answers', async () => {
  const response = await post(`${router.url}/v1/chat/completions`, hello({ stream: true }));
  expect(response.status).toBe(200);
  expectWhole(readStream(await response.text()));
});

it('an endpoint without outcomes has a closed circuit and no measurements', async () => {
  for (const endpoint of await endpoints()) {
    expect(endpoint).toMatchObject({ status: 0, uptime_last_5m: null, latency_last_5m: null, throughput_last_5m: null });
    expect(endpoint.health).toMatchObject({ state: 'closed', until_ms: null, successes: 0, failures: 0, limited: 0 });
  }
});

it('an outcome that another isolate reported is shown for its endpoint only', async () => {
  const [seen, ...others] = await endpoints();
  if (seen === undefined) throw new Error(`no file lists ${MODEL}`);
  const name = endpointName(seen.tag, seen.model);
  for (let time = 0; time < 3; time++) await post(`${router.url}/elsewhere/failure`, name);
  const told = await shown(seen.tag, 'three failures', ({ health }) => health.failures === 3);
  expect(told.uptime_last_5m).toBe(0);
  expect(['open', 'half-open']).toContain(told.health.state);
  expect(told.status).toBe(told.health.state === 'open' ? -2 : -1);
  const now = await endpoints();
  expect(now.filter(({ tag }) => tag !== seen.tag)).toEqual(others);
});

it('a failure and a success of this isolate are shown at their endpoints', async () => {
  const [, failing, answering] = (await endpoints()).map(({ tag }) => tag);
  if (failing === undefined || answering === undefined) throw new Error(`too few files list ${MODEL}`);
  const ask = (tag: string, fault: Record<string, string>) =>
    post(`${router.url}/v1/chat/completions`, hello({ model: MODEL, provider: { only: [tag] } }), fault);
  const refused = await ask(failing, { 'x-simulator-fault': 'status=500' });
  expect(refused.status).toBeGreaterThanOrEqual(500);
  expect((await ask(answering, {})).status).toBe(200);
  const failed = await shown(failing, 'its failures', ({ health }) => health.failures > 0);
  expect(failed).toMatchObject({
    uptime_last_5m: 0,
    health: { successes: 0, failures: Number(refused.headers.get('x-tributary-attempts')) },
  });
  const answered = await shown(answering, 'its answer', ({ health }) => health.successes > 0);
  expect(answered).toMatchObject({ status: 0, uptime_last_5m: 100, health: { successes: 1, failures: 0 } });
});
