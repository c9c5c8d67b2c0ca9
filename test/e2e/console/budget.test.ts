/** What keeps the console fast, counted: requests and bytes before the first paint, and nothing that blocks it. Times are measured by `npm run bench:console`. */
import { describe, expect } from 'vitest';
import { ADMIN_KEY } from '../manage-keys.ts';
import { it, NO_BROWSER } from './visit.ts';

/** Bytes that a browser has to read before the first paint: the page and its styles. */
const MAX_BYTES_BEFORE_PAINT = 20 * 1024;
/** Requests of the API until a page can be used. */
const MAX_API_REQUESTS = 5;

describe.skipIf(NO_BROWSER)('the budget of the console', () => {
  it('paints after two requests, of which one is the page', async ({ open }) => {
    const { page, requests } = await open({ key: ADMIN_KEY });
    await page.route('**/main.generated.js', () => undefined); // the script never comes
    await page.goto('/', { waitUntil: 'commit' });
    await page.getByText('Loading the console.').waitFor();
    await expect.poll(() => page.evaluate(() => performance.getEntriesByName('first-contentful-paint').length)).toBe(1);
    const paths = requests.map((request) => new URL(request.url()).pathname);
    expect(paths.filter((path) => !['/console/main.generated.js', '/console/icon.svg'].includes(path))).toEqual([
      '/',
      '/console/style.generated.css',
    ]);
    const read = requests.filter((request) => ['/', '/console/style.generated.css'].includes(new URL(request.url()).pathname));
    const bytes = await Promise.all(read.map(async (request) => (await (await request.response())?.body())?.length ?? 0));
    expect(bytes.every((count) => count > 0)).toBe(true);
    expect(bytes.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MAX_BYTES_BEFORE_PAINT);
  });

  it('has one script, which does not block, and one style sheet', async ({ open }) => {
    const { page, goTo } = await open({ key: ADMIN_KEY });
    await goTo('connect');
    const parts = await page.evaluate(() => ({
      scripts: [...document.scripts].map(({ type, src }) => `${type} ${new URL(src).pathname}`),
      sheets: [...document.styleSheets].map(({ href }) => (href === null ? 'inline' : new URL(href).pathname)),
    }));
    expect(parts).toEqual({ scripts: ['module /console/main.generated.js'], sheets: ['/console/style.generated.css'] });
  });

  it.for(['playground', 'providers', 'activity', 'keys', 'connect'])(
    'shows the page %s after few requests of the API',
    async (name, { open }) => {
      const { page, goTo, requests } = await open({ key: ADMIN_KEY });
      await goTo(name);
      await page.waitForLoadState('networkidle');
      // With the query: sums of all and sums by group are two questions.
      const paths = requests.map((request) => new URL(request.url())).map(({ pathname, search }) => pathname + search);
      const asked = paths.filter((path) => path.startsWith('/v1/'));
      expect(asked).toContain('/v1/key');
      expect(asked.length).toBeLessThanOrEqual(MAX_API_REQUESTS);
      expect(new Set(asked).size).toBe(asked.length); // none is asked for twice
    },
  );
});
