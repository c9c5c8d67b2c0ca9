/**
 * The build step: provider files in, `catalog.generated.ts` and `providers/provider.schema.json` out. Runs on Node, by
 * `npm run compile` and by wrangler before every bundle (wrangler.toml `[build]`). It writes a file only when its text changes, so
 * that a watcher of the output does not turn in circles, and nothing at all when a file is wrong. Under `wrangler dev` it then does not
 * fail either, as long as there is a good catalogue from before: wrangler would hold every request until the file is mended, and the
 * router is to go on. Everywhere else it fails. The composition root of the build, as `worker.ts` is the one of the Worker.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { TEMPLATE_NAMES } from './dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from './dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from './dialects/index.ts';
import { writeCatalog } from './registry/catalog.ts';
import { compile, describeProblem, type SourceFile } from './registry/compile.ts';
import { providerFileSchema } from './registry/schema.ts';

const DIALECTS = { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS };

const ROOT = join(import.meta.dirname, '..');
const PROVIDERS = join(ROOT, 'providers');
const CATALOG = join(ROOT, 'src/registry/catalog.generated.ts');
const SCHEMA = join(PROVIDERS, 'provider.schema.json');

function readFiles(): SourceFile[] {
  return readdirSync(PROVIDERS)
    .filter((name) => name.endsWith('.jsonc'))
    .map((name) => ({ path: `providers/${name}`, text: readFileSync(join(PROVIDERS, name), 'utf8') }));
}

function writeIfChanged(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

/** True when a router is running that can go on with what it has. wrangler says which command it builds for. */
function keepsRunning(): boolean {
  return process.env.WRANGLER_COMMAND === 'dev' && existsSync(CATALOG);
}

const { providers, problems } = compile(readFiles(), DIALECTS, TEMPLATE_NAMES);
if (problems.length > 0) {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  console.error(`The provider files have ${count}:\n`);
  for (const problem of problems) console.error(`  ${describeProblem(problem)}`);
  console.error(keepsRunning() ? '\nThe router goes on with the last good catalogue.\n' : '');
  process.exitCode = keepsRunning() ? 0 : 1;
} else {
  const header = '/** Written by src/build.ts from providers/*.jsonc. Do not edit; edit those. */\n';
  const written = writeCatalog(providers);
  const type = "import type { WrittenCatalog } from './catalog.ts';\n\n";
  writeIfChanged(CATALOG, `${header}${type}export const CATALOG: WrittenCatalog = ${JSON.stringify(written, null, 2)};\n`);
  const schema = z.toJSONSchema(providerFileSchema(DIALECTS, TEMPLATE_NAMES), { io: 'input' });
  writeIfChanged(SCHEMA, `${JSON.stringify({ title: 'Tributary provider file', ...schema }, null, 2)}\n`);
  console.log(`Compiled ${providers.length} provider files.`);
}
