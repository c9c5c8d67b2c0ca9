/** The shared health tracker as a real Durable Object in workerd, used by the trackers of several isolates over real requests. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PACE_MS } from '../../src/platform/shared-health.ts';
import type { EndpointHealth } from '../../src/unified/endpoint-health.ts';
import { bundle, serve, type ServingOperation } from '../dev/serve.ts';
import { until } from './harness.ts';

let shared: ServingOperation;
/** The same Worker, its Durable Object not bound. */
let alone: ServingOperation;

beforeAll(async () => {
  const code = await bundle('test/e2e/health-worker.ts');
  shared = await serve('health', code, {}, { objects: { HEALTH: 'HealthObject' } });
  alone = await serve('health', code, {});
});
afterAll(async () => {
  await shared?.stop();
  await alone?.stop();
});

const ask = async <Answer>(path: string, { url } = shared) => (await (await fetch(`${url}/${path}`)).json()) as Answer;
const endpointHealth = (isolate: string, served = shared) => ask<EndpointHealth>(`${isolate}/standing`, served);
/** Asks an isolate for its standing until it is as expected. */
const heard = (isolate: string, what: string, isSo: (endpointHealth: EndpointHealth) => boolean) =>
  until(`${isolate} to hear of ${what}`, async () => {
    const known = await endpointHealth(isolate);
    return isSo(known) ? known : undefined;
  });

it('isolates share the outcomes of endpoints through the Durable Object, and count each once', async () => {
  await endpointHealth('reader');
  for (const kind of ['failure', 'failure', 'success', 'failure', 'failure', 'failure']) await ask(`writer/${kind}`);
  expect((await endpointHealth('writer')).failures).toBe(5); // known at once where it was seen
  const known = await heard('reader', 'all of it', ({ failures }) => failures === 5);
  expect(known).toMatchObject({ successes: 1, firstContentMs: { p50: expect.any(Number) }, tokensPerSecond: null });
  expect(known.state).not.toBe('closed');

  // The pause ends, one isolate probes, and the other hears how that went.
  await until('the pause to end', async () => ((await endpointHealth('writer')).state === 'half-open' ? true : undefined));
  expect(await ask('writer/claim')).toBe(true);
  expect(await ask('writer/claim')).toBe(false);
  await heard('reader', 'the probe', ({ state }) => state === 'open');
  expect(await ask('reader/claim')).toBe(false);
  await ask('writer/success');
  expect(await heard('reader', 'its success', ({ state }) => state === 'closed')).toMatchObject({ successes: 2, failures: 5 });
  expect(await endpointHealth('writer')).toMatchObject({ successes: 2, failures: 5, state: 'closed' });
});

it('without a Durable Object every isolate keeps its own outcomes', async () => {
  await endpointHealth('reader', alone);
  for (let time = 0; time < 3; time++) await ask('writer/failure', alone);
  expect(await endpointHealth('writer', alone)).toMatchObject({ failures: 3, uptime: 0, state: 'open' });
  await new Promise((resolve) => {
    setTimeout(resolve, PACE_MS + 500); // an outcome would have arrived by then
  });
  expect(await endpointHealth('reader', alone)).toMatchObject({ failures: 0, uptime: null, state: 'closed' });
  expect(await ask('reader/claim', alone)).toBe(false);
  expect(await ask('writer/claim', alone)).toBe(true); // its pause of a second is over
});
