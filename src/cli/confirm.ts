/** Asks before something that cannot be undone, or that costs money. */
import { CliError } from './cli-error.ts';
import type { Cli } from './cli.ts';

/** @param what follows "Really". @param isAgreed `--yes` was given. @throws CliError where the user does not agree, or cannot be asked. */
export async function confirm(what: string, isAgreed: boolean, { canAsk, ask }: Pick<Cli, 'canAsk' | 'ask'>): Promise<void> {
  if (isAgreed) return;
  if (!canAsk) throw new CliError('usage', `There is no terminal to ask whether to ${what}.`, 'Give --yes to do it without a question.');
  const answer = await ask(`Really ${what}? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('failed', 'Nothing was done.');
}
