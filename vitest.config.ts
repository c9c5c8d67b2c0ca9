/** Three kinds of tests: `unit` on Node, `workerd` inside the runtime, `e2e` over real HTTP against the built Worker and the simulator. */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

process.env['CLOUDFLARE_CF_FETCH_ENABLED'] ??= 'false';

const root = import.meta.dirname;
const globalSetup = join(root, 'test/global-setup.ts');

export default defineConfig({
  root,
  test: {
    maxWorkers: '100%',
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
          isolate: false, // a worker loads miniflare and bundles the router once
          // Files wait for timers and for workerd more than they compute: three keep two cores busy. They start when the others are done.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
