/**
 * Build step of the console: bundles `src/console/main.tsx` and `style.css`, and copies the provider files that the console shows. What it writes is in the folder that
 * wrangler serves as static assets (wrangler.toml `[assets]`). The other files there are written by hand.
 */
import { buildSync } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Folder of the static assets. */
const ASSETS = join(ROOT, 'src/console/public');

/** What is bundled, and the file that it becomes. */
const BUNDLES = { 'main.tsx': 'main.generated.js', 'style.css': 'style.generated.css' };

/** Bundles the script and the style of the console. Written only when they change: watchers of the folder would build again. @throws Error of esbuild. */
export function writeConsole(): void {
  for (const [source, target] of Object.entries(BUNDLES)) {
    const { outputFiles } = buildSync({
      entryPoints: [join(ROOT, 'src/console', source)],
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022', // browsers of the last three years
      // Calls of h(tag, properties, ...children) are 4 % shorter than those of the automatic runtime. The types are the same.
      jsx: 'transform',
      jsxFactory: 'h',
      jsxFragment: 'Fragment',
      inject: [join(ROOT, 'src/console/jsx.ts')],
      tsconfigRaw: {},
      charset: 'utf8', // as the page states
      legalComments: 'none',
      write: false,
      logLevel: 'error',
    });
    for (const { text } of outputFiles) writeIfChanged(join(ASSETS, 'console', target), text);
  }
}

/** Copies the provider files, and removes those that are no longer there. @param folder of the provider files. */
export function copyProviderFiles(folder: string = join(ROOT, 'providers')): void {
  const target = join(ASSETS, 'console/files');
  mkdirSync(target, { recursive: true });
  const isCopied = (name: string) =>
    /^[a-z0-9][a-z0-9-]*\.jsonc$/.test(name) && statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true;
  const names = readdirSync(folder).filter(isCopied);
  for (const name of names) writeIfChanged(join(target, name), readFileSync(join(folder, name), 'utf8'));
  for (const name of readdirSync(target)) if (!names.includes(name)) rmSync(join(target, name));
}

function writeIfChanged(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}
