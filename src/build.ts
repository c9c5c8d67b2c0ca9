/**
 * Build step: compiles `providers/*.jsonc` into `catalog.generated.ts` and `providers/provider.schema.json`, and the console (`build-console.ts`).
 *
 * Runs on Node: `npm run compile`, and wrangler before every bundle (wrangler.toml `[build]`). It is the composition root of the build.
 * A file is written only when its text changes; otherwise a watcher of the output would start an endless loop of builds. When a provider
 * file is wrong, the step writes nothing and exits with 1. Under `wrangler dev` it exits with 0, because wrangler would block every
 * request until the file is fixed.
 */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { copyProviderFiles, writeConsole } from './build-console.ts';
import { TEMPLATE_NAMES } from './dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from './dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from './dialects/index.ts';
import { writeCatalog } from './registry/write-catalog.ts';
import type { CompiledProvider } from './registry/provider.ts';
import { compile, describeProblem, type Problem, type SourceFile } from './registry/compile.ts';
import { providerFileSchema } from './registry/schema.ts';

/** Wire formats of providers, by name. */
export const DIALECTS = { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS };

const ROOT = join(import.meta.dirname, '..');
const PROVIDERS = join(ROOT, 'providers');
const CATALOG = join(ROOT, 'src/registry/catalog.generated.ts');
const SCHEMA = join(PROVIDERS, 'provider.schema.json');

/** Compiles the files of `providers/`, of this project unless another folder is given. A file that cannot be read is reported as a problem. */
export function compileProviders(root: string = ROOT): { providers: CompiledProvider[]; problems: Problem[] } {
  const { files, problems } = readFiles(join(root, 'providers'));
  try {
    const compiled = compile(files, DIALECTS, TEMPLATE_NAMES);
    return { providers: compiled.providers, problems: [...problems, ...compiled.problems] };
  } catch (thrown) {
    // A bug in the compiler. It must not stop a running router.
    return { providers: [], problems: [...problems, createProblem('providers', `cannot be compiled: ${explainError(thrown)}`)] };
  }
}

/** Formats problems for a terminal, one per line. */
export function describeProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return [`The provider files have ${count}:\n`, ...problems.map((problem) => `  ${describeProblem(problem)}`)].join('\n');
}

/** Reads the provider files. Names that begin with a dot are skipped: editors write lock and backup files under such names. */
function readFiles(folder: string): { files: SourceFile[]; problems: Problem[] } {
  const models = join(folder, 'models');
  const files: SourceFile[] = [];
  const problems: Problem[] = [];
  const tryRead = (path: string, read: () => void) => {
    try {
      read();
    } catch (thrown) {
      problems.push(createProblem(path, `cannot be read: ${explainError(thrown)}`));
    }
  };
  let names: string[] = [];
  tryRead('providers', () => (names = readdirSync(folder).filter((name) => !name.startsWith('.'))));
  tryRead('providers/models', () => {
    const generated = existsSync(models) ? readdirSync(models).filter((name) => name.endsWith('.json') && !name.startsWith('.')) : [];
    for (const name of generated) files.push({ path: `providers/models/${name}`, text: readFileSync(join(models, name), 'utf8') });
  });
  for (const name of names.filter((entry) => /\.json[c5]?$/i.test(entry) && entry !== basename(SCHEMA))) {
    const path = `providers/${name}`;
    tryRead(path, () => {
      if (!name.endsWith('.jsonc')) throw new Error('expected a name that ends in .jsonc');
      const absolutePath = join(folder, name);
      if (!statSync(absolutePath).isFile())
        throw new Error(statSync(absolutePath).isDirectory() ? 'it is a folder' : 'it is not a regular file');
      files.push({ path, text: readFileSync(absolutePath, 'utf8') });
    });
  }
  return { files, problems };
}

const createProblem = (path: string, message: string): Problem => ({ path, line: 1, column: 1, key: '(file)', message });

function explainError(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'ENOENT') return 'it is a link to a file that does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'its permissions forbid it';
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Returns what the build writes from the provider files: the catalogue, and the schema for editors. */
export function generatedFiles(providers: readonly CompiledProvider[]): { path: string; text: string }[] {
  const header = '/** Written by src/build.ts from providers/*.jsonc. Do not edit; edit those. */\n';
  const type = "import type { WrittenCatalog } from './catalog.ts';\n\n";
  const catalog = JSON.stringify(writeCatalog(providers), null, 2);
  const schema = z.toJSONSchema(providerFileSchema(DIALECTS, TEMPLATE_NAMES), { io: 'input' });
  return [
    { path: CATALOG, text: `${header}${type}export const CATALOG: WrittenCatalog = ${catalog};\n` },
    { path: SCHEMA, text: `${JSON.stringify({ title: 'Tributary provider file', ...schema }, null, 2)}\n` },
  ];
}

function writeIfChanged(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

function build(): void {
  writeConsole();
  copyProviderFiles();
  const { providers, problems } = compileProviders();
  if (problems.length > 0) {
    const isDev = process.env['WRANGLER_COMMAND'] === 'dev'; // set by wrangler: the command that it builds for
    const hasCatalog = existsSync(CATALOG);
    const goesOn = `\nThe router goes on with the last good catalogue${hasCatalog ? '' : ': there is none, so without these files'}.\n`;
    console.error(describeProblems(problems) + (isDev ? `\n${goesOn}` : ''));
    if (!isDev) process.exitCode = 1;
    if (!isDev || hasCatalog) return;
  }
  for (const { path, text } of generatedFiles(providers)) writeIfChanged(path, text);
  console.log(`Compiled ${providers.length} provider files.`);
}

// Importing this module (the scripts of `npm run dev` do) does not start a build.
if (realpathSync(process.argv[1] ?? '') === import.meta.filename) build();
