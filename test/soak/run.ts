/** `npm run soak`: 20,000 calls over 50 keys with random disconnects against `npm start`. Exits with 1 where the books differ. */
import { createDataFolder, startNodeRouter } from '../e2e/node-router.ts';
import { readOptions } from '../dev/options.ts';
import { runSoak } from './soak.ts';
import { serveCountingUpstream } from './upstream.ts';

const USE = 'npm run soak -- [--calls 20000] [--keys 50] [--parallel 32] [--seed 1]';
const ADMIN = 'admin-of-the-soak-test';

const { values } = readOptions(
  {
    options: {
      calls: { type: 'string', default: '20000' },
      keys: { type: 'string', default: '50' },
      parallel: { type: 'string', default: '32' },
      seed: { type: 'string', default: '1' },
    },
  },
  USE,
);
const options = { calls: Number(values.calls), keys: Number(values.keys), parallel: Number(values.parallel), seed: Number(values.seed) };

const data = await createDataFolder();
const upstream = await serveCountingUpstream();
const router = await startNodeRouter(data.path, {
  variables: { ADMIN_API_KEY: ADMIN, OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'upstream-key', LOG: 'off' },
});
try {
  const begin = Date.now();
  const { differences, counts } = await runSoak({ url: router.url, admin: ADMIN }, upstream, options);
  console.log(`${options.calls} calls over ${options.keys} keys in ${Math.round((Date.now() - begin) / 1000)} s:`, counts);
  for (const difference of differences.slice(0, 50)) console.error(difference);
  console.log(differences.length === 0 ? 'Counters, ledger and upstream agree.' : `${differences.length} differences.`);
  process.exitCode = differences.length === 0 ? 0 : 1;
} finally {
  await router.kill();
  await upstream.stop();
  await data.remove();
}
