/** What the documents and comments name exists: files, sections, variables. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'src/README.md',
  'providers/README.md',
  'test/bench/README.md',
];
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

it('every variable of the operator stands in the README', () => {
  const names = [...read('src/platform/env.ts').matchAll(/(?:text\(env, |count\()'([A-Z_]+)'/g)].map(([, name = '']) => name);
  const internal = new Set(['SIMULATOR_URL', 'CATALOG_URL']); // set by `npm run dev` and nothing else
  const readme = read('README.md');
  expect(names.filter((name) => !internal.has(name) && !readme.includes(`\`${name}\``))).toEqual([]);
  expect(names.length).toBeGreaterThan(10);
});
