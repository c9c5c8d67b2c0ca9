/** Bundles Workers for the local scripts and the end-to-end tests. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { ROOT } from './root.ts';

const bundles = new Map<string, Promise<string>>();

/** One ES module with everything in it. A process bundles each entry once; where tests are watched, each time. */
export function bundle(entry: string): Promise<string> {
  const known = process.env['VITEST_MODE'] === 'WATCH' ? undefined : bundles.get(entry);
  const code = known ?? bundleAnew(entry);
  bundles.set(entry, code);
  return code;
}

async function bundleAnew(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:workers'],
    write: false,
    logLevel: 'error',
  });
  const text = result.outputFiles[0]?.text;
  if (text === undefined) throw new Error(`${entry} gave no bundle`);
  return text;
}
