/** `oxlint` checks types as `tsc` does, so that `npm run check` needs no second pass over files that a `tsconfig.json` includes. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { ROOT } from './dev/root.ts';

/** An error of each kind that the options of `tsconfig.json` ask for. */
const WRONG = `import './missing.ts';
import type { Missing } from './other.ts';
class Base { run(): void {} }
export class Derived extends Base { run(): void {} }
enum Colour { Red }
const unused = 5;
export const assigned: number = 'x';
export function ends(x: number): string { if (x > 1) { return 'a'; } }
export const key = (map: Record<string, string>): string => map.name;
export const exact: { a?: string } = { a: undefined };
export const entry = (list: string[]): string => list[0];
export const page = document.title;
export const run = process.env;
export function falls(x: number): void { switch (x) { case 1: ends(1); case 2: ends(2); } }
// @ts-expect-error -- nothing is wrong
export const right = 1;
export const implicit = (z) => z;
export const parameter = (z: number): number => 1;
declare global { interface Array<T> { length: string } }
`;

/** What a command prints, whatever its exit code. */
async function printed(program: string, ...given: readonly string[]): Promise<string> {
  const path = join(ROOT, 'node_modules/.bin', program);
  const { stdout } = await promisify(execFile)(path, given).catch((error: Error & { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
  return stdout;
}

/** Line, column and code of each error of types. */
const errorsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, line, column, code]) => `${line}:${column} ${code}`).toSorted();

it('oxlint reports every error of types that tsc reports', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-types-'));
  try {
    const compilerOptions = { types: [], incremental: false, tsBuildInfoFile: null };
    const config = { extends: join(ROOT, 'tsconfig.json'), compilerOptions, include: ['.'], exclude: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    await writeFile(join(folder, 'wrong.ts'), WRONG);
    await writeFile(join(folder, 'other.ts'), 'export {};\n');
    const compiler = errorsIn(await printed('tsc', '-p', folder, '--pretty', 'false'), /^\S*wrong\.ts\((\d+),(\d+)\): error (TS\d+)/gm);
    const linter = await printed('oxlint', '-c', join(ROOT, '.oxlintrc.json'), '-f', 'unix', folder);
    expect(compiler.length).toBeGreaterThan(15);
    expect(errorsIn(linter, /wrong\.ts:(\d+):(\d+):.*typescript\((TS\d+)\)/g)).toEqual(compiler);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
