/** Compiles the provider files before any test, as wrangler does before it bundles. Each project runs this file; the first one compiles. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export default function setup(): void {
  if (process.env['TRIBUTARY_TESTS_COMPILED'] === String(process.pid)) return;
  execFileSync(process.execPath, [join(import.meta.dirname, '../src/build.ts')], { stdio: 'inherit' });
  process.env['TRIBUTARY_TESTS_COMPILED'] = String(process.pid);
}
