/**
 * `tributary provider probe SLUG`: measures what a provider accepts with the user's key, within a ceiling that was agreed, compares it with the
 * provider file and offers the edit. Puts the parts of this folder together.
 */
import { join } from 'node:path';
import { systemClock, systemRandom } from '../../platform/system.ts';
import { createAccess } from '../../platform/provider-access.ts';
import { compileProviders } from '../../build.ts';
import type { Access } from '../../ports.ts';
import type { Operation } from '../../unified/request/parameters.ts';
import { CliError, refuseValue } from '../cli-error.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit-codes.ts';
import { readVariablesFile } from '../variables.ts';
import { agreeOnCeiling, estimatedUsd, priceOf, readCount, type CostOptions } from './ask-ceiling.ts';
import { compareWithFile } from './compare.ts';
import { estimateProbe } from './estimate.ts';
import { describeHabits, readHabits } from './habits.ts';
import { NoControlError } from './plan.ts';
import { offerEdit, type EditResult } from './offer-edit.ts';
import { printEstimate, printResult, type ProbeResult } from './print.ts';
import { openReport } from './report-file.ts';
import { writeLine } from './report-lines.ts';
import { paceOf, runProbe, StoppedError, type Progress } from './run.ts';
import { subjectsOf } from './subjects.ts';
import { findTarget, TargetError, type ProbeTarget } from './target.ts';
import { Ceiling } from './worst-case.ts';

/** Options as typed. */
export type ProbeOptions = CostOptions & {
  readonly model?: string;
  readonly operation?: string;
  readonly requestsPerMinute?: string;
  readonly write?: boolean;
  readonly allModels?: boolean;
  readonly fresh?: boolean;
};

/** Usual number of requests in a minute. */
const REQUESTS_PER_MINUTE = '60';

/** Runs the command. @throws CliError */
export async function probeProvider(slug: string, options: ProbeOptions, cli: Cli): Promise<void> {
  const { output, signal } = cli;
  const { target, providerPath } = chooseTarget(slug, options, cli);
  const access = accessTo(target, cli);
  const paceMs = paceOf(readCount('--requests-per-minute', options.requestsPerMinute ?? REQUESTS_PER_MINUTE));
  const estimate = estimateProbe(target);
  const price = priceOf(target, options);
  const worst = estimatedUsd(target, estimate, price);
  printEstimate(output, { target, baseUrl: access.baseUrl ?? '', requests: estimate.asks.length, worst });
  const limits = await agreeOnCeiling(cli, options, { price, worst });
  const ceiling = new Ceiling(limits);
  const report = openReport({ root: cli.root, target, nowMs: systemClock.nowMs(), isFresh: options.fresh === true });
  ceiling.resume(report.known);
  if (report.known.exchanges.length > 0) output.note(`Continues ${report.path}: ${report.known.exchanges.length} exchanges are known.`);

  const bar = output.progress(`Probing ${target.provider.name}`, estimate.asks.length);
  const onProgress = (progress: Progress) => showProgress(cli, bar, progress);
  try {
    const ports = {
      post: (url: string, init: RequestInit) => cli.send(new Request(url, init)),
      clock: systemClock,
      random: () => systemRandom.fraction(),
      signal,
      append: report.append,
      onProgress,
    };
    const { observations, exchanges } = await runProbe({ target, access, ceiling, paceMs, known: report.known }, ports);
    bar.end();
    const differences = compareWithFile(target, subjectsOf(target).subjects, observations);
    const habits = readHabits(exchanges.map(({ exchange }) => exchange));
    const edit = await offerEdit(cli, { target, observations, differences, providerPath, ...options });
    const result: ProbeResult = {
      target,
      observations,
      differences,
      habits,
      ceiling,
      limits,
      estimate: { requests: estimate.asks.length, worst },
      reportPath: report.path,
      edit,
    };
    report.append(writeLine({ result: { differences, habits: describeHabits(habits) } }));
    printResult(output, result);
    cli.endWith(exitCodeOf(differences.length, edit));
  } catch (thrown) {
    bar.end();
    throw explain(thrown, { target, access, reportPath: report.path });
  }
}

const exitCodeOf = (differences: number, edit: EditResult): number =>
  differences === 0 || (edit.isWritten && edit.problems.length === 0) ? EXIT.ok : EXIT.failed;

function chooseTarget(slug: string, options: ProbeOptions, cli: Cli): { target: ProbeTarget; providerPath: string } {
  const { providers, problems } = compileProviders(cli.root);
  const own = problems.find(({ path }) => path === `providers/${slug}.jsonc`);
  if (own !== undefined)
    throw new CliError('failed', `${own.path}:${own.line}:${own.column} ${own.key}: ${own.message}`, 'Correct the file first.');
  try {
    const target = findTarget(providers, { slug, model: options.model ?? null, operation: readOperation(options.operation) });
    return { target, providerPath: join(cli.root, 'providers', `${slug}.jsonc`) };
  } catch (thrown) {
    throw thrown instanceof TargetError ? new CliError('usage', thrown.message) : thrown;
  }
}

function readOperation(text: string | undefined): Operation | null {
  if (text === undefined) return null;
  if (text === 'chat' || text === 'completions' || text === 'embeddings') return text;
  throw refuseValue('--operation', text, 'chat, completions or embeddings');
}

/** How the provider is reached: by the variables of the environment, and those of `.dev.vars`. */
function accessTo(target: ProbeTarget, cli: Cli): Access {
  const access = createAccess({ ...readVariablesFile(cli), ...cli.environment })(target.provider);
  if (access.missingVariables.length > 0)
    throw new CliError(
      'refused',
      `${target.provider.name} cannot be called: set ${access.missingVariables.join(', ')}.`,
      'Set it in the environment or in .dev.vars.',
    );
  if (access.baseUrl === null) throw new CliError('refused', `${target.provider.name} has no address.`);
  return access;
}

function showProgress({ output }: Cli, bar: ReturnType<Cli['output']['progress']>, progress: Progress): void {
  const { requests, repeated, spentUsd, about, waitMs } = progress;
  const wait = waitMs === undefined ? '' : `, waits ${Math.ceil(waitMs / 1000)} s`;
  bar.update(requests + repeated, `${spentUsd.toFixed(5)} USD, ${about}${wait}`);
  if (!bar.isShown) output.note(`${requests + repeated}: ${about}, ${spentUsd.toFixed(5)} USD so far${wait}`);
}

/** What ended a probe early, as an error of the command line. The report has what was answered. */
function explain(thrown: unknown, { target, access, reportPath }: { target: ProbeTarget; access: Access; reportPath: string }): unknown {
  const again = `What was answered is in ${reportPath}. The same command continues.`;
  if (thrown instanceof NoControlError && !thrown.wasAnswered)
    return new CliError('unreachable', `${target.provider.name} gave no answer to a plain request: ${thrown.message}`, again);
  if (thrown instanceof NoControlError)
    return new CliError(
      'failed',
      `${target.provider.name} refused a plain request, so nothing can be compared: ${thrown.message}`,
      `Check the model and the file. ${again}`,
    );
  if (!(thrown instanceof StoppedError)) return thrown;
  if (thrown.kind === 'interrupted') return new CliError('interrupted', 'Interrupted.', again);
  const next = thrown.kind === 'refused' ? `Check ${access.auth.secret}, the account and the model. ${again}` : again;
  return new CliError(thrown.kind, `The probe stopped: ${thrown.message}`, next);
}
