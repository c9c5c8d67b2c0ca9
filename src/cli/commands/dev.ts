/** `tributary dev`: the router under wrangler, with the simulator behind every provider without a key (`test/dev/dev.ts`). */
import type { Command } from 'commander';
import type { RegisterCommand } from '../cli.ts';
import { runScriptCommand, toWords, type GivenOptions } from './script-command.ts';

export const registerDev: RegisterCommand = (program, cli) => {
  program
    .command('dev')
    .summary('serve the router for development')
    .description(
      'Serves the router on http://localhost:8787, with a simulator behind every provider that has no key in .dev.vars. Options that are not listed here go to `wrangler dev` as they are.',
    )
    .option('--port <port>', 'port to listen on')
    .option('--ip <address>', 'address to listen on')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (options: GivenOptions, command: Command) => {
      const given = [...toWords(options), ...command.args];
      await runScriptCommand({ path: 'test/dev/dev.ts', given, listening: /Ready on (https?:\/\/\S+)/ }, cli);
    });
};
