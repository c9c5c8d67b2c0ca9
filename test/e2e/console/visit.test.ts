/** The fixture of the browser tests itself: it sees each kind of problem. */
import { describe, expect } from 'vitest';
import { CALLER_KEY } from './stage.ts';
import { it, NO_BROWSER } from './visit.ts';

describe.skipIf(NO_BROWSER)('a visit', () => {
  it('sees errors, warnings, dialogs, refusals of the content security policy, failed requests and foreign ones', async ({ open }) => {
    const { page, goTo, expectProblem, problems } = await open({ key: CALLER_KEY });
    await goTo('connect');
    expect(problems).toEqual([]);
    await page.evaluate(async () => {
      console.error('the error');
      console.warn('the warning');
      alert('the dialog');
      const script = document.createElement('script');
      script.textContent = 'window.wasRun = true';
      const button = document.createElement('button');
      button.setAttribute('onclick', 'window.wasRun = true');
      const image = document.createElement('img');
      image.src = 'https://elsewhere.example/pixel.png';
      document.body.append(script, button, image);
      button.click();
      setTimeout(() => {
        throw new Error('the page error');
      }, 0);
      await fetch('/console/none.js');
      await fetch('https://elsewhere.example/').catch(() => null);
    });
    const seen = [
      /^console error: the error/,
      /^console warning: the warning/,
      /^dialog: alert the dialog/,
      /^console error: Executing inline script violates/,
      /^console error: Executing inline event handler violates/,
      /^console error: Loading the image .* violates/,
      /^foreign request: https:\/\/elsewhere\.example\/pixel\.png/,
      /^failed request: https:\/\/elsewhere\.example\/pixel\.png csp/,
      /^page error: Error: the page error/,
      /^console error: Failed to load resource: .* 404 .*none\.js/,
      /^console error: (Connecting to|Fetch API cannot load|Refused to connect).*elsewhere\.example/,
    ];
    for (const pattern of seen) expectProblem(pattern);
    await expect.poll(() => seen.filter((pattern) => !problems.some((problem) => pattern.test(problem)))).toEqual([]);
    expect(await page.evaluate(() => 'wasRun' in window)).toBe(false);
  });
});
