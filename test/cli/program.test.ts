/** The program as a whole: every command has help, a description, and its place in the documents. */
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Cli } from '../../src/cli/cli.ts';
import { createProgram } from '../../src/cli/program.ts';
import { ROOT } from '../dev/root.ts';

const streams = { stdout: { write: () => undefined }, stderr: { write: () => undefined }, version: '0' };
const program = createProgram({ root: ROOT } as Cli, streams); // nothing is run

/** Every command that does something, with the words that call it. */
function leaves(command: Command, words: readonly string[] = []): { words: string[]; command: Command }[] {
  const own = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help');
  if (own.length === 0) return [{ words: [...words], command }];
  return own.flatMap((one) => leaves(one, [...words, one.name()]));
}

const DOCUMENT = readFileSync(join(ROOT, 'docs/command-line.md'), 'utf8');

describe('every command', () => {
  it('is in docs/command-line.md', () => {
    const all = leaves(program);
    expect(all.length).toBeGreaterThan(10);
    const missing = all.filter(({ words }) => {
      const last = words.at(-1) ?? '';
      return ![`tributary ${words.join(' ')}`, `\`${words.join(' ')}\``, `\`${last}\``, `\`${words.join(' ')} `].some((text) =>
        DOCUMENT.includes(text),
      );
    });
    expect(missing.map(({ words }) => words.join(' '))).toEqual([]);
  });

  it('and every option of it have a description', () => {
    const silent = leaves(program).flatMap(({ words, command }) => [
      ...(command.description() === '' ? [words.join(' ')] : []),
      ...command
        .createHelp()
        .visibleOptions(command)
        .filter(({ description }) => description === '')
        .map(({ flags }) => `${words.join(' ')} ${flags}`),
    ]);
    expect(silent).toEqual([]);
  });

  it('takes no key as an option', () => {
    const keys = leaves(program).flatMap(({ words, command }) =>
      command
        .createHelp()
        .visibleOptions(command)
        .filter(({ long }) => /key|token|secret/.test(long ?? '') && !/variable/.test(long ?? ''))
        .map(({ flags }) => `${words.join(' ')} ${flags}`),
    );
    expect(keys).toEqual([]);
  });
});
