/** `npm run demo`: starts everything by itself, streams through every seed system, prints a table, and ends. */
import { expect, it } from 'vitest';
import { PROVIDERS } from '../registry/all-providers.ts';
import { ROOT } from '../dev/serve.ts';
import { runScript } from './command.ts';

const DEADLINE_MS = 55_000;

it('npm run demo -- --all explains one request for every provider file', async () => {
  const demo = runScript(ROOT, 'test/dev/demo.ts', ['--all']);
  const timer = setTimeout(() => void demo.stop(), DEADLINE_MS);
  try {
    expect({ code: await demo.exit, output: demo.output() }).toEqual({ code: 0, output: expect.any(String) });
  } finally {
    clearTimeout(timer);
    await demo.stop();
  }
  const output = demo.output();
  for (const { slug } of PROVIDERS) expect(output).toMatch(new RegExp(`^  ${slug} `, 'm'));
});

it('npm run demo exits with 0 after a table with the adjustments of each seed system', async () => {
  const demo = runScript(ROOT, 'test/dev/demo.ts', []);
  const timer = setTimeout(() => void demo.stop(), DEADLINE_MS);
  try {
    const code = await demo.exit;
    expect({ code, output: demo.output() }).toEqual({ code: 0, output: expect.any(String) });
  } finally {
    clearTimeout(timer);
    await demo.stop();
  }
  const output = demo.output();
  expect(output).toContain('You said');
  for (const name of ['tokensmind', 'novita', 'octoai', 'completions-compatible', 'openrouter']) expect(output).toContain(name);
  for (const word of ['clamped', 'dropped']) expect(output).toContain(word);
});
