/** `GET /metrics` and Analytics Engine, with the object in workerd. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readExposition } from '../support/exposition.ts';
import { OBJECTS } from '../dev/serve.ts';
import { errorOf, hello, post, startHarness, until, type Harness } from './harness.ts';

const ADMIN = { authorization: 'Bearer admin-key-0123456789' };
const VARIABLES = { ADMIN_API_KEY: 'admin-key-0123456789', ROUTER_API_KEYS: 'caller-key-0123456789', ALLOW_ANONYMOUS: 'false' };
const CALLER = { authorization: 'Bearer caller-key-0123456789' };

let folder: string;
let harness: Harness;
const start = () => startHarness(VARIABLES, 0, { objects: OBJECTS, persist: folder });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-metrics-'));
  harness = await start();
});
afterAll(async () => {
  await harness.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function scrape(): Promise<string> {
  const answer = await fetch(`${harness.url}/metrics`, { headers: ADMIN });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.text();
}

const total = (text: string, name: string) =>
  readExposition(text)
    .filter((sample) => sample.name === name)
    .reduce((sum, { value }) => sum + value, 0);

const ask = async (count: number) => {
  for (let index = 0; index < count; index++)
    await (await post(`${harness.url}/v1/chat/completions`, hello({ stream: index % 2 === 0 }), CALLER)).text();
};

it('counts all answers, is valid for Prometheus, and goes on after the process has ended', async () => {
  await ask(6);
  const first = await scrape();
  expect(total(first, 'tributary_requests_total')).toBe(6);
  expect(total(first, 'tributary_time_to_first_token_seconds_count')).toBe(3);
  const { status, error, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: first });
  const isInstalled = error === undefined;
  expect(isInstalled ? [status, String(stderr)] : [0, '']).toEqual([0, '']);
  await harness.stop();
  harness = await start();
  expect(total(await scrape(), 'tributary_requests_total')).toBe(6);
  await ask(2);
  expect(total(await scrape(), 'tributary_requests_total')).toBe(8);
});

it('counts requests that were refused', async () => {
  const refused = await post(`${harness.url}/v1/chat/completions`, hello(), { authorization: 'Bearer wrong-key-0123456789' });
  expect(refused.status).toBe(401);
  await until('the count', async () => (total(await scrape(), 'tributary_refusals_total') === 1 ? true : undefined));
});

it('is for the operator only', async () => {
  expect((await fetch(`${harness.url}/v1/metrics`, { headers: CALLER })).status).toBe(403);
  expect((await fetch(`${harness.url}/metrics`)).status).toBe(401);
});

it('names what to bind where the object is not bound', async () => {
  const bare = await startHarness(VARIABLES);
  try {
    const answer = await fetch(`${bare.url}/metrics`, { headers: ADMIN });
    expect(answer.status).toBe(404);
    expect((await errorOf(answer)).message).toContain('Bind the Durable Object METRICS');
  } finally {
    await bare.stop();
  }
});
