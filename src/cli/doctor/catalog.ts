/** Checks the provider files, the files generated from them, and the age of facts about models. */
import { describeProblem, type Problem } from '../../registry/compile.ts';
import { OLD_AFTER_DAYS } from '../../registry/facts/age.ts';
import type { CompiledProvider } from '../../registry/provider.ts';
import { ageInDays } from '../provider/describe-provider.ts';
import { linesOf, type CheckLine } from './check.ts';
import type { Machine } from './machine.ts';

/** What the checks need. */
export type CatalogContext = {
  providers: readonly CompiledProvider[];
  problems: readonly Problem[];
  /** The files that the build step would write, by absolute path. */
  generated: readonly { path: string; text: string }[];
  /** `YYYY-MM-DD`. */
  today: string;
  machine: Machine;
};

/** Problems that are listed; the others are counted. */
const MAX_LISTED = 5;

export function checkCatalog(context: CatalogContext): CheckLine[] {
  const { problems } = context;
  const lines = linesOf('provider files');
  if (problems.length > 0) {
    const more = problems.length - MAX_LISTED;
    return [
      ...problems.slice(0, MAX_LISTED).map((problem) => lines.problem(describeProblem(problem), 'npx tributary provider check')),
      ...(more > 0 ? [lines.problem(`${more} more problems`, 'npx tributary provider check')] : []),
      linesOf('generated files').skipped('not compared: the provider files have problems'),
    ];
  }
  return [lines.ok(`${context.providers.length} files, no problem`), checkGenerated(context), checkAge(context)];
}

function checkGenerated({ generated, machine }: CatalogContext): CheckLine {
  const lines = linesOf('generated files');
  const stale = generated.filter(({ path, text }) => machine.readText(path) !== text).map(({ path }) => path.split('/').at(-1));
  return stale.length === 0
    ? lines.ok('are those of the provider files')
    : lines.warning(`missing, or older than the provider files: ${stale.join(', ')}`, 'npm run compile');
}

/** The age of the newest facts: a list is read for all providers at once. */
function checkAge({ providers, today }: CatalogContext): CheckLine {
  const lines = linesOf('catalogue');
  const newest = providers
    .flatMap(({ models }) => models.map(({ checked }) => checked))
    .toSorted()
    .at(-1);
  if (newest === undefined) return lines.warning('has no models', 'npx tributary catalog sync --write');
  const days = ageInDays(newest, today);
  const found = `newest facts about models are of ${newest} (${days} days)`;
  if (days <= OLD_AFTER_DAYS) return lines.ok(found);
  return lines.warning(`${found}; prices may have changed`, 'npx tributary catalog sync   # shows what changed, --write takes it over');
}
