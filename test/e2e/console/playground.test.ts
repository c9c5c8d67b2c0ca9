/** The page "Playground" as a person uses it: explain, run, compare, copy, come back. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { simulatorLog } from '../harness.ts';
import { CALLER_KEY } from './stage.ts';
import { it, NO_BROWSER } from './visit.ts';

const MODEL = 'openai/gpt-oss-120b';
/** Accepts no temperature of 0, and any n. */
const NOVITA = 'Novita AI';
/** Accepts a temperature of 0, and one choice for each request. */
const DEEPINFRA = 'DeepInfra';

const column = (page: Page, name: string | RegExp): Locator => page.getByRole('region', { name, exact: true });

/** Chooses one model and nothing else, by the dialog. */
async function chooseModel(page: Page, model: string): Promise<void> {
  const chips = page.getByRole('group', { name: 'Models' });
  await chips
    .getByRole('button', { name: /^Remove / })
    .first()
    .waitFor(); // the example
  await page.getByRole('button', { name: 'Choose models' }).click();
  const dialog = page.getByRole('dialog', { name: 'Models' });
  await dialog.getByLabel('Search by name or provider').fill(model);
  await dialog.getByRole('checkbox', { name: model, exact: false }).first().check();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  for (;;) {
    const others = chips.getByRole('button', { name: /^Remove / }).and(page.locator(`:not([aria-label="Remove ${model}"])`));
    if ((await others.count()) === 0) return;
    await others.first().click();
  }
}

async function chooseProviders(page: Page, names: readonly string[]): Promise<void> {
  const group = page.getByRole('group', { name: 'Providers, side by side' });
  const none = group.getByRole('button', { name: 'Let the router decide' });
  if (await none.isVisible()) await none.click();
  for (const name of names) await group.getByRole('checkbox', { name, exact: true }).check();
}

async function setParameter(page: Page, name: string, value: string): Promise<void> {
  const search = page.getByLabel('Search parameters');
  await search.fill(name);
  await page.getByLabel(name, { exact: true }).fill(value);
  await search.fill('');
}

describe.skipIf(NO_BROWSER)('the playground', () => {
  it('begins with an example that can be explained at once', async ({ open }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    await goTo('playground');
    await page
      .getByRole('button', { name: /^Remove / })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('heading', { name: 'Upstream request' }).first().waitFor();
    expect(
      await page
        .getByRole('region', { name: /^Upstream body/ })
        .first()
        .textContent(),
    ).toContain('"messages"');
  });

  it('explains a request for two providers side by side, runs it with three choices, and links to its generation', async ({
    open,
    stage,
  }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    await goTo('playground');
    await chooseModel(page, MODEL);
    await chooseProviders(page, [NOVITA, DEEPINFRA]);
    await page
      .getByLabel(/^Text of message/)
      .last()
      .fill('Say hello to Ann.');
    await setParameter(page, 'temperature', '0');
    await setParameter(page, 'n', '3');
    await setParameter(page, 'seed', ''); // the example has one, and choices of calls of their own would get one each

    await page.getByRole('button', { name: 'Explain' }).click();
    const [novita, deepinfra] = [column(page, `${MODEL} at novita`), column(page, `${MODEL} at deepinfra`)];
    await novita.getByRole('heading', { name: 'Upstream request' }).waitFor();
    const changes = novita.getByRole('listitem').filter({ hasText: 'temperature' });
    expect(await changes.first().textContent()).toMatch(/temperature clamped from 0 to 0\.01/);
    const body = novita.getByRole('region', { name: /^Upstream body/ });
    expect(await body.locator('mark').filter({ hasText: 'temperature' }).textContent()).toContain('0.01');
    await deepinfra.getByRole('heading', { name: '3 equal upstream requests' }).waitFor();
    expect(await deepinfra.getByRole('region', { name: /^Upstream body/ }).textContent()).toMatch(/"temperature": 0[,\s]/);
    await page.getByText('Compare two upstream bodies').click();
    const difference = page.getByRole('region', { name: 'Difference of the two bodies' });
    expect(await difference.locator('del, ins').filter({ hasText: '"n"' }).count()).toBeGreaterThan(0);
    const sent = (await simulatorLog(stage.harness)).filter(({ body: sentBody }) => JSON.stringify(sentBody).includes('Say hello to Ann.'));
    expect(sent).toEqual([]); // nothing was sent yet

    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const [first, second] = [column(page, `Answer: ${MODEL} at novita`), column(page, `Answer: ${MODEL} at deepinfra`)];
    for (const answer of [first, second]) {
      await answer.getByText('finished').waitFor();
      expect(await answer.getByRole('heading', { name: /^Choice \d/ }).allTextContents()).toEqual([
        expect.stringContaining('Choice 0'),
        expect.stringContaining('Choice 1'),
        expect.stringContaining('Choice 2'),
      ]);
      expect(await answer.textContent()).toContain('You said: "Say hello to Ann."');
      expect(await answer.textContent()).toMatch(/First content\s*[\d.]+ m?s/);
    }
    expect(await first.getByRole('listitem').filter({ hasText: 'temperature' }).textContent()).toMatch(/clamped from 0 to 0\.01/);
    expect(await second.getByRole('listitem').filter({ hasText: 'temperature' }).count()).toBe(0);
    const received = (await simulatorLog(stage.harness)).filter(({ body: sentBody }) =>
      JSON.stringify(sentBody).includes('Say hello to Ann.'),
    );
    expect(received.map(({ slug }) => slug).toSorted()).toEqual(['deepinfra', 'deepinfra', 'deepinfra', 'novita']);

    const link = first.getByRole('link', { name: 'This generation' });
    expect(await link.getAttribute('href')).toMatch(/^#\/generation\?id=gen-/);
    await link.click();
    await page.getByRole('heading', { level: 1, name: /^Answer gen-/ }).waitFor();
    await page.goBack();
    await page
      .getByLabel(/^Text of message/)
      .last()
      .waitFor();
    expect(
      await page
        .getByLabel(/^Text of message/)
        .last()
        .inputValue(),
    ).toBe('Say hello to Ann.');
  });

  it('keeps the whole request in the address, and no key', async ({ open }) => {
    const [one, other] = [await open({ key: CALLER_KEY }), await open({ key: CALLER_KEY })];
    await one.goTo('playground');
    await chooseModel(one.page, MODEL);
    await setParameter(one.page, 'top_k', '7');
    await one.page
      .getByLabel(/^Text of message/)
      .last()
      .fill('ünïcode & <b>');
    await expect.poll(() => decodeURIComponent(one.page.url())).toContain('ünïcode');
    const address = one.page.url();
    expect(address).not.toContain(CALLER_KEY);
    await other.page.goto(address);
    await other.page
      .getByLabel(/^Text of message/)
      .last()
      .waitFor();
    expect(
      await other.page
        .getByLabel(/^Text of message/)
        .last()
        .inputValue(),
    ).toBe('ünïcode & <b>');
    expect(await other.page.getByLabel('top_k', { exact: true }).inputValue()).toBe('7');
  });

  it('says what is wrong beside a value and in the answer of the router', async ({ open }) => {
    const { page, goTo, expectProblem } = await open({ key: CALLER_KEY });
    await goTo('playground');
    await chooseModel(page, MODEL);
    await setParameter(page, 'temperature', '9');
    expectProblem(/status of 400/);
    await page.getByRole('button', { name: 'Explain' }).click();
    await page.getByRole('alert').filter({ hasText: 'temperature' }).first().waitFor();
  });

  it('stops an answer that is streamed', async ({ open, stage }) => {
    const { page, goTo } = await open({ key: CALLER_KEY });
    void stage;
    await goTo(`playground?model=${encodeURIComponent('@novita/any-model')}`);
    await page
      .getByLabel(/^Text of message/)
      .last()
      .fill('Count to ten thousand.');
    await page.route('**/v1/chat/completions', () => undefined); // never answered
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('button', { name: 'Stop @novita/any-model' }).click();
    await page.getByText('stopped', { exact: true }).waitFor();
  });
});
