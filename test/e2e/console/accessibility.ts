/** What holds for every page and every dialog, at each width and in each colour scheme. */
import type { AxeResults, RunOptions } from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The narrowest phone that WCAG 2.2 asks for (1.4.10), and a desk. */
const WIDTHS = [320, 1280] as const;

const EVERY_RULE: RunOptions = { rules: { 'target-size': { enabled: true } } };

/** What depends on the colour scheme: all else was found in the first one, since a scheme changes colours only (`preferences.test.ts`). */
const COLOUR_RULES: RunOptions = { runOnly: { type: 'tag', values: ['cat.color'] } };

/**
 * Faults of the page as it is now: violations that axe finds, targets under 24 px among them, and content that makes the page scroll sideways.
 * Empty = there are none. The page is left at the last width.
 */
export async function faultsOf(page: Page, schemes: readonly ('light' | 'dark')[] = ['light', 'dark']): Promise<string[]> {
  const faults: string[] = [];
  await page.evaluate(AXE); // not a script element: the page's policy refuses those
  for (const [turn, colorScheme] of schemes.entries()) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const place = `${new URL(page.url()).hash.slice(0, 40)} ${colorScheme} ${width} px`;
      faults.push(...(await violations(page, turn === 0 ? EVERY_RULE : COLOUR_RULES)).map((fault) => `${place}: ${fault}`));
      faults.push(...(await wideElements(page)).map((element) => `${place}: wider than the page: ${element}`));
    }
  }
  return faults;
}

async function violations(page: Page, rules: RunOptions): Promise<string[]> {
  const results = await page.evaluate(async (options) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    return (await axe.run(document, { resultTypes: ['violations'], ...options })) as AxeResults;
  }, rules);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 300)} ${(failureSummary ?? '').replaceAll(/\s+/g, ' ').slice(0, 300)}`),
  );
}

/** Elements that reach beyond the page and are in no part that scrolls by itself; empty where the page does not scroll sideways. */
export function wideElements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      element !== document.documentElement &&
      (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) =>
        element.getBoundingClientRect().left + Math.max(element.clientWidth, element.scrollWidth) > clientWidth + 0.5 && !scrolls(element),
    );
    return [`${scrollWidth} of ${clientWidth} px`, ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 200))];
  });
}
