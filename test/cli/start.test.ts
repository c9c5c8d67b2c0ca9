/** What is loaded before the words of a command line are read: every call, and every completion in a shell, waits for it. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../dev/root.ts';

const SRC = join(ROOT, 'src');

/** Imports that are loaded with a file: neither those of types, nor those of functions that import when they are called. */
const STATIC_IMPORT = /^(?:import|export) (?!type\b)(?:[^;']*?\bfrom )?'([^']+)';/gm;

/** The files of the project that are loaded with one of them, and the packages. */
function loadedWith(start: string): { files: string[]; packages: string[] } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const open = [start];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (files.has(path)) continue;
    files.add(path);
    for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(STATIC_IMPORT)) {
      if (target.startsWith('.')) open.push(join(dirname(path), target));
      else if (!target.startsWith('node:')) packages.add(target);
    }
  }
  return { files: [...files].map((path) => relative(SRC, path)), packages: [...packages] };
}

it('the command line loads no wire format, no build step and no zod before a command needs it', () => {
  const { files, packages } = loadedWith(join(SRC, 'cli/main.ts'));
  expect(files).toContain('cli/commands/explain.ts');
  expect(packages).toContain('commander');
  expect(files.filter((path) => /^(dialects|fitting|routing|calls|attempts|pipeline|build)/.test(path))).toEqual([]);
  expect(packages.filter((name) => /^(zod|esbuild|miniflare|wrangler)/.test(name))).toEqual([]);
});
