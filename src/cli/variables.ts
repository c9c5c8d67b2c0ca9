/** Variables of the project's router: those of wrangler.toml and of `.dev.vars` (else `.env`) as `npm run dev` reads them, and of the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'smol-toml';
import { isObject } from '../lib/json.ts';
import { CliError } from './cli-error.ts';
import type { Cli } from './cli.ts';

/** The files that wrangler reads; the first that exists. */
export const VARIABLE_FILES = ['.dev.vars', '.env'];

type Variables = Readonly<Record<string, string>>;

/** Reads the file of variables in the folder of the project; none = no variables. An empty value counts as not set. @throws CliError */
export function readVariablesFile({ root }: Pick<Cli, 'root'>): Variables {
  const path = VARIABLE_FILES.map((name) => join(root, name)).find(existsSync);
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

/** All variables; the environment wins over the file, and the file over wrangler.toml. @throws CliError where a file cannot be read. */
export function projectVariables(cli: Pick<Cli, 'root' | 'environment'>): Variables {
  const environment = Object.entries(cli.environment).flatMap(([name, value = '']) => (value.trim() === '' ? [] : [[name, value]]));
  return { ...readConfiguredVariables(cli), ...readVariablesFile(cli), ...(Object.fromEntries(environment) as Variables) };
}

/** The texts in the section `[vars]` of wrangler.toml. */
function readConfiguredVariables({ root }: Pick<Cli, 'root'>): Variables {
  const path = join(root, 'wrangler.toml');
  try {
    const { vars } = parse(readFileSync(path, 'utf8'));
    const texts = Object.entries(isObject(vars) ? vars : {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return Object.fromEntries(texts);
  } catch (thrown) {
    throw new CliError('failed', `${path} cannot be read: ${thrown instanceof Error ? thrown.message : 'unknown error'}`);
  }
}
