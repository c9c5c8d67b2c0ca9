/** Three kinds of tests: `unit` on Node, `workerd` inside the runtime, `e2e` over real HTTP against the built Worker and the simulator. */
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= 'false';

const ROOT = join(import.meta.dirname, '..');
const globalSetup = join(import.meta.dirname, 'global-setup.ts');

export default defineConfig({
  root: ROOT,
  test: {
    maxWorkers: '100%',
    projects: [
      {
        root: ROOT,
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
        root: ROOT,
        plugins: [
          cloudflareTest({
            wrangler: { configPath: join(ROOT, 'wrangler.toml') },
            miniflare: { bindings: { ALLOW_ANONYMOUS: 'true' } },
          }),
        ],
        test: { name: 'workerd', include: ['test/workerd/**/*.test.ts'], globalSetup },
      },
      {
        root: ROOT,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
