/** Offers the measured rules as an edit of the provider file, checks the edited file as the build does, and writes it where the user agrees. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TEMPLATE_NAMES } from '../../dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from '../../dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from '../../dialects/index.ts';
import { compile, describeProblem, type SourceFile } from '../../registry/compile.ts';
import { operationFor } from '../../registry/operation.ts';
import type { Cli } from '../cli.ts';
import { counted } from '../counted.ts';
import { compareWithFile, type Difference, type ParameterDifference } from './compare.ts';
import { editProviderFile } from './edit-file.ts';
import { subjectsOf } from './subjects.ts';
import type { ProbeTarget } from './target.ts';
import type { Observations } from './trial.ts';

/** What became of the edit. */
export type EditResult = {
  /** False = no measured rule can be written. */
  readonly isOffered: boolean;
  readonly isWritten: boolean;
  readonly path: string;
  /** What would make the edited file wrong: those rules are left out of it. */
  readonly problems: readonly string[];
  /** Differences that the edit does not remove: a list of models states otherwise. */
  readonly remaining: readonly Difference[];
};

/** What is offered. */
export type EditOffer = {
  readonly target: ProbeTarget;
  readonly observations: Observations;
  readonly differences: readonly ParameterDifference[];
  readonly providerPath: string;
  readonly write?: boolean;
  readonly allModels?: boolean;
};

/** Offers the edit. */
export async function offerEdit(cli: Pick<Cli, 'canAsk' | 'ask'>, offer: EditOffer): Promise<EditResult> {
  const { differences, providerPath } = offer;
  const result: EditResult = { isOffered: false, isWritten: false, path: providerPath, problems: [], remaining: [] };
  if (differences.length === 0) return result;
  const text = readFileSync(providerPath, 'utf8');
  const checked = checkEdit(text, differences, offer);
  const { fitting, problems } = 'problems' in checked ? keepFitting(text, offer) : { fitting: checked, problems: [] };
  if (fitting === null) return { ...result, problems };
  const isWanted = offer.write === true || (cli.canAsk && /^y/i.test(await cli.ask(question(fitting.differences, offer))));
  if (isWanted) writeFile(providerPath, fitting.edited);
  return { ...result, isOffered: true, isWritten: isWanted, problems, remaining: fitting.remaining };
}

/** A file that compiles: its text, the differences that it removes, and those that stay. */
type CheckedEdit = {
  readonly edited: string;
  readonly differences: readonly ParameterDifference[];
  readonly remaining: readonly Difference[];
};

/** Adds one rule after the other, and leaves out each that makes the file wrong. Null = none fits. */
function keepFitting(text: string, offer: EditOffer): { fitting: CheckedEdit | null; problems: string[] } {
  let fitting: CheckedEdit | null = null;
  const problems: string[] = [];
  for (const difference of offer.differences) {
    const checked = checkEdit(text, [...(fitting?.differences ?? []), difference], offer);
    if ('problems' in checked) problems.push(...checked.problems);
    else fitting = checked;
  }
  if (fitting === null) return { fitting, problems };
  const left = new Set(offer.differences.filter((each) => !fitting.differences.includes(each)).map(({ param }) => param));
  return { fitting: { ...fitting, remaining: fitting.remaining.filter(({ param }) => !left.has(param)) }, problems };
}

function question(differences: readonly ParameterDifference[], { providerPath, target, allModels }: EditOffer): string {
  const count = differences.reduce((sum, { differences: own }) => sum + own.length, 0);
  const scope = allModels === true ? 'all models' : `the model ${target.model}`;
  return `Found ${counted(count, 'difference')}. Write the measured rules for ${scope} into ${providerPath}? [y/N] `;
}

/** Edits the text, compiles the edited file, and compares the observations with it. */
function checkEdit(
  text: string,
  differences: readonly ParameterDifference[],
  { target, observations, providerPath, allModels }: EditOffer,
): { problems: string[] } | CheckedEdit {
  const edited = editProviderFile(text, differences, {
    operation: target.operation,
    dialect: target.rules.dialect,
    model: target.model,
    forAllModels: allModels === true,
    date: new Date().toISOString().slice(0, 10),
  });
  const { slug } = target.provider;
  const models = join(dirname(providerPath), 'models', `${slug}.json`);
  const files: SourceFile[] = [
    { path: `providers/${slug}.jsonc`, text: edited },
    ...(existsSync(models) ? [{ path: `providers/models/${slug}.json`, text: readFileSync(models, 'utf8') }] : []),
  ];
  const { providers, problems } = compile(files, { ...UPSTREAM_DIALECTS, ...EMBEDDING_DIALECTS }, TEMPLATE_NAMES);
  const provider = providers[0];
  const serving = provider === undefined ? null : operationFor(provider, target.operation, target.model);
  if (provider === undefined || serving === null) return { problems: problems.map(describeProblem) };
  const next: ProbeTarget = { ...target, provider, rules: serving.rules };
  const remaining = compareWithFile(next, subjectsOf(target).subjects, observations);
  return { edited, differences, remaining: remaining.flatMap((each) => each.differences) };
}

/** Writes a file as a whole: a reader sees the old or the new one. */
function writeFile(path: string, text: string): void {
  const temporary = join(dirname(path), `.${path.split('/').at(-1) ?? ''}.new`); // names with a dot are skipped by the build
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
