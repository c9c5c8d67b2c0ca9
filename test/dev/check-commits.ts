/** `npm run check:commits`: checks that commit subjects are Conventional Commits. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Commits up to this one are older than the rule and are not checked. */
const LAST_UNCHECKED = '3feee1b3dd8a7dc709ea23eb9f3825c6e604a909';

/** Types of commits that are accepted. */
const TYPES = ['build', 'chore', 'ci', 'docs', 'feat', 'fix', 'perf', 'refactor', 'revert', 'style', 'test'] as const;

/** Longest subject, in characters. */
const MAX_SUBJECT = 72;

const SUBJECT = new RegExp(`^(?:${TYPES.join('|')})(?:\\([a-z0-9][a-z0-9 ,./-]*\\))?!?: \\S.*$`);

/** What is wrong with a commit's subject, as a sentence; null = nothing. */
export function subjectFault(subject: string): string | null {
  const length = [...subject].length;
  if (!SUBJECT.test(subject)) return `expected "type(scope): imperative", with a type of ${TYPES.join(', ')}`;
  if (length > MAX_SUBJECT) return `has ${length} characters, at most ${MAX_SUBJECT} are accepted (is the second line empty?)`;
  return null;
}

/** One commit: its abbreviated hash and its subject. */
export type Commit = { hash: string; subject: string };

/**
 * Commits of the checkout in `folder` that the rule covers, newest first, without merges. In a shallow clone that ends before
 * `lastUnchecked` these are all commits that are there.
 *
 * @throws Error where there is no Git history, or a complete one without `lastUnchecked`.
 */
export function commitsToCheck(folder: string, lastUnchecked: string = LAST_UNCHECKED): Commit[] {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
  const hasBase = isReached(git, lastUnchecked);
  if (!hasBase && git('rev-parse', '--is-shallow-repository') !== 'true') throw new Error(`no commit ${lastUnchecked} in this history`);
  const range = hasBase ? [`${lastUnchecked}..HEAD`] : ['HEAD'];
  const lines = git('log', '--no-merges', '--format=%h %s', ...range).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => ({ hash: line.slice(0, line.indexOf(' ')), subject: line.slice(line.indexOf(' ') + 1) }));
}

function isReached(git: (...args: string[]) => string, commit: string): boolean {
  try {
    git('merge-base', '--is-ancestor', commit, 'HEAD');
    return true;
  } catch {
    return false;
  }
}

function main(): void {
  let commits: Commit[];
  try {
    commits = commitsToCheck(ROOT);
  } catch (error) {
    console.log(`Commits are not checked: ${error instanceof Error ? error.message : String(error)}`);
    return;
  }
  const faults = commits.flatMap(({ hash, subject }) => {
    const fault = subjectFault(subject);
    return fault === null ? [] : [`${hash} ${subject}\n    ${fault}`];
  });
  console.log(faults.length > 0 ? `${faults.join('\n')}\nReword with: git rebase -i` : `${commits.length} commits checked.`);
  if (faults.length > 0) process.exitCode = 1;
}

if (import.meta.main) main();
