/** `tributary provider probe SLUG`: measures what a provider accepts (`cli/probe/`). */
import type { RegisterCommand } from '../../cli.ts';
import type { ProbeOptions } from '../../probe/probe.ts';

/** Adds the command to the group `provider`. */
export const registerProviderProbe: RegisterCommand = (group, cli) => {
  group
    .command('probe')
    .argument('<slug>', 'name of the provider: its file without .jsonc')
    .summary('measure what a provider accepts')
    .description(
      'Sends boundary values in tiny requests with your key, compares what the provider does with its file, and offers the edit. Nothing is sent before a ceiling is agreed. An interrupted probe is continued by the same command. docs/probing.md describes it.',
    )
    .option('--model <id>', "model to probe, the provider's id; without it the cheapest one in the catalogue")
    .option('--operation <name>', 'chat, completions or embeddings; without it the first that the provider has')
    .option('--max-usd <usd>', 'most that the probe may cost; asked for on a terminal')
    .option('--max-requests <count>', 'most requests; required where no price is known')
    .option('--price-prompt <usd>', 'USD per million tokens of a prompt, in place of the price in the catalogue')
    .option('--price-completion <usd>', 'USD per million tokens of an answer')
    .option('--requests-per-minute <count>', 'pace', '60')
    .option('--write', 'write the measured rules into the provider file')
    .option('--all-models', 'write them for all models of the operation, not for the probed one only')
    .option('--fresh', 'do not continue an unfinished probe')
    .action(async (slug: string, options: ProbeOptions) => {
      const { probeProvider } = await import('../../probe/probe.ts'); // it loads every wire format
      await probeProvider(slug, options, cli);
    });
};
