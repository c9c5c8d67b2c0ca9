/** Variables of the project's router as `npm run dev` reads them: those of `.dev.vars` (else `.env`), and those of the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { CliError } from './cli-error.ts';
import type { Cli } from './cli.ts';

/** The files that wrangler reads; the first that exists. */
const FILES = ['.dev.vars', '.env'];

type Variables = Readonly<Record<string, string>>;

/** Reads the file of variables in the folder of the project; none = no variables. An empty value counts as not set. @throws CliError */
export function readVariablesFile({ root }: Pick<Cli, 'root'>): Variables {
  const path = FILES.map((name) => join(root, name)).find(existsSync);
  if (path === undefined) return {};
  try {
    const entries = Object.entries(parseEnv(readFileSync(path, 'utf8')));
    return Object.fromEntries(entries.flatMap(([name, value = '']) => (value.trim() === '' ? [] : [[name, value]])));
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
    throw new CliError('failed', `The variables in ${path} cannot be read (${code}).`, 'Check the permissions of the file.');
  }
}

/** A variable of the environment; null where it is not set, or empty. */
export const readEnvironment = (name: string, { environment }: Pick<Cli, 'environment'>): string | null =>
  environment[name]?.trim() || null;

/** A variable of the environment, else of the file; null where it is set in neither. */
export const readVariable = (name: string, cli: Pick<Cli, 'root' | 'environment'>): string | null =>
  readEnvironment(name, cli) ?? (readVariablesFile(cli)[name]?.trim() || null);
