/** Before any test: the provider files are compiled, as wrangler does before it bundles. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export default function setup(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, '../src/build.ts')], { stdio: 'inherit' });
}
