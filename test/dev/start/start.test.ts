/** The pure parts of `npm start`: its options and its variables. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../registry/all-providers.ts';
import { statementsOf } from '../migrations.ts';
import { checkSpace } from './data-folder.ts';
import { readStartOptions, StartError } from './options.ts';
import { namesRead } from '../../../src/platform/names-read.ts';
import { callerAdvice, combineVariables, readVariablesFile } from './variables.ts';

describe('readStartOptions', () => {
  it('has defaults, and resolves paths from the folder of the command', () => {
    expect(readStartOptions([], '/srv')).toMatchObject({ port: 8788, host: '127.0.0.1', data: '/srv/data', isFileNamed: false });
    expect(readStartOptions(['--port', '0', '--data=/d', '--host', 'localhost', '--vars', 'v'], '/srv')).toEqual({
      port: 0,
      host: '127.0.0.1',
      data: '/d',
      variablesFile: '/srv/v',
      isFileNamed: true,
      isBuildOnly: false,
    });
  });

  it.each([['--port', 'x'], ['--port', '65536'], ['--host', 'a b'], ['--unknown'], ['extra']])('refuses %s %s', (...given) => {
    expect(() => readStartOptions(given, '/srv')).toThrow(StartError);
  });
});

describe('checkSpace', () => {
  it('refuses a full disk with the folder and what is left', () => {
    expect(() => checkSpace('/srv/data', 4096)).toThrow(/data folder \/srv\/data has 4096 bytes left/);
    checkSpace('/srv/data', 2 ** 30);
  });
});

describe('namesRead', () => {
  const names = namesRead(PROVIDERS);
  it('has the variables of the operator, keys, addresses and settings of providers, and no variable of the development scripts', () => {
    for (const name of ['ROUTER_API_KEYS', 'NOVITA_API_KEY', 'OPENAI_BASE_URL', 'AWS_REGION', 'AWS_SESSION_TOKEN', 'GOOGLE_VERTEX_PROJECT'])
      expect(names).toContain(name);
    for (const name of ['SIMULATOR_URL', 'CATALOG_URL', 'PATH', '']) expect(names).not.toContain(name);
  });
});

describe('combineVariables', () => {
  it('takes all of the file and the named ones of the environment, which wins where it is not empty', () => {
    const combined = combineVariables({ A: 'file', B: 'file', OTHER: 'file' }, { A: 'environment', B: '', PATH: '/bin', C: undefined }, [
      'A',
      'B',
      'C',
    ]);
    expect(combined).toEqual({
      values: { LEDGER_FOR: 'all', LOG: 'generations', A: 'environment', B: 'file', OTHER: 'file' },
      fromEnvironment: ['A'],
    });
    expect(combineVariables({ LEDGER_FOR: 'none', LOG: 'off' }, {}, []).values).toEqual({ LEDGER_FOR: 'none', LOG: 'off' });
  });
});

describe('readVariablesFile', () => {
  it('reads the syntax of .dev.vars: comments, quotes, export, several lines', () => {
    const folder = mkdtempSync(join(tmpdir(), 'variables-'));
    const path = join(folder, 'vars');
    writeFileSync(path, `# comment\nA=plain # comment\nexport B="two words"\nC='{"a": "#1"}'\nD="first\nsecond"\n\nE=\n`);
    expect(readVariablesFile({ port: 0, host: '', data: '', variablesFile: path, isFileNamed: true, isBuildOnly: false })).toEqual({
      A: 'plain',
      B: 'two words',
      C: '{"a": "#1"}',
      D: 'first\nsecond',
      E: '',
    });
    rmSync(folder, { recursive: true });
  });
});

describe('callerAdvice', () => {
  it('is null where there are keys, and else says which variable to set', () => {
    expect(callerAdvice({ ROUTER_API_KEYS: 'k' })).toBeNull();
    expect(callerAdvice({ ADMIN_API_KEY: 'k' })).toBeNull();
    expect(callerAdvice({ ROUTER_API_KEYS: ' ' })).toContain('Set ROUTER_API_KEYS');
    expect(callerAdvice({ ALLOW_ANONYMOUS: 'true' })).toContain('only requests from this machine');
  });
});

describe('statementsOf', () => {
  it('splits at semicolons at the ends of lines, and leaves out what is a comment only', () => {
    const sql = "-- the ledger\nCREATE TABLE a (\n  x TEXT DEFAULT ';'\n);\nCREATE INDEX i ON a (x);\n-- end\n";
    expect(statementsOf(sql)).toEqual(["-- the ledger\nCREATE TABLE a (\n  x TEXT DEFAULT ';'\n)", 'CREATE INDEX i ON a (x)']);
  });
});
