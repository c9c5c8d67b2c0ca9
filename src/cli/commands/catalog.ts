/** `tributary catalog ...`: facts about models from public lists, and the catalogue of deployed Workers (`test/dev/`). */
import type { Command } from 'commander';
import { buildCatalog } from '../build-catalog.ts';
import type { Cli, RegisterCommand } from '../cli.ts';
import { runScript } from '../run-script.ts';
import { toWords, type GivenOptions } from './script-command.ts';

const SYNC = 'test/dev/models-sync.ts';
const PUSH = 'test/dev/catalog-push.ts';

export const registerCatalog: RegisterCommand = (program, cli) => {
  const group = program
    .command('catalog')
    .summary('update facts about models, push the catalogue')
    .description('Compares facts about models with public lists, and puts the catalogue of provider files where deployed Workers read it.');
  group
    .command('sync [slugs...]')
    .summary('compare facts about models with public lists')
    .description(
      'Shows what models.dev, and providers whose keys are set, state today, as a table of changes. --write makes them in providers/models/.',
    )
    .option('--write', 'make the changes')
    .option('--force', 'follow a list that would retire more than a third of the models')
    .option('--from <url>', 'address of the list (https://models.dev/api.json)')
    .option('--file <file>', 'file with the list')
    .option('--openrouter-list <file>', "file with OpenRouter's list")
    .option('--pi-ai <file>', "file with pi-ai's list")
    .option('--folder <folder>', 'folder of the files with facts (providers/models)')
    .action(async (slugs: string[], options: GivenOptions) => {
      await buildCatalog(cli);
      await pass(cli, SYNC, [...toWords(options), ...slugs]);
    });
  addStorageOptions(group.command('push'))
    .summary('give deployed Workers the catalogue of these files')
    .description(
      'Checks the provider files, and puts their catalogue into the KV namespace CATALOG. Workers use it within about two minutes, without a deployment.',
    )
    .action((options: GivenOptions) => pass(cli, PUSH, toWords(options)));
  addStorageOptions(group.command('rollback'))
    .summary('go back to the catalogue before it')
    .description('Goes back to the catalogue that was pushed before, or to the one of the deployed Worker.')
    .action((options: GivenOptions) => pass(cli, PUSH, ['rollback', ...toWords(options)]));
};

const addStorageOptions = (command: Command): Command =>
  command
    .option('--local', 'write to the storage of wrangler dev')
    .option('--env <name>', 'environment of wrangler.toml')
    .option('--config <file>', 'configuration of wrangler')
    .option('--persist-to <folder>', 'folder of local storage');

/** Runs a script, which prints JSON itself where that is asked for. */
async function pass(cli: Cli, path: string, given: readonly string[]): Promise<void> {
  cli.endWith(await runScript({ path, given: cli.output.isJson ? [...given, '--json'] : given }, cli));
}
