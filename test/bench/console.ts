/**
 * `npm run bench:console`: milliseconds until the console is painted and until it can be used, in Chromium whose processor is slowed down four times, with
 * an empty cache. The budget is a first paint under a second (median). Prints; no test depends on it.
 */
import { chromium, type Browser } from 'playwright-core';
import { OBJECTS } from '../dev/serve.ts';
import { printTable } from '../dev/table.ts';
import { findChromium, FLAGS } from '../e2e/console/chromium.ts';
import { startHarness } from '../e2e/harness.ts';
import { ADMIN_KEY } from '../e2e/manage-keys.ts';
import { median, quantile } from './statistics.ts';

/** How many times slower the processor is. */
const SLOWDOWN = 4;
const ROUNDS = 9;
const BUDGET_MS = 1000;

/** Pages, and a selector of what makes each of them usable. */
const PAGES = {
  playground: 'main form',
  providers: 'main table',
  activity: 'main h2',
  keys: 'main button.main',
  connect: 'main article',
} as const;

type Times = { paintMs: number; usableMs: number };

/** Opens a page in a browser that knows nothing of it. */
async function openOnce(browser: Browser, url: string, selector: string): Promise<Times> {
  const context = await browser.newContext();
  try {
    await context.addInitScript((key) => sessionStorage.setItem('tributary-key', key), ADMIN_KEY);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    await page.goto(url);
    const usableMs = await page.evaluate(
      (wanted) =>
        new Promise<number>((resolve) => {
          const look = () => (document.querySelector(wanted) === null ? requestAnimationFrame(look) : resolve(performance.now()));
          look();
        }),
      selector,
    );
    const paintMs = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN);
    return { paintMs, usableMs };
  } finally {
    await context.close();
  }
}

const executablePath = findChromium();
if (executablePath === null) throw new Error('There is no Chromium. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.');
const harness = await startHarness({ ADMIN_API_KEY: ADMIN_KEY, ALLOW_ANONYMOUS: 'false' }, 0, {
  objects: OBJECTS,
  d1: ['LEDGER'],
  console: true,
});
const browser = await chromium.launch({ executablePath, args: FLAGS });
const rows: Record<string, string>[] = [];
let isWithin = true;
for (const [name, selector] of Object.entries(PAGES)) {
  const url = `${harness.url}/#/${name}`;
  await openOnce(browser, url, selector); // the router's own start
  const times: Times[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await openOnce(browser, url, selector));
  const [paints, usable] = [times.map(({ paintMs }) => paintMs), times.map(({ usableMs }) => usableMs)];
  isWithin &&= (median(paints) ?? Infinity) < BUDGET_MS;
  const show = (value: number | null) => (value === null ? '-' : `${value.toFixed(0)} ms`);
  rows.push({
    page: name,
    'first paint, median': show(median(paints)),
    'first paint, p95': show(quantile(paints, 0.95)),
    'usable, median': show(median(usable)),
    'usable, p95': show(quantile(usable, 0.95)),
  });
}
await browser.close();
await harness.stop();
console.log(`\nThe console on a processor ${SLOWDOWN} times slower, empty cache, ${ROUNDS} loads each:\n`);
printTable(rows);
console.log(`\nFirst paint under ${BUDGET_MS} ms: ${isWithin ? 'yes' : 'no'}.`);
