/** A few of the random requests to the seed systems over real HTTP, against the built Worker. `test/seeds` has the many. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeFailure, runMany } from '../seeds/run-many.ts';
import { post, simulatorLog, startHarness, type Harness } from './harness.ts';
import type { JsonObject } from '../../src/lib/json.ts';

const COUNT = 60;
const seed = String(Math.floor(Math.random() * 1e9));
let harness: Harness;

beforeAll(async () => {
  harness = await startHarness({ MAX_ANSWER_BYTES: String(2 ** 26) });
});
afterAll(() => harness.stop());

it(`${COUNT} random requests come out as the documents say (seed ${seed})`, async () => {
  const failures = await runMany(
    { seed, first: 0, count: COUNT },
    {
      post: (path, body) => post(harness.url + path, body),
      async takeBodies() {
        const entries = await simulatorLog(harness);
        await fetch(`${harness.simulatorUrl}/log`, { method: 'DELETE' });
        return entries.map(({ body }) => body as JsonObject);
      },
    },
  );
  expect(failures.map((failure) => `seed ${seed}, ${describeFailure(failure).slice(0, 4000)}`)).toEqual([]);
});
