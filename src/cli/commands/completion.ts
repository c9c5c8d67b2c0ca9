/** `tributary completion`: scripts for shells, and the hidden command that those call. */
import { join } from 'node:path';
import { Argument } from 'commander';
import type { RegisterCommand } from '../cli.ts';
import { complete } from '../completion/complete.ts';
import { completionScript, SHELLS, type Shell } from '../completion/scripts.ts';
import { valueSources } from '../completion/value-sources.ts';

export const registerCompletion: RegisterCommand = (program, cli) => {
  const { output, root } = cli;
  program
    .command('completion')
    .summary('print a script that completes commands in a shell')
    .description(
      'Prints a script for bash, zsh or fish: eval "$(npx tributary completion bash)". It makes tributary a command of the shell, too.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => {
      const script = completionScript(shell, join(root, 'src/cli/tributary.js'));
      output.result({ shell, script }, () => output.lines(script.trimEnd()));
    });
  program
    .command('complete [words...]', { hidden: true })
    .description('Prints what can follow the words, one a line, for those scripts.')
    .action(async (words: string[] = []) => {
      const candidates = await complete(program, words, valueSources(root));
      output.result({ candidates }, () => {
        for (const { word, description } of candidates) output.tabbed([word, description]);
      });
    });
};
