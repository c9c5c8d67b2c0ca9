/** No page of the console has a fault that axe finds, in light and dark, at 320 and 1280 px; none scrolls sideways. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { Page } from 'playwright-core';
import { ADMIN_KEY } from '../manage-keys.ts';
import { faultsOf, wideElements } from './accessibility.ts';
import { setStage } from './stage.ts';
import { sendTraffic, type Traffic } from './traffic.ts';
import { it, NO_BROWSER, openTab } from './visit.ts';

let traffic: Traffic;
/** The tab of all cases: for each one of its own, half of the time would go into processes of the browser. */
let tab: Awaited<ReturnType<typeof openTab>>;
beforeAll(async () => {
  if (NO_BROWSER) return;
  const stage = await setStage();
  traffic = await sendTraffic(stage.url);
  tab = await openTab(stage, { key: ADMIN_KEY });
  tab.visit.allowProblem(/status of 404/); // the generation that is not there
});
afterAll(async () => {
  if (!NO_BROWSER) expect(await tab.end()).toEqual([]);
});

const activityIsReady = async (page: Page) => {
  await page.getByRole('figure').first().waitFor();
  await page.getByRole('region', { name: 'Answers, the newest first' }).waitFor();
};

/** A page, what shows that it is complete, and how to get there from its address. */
type Case = { title: string; route: () => string; isReady: (page: Page) => Promise<unknown> };

const CASES: readonly Case[] = [
  { title: 'Connect', route: () => 'connect', isReady: (page) => page.getByRole('article', { name: 'Zed' }).waitFor() },
  {
    title: 'Connect with a model that is refused',
    route: () => 'connect?model=%24x',
    isReady: (page) => page.getByText('MODEL stays.').waitFor(),
  },
  {
    title: 'the dialog of the key',
    route: () => 'connect',
    isReady: async (page) => {
      await page.getByRole('button', { name: /^Key: / }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  // A part of the matrix: its cells are alike, and axe looks at each of them.
  {
    title: 'the matrix of providers',
    route: () => 'providers?search=novita&models=1',
    isReady: (page) => page.getByRole('grid').waitFor(),
  },
  {
    title: 'the matrix of embeddings, filtered',
    route: () => 'providers?operation=embeddings&search=openai&fields=1',
    isReady: (page) => page.getByRole('grid').waitFor(),
  },
  {
    title: 'the matrix without a row',
    route: () => 'providers?search=no-such-provider',
    isReady: (page) => page.getByText('Nothing passes these filters.').waitFor(),
  },
  {
    title: 'the reason behind a cell',
    route: () => 'providers?search=novita',
    isReady: async (page) => {
      await page.getByRole('gridcell').first().getByRole('button').click();
      await page.getByRole('dialog').locator('pre').first().waitFor();
    },
  },
  {
    title: 'the difference between two providers',
    route: () => 'providers?compare=1&left=cerebras+chat++&right=groq+chat++',
    isReady: (page) => page.getByRole('table').waitFor(),
  },
  {
    title: 'a provider',
    route: () => 'providers?provider=cerebras',
    isReady: (page) => page.getByRole('heading', { name: 'Models' }).waitFor(),
  },
  { title: 'Activity', route: () => 'activity', isReady: activityIsReady },
  {
    title: 'Activity with every chart and filter',
    route: () => 'activity?measure=cost&group=provider&provider=novita',
    isReady: async (page) => {
      await activityIsReady(page);
      for (const summary of await page.locator('figure details summary').all()) await summary.click();
    },
  },
  {
    title: 'Generation',
    route: () => `generation?${new URLSearchParams({ id: traffic.generation, key: String(traffic.keys[0]?.data.hash) })}`,
    isReady: (page) => page.getByRole('region', { name: 'Changes of the request' }).waitFor(),
  },
  { title: 'Generation that is not there', route: () => 'generation?id=gen-none', isReady: (page) => page.getByRole('alert').waitFor() },
  { title: 'Keys', route: () => 'keys', isReady: (page) => page.getByRole('region', { name: 'Key Team red' }).first().waitFor() },
  {
    title: 'the form of a new key',
    route: () => 'keys',
    isReady: async (page) => {
      await page.getByRole('button', { name: 'New key' }).click();
      for (const summary of ['More limits', 'Models, providers, tags, cache']) await page.getByRole('dialog').getByText(summary).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Add a limit' }).first().click();
    },
  },
  {
    title: 'the playground with an explanation',
    route: () => PLAYGROUND,
    isReady: async (page) => {
      await page.getByRole('button', { name: 'Explain', exact: true }).click();
      await page
        .getByRole('region', { name: /^Upstream body.*deepinfra/ })
        .first()
        .waitFor();
      for (const closed of await page.locator('main details:not([open]) > summary').all())
        if (await closed.isVisible()) await closed.click();
    },
  },
  {
    title: 'the playground with answers',
    route: () => PLAYGROUND,
    isReady: async (page) => {
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await expect.poll(() => page.getByText('finished', { exact: true }).count()).toBe(2);
    },
  },
  {
    title: 'the dialog of models',
    route: () => 'playground',
    isReady: async (page) => {
      await page.getByRole('button', { name: 'Choose models' }).click();
      await page.getByRole('dialog').getByLabel('Search by name or provider').fill('gpt-oss');
      await page.getByRole('dialog').getByText('Filters and order').click();
    },
  },
];

const PLAYGROUND = `playground?${new URLSearchParams([
  ['model', 'openai/gpt-oss-120b'],
  ['provider', 'novita'],
  ['provider', 'deepinfra'],
  ['request', JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], temperature: 0, n: 2, stream: true })],
])}`;

describe.skipIf(NO_BROWSER)('accessibility', () => {
  for (const [index, { title, route, isReady }] of CASES.entries())
    it(`${title} has no fault`, async () => {
      const { page } = tab.visit;
      await page.goto(`/?case=${index}#/${route()}`); // another address, so that the page is loaded anew
      await page.getByRole('heading', { level: 1 }).waitFor();
      await isReady(page);
      expect(await faultsOf(page)).toEqual([]);
    });

  it('the whole matrix scrolls within itself', async ({ open }) => {
    const { page, goTo } = await open({ key: ADMIN_KEY, viewport: { width: 320, height: 800 } });
    await goTo('providers');
    await page.getByRole('grid').waitFor();
    expect(await wideElements(page)).toEqual([]);
    const region = page.getByRole('region', { name: 'Providers by parameters' });
    expect(await region.evaluate((element) => element.scrollWidth > element.clientWidth && element.tabIndex === 0)).toBe(true);
  });

  it('the sign-in has no fault', async ({ open }) => {
    const { page, expectProblem } = await open();
    expectProblem(/status of 401/);
    await page.goto('/');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Enter a key.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });
});
