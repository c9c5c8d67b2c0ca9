/** A copy of the project that a test may change, and its command line, run as a person would. No test of its own. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../dev/root.ts';
import { COMPILE_CACHE } from './compile-cache.ts';

/** Not copied: large, private, or made by running. */
const LEFT_OUT = new Set([
  'node_modules',
  '.git',
  '.wrangler',
  '.wrangler.dev.toml',
  '.cache',
  'dist',
  'data',
  '.dev.vars',
  '.env',
  'test',
  'docs',
]);

/** Copies the project, with the scripts of `test/dev` and without tests. @returns its folder. */
export async function copyProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-project-'));
  await cp(ROOT, folder, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(ROOT, path).split('/')[0] ?? '') });
  await cp(join(ROOT, 'test/dev'), join(folder, 'test/dev'), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** What a command printed to its pipes, and how it ended. */
export type Ended = { code: number | null; stdout: string; stderr: string };

/** Runs `tributary` of a project with these words, through pipes. */
export function runTributary(folder: string, words: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(folder, 'src/cli/tributary.js'), ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH, HOME, ...COMPILE_CACHE, ...variables }, // no key of the person who runs the tests
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (piece: Buffer) => (printed.stdout += String(piece)));
  child.stderr.on('data', (piece: Buffer) => (printed.stderr += String(piece)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...printed }));
  });
}
