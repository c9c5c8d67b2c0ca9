/** `tributary doctor`: what is wrong with this machine and this project, and the command that fixes it. Changes nothing. */
import { systemClock, systemFetch } from '../../platform/system.ts';
import { refuseValue } from '../cli-error.ts';
import type { Cli, RegisterCommand } from '../cli.ts';
import { counted } from '../counted.ts';
import type { CheckLine, CheckStatus } from '../doctor/check.ts';
import { thisMachine } from '../doctor/machine.ts';
import { EXIT } from '../exit-codes.ts';
import { cyan, dim, green, red, yellow, type Styled } from '../styled.ts';

type Options = { offline?: boolean; port?: string };

export const registerDoctor: RegisterCommand = (program, cli) => {
  program
    .command('doctor')
    .summary('find what is wrong, and the command that fixes it')
    .description(
      'Checks Node, packages and runtime, provider files and generated files, the file of variables, keys and providers, the clock, ports, folders and the browser of the tests. Values of variables are not shown. Exits with 1 where there is a problem; warnings do not count.',
    )
    .option('--offline', 'do not ask providers')
    .option('--port <port>', 'check this port, in place of 8787 and 8788')
    .action((options: Options) => examine(options, cli));
};

async function examine({ offline = false, port }: Options, cli: Cli): Promise<void> {
  const { root, environment, output, endWith } = cli;
  const { compileProviders, generatedFiles } = await import('../../build.ts');
  const { runChecks } = await import('../doctor/run-checks.ts');
  const { providers, problems } = compileProviders();
  const checks = await runChecks({
    root,
    node: process.versions.node,
    environment,
    ports: portsOf(port),
    isOffline: offline,
    machine: thisMachine(root),
    fetch: systemFetch,
    clock: systemClock,
    providers,
    problems,
    generated: problems.length > 0 ? [] : generatedFiles(providers),
  });
  const count = (status: CheckStatus) => checks.filter((line) => line.status === status).length;
  const counts = { problems: count('problem'), warnings: count('warning'), ok: count('ok'), skipped: count('skipped') };
  if (counts.problems > 0) endWith(EXIT.failed);
  output.result({ ...counts, checks }, () => {
    for (const line of checks) print(line, cli);
    output.line('');
    output.line(
      counts.problems > 0 ? red(counted(counts.problems, 'problem')) : green('no problem'),
      `, ${counted(counts.warnings, 'warning')}, ${counts.ok} ok${counts.skipped > 0 ? `, ${counts.skipped} not checked` : ''}`,
    );
  });
}

const LABELS: Readonly<Record<CheckStatus, Styled>> = {
  ok: green('ok       '),
  warning: yellow('warning  '),
  problem: red('problem  '),
  skipped: dim('-        '),
};

function print({ check, status, message, fix }: CheckLine, { output }: Cli): void {
  output.line(LABELS[status], `${check}: ${message}`);
  if (fix !== undefined) output.line('         ', cyan(fix));
}

function portsOf(port: string | undefined): { command: 'dev' | 'start'; port: number }[] {
  if (port === undefined)
    return [
      { command: 'dev', port: 8787 },
      { command: 'start', port: 8788 },
    ];
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw refuseValue('--port', port, 'a whole number from 1 to 65535');
  return [{ command: 'dev', port: Number(port) }];
}
