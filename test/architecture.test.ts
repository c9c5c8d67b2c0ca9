/** The structure of `src/`: floors are read off the imports, invariants off the text of the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

type Source = { path: string; text: string; code: string; imports: string[] };

const GENERATED = 'registry/catalog.generated.ts';

const SOURCES: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => read(path.replaceAll('\\', '/')))
  .filter(({ path }) => path !== GENERATED);

function read(path: string): Source {
  const text = readFileSync(join(SRC, path), 'utf8');
  const code = withoutComments(text);
  const found = [...code.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  return {
    path,
    text,
    code,
    imports: found.map((target) => (target.startsWith('.') ? relative(SRC, join(SRC, dirname(path), target)) : target)),
  };
}

/** Comments out; strings and regular expressions stay. Good enough for this code, which keeps `//` out of its strings. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

const folderOf = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '');

/** Folder to floor. A file may import its own folder and any lower floor. */
const FLOORS: Readonly<Record<string, number>> = {
  lib: 0,
  unified: 1,
  registry: 2,
  dialects: 2,
  accounts: 2,
  state: 3,
  stream: 3,
  upstream: 3,
  fitting: 4,
  routing: 5,
  calls: 6,
  attempts: 7,
  pipeline: 8,
  http: 9,
  platform: 9,
  ports: Infinity, // only `ports.ts` imports it
  console: Infinity, // a program of its own, for browsers
  cli: Infinity, // no other folder imports it
};

/** Files that put the program together. */
const COMPOSITION_ROOTS = new Set(['worker.ts', 'app.ts', 'build.ts', 'build-console.ts']);

/** The command line: on Node, above everything. No file outside imports it. */
const isCli = (path: string) => path.startsWith('cli/');

/** Interfaces of the platform. They use types of the registry and of accounts, so only floors above those import them. */
const PORTS = 'ports.ts';
const isPort = (path: string) => path === PORTS || folderOf(path) === 'ports';

/** True where every import of a file by another is one of types: a bundler leaves them out. */
function isTypeOnly(from: string, to: string): boolean {
  const name = (to.split('/').at(-1) ?? '').replaceAll('.', '\\.');
  const lines = SOURCES.find(({ path }) => path === from)?.code.match(new RegExp(`^(?:import|export)\\b[^;]*?/${name}'`, 'gm')) ?? [];
  return lines.length > 0 && lines.every((line) => /^(?:import|export) type\b/.test(line));
}

function isAllowed(from: string, to: string): boolean {
  const [here, there] = [folderOf(from), folderOf(to)];
  if (here === there) return true;
  if (here === 'console') return there === 'lib' || isTypeOnly(from, to);
  if (to === PORTS) return (FLOORS[here] ?? 0) >= 3;
  if (isPort(from)) return isPort(to) || (FLOORS[there] ?? Infinity) <= 2;
  return (FLOORS[there] ?? Infinity) < (FLOORS[here] ?? -1);
}

/** Every import of one of our files by another, `from -> to`. */
const own = SOURCES.flatMap(({ path, imports }) =>
  imports.filter((target) => /\.tsx?$/.test(target)).map((target) => [path, target] as const),
);

/** Import circles, type imports included: the files of each strongly connected component of more than one file. */
function circles(pairs: readonly (readonly [string, string])[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const [from, to] of pairs) targets.set(from, [...(targets.get(from) ?? []), to]);
  const reach = (start: string) => {
    const seen = new Set<string>();
    const open = [...(targets.get(start) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(targets.get(next) ?? []));
    }
    return seen;
  };
  const reached = new Map([...targets.keys()].map((path) => [path, reach(path)] as const));
  const inCircle = [...reached].filter(([path, seen]) => seen.has(path)).map(([path]) => path);
  const groups = new Map<string, string[]>();
  for (const path of inCircle) {
    const key = inCircle.find((other) => reached.get(other)?.has(path) === true && reached.get(path)?.has(other) === true) ?? path;
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  return [...groups.values()];
}

const arrows = (pairs: readonly (readonly [string, string])[]) => pairs.map(([from, to]) => `${from} -> ${to}`);

describe('floors', () => {
  it('there is something to check', () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(own.length).toBeGreaterThan(100);
    expect(new Set(SOURCES.map(({ path }) => folderOf(path)).filter((folder) => folder !== '' && !(folder in FLOORS)))).toEqual(new Set());
  });

  it('a file imports its own folder and lower floors only', () => {
    const wrong = own.filter(([from]) => !COMPOSITION_ROOTS.has(from) && !isCli(from)).filter(([from, to]) => !isAllowed(from, to));
    expect(arrows(wrong)).toEqual([]);
  });

  it('no files import each other in a circle, types included', () => {
    expect(circles(own)).toEqual([]);
  });

  it('only the worker imports a composition root, which is the app', () => {
    const wrong = own.filter(
      ([from, to]) => COMPOSITION_ROOTS.has(to) && !(from === 'worker.ts' && to === 'app.ts') && from !== 'build.ts' && !isCli(from),
    );
    expect(arrows(wrong)).toEqual([]);
  });

  /** A side of a format: `openai-chat/client`, `bedrock`, `openai-common/upstream`. */
  const side = (path: string) => /^dialects\/([^/]+(?:\/(?:client|upstream))?)\//.exec(path)?.[1];
  const COMMON = new Set(['shared', 'openai-common', 'openai-common/client', 'openai-common/upstream']);

  it('wire formats never import each other, nor one side of a format the other', () => {
    const wrong = own.filter(([from, to]) => {
      const [here, there] = [side(from), side(to)];
      if (here === undefined || there === undefined || here === there) return false;
      if (here.startsWith(`${there}/`)) return false; // what both sides of a format share
      return (
        !COMMON.has(there) ||
        (here.endsWith('/client') && there.endsWith('/upstream')) ||
        (here.endsWith('/upstream') && there.endsWith('/client'))
      );
    });
    expect(arrows(wrong)).toEqual([]);
  });

  it('only the worker and the command line import the platform', () => {
    const isWrong = (from: string) => from !== 'worker.ts' && !from.startsWith('platform/') && !isCli(from);
    const wrong = own.filter(([from, to]) => to.startsWith('platform/') && isWrong(from));
    expect(arrows(wrong)).toEqual([]);
  });
});

/** Places where a pattern stands in the code, as `file:line: text`. */
function found(pattern: RegExp, where: (path: string) => boolean = () => true): string[] {
  return SOURCES.filter(({ path }) => where(path)).flatMap(({ path, code }) =>
    code.split('\n').flatMap((text, line) => (pattern.test(text) ? [`${path}:${line + 1}: ${text.trim()}`] : [])),
  );
}

const FORMATS: ReadonlySet<string> = new Set(readdirSync(join(SRC, 'dialects')).filter((name) => !name.endsWith('.ts')));

describe('invariants', () => {
  const slugs = readdirSync(join(ROOT, 'providers'))
    .filter((name) => name.endsWith('.jsonc'))
    .map((name) => name.replace('.jsonc', ''))
    // A wire format may bear the name of the company that made it, and so may a chat template.
    .filter((slug) => !FORMATS.has(slug));

  it('no provider is known by name', () => {
    expect(slugs.length).toBeGreaterThan(10);
    // A wire.ts lists names of fields, and one of Cohere's is `meta`. Code that is shown to be copied imports the package `openai`.
    const isElsewhere = (path: string) => !path.endsWith('/wire.ts') && path !== 'console/pages/playground/snippets.ts';
    expect(found(new RegExp(`(['"\`])(?:${slugs.join('|')})\\1`), isElsewhere)).toEqual([]);
  });

  it('in the Worker and the console, only upstream/ and the platform call fetch', () => {
    const elsewhere = (path: string) =>
      !path.startsWith('upstream/') && !['platform/system.ts', 'console/api.ts'].includes(path) && !isCli(path);
    // `app.fetch` is the application itself, `assets.fetch` a binding, and the worker has a method of that name.
    expect(found(/(?<!\b(?:app|assets)\??\.)\bfetch\((?!request: Request[,)])/, elsewhere)).toEqual([]);
  });

  it('only the worker and the platform look at env', () => {
    // `context.env` of Hono has what an object of the router passes beside a request.
    expect(
      found(
        /(?<!\bcontext\.)\benv\b/,
        (path) => path !== 'worker.ts' && !path.startsWith('platform/') && path !== 'build.ts' && !isCli(path),
      ),
    ).toEqual([]);
  });

  it('nothing is of any type', () => {
    expect(found(/:\s*any\b|\bas any\b|<any>|\bany\[\]/)).toEqual([]);
    expect(SOURCES.filter(({ text }) => /@ts-(ignore|expect-error|nocheck)/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('zod comes in its small form, and as a namespace', () => {
    const buildTime = new Set(['registry/schema.ts', 'registry/compile.ts', 'registry/facts/model-file.ts', 'build.ts']);
    expect(found(/from 'zod(\/.*)?'/).filter((place) => !/import (type )?\* as z from/.test(place))).toEqual([]);
    expect(found(/from 'zod'/, (path) => !buildTime.has(path))).toEqual([]);
  });

  it('what runs at build time is not in the Worker', () => {
    const writers = ['registry/write-catalog.ts', 'registry/write-rows.ts'];
    const buildTime = new Set(['registry/schema.ts', 'registry/compile.ts', ...writers, 'build.ts', 'build-console.ts']);
    for (const { path } of SOURCES) if (/^registry\/(check|facts)\//.test(path)) buildTime.add(path);
    for (const { path } of SOURCES) if (isCli(path)) buildTime.add(path);
    const wrong = own.filter(([from, to]) => buildTime.has(to) && !buildTime.has(from));
    expect(arrows(wrong)).toEqual([]);
    expect(
      SOURCES.filter(({ path, imports }) => !buildTime.has(path) && imports.some((target) => target.startsWith('node:'))).map(
        ({ path }) => path,
      ),
    ).toEqual([]);
  });

  it('only the worker has a default export', () => {
    expect(SOURCES.filter(({ code }) => /^export default\b/m.test(code)).map(({ path }) => path)).toEqual(['worker.ts']);
  });

  it('every file opens by saying what it is for', () => {
    expect(SOURCES.filter(({ text }) => !text.startsWith('/**')).map(({ path }) => path)).toEqual([]);
  });

  it('no file is longer than 400 lines', () => {
    expect(SOURCES.filter(({ text }) => text.split('\n').length > 401).map(({ path }) => path)).toEqual([]);
  });

  it('the simulator takes nothing from the sources or the provider files, or it would agree by construction', () => {
    const folder = join(ROOT, 'test/simulator');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((name) => /from '(\.\.\/)+(src|providers)\//.test(readFileSync(join(folder, name), 'utf8')))).toEqual([]);
  });
});
