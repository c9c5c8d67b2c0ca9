/** `tributary provider ...`: provider files, and what they state. A new command of the group is a file in `provider/` and a line here. */
import type { Command } from 'commander';
import type { Cli, RegisterCommand } from '../cli.ts';
import { registerProviderAdd } from './provider/add.ts';
import { registerProviderCheck } from './provider/check.ts';
import { registerProviderDiff } from './provider/diff.ts';
import { registerProviderProbe } from './provider/probe.ts';
import { registerProviderShow } from './provider/show.ts';

const COMMANDS: readonly ((group: Command, cli: Cli) => void)[] = [
  registerProviderAdd,
  registerProviderCheck,
  registerProviderShow,
  registerProviderDiff,
  registerProviderProbe,
];

export const registerProvider: RegisterCommand = (program, cli) => {
  const group = program
    .command('provider')
    .summary('add, check, show, compare and probe providers')
    .description('Manages provider files (providers/README.md). Keys of providers are read from .dev.vars and the environment.');
  for (const register of COMMANDS) register(group, cli);
};
