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

/** Address of the playground with one message. */
const playgroundWith = (content: string): string =>
  `playground?${new URLSearchParams({ model: SCRIPTED_MODEL, request: JSON.stringify({ messages: [{ role: 'user', content }], stream: true }) })}`;

const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true }).click();

describe.skipIf(NO_BROWSER)('hostile text', () => {
  it('is 515 texts and more kinds than one', () => {
    expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(515);
    for (const part of ['<script', '\u001b[', '\u202e', 'x'.repeat(20_000), '\u7530', '\u{1f469}'])
      expect(HOSTILE_TEXTS.some((text) => text.includes(part))).toBe(true);
  });

  it('of a model is shown as it is, character by character, and in the raw events', async ({ open }) => {
    answerWith('all texts', HOSTILE_TEXTS);
    const visit = await open({ key: CALLER_KEY });
    const { page } = visit;
    await visit.goTo(playgroundWith('all texts'));
    await run(page);
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
    await visit.goTo(playgroundWith('refuse this'));
    await run(visit.page);
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
    const texts = HOSTILE_TEXTS.filter((text) => text.length < 300 && /[<\p{C}]/u.test(text)).slice(-120);
    expect(texts.length).toBe(120);
    const messages = texts.map((content) => ({ role: 'user', content }));
    await visit.goTo(playgroundWith('hello'));
    await page.getByText('The request as JSON').click();
    await page.getByLabel('Request (JSON)').fill(JSON.stringify({ model: SCRIPTED_MODEL, messages }));
    await page.getByRole('button', { name: 'Explain' }).click();
    const body = page.getByRole('region', { name: /^Upstream body/ }).first();
    await expect.poll(async () => ((await body.textContent()) ?? '').includes(JSON.stringify(texts.at(-1)))).toBe(true);
    const shown = (await body.textContent()) ?? '';
    expect(texts.filter((text) => !shown.includes(JSON.stringify(text)))).toEqual([]);
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
