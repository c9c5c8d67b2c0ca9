/** Variables of `npm start`: which names are taken from where. No value is printed. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { StartError, type StartOptions } from './options.ts';

/** Values of variables that are not set otherwise. The log line of each answer is what wrangler.toml sets, too; the ledger costs nothing on an own machine. */
const DEFAULTS = { LEDGER_FOR: 'all', LOG: 'generations' };

/** The variables of the Worker, and the names of those that came from the environment. */
export type StartVariables = { readonly values: Readonly<Record<string, string>>; readonly fromEnvironment: readonly string[] };

/**
 * Combines the file with the environment, which wins. The file is for this router, so all of it is passed on. Of the environment, only names
 * that the router reads are. A variable that is empty in the environment counts as not set.
 */
export function combineVariables(
  file: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): StartVariables {
  const values: Record<string, string> = { ...DEFAULTS, ...file };
  const fromEnvironment = names.filter((name) => (environment[name] ?? '') !== '');
  for (const name of fromEnvironment) values[name] = environment[name] ?? '';
  return { values, fromEnvironment };
}

/** Reads the file of variables, in the syntax of `.dev.vars`. @throws StartError where a named file is missing, or no file can be read. */
export function readVariablesFile({ variablesFile, isFileNamed }: StartOptions): Readonly<Record<string, string>> {
  if (!isFileNamed && !existsSync(variablesFile)) return {};
  try {
    return parseEnv(readFileSync(variablesFile, 'utf8')) as Record<string, string>;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
    throw new StartError(`The variables in ${variablesFile} cannot be read (${code}). Name another file with --vars.`);
  }
}

/** What to set where every call would be refused; null where callers are accepted. */
export function callerAdvice(values: Readonly<Record<string, string>>): string | null {
  const isSet = (name: string) => (values[name] ?? '').trim() !== '';
  if (isSet('ROUTER_API_KEYS') || isSet('ADMIN_API_KEY')) return null;
  if (values['ALLOW_ANONYMOUS']?.trim().toLowerCase() === 'true')
    return 'No caller keys are set: only requests from this machine are answered, without a key.';
  return 'No caller keys are set, so every call is refused. Set ROUTER_API_KEYS or ADMIN_API_KEY, or ALLOW_ANONYMOUS=true for callers on this machine.';
}
