/** The command line itself: help, exit codes, errors for people and as JSON. */
import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/cli/cli-error.ts';
import type { RegisterCommand } from '../../src/cli/cli.ts';
import { EXIT, type ExitKind } from '../../src/cli/exit-codes.ts';
import { runCli } from './run-cli.ts';

/** A command that does what a test gives it to do. */
const commandThat = (act: (cli: Parameters<RegisterCommand>[1]) => void | Promise<void>): RegisterCommand[] => [
  (program, cli) =>
    program
      .command('act')
      .option('--level <number>', 'a level')
      .action(() => act(cli)),
];

describe('tributary', () => {
  it('prints help of the program and of every command, and exits with 0', async () => {
    const { code, stdout, stderr } = await runCli(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const names = [...stdout.matchAll(/^ {2}([a-z]+) .*/gm)].map(([, name]) => name ?? '').filter((name) => name !== 'help');
    expect(names).toContain('dev');
    for (const name of names) {
      const help = await runCli([name, '--help']);
      expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
      expect(help.stdout).toContain(`Usage: tributary ${name}`);
    }
  });

  it('prints the version', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  it.each([[[]], [['unknown']], [['start', '--unknown']], [['start', 'extra']], [['start', '--port']]])(
    'exits with 2 for the wrong words %j, prints to stderr only, and as JSON where asked',
    async (words) => {
      const forPeople = await runCli(words);
      expect({ code: forPeople.code, stdout: forPeople.stdout }).toEqual({ code: EXIT.usage, stdout: '' });
      expect(forPeople.stderr).toMatch(/error: |Usage: /);
      const asJson = await runCli(['--json', ...words]);
      expect(asJson.code).toBe(EXIT.usage);
      expect(JSON.parse(asJson.stdout)).toEqual({
        error: { kind: 'usage', message: expect.any(String), next: expect.any(String), exit_code: EXIT.usage },
      });
    },
  );

  it('suggests the nearest command', async () => {
    expect((await runCli(['stat'])).stderr).toContain('Did you mean start?');
  });

  it.each<Exclude<ExitKind, 'ok'>>(['failed', 'usage', 'unreachable', 'refused'])('exits as an error of kind %s states', async (kind) => {
    const commands = commandThat(() => {
      throw new CliError(kind, 'It is wrong.', 'Do this.');
    });
    expect(await runCli(['act'], { commands })).toEqual({ code: EXIT[kind], stdout: '', stderr: 'Error: It is wrong.\nDo this.\n' });
    const asJson = await runCli(['act', '--json'], { commands });
    expect(asJson.code).toBe(EXIT[kind]);
    expect(JSON.parse(asJson.stdout)).toEqual({ error: { kind, message: 'It is wrong.', next: 'Do this.', exit_code: EXIT[kind] } });
  });

  it('exits with 130 after Ctrl-C, also where that made the command fail', async () => {
    const controller = new AbortController();
    const commands = commandThat(() => {
      controller.abort();
      throw new CliError('unreachable', 'The request was aborted.');
    });
    expect(await runCli(['act'], { commands, signal: controller.signal })).toEqual({ code: EXIT.interrupted, stdout: '', stderr: '' });
  });

  it('exits with the code that a command sets', async () => {
    expect((await runCli(['act'], { commands: commandThat((cli) => cli.endWith(7)) })).code).toBe(7);
  });

  it('escapes control characters of names in a question', async () => {
    const questions: string[] = [];
    const ask = (question: string) => Promise.resolve(String(questions.push(question)));
    const commands = commandThat(async (cli) => void (await cli.ask('Really delete "\u001b[2J\u202eyek"? ')));
    await runCli(['act'], { commands, ask });
    expect(questions).toEqual([String.raw`Really delete "\u001b[2J\u202eyek"? `]);
  });

  it('throws what is a bug', async () => {
    const commands = commandThat(() => {
      throw new TypeError('a bug');
    });
    await expect(runCli(['act'], { commands })).rejects.toThrow('a bug');
  });

  it('takes --json before and after the command, but not after --', async () => {
    const commands: RegisterCommand[] = [
      (program, cli) =>
        program
          .command('act [text]')
          .action((text?: string) => cli.output.result({ text: text ?? null }, () => cli.output.line(String(text)))),
    ];
    for (const words of [
      ['--json', 'act'],
      ['act', '--json'],
    ])
      expect(JSON.parse((await runCli(words, { commands })).stdout)).toEqual({ text: null });
    expect((await runCli(['act', '--', '--json'], { commands })).stdout).toBe('--json\n');
  });
});
