/** The documents show what the router returns: transcripts (except ids, times and the order of choices) and paths. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OBJECTS, ROOT } from '../dev/serve.ts';
import { post, startHarness, until, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

/** A command that is indented as code, and the fenced block that follows it. */
const TRANSCRIPT = /^ {4}curl [^']*?localhost:8787(\S+) [^{]*?-d '(\{[^']+\})'\n[^]*?^```\n([^]*?)^```$/gm;

const transcripts = ['README.md', 'docs/calling.md'].flatMap((document) =>
  [...readFileSync(join(ROOT, document), 'utf8').matchAll(TRANSCRIPT)].map(([, path = '', body = '', printed = '']) => ({
    document,
    path,
    body,
    printed,
  })),
);

/** Lines without ids and times. Which of several choices comes first is not fixed. */
const linesOf = (text: string) =>
  text
    .replace(/gen-\w+/g, 'gen-ID')
    .replace(/"created":\d+/g, '"created":0')
    .split('\n')
    .filter((line) => line !== '')
    .sort();

it('README.md and docs/calling.md have a transcript each', () => {
  expect(transcripts.map(({ document }) => document)).toEqual(['README.md', 'docs/calling.md']);
});

it.each(transcripts)('the transcript in $document is what the router returns', async ({ path, body, printed }) => {
  const response = await post(harness.url + path, body);
  const headers = [...printed.matchAll(/^(x-[\w-]+): /gm)].map(([, name = '']) => `${name}: ${response.headers.get(name)}`);
  expect(linesOf([...headers, await response.text()].join('\n'))).toEqual(linesOf(printed));
});

it('the refusal of a budget in README.md is what the router returns, after one of twenty requests was paid for', async () => {
  const page = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const [, key = '', fields = '', more = ''] = /\/v1\/keys .*-d '([^']+)'[^]*?-d '([^'\n]+)\n([^']+)'/.exec(page) ?? [];
  const printed = /^\{"error":\{"code":402.*$/m.exec(page)?.[0];
  const router = await startHarness({ ADMIN_API_KEY: 'the-admin-key' }, 0, { objects: OBJECTS });
  try {
    const created = (await (await post(`${router.url}/v1/keys`, key, { authorization: 'Bearer the-admin-key' })).json()) as { key: string };
    const ask = () => post(`${router.url}/v1/chat/completions`, fields + more, { authorization: `Bearer ${created.key}` });
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await ask()).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 402, 429].includes(status))).toEqual([]);
    const refused = await until('nothing to be reserved', async () => {
      const text = await (await ask()).text();
      return text.includes('"code":402') ? text : undefined;
    });
    expect(refused).toBe(printed);
  } finally {
    await router.stop();
  }
});

it('docs/calling.md lists every path that the router has', async () => {
  const response = await fetch(`${harness.url}/v1/nothing`);
  const { error } = (await response.json()) as { error: { message: string } };
  const paths = error.message.match(/\b(?:GET|POST) \/v1\/[\w/{}.]+/g) ?? [];
  const page = readFileSync(join(ROOT, 'docs/calling.md'), 'utf8');
  expect(paths.slice(1).filter((path) => !page.includes(`\`${path}\``))).toEqual([]);
  expect(paths.length).toBeGreaterThan(8);
});
