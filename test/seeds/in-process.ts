/** The router and the simulated systems in one process, without a network. */
import { createRouter, KEY } from '../http/router.ts';
import { DOCUMENTS } from '../simulator/oracle/documents.ts';
import simulator from '../simulator/worker.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import type { SeedHarness } from './try-one.ts';

/** @param bend changes what a system answers, for tests of the oracle itself. */
export function openInProcess(bend: (response: Response) => Response | Promise<Response> = (response) => response): SeedHarness {
  let bodies: JsonObject[] = [];
  const env = Object.fromEntries(
    DOCUMENTS.flatMap(({ slug }) => {
      const name = slug.toUpperCase().replaceAll('-', '_');
      return [
        [`${name}_BASE_URL`, `http://simulator.example/${slug}/v1`],
        [`${name}_API_KEY`, 'a-key'],
      ];
    }),
  );
  const router = createRouter({ ...env, JOIN_WRITES_MS: '0', MAX_ANSWER_BYTES: String(2 ** 30) }, async (url, init) => {
    bodies.push(JSON.parse(String(init.body)) as JsonObject);
    return bend(await simulator.fetch(new Request(url, init), {}));
  });
  return {
    post: (path, body) => router.call('POST', path, body, { authorization: `Bearer ${KEY}` }),
    takeBodies() {
      const taken = bodies;
      bodies = [];
      return Promise.resolve(taken);
    },
  };
}
