/** docs/calling.md lists the versions of client packages that the tests use. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../../dev/serve.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { devDependencies } = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
const NAMES = [
  'openai',
  '@openrouter/sdk',
  '@ai-sdk/openai-compatible',
  '@openrouter/ai-sdk-provider',
  '@langchain/openai',
  '@langchain/openrouter',
];

it.each(NAMES)('docs/calling.md lists %s with the version that is installed', (name) => {
  const row = read('docs/calling.md')
    .split('\n')
    .find((line) => line.startsWith('|') && line.includes(`\`${name}\` |`));
  const ai = row?.includes('`ai`') === true ? `\`ai\` ${devDependencies['ai']} with ` : '';
  expect(row).toContain(`${ai}\`${name}\` | ${devDependencies[name]} |`);
});
