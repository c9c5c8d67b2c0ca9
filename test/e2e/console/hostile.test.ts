/** Texts of models, of callers and of addresses stay text: no element is made of them, no script runs, nothing is requested. */
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { ADMIN_KEY } from '../manage-keys.ts';
import { HOSTILE_TEXTS, MARK } from './hostile-texts.ts';
import { answerWith, CALLER_KEY, refuseWith, SCRIPTED_MODEL } from './stage.ts';
import { it, NO_BROWSER, type Visit } from './visit.ts';

/** Elements that the console has nowhere. */
const NEVER =
  'iframe, img, object, embed, video, audio, base, style, math, template, x-element, body script, a[href^="javascript:"], [onerror], [onload]';

/** What must not be there after hostile text was shown. */
const faultsOf = (page: Page): Promise<string[]> =>
  page.evaluate(
    ([never, mark]) => [
      ...[...document.querySelectorAll(never)].map((element) => element.outerHTML.slice(0, 200)),
      ...(mark in window ? ['a script was run'] : []),
      ...(document.title.endsWith('Tributary') ? [] : [`the title is ${document.title}`]),
    ],
    [NEVER, MARK] as const,
  );

/** Requests of the tab that are neither files of the console nor calls of the API. */
const strayRequests = ({ requests, url }: Visit): string[] =>
  requests.map((request) => request.url()).filter((address) => !new RegExp(`^${url}/(v1/|console/|$)`).test(address));

async function ask(page: Page, text: string): Promise<void> {
  await page.getByLabel('Text of message 1').first().fill(text);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
}

const playground = `playground?model=${encodeURIComponent(SCRIPTED_MODEL)}`;

describe.skipIf(NO_BROWSER)('hostile text', () => {
  it('is 515 texts and more kinds than one', () => {
    expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(515);
    for (const kind of [/<script/, /\u001b\[/, /\u202e/, /^.{20000}$/, /[\u4e00-\u9fff]/, /\u{1f468}/u])
      expect(HOSTILE_TEXTS.some((text) => kind.test(text))).toBe(true);
  });

  it('of a model is shown as it is, character by character, and in the raw events', async ({ open }) => {
    answerWith('all texts', HOSTILE_TEXTS);
    const visit = await open({ key: CALLER_KEY });
    const { page } = visit;
    await visit.goTo(playground);
    await ask(page, 'all texts');
    const answer = page.getByRole('region', { name: `Answer: ${SCRIPTED_MODEL}` });
    await answer.getByText('finished', { exact: true }).waitFor();
    const expected = HOSTILE_TEXTS.join('');
    const isShown = await answer.evaluate(
      (element, text) => [...element.querySelectorAll('*')].some((one) => one.textContent === text),
      expected,
    );
    expect(isShown).toBe(true);
    await answer.getByText(/^Raw events/).click();
    expect(await faultsOf(page)).toEqual([]);
    expect(strayRequests(visit)).toEqual([]);
    await page.getByRole('button', { name: 'Explain' }).click(); // the page still works
    await page.getByRole('heading', { name: 'Upstream request' }).first().waitFor();
  });

  it('of a provider that refuses is the text of an error', async ({ open }) => {
    const text = HOSTILE_TEXTS.filter((one) => one.includes('<'))
      .join(' ')
      .slice(0, 3000);
    refuseWith('refuse this', text);
    const visit = await open({ key: CALLER_KEY });
    visit.expectProblem(/status of 400/);
    await visit.goTo(playground);
    await ask(visit.page, 'refuse this');
    await visit.page
      .getByRole('region', { name: /^Answer/ })
      .getByText('failed', { exact: true })
      .waitFor();
    await visit.page.getByRole('alert').first().waitFor();
    expect(await faultsOf(visit.page)).toEqual([]);
  });

  it('of a visitor is explained as it is sent', async ({ open }) => {
    const visit = await open({ key: CALLER_KEY });
    const { page } = visit;
    const text = HOSTILE_TEXTS.filter((one) => one.length < 300)
      .join('\n')
      .replaceAll(/\r\n?/g, '\n'); // a text area has no other line ends
    await visit.goTo(playground);
    await page.getByLabel('Text of message 1').first().fill(text);
    await page.getByRole('button', { name: 'Explain' }).click();
    const body = page.getByRole('region', { name: /^Upstream body/ }).first();
    await body.waitFor();
    expect(((await body.textContent()) ?? '').includes(JSON.stringify(text))).toBe(true);
    expect(await faultsOf(page)).toEqual([]);
  });

  it.for(['playground', 'providers', 'activity', 'generation', 'keys', 'connect'])(
    'in the address of the page %s is text',
    async (name, { open }) => {
      const visit = await open({ key: ADMIN_KEY });
      const { page, goTo } = visit;
      const names = [
        'id',
        'key',
        'model',
        'provider',
        'request',
        'kept',
        'search',
        'parameter',
        'state',
        'operation',
        'left',
        'right',
        'compare',
        'kind',
      ];
      const more = ['from', 'to', 'range', 'group', 'measure', 'user', 'session', 'status', 'tag', 'cursor'];
      visit.allowProblem(/status of 4\d\d/);
      for (const text of [
        '<img src=x onerror="window.wasRun=1">',
        'javascript:window.wasRun=1//',
        '\u202e\u001b[31m%00"><script>window.wasRun=1</script>',
      ]) {
        const query = new URLSearchParams([...names, ...more].map((parameter) => [parameter, text]));
        await goTo(`${name}?${query}`);
        await page.waitForLoadState('networkidle');
        expect(await faultsOf(page)).toEqual([]);
      }
      expect(strayRequests(visit)).toEqual([]);
    },
  );
});
