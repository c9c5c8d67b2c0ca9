/** A visit of the console in a browser. It fails its test for everything that a visitor must never meet. */
import type { BrowserContextOptions, Page, Request } from 'playwright-core';
import { expect, it as plainIt } from 'vitest';
import { findChromium } from './chromium.ts';
import { setStage, type Stage } from './stage.ts';

/** Longest wait for one thing in a page, in milliseconds. It is only for machines that do other things besides. */
const DEADLINE_MS = 30_000;

/** How the browser is, and who is signed in. */
type VisitOptions = BrowserContextOptions & {
  /** A key that the tab has from the beginning. Absent = none. */
  key?: string;
};

/** A tab of its own, with its own storage. */
export type Visit = {
  readonly page: Page;
  readonly url: string;
  /** Every request that the tab has sent. */
  readonly requests: readonly Request[];
  /** What went wrong until now. */
  readonly problems: readonly string[];
  /** States that a console message, a failed request or the like has to happen: a visit without it fails, any other problem too. */
  expectProblem: (pattern: RegExp) => void;
  /** The same for something that may happen. */
  allowProblem: (pattern: RegExp) => void;
  /** Opens a page of the console, such as `keys` or `providers?search=top`, and waits until its heading is there. */
  goTo: (route: string) => Promise<void>;
};

/** Opens a tab. */
export type Open = (options?: VisitOptions) => Promise<Visit>;

/** For `describe.skipIf`: there is no browser. */
export const NO_BROWSER = findChromium() === null;

/** A test with tabs. They are checked and closed at its end. */
export const it = plainIt.extend<{ stage: Stage; open: Open }>({
  // oxlint-disable-next-line no-empty-pattern -- Vitest reads the names of fixtures from the pattern
  stage: async ({}, use) => use(await setStage()),
  open: async ({ stage }, use) => {
    const ends: (() => Promise<string[]>)[] = [];
    await use(async (options = {}) => {
      const { visit, end } = await openTab(stage, options);
      ends.push(end);
      return visit;
    });
    const problems = (await Promise.all(ends.map((end) => end()))).flat();
    expect(problems).toEqual([]);
  },
});

/** What went wrong in a tab, in words. */
type Problems = string[];

/** Opens a tab. `end` closes it and resolves with what went wrong in it. */
export async function openTab(
  { browser, url }: Stage,
  { key, ...options }: VisitOptions,
): Promise<{ visit: Visit; end: () => Promise<string[]> }> {
  const context = await browser.newContext({ baseURL: url, ...options });
  context.setDefaultTimeout(DEADLINE_MS);
  if (key !== undefined) await context.addInitScript((text) => sessionStorage.setItem('tributary-key', text), key);
  const page = await context.newPage();
  const [problems, requests, expected, allowed]: [Problems, Request[], RegExp[], RegExp[]] = [[], [], [], []];
  watch(page, { problems, requests, url });
  context.on('page', (other) => problems.push(`another tab was opened: ${other.url()}`));
  const end = async () => {
    await context.close();
    const unmet = expected.filter((pattern) => !problems.some((problem) => pattern.test(problem)));
    return [
      ...problems.filter((problem) => ![...expected, ...allowed].some((pattern) => pattern.test(problem))),
      ...unmet.map((pattern) => `expected and not met: ${pattern}`),
    ];
  };
  const goTo = async (route: string) => {
    await page.goto(`/#/${route}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  };
  return {
    visit: {
      page,
      url,
      requests,
      problems,
      expectProblem: (pattern) => void expected.push(pattern),
      allowProblem: (pattern) => void allowed.push(pattern),
      goTo,
    },
    end,
  };
}

/** Collects problems: refusals of the content security policy are among the messages of the console. */
function watch(page: Page, { problems, requests, url }: { problems: Problems; requests: Request[]; url: string }): void {
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      problems.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(`page error: ${error.stack ?? error.message}`));
  page.on('crash', () => problems.push('the page crashed'));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.type()} ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    requests.push(request);
    if (new URL(request.url()).origin !== url && !/^(data|blob):/.test(request.url())) problems.push(`foreign request: ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // What the page itself cancels, such as an answer that is stopped, is no fault.
    if (reason !== 'net::ERR_ABORTED') problems.push(`failed request: ${request.url()} ${reason}`);
  });
}
