/** `tributary provider diff`: what differs between two providers, or between two models, in what they accept. */
import type { Command } from 'commander';
import type { ProviderParameters } from '../../../http/parameters.ts';
import type { Operation } from '../../../unified/request/parameters.ts';
import { CliError } from '../../cli-error.ts';
import type { Cli } from '../../cli.ts';
import { EXIT } from '../../exit-codes.ts';
import { compareSides, type OperationDifference, type RuleDifference, type Side } from '../../provider/compare-rules.ts';
import { loadProviders, OPERATIONS } from '../../provider/load-providers.ts';
import { describeAccepted, describeConditions } from '../../provider/rule-words.ts';
import { bold, cyan, dim, green } from '../../styled.ts';

type Options = { model: string[]; exitCode?: boolean };

/** What is compared: a provider, or one of its models. */
type Compared = { provider: string; model?: string };

export function registerProviderDiff(group: Command, cli: Cli): void {
  group
    .command('diff <slug> [slug]')
    .summary('compare what two providers, or two models, accept')
    .description(
      'Compares the rules of two providers. With --model twice, the rules of these models; with one provider and --model twice, two of its models. Exits with 0, with --exit-code with 1 where they differ.',
    )
    .option('--model <model>', 'model; twice: of a, then of b', (name: string, names: string[]) => [...names, name], [])
    .option('--exit-code', 'exit with 1 where there are differences')
    .action((a: string, b: string | undefined, options: Options) => diff([a, b], options, cli));
}

async function diff([first, second]: [string, string | undefined], { model: models, exitCode = false }: Options, cli: Cli): Promise<void> {
  const [a, b] = toCompared(first, second, models);
  const { rulesOf } = await loadProviders();
  const [rulesOfA, rulesOfB] = [a, b].map(({ provider, model }) => rulesOf(provider, model));
  const operations = OPERATIONS.map((operation) =>
    compareSides(operation, sideOf(rulesOfA ?? [], operation), sideOf(rulesOfB ?? [], operation)),
  ).filter(({ differences, same, dialect }) => differences.length + same > 0 || dialect !== null);
  const count = operations.reduce((sum, { differences, dialect }) => sum + differences.length + (dialect === null ? 0 : 1), 0);
  if (exitCode && count > 0) cli.endWith(EXIT.failed);
  cli.output.result({ a, b, differences: count, operations }, () => {
    for (const one of operations) print(one, [nameOf(a, b), nameOf(b, a)], cli);
    if (count === 0) cli.output.line(green('No differences'), ' in what is accepted.');
  });
}

function toCompared(first: string, second: string | undefined, models: readonly string[]): [Compared, Compared] {
  const [modelOfA, modelOfB = modelOfA] = models;
  if (models.length > 2) throw new CliError('usage', `--model is given ${models.length} times; expected at most twice.`);
  if (second === undefined && models.length < 2)
    throw new CliError('usage', 'There is nothing to compare with; expected two providers, or one provider and --model twice.');
  const of = (provider: string, model: string | undefined) => ({ provider, ...(model === undefined ? {} : { model }) });
  return [of(first, modelOfA), of(second ?? first, modelOfB)];
}

/** The rules of a side for one operation. Of a provider with alternatives, those for the models that no alternative names. */
function sideOf(rules: readonly ProviderParameters[], operation: Operation): Side {
  const groups = rules.filter((group) => group.operation === operation);
  const general = groups.filter((group) => group.models === undefined);
  return general.find((group) => group.only_models === undefined) ?? general[0] ?? groups[0] ?? null;
}

/** The title of a side: what differs between the two. */
const nameOf = ({ provider, model }: Compared, other: Compared): string =>
  provider === other.provider ? (model ?? provider) : model === undefined ? provider : `${provider}/${model}`;

function print({ operation, dialect, differences, same }: OperationDifference, [a, b]: [string, string], { output }: Cli): void {
  output.line(bold(operation), dim(`: ${differences.length} differ, ${same} are the same`));
  if (dialect !== null) output.line(`Wire format: ${a} has ${dialect.a ?? 'no such operation'}, ${b} ${dialect.b ?? 'no such operation'}.`);
  const cell = (side: 'a' | 'b') => (row: RuleDifference) => (row[side] === null ? '-' : describe(row[side]));
  output.table(
    [
      { title: 'parameter', cell: ({ parameter }) => cyan(parameter) },
      { title: a, cell: cell('a') },
      { title: b, cell: cell('b') },
    ],
    differences,
  );
  output.line('');
}

function describe(rule: NonNullable<RuleDifference['a']>): string {
  const name = rule.accepted && rule.name !== undefined ? `as ${rule.name}` : '';
  return [describeAccepted(rule), name, ...describeConditions(rule)].filter((part) => part !== '').join(', ');
}
