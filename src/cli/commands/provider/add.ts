/** `tributary provider add`: writes a provider file that passes `npm run check`, and never over another one. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parse } from 'jsonc-parser';
import type { Authors } from '../../../registry/facts/slugs.ts';
import { systemClock, systemFetch } from '../../../platform/system.ts';
import { VARIABLE_NAMES } from '../../../platform/variable-names.ts';
import { CliError } from '../../cli-error.ts';
import type { Cli } from '../../cli.ts';
import { providerSlugs } from '../../completion/value-sources.ts';
import type { AddPorts } from '../../provider/add.ts';
import { nextSteps } from '../../provider/next-steps.ts';
import { readNewProvider, type AddOptions } from '../../provider/read-new-provider.ts';
import { describeOmission } from '../../provider/write-file.ts';
import { bold, cyan, green } from '../../styled.ts';
import { readVariablesFile } from '../../variables.ts';

export function registerProviderAdd(group: Command, cli: Cli): void {
  group
    .command('add [slug]')
    .summary('write a provider file')
    .description(
      'Writes providers/<slug>.jsonc: asks for what is not given, reads the list of models of the service (with the key in the variable, where it is set), and checks the file. An existing file is never changed.',
    )
    .option('--name <name>', 'name of the provider')
    .option('--base-url <url>', 'address before /chat/completions')
    .option('--docs <url>', 'address of the API reference')
    .option('--dialect <names>', 'wire format, one for each operation, separated by commas (openai-chat)')
    .option('--key-variable <name>', 'variable of the key (<SLUG>_API_KEY)')
    .option('--auth <scheme>', 'how the key is sent: bearer, none, header:NAME, query:NAME (as usual for the wire format)')
    .option('--models-path <path>', 'path of the list of models (/models)')
    .option('--no-models', 'do not ask the service for its models')
    .option('--dry-run', 'print the file, and write nothing')
    .action((slug: string | undefined, options: AddOptions) => add({ slug, options }, cli));
}

async function add(given: { slug: string | undefined; options: AddOptions }, cli: Cli): Promise<void> {
  const { root, output, environment } = cli;
  const { compileProviders, DIALECTS } = await import('../../../build.ts');
  const { compile } = await import('../../../registry/compile.ts');
  const { explainProblems, prepareProvider } = await import('../../provider/add.ts');
  const { TEMPLATE_NAMES } = await import('../../../dialects/dialect.ts');
  const { providers } = compileProviders();
  const slugs = providerSlugs(root);
  const facts = { formats: DIALECTS, providers, slugs, reserved: VARIABLE_NAMES };
  const provider = await readNewProvider(given, facts, cli);
  const ports: AddPorts = {
    fetch: systemFetch,
    clock: systemClock,
    today: new Date(systemClock.nowMs()).toISOString().slice(0, 10),
    formats: DIALECTS,
    providers,
    authors: parse(readFileSync(join(root, 'providers/models/authors.jsonc'), 'utf8')) as Authors, // our own file
    variables: { ...readVariablesFile(cli), ...environment },
    compile: (file) => compile([file], DIALECTS, TEMPLATE_NAMES),
    format: (path, text) => format(root, path, text),
  };
  const readsModels = given.options.models !== false;
  if (readsModels) output.note(`Asking ${provider.baseUrl}${provider.modelsPath} for its models ...`);
  const prepared = await prepareProvider(provider, ports, { readsModels });
  if ('problems' in prepared)
    throw new CliError(
      'failed',
      `The file would have problems:\n${explainProblems(prepared.problems)}`,
      'Change the option that the problem names.',
    );
  const { path, text, list, hasKey } = prepared;
  const isDry = given.options.dryRun === true;
  if (!isDry) write(root, path, text);
  const next = nextSteps(provider, { hasKey, models: list.entries.map(({ id }) => id) });
  const models = { written: list.entries.length, left_out: list.omissions, note: list.note };
  output.result({ provider: provider.slug, file: path, written: !isDry, text, models, next }, () => {
    if (isDry) return output.lines(text.trimEnd());
    output.line(green('Written: '), bold(path));
    output.line(list.note ?? `${list.entries.length} models, from the list of the service.`);
    for (const omission of list.omissions) output.line(`Left out: ${describeOmission(omission)}`);
    output.line('Next:');
    for (const [at, { what, command }] of next.entries()) output.line(`  ${at + 1}. ${what}: `, cyan(command));
  });
}

/** Formats as `npm run format` does, with the project's own settings. */
function format(root: string, path: string, text: string): string {
  const script = join(root, 'node_modules/oxfmt/bin/oxfmt');
  const { status, stdout } = spawnSync(process.execPath, [script, `--stdin-filepath=${path}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) throw new CliError('failed', 'The file could not be formatted.', 'npm ci installs the formatter.');
  return stdout;
}

/** @throws CliError where the file exists: also where it was made since the command began. */
function write(root: string, path: string, text: string): void {
  try {
    writeFileSync(join(root, path), text, { flag: 'wx' });
  } catch (thrown) {
    if (existsSync(join(root, path)))
      throw new CliError('failed', `${path} exists already and is not overwritten.`, 'Choose another slug, or edit the file.');
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
    throw new CliError('failed', `${path} cannot be written (${code}).`, 'Check the permissions of the folder providers.');
  }
}
