/** What can follow the words of a command line. */
import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { complete } from '../../../src/cli/completion/complete.ts';
import { runCli } from '../run-cli.ts';

function createProgram(): Command {
  const program = new Command('tributary').option('--json', 'as JSON');
  program.command('models [search]').description('search models').option('--provider <slugs>', 'of providers').option('--fast', 'quick');
  const keys = program.command('keys').summary('keys of callers');
  keys.command('new').addOption(new Option('--reset <window>', 'when').choices(['daily', 'weekly']));
  program.command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh']));
  program.command('explain').argument('<file>');
  program.command('hidden', { hidden: true });
  return program;
}

const sources = { slug: () => ['openai', 'openrouter', 'groq'], search: () => Promise.resolve(['openai/gpt-4o', '@groq/x']) };

const words = async (...typed: string[]) => (await complete(createProgram(), typed, sources)).map(({ word }) => word);

describe('complete', () => {
  it('lists commands with what they do, and no hidden one', async () => {
    expect(await words('')).toEqual(['models', 'keys', 'completion', 'explain', 'help']);
    expect(await complete(createProgram(), ['ke'], sources)).toEqual([{ word: 'keys', description: 'keys of callers' }]);
    expect(await words('keys', '')).toEqual(['new', 'help']);
  });

  it('lists options of the command and of the program', async () => {
    expect(await words('models', '--')).toEqual(['--provider', '--fast', '--help', '--json']);
    expect(await words('models', 'gpt', '--f')).toEqual(['--fast']);
  });

  it('lists values of options, also behind =', async () => {
    expect(await words('keys', 'new', '--reset', '')).toEqual(['daily', 'weekly']);
    expect(await words('keys', 'new', '--reset=w')).toEqual(['--reset=weekly']);
    expect(await words('keys', 'new', '--reset', 'daily', '')).toEqual([]);
  });

  it('completes the last entry of a list, and none twice', async () => {
    expect(await words('models', '--provider', 'open')).toEqual(['openai', 'openrouter']);
    expect(await words('models', '--provider', 'openai,o')).toEqual(['openai,openrouter']);
    expect(await words('models', '--provider=groq,')).toEqual(['--provider=groq,openai', '--provider=groq,openrouter']);
  });

  it('lists values of arguments by their place', async () => {
    expect(await words('completion', '')).toEqual(['bash', 'zsh']);
    expect(await words('completion', 'bash', '')).toEqual([]);
    expect(await words('models', '--fast', 'openai/')).toEqual(['openai/gpt-4o']);
    expect(await words('models', '@')).toEqual(['@groq/x']);
  });

  it('leaves files to the shell', async () => {
    expect(await words('explain', '')).toEqual([]);
  });
});

describe('tributary complete', () => {
  it('prints candidates of this project, one a line', async () => {
    const { code, stdout } = await runCli(['complete', '--', 'explain', '-', '--provider', 'openai,gro']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'openai,groq\t\n' });
    expect((await runCli(['complete', '--', 'models', 'openai/gpt-4o-mi'])).stdout).toContain('openai/gpt-4o-mini\t\n');
    expect((await runCli(['complete', '--', 'st'])).stdout).toMatch(/^start\t\S.*\n$/);
  });

  it('is not in the help', async () => {
    expect((await runCli(['--help'])).stdout).not.toMatch(/^ {2}complete /m);
  });
});
