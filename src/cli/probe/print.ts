/** Prints the estimate and the result of a probe, as tables or as one JSON document. */
import { dim, green, yellow } from '../styled.ts';
import type { Output } from '../output.ts';
import type { Difference, ParameterDifference } from './compare.ts';
import { describeHabits, type Habits } from './habits.ts';
import type { EditResult } from './offer-edit.ts';
import type { ProbeTarget } from './target.ts';
import type { Observations, Trial } from './trial.ts';
import type { Ceiling, CeilingOptions } from './worst-case.ts';
import { showValue } from './inquire.ts';

/** The result of a probe. `worst`: in USD; null = the price is unknown. */
export type ProbeResult = {
  readonly target: ProbeTarget;
  readonly observations: Observations;
  readonly differences: readonly ParameterDifference[];
  readonly habits: Habits;
  readonly ceiling: Ceiling;
  readonly limits: CeilingOptions;
  readonly estimate: { readonly requests: number; readonly worst: number | null };
  readonly reportPath: string;
  readonly edit: EditResult;
};

/** Prints what will be sent, before anything is. */
export function printEstimate(
  output: Output,
  { target, baseUrl, requests, worst }: { target: ProbeTarget; baseUrl: string; requests: number; worst: number | null },
): void {
  const { provider, model, operation, rules } = target;
  output.note(`Probes ${provider.name}: model ${model}, operation ${operation}, format ${rules.dialect}, at ${baseUrl}`);
  const cost = worst === null ? 'their cost is not known' : `they cost at most ${worst.toFixed(5)} USD`;
  output.note(`About ${requests} requests where the file is right; ${cost}. Each difference takes up to 30 more.`);
}

/** Prints the result. */
export function printResult(output: Output, result: ProbeResult): void {
  output.result(toDocument(result), () => {
    const { differences, observations, habits, ceiling, limits, reportPath, edit } = result;
    const rows = differences.flatMap((one) => one.differences);
    if (rows.length === 0) output.line(green('No difference from the provider file.'));
    output.table<Difference>(
      [
        { title: 'parameter', cell: ({ param }) => param },
        { title: 'differs in', cell: ({ aspect }) => aspect },
        { title: 'file', cell: ({ file }) => file },
        { title: 'measured', cell: ({ measured }) => yellow(measured) },
        { title: 'exchanges', cell: ({ evidence }) => dim(evidence.slice(0, 2).join(' ')) },
      ],
      rows,
    );
    output.line();
    output.table(
      [
        { title: 'habit', cell: ({ habit }) => habit },
        { title: 'seen', cell: ({ seen }) => seen },
      ],
      describeHabits(habits),
    );
    output.line();
    output.line(`Unknown fields: ${observations.isStrict === null ? 'not known' : observations.isStrict ? 'refused' : 'accepted'}.`);
    for (const { param, value, note } of openTrials(observations))
      output.line(dim(`Open: ${param} ${showValue(value)}: ${note ?? 'no evidence'}`));
    const ofCeiling = limits.price === null ? `${limits.maxRequests} requests agreed` : `${limits.maxUsd} USD agreed`;
    output.line(
      `${ceiling.requests} requests, ${limits.price === null ? 'cost not known' : `${ceiling.spentUsd.toFixed(5)} USD`} (${ofCeiling}). Every exchange: ${reportPath}`,
    );
    printEdit(output, rows.length, edit);
  });
}

function printEdit(output: Output, differences: number, { isOffered, isWritten, path, problems, remaining }: EditResult): void {
  if (differences === 0) return;
  output.line(
    isWritten
      ? green(`Written to ${path}. Look at it, then run npm run check.`)
      : isOffered
        ? `Nothing was written. --write writes the measured rules into ${path}.`
        : 'Nothing was written.',
  );
  for (const problem of problems) output.line(yellow(`Not in the edit, because the file would be wrong: ${problem}`));
  for (const { param, aspect } of remaining)
    output.line(
      yellow(`${param}, ${aspect}: a list of models states otherwise, and it has priority. Correct the fact under "models" in the file.`),
    );
}

/** Trials without evidence, one for each parameter. */
const openTrials = ({ trials }: Observations): Trial[] => [
  ...new Map(trials.filter(({ verdict }) => verdict === 'unknown').map((trial) => [trial.param, trial])).values(),
];

/** The document of `--json`. */
function toDocument({ target, observations, differences, habits, ceiling, limits, estimate, reportPath, edit }: ProbeResult): unknown {
  const rule = (value: ParameterDifference['rule']) => (value === 'ignored' ? { ignored: true } : value);
  return {
    provider: target.provider.slug,
    model: target.model,
    operation: target.operation,
    format: target.rules.dialect,
    estimate: { requests: estimate.requests, worst_usd: estimate.worst },
    requests: ceiling.requests,
    max_requests: limits.maxRequests,
    spent_usd: limits.price === null ? null : ceiling.spentUsd,
    max_usd: limits.price === null ? null : limits.maxUsd,
    refuses_unknown_fields: observations.isStrict,
    differences: differences.flatMap((one) => one.differences.map((difference) => ({ ...difference, rule: rule(one.rule) }))),
    habits,
    trials: observations.trials.map(({ param, value, form, verdict, effect, note, evidence }) => ({
      param,
      value,
      name: form.name,
      verdict,
      effect,
      note,
      evidence,
    })),
    not_probed: observations.skipped,
    report: reportPath,
    edit: { written: edit.isWritten, path: edit.path, problems: edit.problems, remaining: edit.remaining },
  };
}
