/** Checks the file with variables and keys: who can read it, whether git keeps it, and names that the router does not read. No value is shown. */
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { nearestNames } from '../../lib/nearest.ts';
import { toPrintable } from '../../lib/printable.ts';
import { readAliases } from '../../registry/aliases.ts';
import { VARIABLE_FILES } from '../variables.ts';
import { linesOf, type CheckLine } from './check.ts';
import type { Machine } from './machine.ts';

/** Permissions for others than the owner. */
const OTHERS = 0o077;

/** Names that are listed; the others are counted. */
const MAX_LISTED = 5;

/** A file of variables. `name` is null where there is none. */
export type VariablesFile = { name: string | null; values: Readonly<Record<string, string>>; repeated: readonly string[] };

/** Reads the file of variables. */
export function readVariables(root: string, machine: Machine): VariablesFile {
  const name = VARIABLE_FILES.find((each) => machine.stat(join(root, each)) !== null) ?? null;
  const text = name === null ? null : machine.readText(join(root, name));
  const values = text === null ? {} : (parseEnv(text) as Record<string, string>);
  const names = [...(text ?? '').matchAll(/^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*=/gm)].map(([, each]) => each ?? '');
  const repeated = [...new Set(names.filter((each, at) => names.indexOf(each) !== at && Object.hasOwn(values, each)))];
  return { name, values, repeated };
}

/** @param known names that the router reads. */
export async function checkVariables(
  root: string,
  file: VariablesFile,
  { known, machine }: { known: readonly string[]; machine: Machine },
): Promise<CheckLine[]> {
  const { name } = file;
  if (name === null) {
    const lines = linesOf('.dev.vars');
    return [
      lines.warning('there is no file of variables, so no provider has a key', 'cp .dev.vars.example .dev.vars && chmod 600 .dev.vars'),
    ];
  }
  const lines = linesOf(name);
  if (machine.readText(join(root, name)) === null) return [lines.problem('cannot be read', `ls -l ${name}`)];
  return [
    checkMode(root, name, machine),
    await checkGit(name, machine),
    ...checkNames(name, file, known),
    ...readAliases((file.values['MODEL_ALIASES'] ?? '').trim()).faults.map((fault) =>
      lines.problem(toPrintable(fault.replace(/\.$/, ''), 300)),
    ),
  ];
}

function checkMode(root: string, name: string, machine: Machine): CheckLine {
  const lines = linesOf(name);
  const mode = machine.stat(join(root, name))?.mode ?? 0;
  if (machine.platform === 'win32' || (mode & OTHERS) === 0) return lines.ok('only its owner can read it');
  return lines.warning(`other users of this machine may read it (permissions ${(mode & 0o777).toString(8)})`, `chmod 600 ${name}`);
}

async function checkGit(name: string, machine: Machine): Promise<CheckLine> {
  const lines = linesOf(name);
  const tracked = await machine.run('git', ['ls-files', '--error-unmatch', '--', name]);
  if (tracked?.code === 0)
    return lines.problem(
      'is in git, so its keys are in every clone',
      `git rm --cached ${name}   # then make new keys: the old ones stay in the history`,
    );
  const ignored = await machine.run('git', ['check-ignore', '-q', '--', name]);
  if (ignored?.code === 0) return lines.ok('git ignores it');
  if (ignored?.code === 1) return lines.problem('git does not ignore it: the next commit may contain keys', `echo '${name}' >> .gitignore`);
  return lines.skipped('git is not installed, or this is no clone, so it is not known whether git keeps the file');
}

function checkNames(name: string, { values, repeated }: VariablesFile, known: readonly string[]): CheckLine[] {
  const lines = linesOf(name);
  const unknown = Object.keys(values).filter((each) => !known.includes(each));
  const listed = unknown.slice(0, MAX_LISTED).map((each) => {
    const [near] = nearestNames(each, known, 1);
    return `${toPrintable(each, 80)} is read by nothing${near === undefined ? '' : `; did you mean ${near}?`}`;
  });
  return [
    ...listed.map((message) => lines.warning(message, `edit ${name}: correct or remove the line`)),
    ...(unknown.length > MAX_LISTED
      ? [lines.warning(`${unknown.length - MAX_LISTED} more names are read by nothing (docs/limits.md lists all)`)]
      : []),
    ...repeated.map((each) => lines.warning(`${each} is set more than once; the last line counts`, `edit ${name}: remove the other lines`)),
    ...(unknown.length + repeated.length === 0 ? [lines.ok(`${Object.keys(values).length} variables, all of them known`)] : []),
  ];
}
