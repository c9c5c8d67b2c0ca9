/** Runs all checks of the doctor, and puts their lines in order. */
import type { Clock } from '../../lib/clock.ts';
import type { Fetch } from '../../lib/fetch.ts';
import { namesRead } from '../../platform/names-read.ts';
import type { Problem } from '../../registry/compile.ts';
import type { CompiledProvider } from '../../registry/provider.ts';
import { checkCatalog } from './catalog.ts';
import type { CheckLine } from './check.ts';
import { checkBrowser, checkFolders } from './folders.ts';
import type { Machine } from './machine.ts';
import { checkPackages } from './packages.ts';
import { checkPort, type UsedPort } from './ports.ts';
import { checkProviders } from './providers.ts';
import { checkVariables, readVariables } from './variables.ts';

/** Variables that the command line reads from the file, besides those of the router. */
const OF_COMMAND_LINE = ['TRIBUTARY_KEY'];

/** What the checks need. */
export type Surroundings = {
  root: string;
  /** Version of the running Node. */
  node: string;
  environment: Readonly<Record<string, string | undefined>>;
  ports: readonly UsedPort[];
  isOffline: boolean;
  machine: Machine;
  fetch: Fetch;
  clock: Clock;
  providers: readonly CompiledProvider[];
  problems: readonly Problem[];
  generated: readonly { path: string; text: string }[];
};

/** Returns the lines of all checks. Each check is made, whatever the others find. */
export async function runChecks(surroundings: Surroundings): Promise<CheckLine[]> {
  const { root, node, environment, machine, fetch, clock, providers, isOffline } = surroundings;
  const file = readVariables(root, machine);
  const known = [...namesRead(providers), ...OF_COMMAND_LINE];
  const fromEnvironment = known.flatMap((name) => ((environment[name] ?? '') === '' ? [] : [[name, environment[name]]]));
  const variables = { ...file.values, ...Object.fromEntries(fromEnvironment) } as Record<string, string>;
  const today = new Date(clock.nowMs()).toISOString().slice(0, 10);
  const [packages, ports, ofFile, ofProviders] = await Promise.all([
    checkPackages(root, node, machine),
    Promise.all(surroundings.ports.map((port) => checkPort(port, machine, fetch))),
    checkVariables(root, file, { known, machine }),
    checkProviders({ providers, variables, fetch, clock, isOffline, platform: machine.platform }),
  ]);
  return [
    ...packages,
    ...checkCatalog({ ...surroundings, today }),
    ...ofFile,
    ...ofProviders,
    ...ports,
    ...checkFolders(root, machine),
    checkBrowser(environment['CHROMIUM_PATH'], machine),
  ];
}
