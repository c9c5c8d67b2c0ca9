/** `tributary demo`: one request that fits no provider, through five systems (`test/dev/demo.ts`). Needs no key and no network. */
import { buildCatalog } from '../build-catalog.ts';
import type { RegisterCommand } from '../cli.ts';
import { runScript } from '../run-script.ts';
import { toWords, type GivenOptions } from './script-command.ts';

export const registerDemo: RegisterCommand = (program, cli) => {
  program
    .command('demo')
    .summary('show what is changed for five systems')
    .description('Sends one request to five simulated systems whose rules contradict each other, and prints what was changed for each.')
    .option('--fast', 'without pauses between tokens')
    .option('--all', 'explain one request for every provider')
    .action(async (options: GivenOptions) => {
      await buildCatalog(cli);
      const isJson = cli.output.isJson ? ['--json'] : [];
      cli.endWith(await runScript({ path: 'test/dev/demo.ts', given: [...toWords(options), ...isJson] }, cli));
    });
};
