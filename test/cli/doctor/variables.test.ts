import { describe, expect, it } from 'vitest';
import { checkVariables, readVariables } from '../../../src/cli/doctor/variables.ts';
import { createFakeMachine, type Facts } from './fake-machine.ts';

const KNOWN = ['OPENROUTER_API_KEY', 'NOVITA_API_KEY', 'MODEL_ALIASES'];

const git = (tracked: number, ignored: number) => ({
  'git ls-files --error-unmatch -- .dev.vars': { code: tracked, output: '' },
  'git check-ignore -q -- .dev.vars': { code: ignored, output: '' },
});

async function check(text: string | null, facts: Facts = {}) {
  const machine = createFakeMachine({ programs: git(1, 0), ...facts, files: text === null ? {} : { '/p/.dev.vars': text } });
  return checkVariables('/p', readVariables('/p', machine), { known: KNOWN, machine });
}

const faults = (lines: Awaited<ReturnType<typeof check>>) =>
  lines.filter(({ status }) => status !== 'ok').map(({ status, message, fix }) => [status, message, fix]);

describe('checkVariables', () => {
  it('is content with a private file that git ignores', async () => {
    expect(faults(await check('NOVITA_API_KEY=sk-secret\n'))).toEqual([]);
  });

  it('names the file to copy where there is none', async () => {
    expect(faults(await check(null))).toEqual([
      ['warning', 'there is no file of variables, so no provider has a key', 'cp .dev.vars.example .dev.vars && chmod 600 .dev.vars'],
    ]);
  });

  it('reads .env where there is no .dev.vars', () => {
    const machine = createFakeMachine({ files: { '/p/.env': 'A=1' } });
    expect(readVariables('/p', machine)).toEqual({ name: '.env', values: { A: '1' }, repeated: [] });
  });

  it('reports permissions of others, and not on Windows', async () => {
    const modes = { '/p/.dev.vars': 0o644 };
    expect(faults(await check('', { modes }))).toEqual([
      ['warning', 'other users of this machine may read it (permissions 644)', 'chmod 600 .dev.vars'],
    ]);
    expect(faults(await check('', { modes, platform: 'win32' }))).toEqual([]);
  });

  it('reports a file that git keeps, would keep, or may keep', async () => {
    const programs = (tracked: number, ignored: number) => ({ programs: git(tracked, ignored) });
    expect(faults(await check('', programs(0, 1)))).toEqual([
      ['problem', expect.stringMatching(/is in git/), expect.stringMatching(/^git rm --cached/)],
    ]);
    expect(faults(await check('', programs(1, 1)))).toEqual([
      ['problem', expect.stringMatching(/does not ignore/), "echo '.dev.vars' >> .gitignore"],
    ]);
    expect(faults(await check('', programs(128, 128)))).toEqual([['skipped', expect.stringMatching(/no clone/), undefined]]);
    expect(faults(await check('', { programs: {} }))).toEqual([['skipped', expect.stringMatching(/git is not installed/), undefined]]);
  });

  it('names the nearest known variable, and never a value', async () => {
    const lines = await check('OPENROUTER_KEY=sk-secret-1\nOPENROUTR_API_KEY=sk-secret-2\nZZZ=sk-secret-3\nconstructor=sk-secret-4\n');
    expect(faults(lines).map(([, message]) => message)).toEqual([
      'OPENROUTER_KEY is read by nothing; did you mean OPENROUTER_API_KEY?',
      'OPENROUTR_API_KEY is read by nothing; did you mean OPENROUTER_API_KEY?',
      'ZZZ is read by nothing',
      'constructor is read by nothing',
    ]);
    expect(JSON.stringify(lines)).not.toContain('sk-secret');
  });

  it('counts many unknown names', async () => {
    const lines = faults(await check(Array.from({ length: 40 }, (_, at) => `QQ${at}XX=1`).join('\n')));
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)?.[1]).toMatch(/^35 more names/);
  });

  it('reports a variable that is set twice, but not a line inside of a value', async () => {
    expect(faults(await check('NOVITA_API_KEY=a\nNOVITA_API_KEY=b'))).toEqual([
      ['warning', 'NOVITA_API_KEY is set more than once; the last line counts', 'edit .dev.vars: remove the other lines'],
    ]);
    expect(faults(await check('NOVITA_API_KEY="a\nx=1\nx=2"'))).toEqual([]);
  });

  it('reports aliases that are left out', async () => {
    expect(faults(await check('MODEL_ALIASES=\'{"fast": 7}\''))).toEqual([
      ['problem', expect.stringMatching(/"fast" is left out/), undefined],
    ]);
  });
});
