/** The page "Providers" as a person uses it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { ROOT } from '../../dev/serve.ts';
import { CALLER_KEY } from './stage.ts';
import { it, NO_BROWSER, type Visit } from './visit.ts';

const cell = ({ page }: Visit, provider: RegExp, column: string) => {
  const grid = page.getByRole('grid');
  return {
    grid,
    button: async () => {
      await grid.getByRole('columnheader', { name: column, exact: true }).waitFor(); // on a busy machine the grid comes later than its page
      const titles = await grid.getByRole('columnheader').allTextContents();
      return grid
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name: provider }) })
        .getByRole('gridcell')
        .nth(titles.indexOf(column) - 1)
        .getByRole('button');
    },
  };
};

describe.skipIf(NO_BROWSER)('the page Providers', () => {
  it('filters the matrix by provider and parameter, in the address, and shows the reason behind a cell with its line in the file', async ({
    open,
  }) => {
    const visit = await open({ key: CALLER_KEY });
    const { page, goTo } = visit;
    await goTo('providers');
    const grid = page.getByRole('grid');
    await grid.waitFor();
    const all = await grid.getByRole('rowheader').count();
    expect(all).toBeGreaterThan(50);
    await page.getByLabel('Provider', { exact: true }).fill('novita');
    await expect.poll(() => grid.getByRole('rowheader').count()).toBeLessThan(5);
    await page.getByLabel('Parameter', { exact: true }).fill('temperature');
    await expect.poll(() => grid.getByRole('columnheader').allTextContents()).toEqual(['Provider', 'temperature']);
    expect(new URL(page.url()).hash).toBe('#/providers?search=novita&parameter=temperature');
    const button = await cell(visit, /Novita/, 'temperature').button();
    expect(await button.textContent()).toMatch(/0/);
    await button.click();
    const dialog = page.getByRole('dialog', { name: /^temperature at Novita/ });
    const excerpt = dialog.locator('pre').first();
    await excerpt.waitFor();
    const file = readFileSync(join(ROOT, 'providers/novita.jsonc'), 'utf8');
    for (const line of ((await excerpt.textContent()) ?? '').split('\n')) expect(file).toContain(line.trim());
    expect(await excerpt.textContent()).toContain('"temperature"');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.reload();
    await expect.poll(() => grid.getByRole('columnheader').allTextContents()).toEqual(['Provider', 'temperature']);
  });

  it('says what the API says of every cell that it shows', async ({ open, stage }) => {
    const visit = await open({ key: CALLER_KEY });
    const response = await fetch(`${stage.url}/v1/parameters?operation=chat&provider=novita,groq,openai`, {
      headers: { authorization: `Bearer ${CALLER_KEY}` },
    });
    const { data } = (await response.json()) as { data: { providers: { name: string; rules: Record<string, { accepted: boolean }> }[] } };
    expect(data.providers.length).toBeGreaterThanOrEqual(3);
    await visit.goTo('providers?parameter=top_k');
    for (const { name, rules } of data.providers.slice(0, 3)) {
      const text = await (await cell(visit, new RegExp(`^${name}`), 'top_k').button()).first().textContent();
      expect([name, /^no/i.test(text ?? '')]).toEqual([name, rules['top_k']?.accepted === false]);
    }
  });

  it('is a grid that arrow keys walk and Enter opens', async ({ open }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    await goTo('providers?search=novita');
    const grid = page.getByRole('grid');
    await grid.waitFor();
    const tabbable = grid.locator('button.cell[tabindex="0"]');
    expect(await tabbable.count()).toBe(1);
    await tabbable.focus();
    const focused = () =>
      page.evaluate(() => [
        document.activeElement?.closest('tr')?.rowIndex,
        (document.activeElement?.closest('td') as HTMLTableCellElement | null)?.cellIndex,
      ]);
    const [row = 0, column = 0] = await focused();
    await page.keyboard.press('ArrowRight');
    expect(await focused()).toEqual([row, column + 1]);
    await page.keyboard.press('ArrowLeft');
    expect(await focused()).toEqual([row, column]);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
  });

  it('compares two providers', async ({ open }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    await goTo('providers');
    await page.getByRole('link', { name: 'Difference between two' }).click();
    await page.getByLabel('Provider', { exact: true }).selectOption({ label: 'Novita AI' });
    await page.getByLabel('Compared with').selectOption({ label: 'Groq' });
    const table = page.getByRole('table');
    await expect.poll(() => table.locator('caption').textContent()).toMatch(/\d+ of \d+ parameters differ between Novita AI and Groq/);
    const shown = await table.getByRole('row').count();
    const [, differing = '', all = ''] = /(\d+) of (\d+)/.exec((await table.locator('caption').textContent()) ?? '') ?? [];
    expect(shown - 1).toBe(Number(differing));
    await page.getByLabel('Show what is equal').check();
    await expect.poll(() => table.getByRole('row').count()).toBe(Number(all) + 1);
  });

  it('has a page of each provider: what is missing, models with prices, health, and its source file', async ({ open }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    await goTo('providers?search=novita');
    await page
      .getByRole('rowheader')
      .getByRole('link', { name: /Novita/ })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: /Novita/ }).waitFor();
    await page.getByText('A simulator answers for this provider').waitFor();
    const models = page.getByRole('region', { name: /models; prices in USD/ });
    await models.waitFor();
    await models.getByRole('button', { name: /^Prompt/ }).click();
    expect(await models.getByRole('columnheader', { name: /^Prompt/ }).getAttribute('aria-sort')).toMatch(/ascending|descending/);
    await page.getByRole('button', { name: 'providers/novita.jsonc' }).click();
    const text = page.getByRole('dialog', { name: 'providers/novita.jsonc' }).locator('pre');
    await text.waitFor();
    expect(await text.textContent()).toBe(readFileSync(join(ROOT, 'providers/novita.jsonc'), 'utf8'));
  });
});
