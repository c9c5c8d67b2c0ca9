/** The pages "Keys", "Activity" and "Generation" as a person uses them: a key with a budget is made, refuses, and is seen. */
import { describe, expect } from 'vitest';
import { errorOf, hello, post, until } from '../harness.ts';
import { ADMIN_KEY, bearer, createKey, manage } from '../manage-keys.ts';
import { it, NO_BROWSER } from './visit.ts';

/** A model with a price. */
const PRICED = '@openai/gpt-4o';

describe.skipIf(NO_BROWSER)('the page Keys', () => {
  it('makes a key with a budget, shows it once, and shows that it refuses', async ({ open, stage }) => {
    const { page, goTo, requests } = await open({ key: ADMIN_KEY });
    await goTo('keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const form = page.getByRole('dialog', { name: 'New key' });
    await form.getByLabel('Name', { exact: true }).fill('Trial of Ann');
    await form.getByLabel('Limit in USD').fill('0.0007');
    await form.getByRole('button', { name: 'Create the key' }).click();
    const created = page.getByRole('dialog', { name: 'The key of Trial of Ann' });
    const key = (await created.locator('pre').textContent()) ?? '';
    expect(key).toMatch(/^sk-trb-v1-[0-9A-Za-z]{49}$/);
    await page.keyboard.press('Escape');
    await created.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(key);

    const ask = () => post(`${stage.url}/v1/chat/completions`, hello({ model: PRICED, max_tokens: 60 }), bearer(key));
    const refusal = await until('the budget to refuse', async () => {
      const response = await ask();
      if (response.status === 402) return errorOf(response);
      await response.text();
      return undefined;
    });
    expect(refusal.metadata).toMatchObject({ reason: 'budget', limit: 0.0007 });

    await page.reload();
    const panel = page.getByRole('region', { name: 'Key Trial of Ann' });
    await panel.getByRole('img', { name: /0\.0007/ }).waitFor();
    expect(await panel.textContent()).toMatch(/\$0\.000\d+/); // what it has spent
    await panel.getByRole('button', { name: /^Disable/ }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Disable/ })
      .click();
    await panel.getByText('disabled', { exact: true }).waitFor();
    expect(requests.filter((request) => request.url().includes(key) || (request.postData() ?? '').includes(key))).toEqual([]);
  });

  it('says beside the field what the router refuses', async ({ open }) => {
    const { page, goTo, expectProblem } = await open({ key: ADMIN_KEY });
    await goTo('keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const form = page.getByRole('dialog', { name: 'New key' });
    await form.getByLabel('Name', { exact: true }).fill('x');
    await form.getByLabel('Limit in USD').fill('-1');
    expectProblem(/status of 400/);
    await form.getByRole('button', { name: 'Create the key' }).click();
    const field = form.getByLabel('Limit in USD');
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('says why a key was not enabled', async ({ open, stage }) => {
    const { data } = await createKey(stage.url, { name: 'Team of Dan', disabled: true });
    const { page, goTo, expectProblem } = await open({ key: ADMIN_KEY });
    await goTo('keys');
    const enable = page.getByRole('region', { name: 'Key Team of Dan' }).getByRole('button', { name: /^Enable/ });
    await enable.waitFor();
    await manage(stage.url, `DELETE /${data.hash}`);
    expectProblem(/status of 404/);
    await enable.click();
    await page.getByRole('alert').getByText('Team of Dan was not enabled.').waitFor();
  });
});

describe.skipIf(NO_BROWSER)('activity', () => {
  it('shows a new answer of a key, its page with attempts and changes, and opens it in the playground', async ({ open, stage }) => {
    const { key, data } = await createKey(stage.url, { name: 'Team of Ben' });
    const { page, goTo } = await open({ key: ADMIN_KEY });
    await goTo(`activity?key=${data.hash}`);
    await page.getByText('No answers in this time with these filters.').waitFor();
    const answer = await post(`${stage.url}/v1/chat/completions`, hello({ model: '@novita/any-model', temperature: 0 }), bearer(key));
    const id = answer.headers.get('x-generation-id') ?? '';
    await answer.text();
    const row = page.getByRole('region', { name: 'Answers, the newest first' }).getByRole('row').nth(1);
    await row.waitFor(); // it follows by itself
    expect(await row.textContent()).toContain('Novita');
    await row.getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: /^Answer gen-/ }).waitFor();
    expect(new URLSearchParams(page.url().split('?')[1]).get('id')).toBe(id);
    const attempts = page.getByRole('region', { name: 'Attempts, in their order' });
    await attempts.waitFor();
    expect(await attempts.getByRole('row').count()).toBe(2);
    expect(await attempts.textContent()).toMatch(/Novita.*200/);
    const changes = page.getByRole('region', { name: 'Changes of the request' });
    expect(await changes.getByRole('row').nth(1).getByRole('cell').allTextContents()).toEqual(['temperature', 'clamped', '0', '0.01']);
    await page.getByRole('link', { name: 'Open in the playground' }).click();
    await page.getByRole('heading', { level: 1, name: 'Playground' }).waitFor();
    expect(decodeURIComponent(page.url())).toContain('@novita/any-model');
  });

  it('saves its rows as CSV', async ({ open, stage }) => {
    const { key, data } = await createKey(stage.url, { name: 'Team of Eve' });
    await (await post(`${stage.url}/v1/chat/completions`, hello(), bearer(key))).text();
    const { page, goTo } = await open({ key: ADMIN_KEY });
    await goTo(`activity?key=${data.hash}`);
    await page.getByRole('region', { name: 'Answers, the newest first' }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save answers as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('generations.csv');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString().trim().split(/\r?\n/);
    expect(lines.length).toBe(2);
    expect(lines[0]).toMatch(/^id,|created_at/);
  });
});
