/**
 * Takes the pictures of `docs/console.md`: `node test/dev/screenshots.ts`, with the project's own Node. The router has the simulator behind it and some
 * traffic. Needs Chromium.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findChromium, FLAGS } from '../e2e/console/chromium.ts';
import { sendTraffic } from '../e2e/console/traffic.ts';
import { startHarness } from '../e2e/harness.ts';
import { ADMIN_KEY } from '../e2e/manage-keys.ts';
import { OBJECTS } from './serve.ts';
import { ROOT } from './root.ts';

const FOLDER = join(ROOT, 'docs/images');

/** Bindings as `npm start` has them. The simulator takes its time, so that charts have something to show. */
const harness = await startHarness({ ADMIN_API_KEY: ADMIN_KEY, ALLOW_ANONYMOUS: 'false' }, 15, {
  objects: OBJECTS,
  kv: ['CACHE'],
  d1: ['LEDGER'],
  console: true,
});
const traffic = await sendTraffic(harness.url, 60);
const browser = await chromium.launch({ executablePath: findChromium() ?? '', args: FLAGS });
mkdirSync(FOLDER, { recursive: true });

type Picture = { name: string; route: string; colorScheme: 'light' | 'dark'; prepare: (page: Page) => Promise<unknown> };

const request = JSON.stringify({
  messages: [{ role: 'user', content: 'Name three rivers of Africa.' }],
  temperature: 0,
  top_k: 40,
  n: 3,
  stream: true,
});
const playground = `playground?${new URLSearchParams([
  ['model', 'openai/gpt-oss-120b'],
  ['provider', 'novita'],
  ['provider', 'deepinfra'],
  ['request', request],
])}`;

const PICTURES: readonly Picture[] = [
  {
    name: 'playground',
    route: playground,
    colorScheme: 'light',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
      await page
        .getByRole('region', { name: /^Upstream body.*deepinfra/ })
        .first()
        .waitFor();
    },
  },
  {
    name: 'providers',
    route: 'providers?parameter=temperature',
    colorScheme: 'light',
    prepare: async (page) => {
      await page.getByRole('row').filter({ hasText: 'Novita' }).first().getByRole('gridcell').first().getByRole('button').click();
      await page.getByRole('dialog').locator('pre').first().waitFor();
    },
  },
  {
    name: 'activity',
    route: 'activity?group=model',
    colorScheme: 'dark',
    prepare: (page) => page.getByRole('region', { name: 'Answers, the newest first' }).waitFor(),
  },
  {
    name: 'generation',
    route: `generation?${new URLSearchParams({ id: traffic.generation, key: traffic.keys[0]?.data.hash ?? '' })}`,
    colorScheme: 'light',
    prepare: (page) => page.getByRole('region', { name: 'Attempts, in their order' }).waitFor(),
  },
];

for (const { name, route, colorScheme, prepare } of PICTURES) {
  const context = await browser.newContext({ baseURL: harness.url, colorScheme, viewport: { width: 1280, height: 860 } });
  await context.addInitScript((key) => sessionStorage.setItem('tributary-key', key), ADMIN_KEY);
  const page = await context.newPage();
  await page.goto(`/#/${route}`);
  await prepare(page);
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(FOLDER, `console-${name}.png`), animations: 'disabled' });
  console.log(`docs/images/console-${name}.png`);
  await context.close();
}
await browser.close();
await harness.stop();
