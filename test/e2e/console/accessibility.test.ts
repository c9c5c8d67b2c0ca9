/** No page of the console has a fault that axe finds, in light and dark, at 320 and 1280 px; none scrolls sideways. */
import { beforeAll, describe, expect } from 'vitest';
import type { Page } from 'playwright-core';
import { ADMIN_KEY } from '../manage-keys.ts';
import { faultsOf } from './accessibility.ts';
import { setStage } from './stage.ts';
import { sendTraffic, type Traffic } from './traffic.ts';
import { it, NO_BROWSER } from './visit.ts';

let traffic: Traffic;
beforeAll(async () => {
  if (!NO_BROWSER) traffic = await sendTraffic((await setStage()).url);
});

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
  { title: 'Activity', route: () => 'activity', isReady: (page) => page.getByRole('heading', { level: 1 }).waitFor() },
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
