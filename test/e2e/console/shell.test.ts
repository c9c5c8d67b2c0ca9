/** The shell of the console in a browser: menu, sign-in, history, focus, and what happens when the router is gone. */
import { describe, expect } from 'vitest';
import { ADMIN_KEY } from '../manage-keys.ts';
import { CALLER_KEY } from './stage.ts';
import { it, NO_BROWSER, type Visit } from './visit.ts';

/** A request without a key is refused before anyone signs in. */
const REFUSED = /status of 401/;

const menu = ({ page }: Visit) => page.getByRole('navigation', { name: 'Pages' });
const titles = async (visit: Visit) => menu(visit).getByRole('link').allTextContents();

async function signIn(visit: Visit, key: string): Promise<void> {
  await visit.page.getByLabel('Key', { exact: true }).fill(key);
  await visit.page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}

describe.skipIf(NO_BROWSER)('sign-in', () => {
  it('refuses a wrong key with a sentence beside the field, and takes a right one', async ({ open }) => {
    const visit = await open();
    visit.expectProblem(REFUSED);
    const { page } = visit;
    await page.goto('/');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await signIn(visit, '');
    await page.getByText('Enter a key.').waitFor();
    await signIn(visit, 'a-wrong-key');
    const field = page.getByLabel('Key', { exact: true });
    await page.locator('[aria-invalid=true]').waitFor();
    const described = await field.evaluate((element) =>
      (element.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent),
    );
    expect(described.at(-1)).toMatch(/key/i);
    await signIn(visit, CALLER_KEY);
    await page.getByRole('button', { name: /^Key: / }).waitFor();
    expect(await titles(visit)).toEqual(['Playground', 'Providers', 'Activity', 'Keys', 'Connect']);
  });

  it('shows the keys of all callers to the operator only, and forgets the key on sign-out', async ({ open }) => {
    const visit = await open();
    visit.expectProblem(REFUSED);
    const { page } = visit;
    await page.goto('/#/connect');
    await signIn(visit, CALLER_KEY);
    await page.getByRole('heading', { name: 'Connect' }).waitFor();
    await menu(visit).getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your key' }).waitFor();
    await page.getByRole('button', { name: /^Key: / }).click();
    await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill(ADMIN_KEY);
    await page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Keys', exact: true }).waitFor();
    await page.getByRole('button', { name: /^Key: / }).click();
    await page.getByRole('dialog').getByText('(operator)').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(() => [sessionStorage.length, localStorage.length, document.cookie])).toEqual([0, 0, '']);
  });

  it('keeps the key in the storage of the tab, and sends it in a header to this origin only', async ({ open }) => {
    const visit = await open();
    visit.expectProblem(REFUSED);
    const { page, requests, url } = visit;
    await page.goto('/#/connect');
    await signIn(visit, ADMIN_KEY);
    await page.getByRole('heading', { name: 'Connect' }).waitFor();
    for (const name of ['Providers', 'Activity', 'Keys', 'Playground']) {
      await menu(visit).getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
    }
    await page.reload();
    await page.getByRole('button', { name: /^Key: / }).waitFor(); // still signed in
    expect(requests.filter((request) => request.headers()['authorization'] === `Bearer ${ADMIN_KEY}`).length).toBeGreaterThan(1);
    const texts = requests.flatMap((request) => [request.url(), request.headers()['referer'] ?? '', request.postData() ?? '']);
    expect([...texts, page.url()].filter((text) => text.includes(ADMIN_KEY))).toEqual([]);
    expect(requests.filter((request) => !request.url().startsWith(`${url}/`))).toEqual([]);
    expect(await page.content()).not.toContain(ADMIN_KEY);
    const kept = await page.evaluate(() => ({ session: { ...sessionStorage }, local: localStorage.length, cookie: document.cookie }));
    expect(kept).toEqual({ session: { 'tributary-key': ADMIN_KEY }, local: 0, cookie: '' });
  });

  it('is not known to another tab', async ({ open }) => {
    const [first, second] = [await open({ key: CALLER_KEY }), await open()];
    second.expectProblem(REFUSED);
    await first.goTo('connect');
    await second.page.goto('/#/connect');
    await second.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});

describe.skipIf(NO_BROWSER)('the menu', () => {
  it('marks the page, names it in the title, and follows back, forward and an address that is typed', async ({ open }) => {
    const visit = await open({ key: ADMIN_KEY });
    const { page } = visit;
    const isAt = async (name: string) => {
      await page.getByRole('heading', { level: 1, name }).waitFor();
      expect(await page.title()).toBe(`${name} – Tributary`);
      expect(await menu(visit).locator('[aria-current=page]').allTextContents()).toEqual([name]);
    };
    await page.goto('/');
    await isAt('Playground');
    await menu(visit).getByRole('link', { name: 'Providers' }).click();
    await isAt('Providers');
    await menu(visit).getByRole('link', { name: 'Activity' }).click();
    await isAt('Activity');
    await page.goBack();
    await isAt('Providers');
    await page.goBack();
    await isAt('Playground');
    await page.goForward();
    await isAt('Providers');
    await page.goto('/#/keys');
    await isAt('Keys');
    await page.goto('/#/no-such-page');
    await isAt('Playground');
  });

  it('moves the focus to the page that was chosen', async ({ open }) => {
    const visit = await open({ key: ADMIN_KEY });
    await visit.goTo('connect');
    await menu(visit).getByRole('link', { name: 'Providers' }).click();
    await visit.page.getByRole('heading', { level: 1, name: 'Providers' }).waitFor();
    await expect.poll(() => visit.page.evaluate(() => document.activeElement?.id)).toBe('main');
  });

  it('is skipped by the first link', async ({ open }) => {
    const { page, goTo } = await open({ key: ADMIN_KEY });
    await goTo('connect');
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('Tab');
    const link = page.getByRole('link', { name: 'Skip to the page' });
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    expect((await link.boundingBox())?.x).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    expect(new URL(page.url()).hash).toMatch(/^#\/connect/); // the state stays
  });
});

describe.skipIf(NO_BROWSER)('the dialog of the key', () => {
  it('keeps the focus, closes with Escape and gives the focus back', async ({ open }) => {
    const visit = await open({ key: ADMIN_KEY });
    const { page } = visit;
    await visit.goTo('connect');
    await page.getByRole('button', { name: /^Key: / }).press('Enter');
    await page.getByRole('dialog', { name: 'Key' }).waitFor();
    for (let presses = 0; presses < 8; presses += 1) {
      await page.keyboard.press('Tab');
      // The browser's own bar is in the round: then the body has the focus. The page behind never has.
      expect(
        await page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('dialog') !== null),
      ).toBe(true);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Key: /);
  });
});

describe.skipIf(NO_BROWSER)('without the router', () => {
  it('a page that is loaded says that the router does not answer, and goes on when it does', async ({ open }) => {
    const visit = await open({ key: ADMIN_KEY });
    const { page } = visit;
    await visit.goTo('connect');
    visit.expectProblem(/ERR_INTERNET_DISCONNECTED/);
    await page.context().setOffline(true);
    for (const name of ['Providers', 'Activity', 'Keys', 'Playground']) {
      await menu(visit).getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor(); // never blank
    }
    await page.context().setOffline(false);
    await menu(visit).getByRole('link', { name: 'Connect' }).click();
    await page.getByRole('heading', { level: 1, name: 'Connect' }).waitFor();
  });
});
