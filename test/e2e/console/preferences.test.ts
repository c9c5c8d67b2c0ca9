/** What a visitor's system asks for: forced colours, less motion, no mouse. */
import { describe, expect } from 'vitest';
import { faultsOf } from './accessibility.ts';
import { CALLER_KEY, SCRIPTED_MODEL } from './stage.ts';
import { it, NO_BROWSER } from './visit.ts';

const PLAYGROUND = `playground?${new URLSearchParams({
  model: SCRIPTED_MODEL,
  request: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }], temperature: 0, stream: true }),
})}`;

describe.skipIf(NO_BROWSER)('preferences of a visitor', () => {
  it('forced colours leave the page, the current link, the focus and the marks visible', async ({ open }) => {
    const { page, goTo } = await open({ key: CALLER_KEY, forcedColors: 'active' });
    await goTo(PLAYGROUND);
    expect(await page.evaluate(() => matchMedia('(forced-colors: active)').matches)).toBe(true);
    await page.getByRole('button', { name: 'Explain', exact: true }).click();
    const body = page.getByRole('region', { name: /^Upstream body/ }).first();
    await body.waitFor();
    const current = page.getByRole('navigation', { name: 'Pages' }).locator('[aria-current=page]');
    const outline = await current.evaluate((element) => getComputedStyle(element).outlineStyle);
    expect(outline).toBe('solid');
    await page.getByRole('button', { name: 'Run', exact: true }).focus();
    await page.keyboard.press('Shift+Tab');
    const focused = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineWidth);
    expect(parseFloat(focused)).toBeGreaterThanOrEqual(2);
    // Chromium's own emulation: in its dark form it states colours that it does not paint.
    expect(await faultsOf(page, ['light'])).toEqual([]);
  });

  it('less motion means none: nothing is animated or moves over time', async ({ open }) => {
    const { page, goTo } = await open({ key: CALLER_KEY, reducedMotion: 'reduce' });
    for (const route of [PLAYGROUND, 'providers', 'activity', 'keys', 'connect']) {
      await goTo(route);
      await page.waitForLoadState('networkidle');
      const moving = await page.evaluate(() =>
        [...document.querySelectorAll('*')]
          .filter((element) => {
            const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
            return animationName !== 'none' || parseFloat(transitionDuration) > 0 || scrollBehavior === 'smooth';
          })
          .map((element) => element.outerHTML.slice(0, 100)),
      );
      expect(moving).toEqual([]);
      expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    }
  });

  it('the keyboard alone signs in, changes a request, explains it, runs it and opens its page', async ({ open }) => {
    const { page, expectProblem } = await open();
    expectProblem(/status of 401/);
    /** Presses Tab until the element with the focus has this name, as a screen reader says it. */
    const tabTo = async (name: RegExp) => {
      for (let presses = 0; presses < 200; presses += 1) {
        await page.keyboard.press('Tab');
        const text = await page.evaluate(() => {
          const element = document.activeElement;
          if (element === null || element === document.body) return '';
          const labels = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? [...(element.labels ?? [])] : [];
          return element.getAttribute('aria-label') ?? (labels.map((label) => label.textContent).join(' ') || (element.textContent ?? ''));
        });
        if (name.test(text.trim())) return;
      }
      throw new Error(`Tab reaches nothing that is named ${name}.`);
    };
    await page.goto(`/#/${PLAYGROUND}`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await tabTo(/^Key$/);
    await page.keyboard.type(CALLER_KEY);
    await page.keyboard.press('Enter');
    await page.getByLabel(/^Text of message/).waitFor();
    await tabTo(/^Text of message 1$/);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('hello from a keyboard');
    await tabTo(/^Explain$/);
    await page.keyboard.press('Enter');
    await page
      .getByRole('region', { name: /^Upstream body/ })
      .first()
      .waitFor();
    await tabTo(/^Run$/);
    await page.keyboard.press('Space');
    await page
      .getByRole('region', { name: /^Answer/ })
      .getByText('finished', { exact: true })
      .waitFor();
    await tabTo(/^This generation$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: /^Answer gen-/ }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
  });
});
