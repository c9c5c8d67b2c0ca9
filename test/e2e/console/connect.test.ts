/** The page "Connect" in a browser. */
import { describe, expect } from 'vitest';
import { CALLER_KEY } from './stage.ts';
import { it, NO_BROWSER } from './visit.ts';

describe.skipIf(NO_BROWSER)('the page Connect', () => {
  it('shows the settings of each client with the address of this router, and marks the tested ones with their version', async ({
    open,
  }) => {
    const { page, goTo, url } = await open({ key: CALLER_KEY });
    await goTo('connect');
    const codex = page.getByRole('article', { name: 'Codex' });
    await codex.getByText('tested', { exact: true }).waitFor();
    expect(await codex.textContent()).toMatch(/version \d+\.\d+\.\d+/);
    expect(await codex.locator('pre').textContent()).toContain(`base_url = "${url}/v1"\n`);
    const zed = page.getByRole('article', { name: 'Zed' });
    expect(await zed.getByRole('heading').textContent()).toContain('not tested');
    expect(await zed.getByText('tested', { exact: true }).count()).toBe(0);
  });

  it('finds clients, fills a model in, and keeps both in the address', async ({ open }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    await goTo('connect');
    await page.getByRole('article').first().waitFor();
    const all = await page.getByRole('article').count();
    await page.getByLabel('Search').fill('claude');
    await page.getByText(/^One client of/).waitFor();
    await page.getByLabel('Model').fill('@novita/any-model');
    await expect
      .poll(() => page.getByRole('article', { name: 'Claude Code' }).locator('pre').textContent())
      .toContain('claude --model @novita/any-model');
    expect(new URL(page.url()).hash).toBe('#/connect?search=claude&model=%40novita%2Fany-model');
    await page.reload();
    await page.getByRole('article', { name: 'Claude Code' }).waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    expect(await page.getByLabel('Model').inputValue()).toBe('@novita/any-model');
    await page.getByLabel('Search').fill('');
    await page.getByLabel('tested only').check();
    await expect.poll(() => page.getByRole('article', { name: 'Zed' }).count()).toBe(0);
    await page.goBack(); // a choice is a step of the history, a letter that is typed is not
    await expect.poll(() => page.getByRole('article').count()).toBe(all);
  });

  it('fills nothing into a command that a shell would read otherwise', async ({ open }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    await goTo(`connect?model=${encodeURIComponent('$(reboot)')}`);
    await page.getByText('MODEL stays.').waitFor();
    expect((await page.locator('pre').allTextContents()).filter((text) => text.includes('reboot'))).toEqual([]);
  });

  it('copies a setting and says so', async ({ open, stage }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stage.url });
    await goTo('connect');
    await page.getByRole('button', { name: 'Copy OpenRouter SDK' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied.' }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(`new OpenRouter({ serverURL: '${stage.url}/api/v1', apiKey: 'KEY' })`);
  });
});
