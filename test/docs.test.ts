/** The documents name only what exists: files, sections, variables. They name every variable and every provider. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { limits } from '../src/platform/env.ts';
import { VARIABLE_NAMES } from '../src/platform/variable-names.ts';
import { PREFERENCES } from '../src/unified/request/preferences.ts';
import { SAFETY_CONTROLS } from '../src/unified/request/safety.ts';
import { withTable } from './dev/providers-table.ts';
import { PROVIDERS } from './registry/all-providers.ts';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');
const markdownIn = (folder: string) =>
  readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith('.md') ? [join(folder, name)] : []));
const DOCUMENTS = ['.', 'docs', 'src', 'providers', 'test/bench'].flatMap(markdownIn);
const FOLDERS = readdirSync(SRC, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const SOURCES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.generated.ts'))
  .map((path) => relative(ROOT, join(SRC, path)));

/** A path in backticks that begins with a folder of ours. */
const PATH = new RegExp(`\`((?:src|test|providers|${FOLDERS.join('|')})/[\\w./-]+\\.(?:ts|md|jsonc))\``, 'g');

it('every file that a document or a source names exists', () => {
  const missing = [...DOCUMENTS, ...SOURCES].flatMap((from) =>
    [...read(from).matchAll(PATH)]
      .map(([, path = '']) => path)
      .filter((path) => ![ROOT, SRC].some((base) => existsSync(join(base, path))))
      .map((path) => `${from}: ${path}`),
  );
  expect(missing).toEqual([]);
});

/** The name by which GitHub links a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
const anchorsOf = (path: string) => [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));

it('every link between documents leads to a file and a section', () => {
  const broken = DOCUMENTS.flatMap((from) =>
    [...read(from).matchAll(/\]\((?!https?:)([^)#]*)#?([^)]*)\)/g)]
      .filter(([, path = '', anchor = '']) => {
        const target = path === '' ? from : join(dirname(from), path);
        return !existsSync(join(ROOT, target)) || (anchor !== '' && !anchorsOf(target).includes(anchor));
      })
      .map(([link]) => `${from}: ${link}`),
  );
  expect(broken).toEqual([]);
});

it('the README is a landing page: at most 170 lines', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(170);
});

it('README.md and docs/README.md link every page of docs/', () => {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pages.filter((page) => !read('docs/README.md').includes(`](${page})`))).toEqual([]);
  expect(pages.filter((page) => !read('README.md').includes(`](docs/${page})`))).toEqual([]);
});

it('docs/limits.md names every variable of the operator', () => {
  const names = [...VARIABLE_NAMES];
  const internal = new Set<string>(['SIMULATOR_URL', 'CATALOG_URL']); // set by `npm run dev` and nothing else
  const page = read('docs/limits.md');
  expect(names.filter((name) => !internal.has(name) && !page.includes(`\`${name}\``))).toEqual([]);
  expect(names.length).toBeGreaterThan(10);
});

it('docs/limits.md names every variable of a provider file, besides <PROVIDER>_API_KEY and <PROVIDER>_BASE_URL', () => {
  const page = read('docs/limits.md');
  const names = PROVIDERS.flatMap(({ variables }) => Object.keys(variables));
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(names.length).toBeGreaterThan(5);
});

/** A row of the table of limits: its cells, and the number that its second cell begins with. */
function limitRow(variable: string): number {
  const row = read('docs/limits.md')
    .split('\n')
    .find((line) => line.startsWith('|') && line.split('|')[3]?.includes(`\`${variable}\``));
  const [, digits = '', unit = ''] = /^ ([\d,]+) ?(MiB|Mi|s)?\b/.exec(row?.split('|')[2] ?? '') ?? [];
  return Number(digits.replaceAll(',', '')) * (unit === 's' ? 1000 : unit === '' ? 1 : 2 ** 20);
}

it('docs/limits.md states the default of each limit that a variable changes', () => {
  const { requestBytes, requestMemoryBytes, eventCharacters, answerBytes, upstreamCalls, attempts, silentMs, media } = limits({});
  const defaults = {
    MAX_REQUEST_BYTES: requestBytes,
    MAX_REQUEST_MEMORY_BYTES: requestMemoryBytes,
    MAX_EVENT_CHARACTERS: eventCharacters,
    MAX_ANSWER_BYTES: answerBytes,
    MAX_UPSTREAM_CALLS: upstreamCalls,
    MAX_ATTEMPTS: attempts,
    MAX_SILENCE_MS: silentMs,
    MAX_MEDIA_BYTES: media.bytes,
    MEDIA_TIMEOUT_MS: media.timeoutMs,
  };
  expect(Object.fromEntries(Object.keys(defaults).map((name) => [name, limitRow(name)]))).toEqual(defaults);
});

it('docs/providers.md has the table that npm run docs:providers writes', () => {
  const page = read('docs/providers.md');
  expect(page).toBe(withTable(page, PROVIDERS));
  for (const { slug } of PROVIDERS) expect(page).toContain(`| [${slug}](../providers/${slug}.jsonc) |`);
});

it('docs/routing-and-failover.md names every field of the provider object', () => {
  const page = read('docs/routing-and-failover.md');
  const fields = Object.keys(PREFERENCES().shape);
  expect(fields.filter((field) => !new RegExp(`^\\|[^|]*\`${field}\\b`, 'm').test(page))).toEqual([]);
  expect(fields.length).toBeGreaterThan(10);
});

it('docs/adjustments.md names every safety control', () => {
  const page = read('docs/adjustments.md');
  expect([...SAFETY_CONTROLS].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

/** The names of fields and the closed lists of texts in a JSON Schema. A text that begins with `-` removes another one. */
function wordsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, enum: listed, const: only } = schema as { properties?: object; enum?: unknown; const?: unknown };
  const texts = [...(Array.isArray(listed) ? listed : []), only].filter((value) => typeof value === 'string' && !value.startsWith('-'));
  return [...Object.keys(properties), ...(texts as string[]), ...Object.values(schema).flatMap(wordsOf)];
}

it('providers/README.md names every field, quirk and other word of provider.schema.json', () => {
  const page = new Set(read('providers/README.md').match(/[\w$-]+/g));
  const words = [...new Set(wordsOf(JSON.parse(read('providers/provider.schema.json'))))];
  expect(words.filter((word) => !page.has(word))).toEqual([]);
  expect(words.length).toBeGreaterThan(100);
});
