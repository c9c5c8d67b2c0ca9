/** Four kinds of tests: `unit` on Node, `workerd` inside the runtime, `e2e` over real HTTP against the built Worker and the simulator, `browser` on the console. */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { SlowFirst } from './test/support/slow-first.ts';

process.env['CLOUDFLARE_CF_FETCH_ENABLED'] ??= 'false';

const root = import.meta.dirname;
const cores = availableParallelism();
const globalSetup = join(root, 'test/global-setup.ts');

export default defineConfig({
  root,
  test: {
    maxWorkers: '100%',
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/workerd/**', 'test/e2e/**'],
          isolate: false,
          testTimeout: 60_000,
          globalSetup,
        },
      },
      {
        root,
        plugins: [
          cloudflareTest({
            wrangler: { configPath: join(root, 'wrangler.toml') },
            miniflare: { bindings: { ALLOW_ANONYMOUS: 'true' } },
          }),
        ],
        test: { name: 'workerd', include: ['test/workerd/**/*.test.ts'], globalSetup },
      },
      {
        root,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: ['test/e2e/console/**'],
          isolate: false, // a worker loads miniflare and bundles the router once
          // Files wait for timers and for other processes more than they compute. They start when the others are done.
          maxWorkers: 2 * cores,
          sequence: { groupOrder: 1 },
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'browser',
          include: ['test/e2e/console/**/*.test.ts'],
          isolate: false, // one browser and one router for all files
          maxWorkers: 1, // a browser has processes of its own
          sequence: { groupOrder: 2 },
          globalSetup: [globalSetup, join(root, 'test/e2e/console/chromium.ts')],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
