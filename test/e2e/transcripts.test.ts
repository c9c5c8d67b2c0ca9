/** The transcripts in the documents are what the router returns, but for ids, times and the order of choices. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../dev/serve.ts';
import { post, startStand, type Stand } from './stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

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
  const response = await post(stand.url + path, body);
  const headers = [...printed.matchAll(/^(x-[\w-]+): /gm)].map(([, name = '']) => `${name}: ${response.headers.get(name)}`);
  expect(linesOf([...headers, await response.text()].join('\n'))).toEqual(linesOf(printed));
});
