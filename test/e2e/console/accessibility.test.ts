/** No page of the console has a fault that axe finds, in light and dark, at 320 and 1280 px; none scrolls sideways. */
import { beforeAll, describe, expect } from 'vitest';
import type { Page } from 'playwright-core';
import { ADMIN_KEY } from '../manage-keys.ts';
import { faultsOf, wideElements } from './accessibility.ts';
import { setStage } from './stage.ts';
import { sendTraffic, type Traffic } from './traffic.ts';
import { it, NO_BROWSER } from './visit.ts';

let traffic: Traffic;
beforeAll(async () => {
  if (!NO_BROWSER) traffic = await sendTraffic((await setStage()).url);
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
      await page
        .getByRole('dialog')
        .getByRole('link', { name: /providers\/.*\.jsonc/ })
        .waitFor();
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
    route: () => `generation?id=${traffic.generation}`,
    isReady: (page) => page.getByRole('heading', { level: 1 }).waitFor(),
  },
];

describe.skipIf(NO_BROWSER)('accessibility', () => {
  for (const { title, route, isReady } of CASES)
    it(`${title} has no fault`, async ({ open }) => {
      const { page, goTo } = await open({ key: ADMIN_KEY });
      await goTo(route());
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
