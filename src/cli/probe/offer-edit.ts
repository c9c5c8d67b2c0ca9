/** Offers the measured rules as an edit of the provider file, checks the edited file as the build does, and writes it where the user agrees. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TEMPLATE_NAMES } from '../../dialects/dialect.ts';
import { EMBEDDING_DIALECTS } from '../../dialects/embeddings.ts';
import { UPSTREAM_DIALECTS } from '../../dialects/index.ts';
import { compile, describeProblem, type SourceFile } from '../../registry/compile.ts';
import { operationFor } from '../../registry/operation.ts';
import type { Cli } from '../cli.ts';
import { compareWithFile, type Difference, type ParameterDifference } from './compare.ts';
import { editProviderFile } from './edit-file.ts';
import { subjectsOf } from './subjects.ts';
import type { ProbeTarget } from './target.ts';
import type { Observations } from './trial.ts';

/** What became of the edit. */
export type EditResult = {
  readonly isWritten: boolean;
  readonly path: string;
  /** Problems of the edited file; it is not written then. */
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
export async function offerEdit(cli: Cli, offer: EditOffer): Promise<EditResult> {
  const { target, differences, providerPath } = offer;
  const result: EditResult = { isWritten: false, path: providerPath, problems: [], remaining: [] };
  if (differences.length === 0) return result;
  const date = new Date().toISOString().slice(0, 10);
  const context = {
    operation: target.operation,
    dialect: target.rules.dialect,
    model: target.model,
    forAllModels: offer.allModels === true,
    date,
  };
  const edited = editProviderFile(readFileSync(providerPath, 'utf8'), differences, context);
  const checked = checkEdit(edited, offer);
  if ('problems' in checked) return { ...result, problems: checked.problems };
  const isWanted = offer.write === true || (cli.canAsk && /^y/i.test(await cli.ask(question(offer))));
  if (isWanted) writeFile(providerPath, edited);
  return { ...result, isWritten: isWanted, remaining: checked.remaining };
}

function question({ differences, providerPath, target, allModels }: EditOffer): string {
  const count = differences.reduce((sum, { differences: own }) => sum + own.length, 0);
  const scope = allModels === true ? 'all models' : `the model ${target.model}`;
  return `Found ${count} ${count === 1 ? 'difference' : 'differences'}. Write the measured rules for ${scope} into ${providerPath}? [y/N] `;
}

/** Compiles the edited file, and compares the observations with it. */
function checkEdit(
  edited: string,
  { target, observations, providerPath }: Pick<EditOffer, 'target' | 'observations' | 'providerPath'>,
): { problems: string[] } | { remaining: Difference[] } {
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
  return { remaining: remaining.flatMap(({ differences }) => differences) };
}

/** Writes a file as a whole: a reader sees the old or the new one. */
function writeFile(path: string, text: string): void {
  const temporary = join(dirname(path), `.${path.split('/').at(-1) ?? ''}.new`); // names with a dot are skipped by the build
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
