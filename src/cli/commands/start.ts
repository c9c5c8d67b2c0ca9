/** `tributary start`: the router with its storage on this machine (`test/dev/start/start.ts`). */
import type { RegisterCommand } from '../cli.ts';
import { runScriptCommand, toWords, type GivenOptions } from './script-command.ts';

export const registerStart: RegisterCommand = (program, cli) => {
  program
    .command('start')
    .summary('serve the router on this machine, with its storage')
    .description('Serves the router and keeps keys, ledger and answers in a folder. docs/self-hosting.md describes it.')
    .option('--port <port>', 'port to listen on; 0 = a free one', '8788')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data <folder>', 'folder with everything that is kept', './data')
    .option('--vars <file>', 'file with variables; without it .dev.vars of the project, where it exists')
    .option('--build', 'build the Worker, and end')
    .action(async (options: GivenOptions) => {
      await runScriptCommand({ path: 'test/dev/start/start.ts', given: toWords(options), listening: /^Tributary listens on (\S+)/ }, cli);
    });
};
