/**
 * The build step: provider files in, `catalog.generated.ts` and `providers/provider.schema.json` out. Runs on Node, by
 * `npm run compile` and by wrangler before every bundle (wrangler.toml `[build]`). It writes a file only when its text changes, so
 * that a watcher of the output does not turn in circles, and nothing at all when a file is wrong. Under `wrangler dev` it then does not
 * fail either: wrangler would hold every request until the file is mended, and the router is to go on. Everywhere else it fails. The composition root of the build, as `worker.ts` is the one of the Worker.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { TEMPLATE_NAMES } from './dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from './dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from './dialects/index.ts';
import { writeCatalog } from './registry/catalog.ts';
import type { CompiledProvider } from './registry/provider.ts';
import { compile, describeProblem, type Problem, type SourceFile } from './registry/compile.ts';
import { providerFileSchema } from './registry/schema.ts';

const DIALECTS = { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS };

const ROOT = join(import.meta.dirname, '..');
const PROVIDERS = join(ROOT, 'providers');
const CATALOG = join(ROOT, 'src/registry/catalog.generated.ts');
const SCHEMA = join(PROVIDERS, 'provider.schema.json');

/** The files of `providers/`, compiled. What cannot be read is a problem like any other. */
export function compileProviders(): { providers: CompiledProvider[]; problems: Problem[] } {
  const { files, problems } = readFiles();
  try {
    const compiled = compile(files, DIALECTS, TEMPLATE_NAMES);
    return { providers: compiled.providers, problems: [...problems, ...compiled.problems] };
  } catch (thrown) {
    // A bug of ours, which is no reason for a running router to stop.
    return { providers: [], problems: [...problems, faultOf('providers', `cannot be compiled: ${reasonOf(thrown)}`)] };
  }
}

/** Problems as a terminal shows them. */
export function describeProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return [`The provider files have ${count}:\n`, ...problems.map((problem) => `  ${describeProblem(problem)}`)].join('\n');
}

/** Names that begin with a dot are not files of providers: editors put their locks and copies there. */
function readFiles(): { files: SourceFile[]; problems: Problem[] } {
  const files: SourceFile[] = [];
  const problems: Problem[] = [];
  const reading = (path: string, read: () => void) => {
    try {
      read();
    } catch (thrown) {
      problems.push(faultOf(path, `cannot be read: ${reasonOf(thrown)}`));
    }
  };
  let names: string[] = [];
  reading('providers', () => (names = readdirSync(PROVIDERS).filter((name) => !name.startsWith('.'))));
  for (const name of names.filter((entry) => /\.json[c5]?$/i.test(entry) && entry !== basename(SCHEMA))) {
    const path = `providers/${name}`;
    reading(path, () => {
      if (!name.endsWith('.jsonc')) throw new Error('expected a name that ends in .jsonc');
      const place = join(PROVIDERS, name);
      if (!statSync(place).isFile()) throw new Error(statSync(place).isDirectory() ? 'it is a folder' : 'it is no file');
      files.push({ path, text: readFileSync(place, 'utf8') });
    });
  }
  return { files, problems };
}

const faultOf = (path: string, message: string): Problem => ({ path, line: 1, column: 1, key: '(file)', message });

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'ENOENT') return 'it is a link to a file that does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'its permissions forbid it';
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function writeIfChanged(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

function build(): void {
  const { providers, problems } = compileProviders();
  if (problems.length > 0) {
    const isDev = process.env.WRANGLER_COMMAND === 'dev'; // wrangler says which command it builds for
    const hasCatalog = existsSync(CATALOG);
    const goesOn = `\nThe router goes on with the last good catalogue${hasCatalog ? '' : ': there is none, so without these files'}.\n`;
    console.error(describeProblems(problems) + (isDev ? `\n${goesOn}` : ''));
    if (!isDev) process.exitCode = 1;
    if (!isDev || hasCatalog) return;
  }
  const header = '/** Written by src/build.ts from providers/*.jsonc. Do not edit; edit those. */\n';
  const written = writeCatalog(providers);
  const type = "import type { WrittenCatalog } from './catalog.ts';\n\n";
  writeIfChanged(CATALOG, `${header}${type}export const CATALOG: WrittenCatalog = ${JSON.stringify(written, null, 2)};\n`);
  const schema = z.toJSONSchema(providerFileSchema(DIALECTS, TEMPLATE_NAMES), { io: 'input' });
  writeIfChanged(SCHEMA, `${JSON.stringify({ title: 'Tributary provider file', ...schema }, null, 2)}\n`);
  console.log(`Compiled ${providers.length} provider files.`);
}

// Not where the scripts of `npm run dev` import it.
if (realpathSync(process.argv[1] ?? '') === import.meta.filename) build();
