/** `tributary provider show`: what a provider needs, what it accepts, and its models. */
import type { Command } from 'commander';
import { systemClock } from '../../../platform/system.ts';
import type { ProviderParameters } from '../../../http/parameters.ts';
import type { CompiledProvider } from '../../../registry/provider.ts';
import type { Cli } from '../../cli.ts';
import {
  describeAuth,
  describeMissing,
  toModelRow,
  toParameterRows,
  type ModelRow,
  type ParameterRow,
} from '../../provider/describe-provider.ts';
import { loadProviders } from '../../provider/load-providers.ts';
import { bold, cyan, dim, green, yellow } from '../../styled.ts';
import type { Column } from '../../table.ts';
import { projectVariables } from '../../variables.ts';

/** Models that are printed without `--all`. */
const MAX_MODELS = 20;

type Options = { model?: string; all?: boolean };

export function registerProviderShow(group: Command, cli: Cli): void {
  group
    .command('show <slug>')
    .summary('show what a provider needs and accepts, and its models')
    .description(
      'Prints what is missing to use a provider, what it accepts of each parameter and why, and its models with prices in USD per million tokens and the age of facts. The column "from" names where a rule is stated: in the provider file, in the wire format, or in the facts about the model.',
    )
    .option('--model <model>', 'rules of this model')
    .option('--all', `print all models, in place of ${MAX_MODELS}, and rules that only some models have`)
    .action((slug: string, options: Options) => show(slug, options, cli));
}

async function show(slug: string, { model, all = false }: Options, cli: Cli): Promise<void> {
  const { provider: find, rulesOf } = await loadProviders();
  const provider = find(slug);
  const { createAccess } = await import('../../../platform/provider-access.ts');
  const access = createAccess(projectVariables(cli))(provider);
  const missing = describeMissing(provider, access);
  const rules = rulesOf(slug, model);
  const { name, docs, baseUrl, auth, discontinued, dataPolicy = null, models } = provider;
  const document = {
    provider: { slug, name, docs, base_url: baseUrl, auth, discontinued, data_policy: dataPolicy, file: `providers/${slug}.jsonc` },
    is_ready: missing === null,
    missing: access.missingVariables,
    rules,
    models: model === undefined ? models : models.filter((one) => one.id === model || one.slug === model),
  };
  cli.output.result(document, () => {
    printHead(provider, missing, cli);
    const shown = all || model !== undefined ? rules : rules.filter((one) => one.models === undefined);
    for (const one of shown) printRules(one, cli);
    if (shown.length < rules.length)
      cli.output.note(dim(`${rules.length - shown.length} patterns of models have other rules: --all or --model NAME shows them.`));
    printModels(document.models, all, cli);
  });
}

function printHead({ slug, name, docs, baseUrl, auth }: CompiledProvider, missing: string | null, { output }: Cli): void {
  output.line(bold(name), ` (providers/${slug}.jsonc)`);
  output.line(`Reference  ${docs}`);
  output.line(`Base URL   ${baseUrl ?? 'none: it is set by a variable'}`);
  output.line(`Key        ${auth.map(describeAuth).join(', or ')}`);
  output.line('State      ', missing === null ? green('ready') : yellow(missing));
}

const PARAMETER_COLUMNS: readonly Column<ParameterRow>[] = [
  { title: 'parameter', cell: ({ name }) => cyan(name) },
  { title: 'sent as', cell: ({ sentAs }) => sentAs },
  { title: 'accepts', cell: ({ accepts }) => accepts },
  { title: 'otherwise', cell: ({ note }) => note },
  { title: 'from', cell: ({ from }) => dim(from) },
];

function printRules(rules: ProviderParameters, { output }: Cli): void {
  const { operation, dialect, only_models: only, models } = rules;
  const scope = models === undefined ? (only === undefined ? '' : `, models ${only.join(', ')}`) : `, ${models}`;
  output.line('');
  output.line(bold(`${operation}, ${dialect}${scope}`));
  output.table(PARAMETER_COLUMNS, toParameterRows(rules));
}

const MODEL_COLUMNS: readonly Column<ModelRow>[] = [
  { title: 'model', cell: ({ id }) => cyan(id) },
  { title: 'public name', cell: ({ slug }) => slug },
  { title: 'context', cell: ({ context }) => context, align: 'right' },
  { title: 'output', cell: ({ output }) => output, align: 'right' },
  { title: 'USD prompt', cell: ({ prompt }) => prompt, align: 'right' },
  { title: 'USD completion', cell: ({ completion }) => completion, align: 'right' },
  { title: 'facts of', cell: ({ facts }) => dim(facts) },
];

function printModels(models: CompiledProvider['models'], all: boolean, { output }: Cli): void {
  const today = new Date(systemClock.nowMs()).toISOString().slice(0, 10);
  const shown = all ? models : models.slice(0, MAX_MODELS);
  output.line('');
  output.line(bold(models.length === 0 ? 'No models are listed, so every id can be called' : `Models: ${models.length}`));
  output.table(
    MODEL_COLUMNS,
    shown.map((model) => toModelRow(model, today)),
  );
  if (shown.length < models.length) output.line(dim(`${models.length - shown.length} more: --all prints them.`));
}
