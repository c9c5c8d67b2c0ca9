import { describe, expect, it } from 'vitest';
import { checkCatalog, type CatalogContext } from '../../../src/cli/doctor/catalog.ts';
import { checkBrowser, checkFolders } from '../../../src/cli/doctor/folders.ts';
import { PROVIDERS } from '../../registry/all-providers.ts';
import { createFakeMachine } from './fake-machine.ts';

const GENERATED = [{ path: '/p/catalog.generated.ts', text: 'export' }];
const NEWEST =
  PROVIDERS.flatMap(({ models }) => models.map(({ checked }) => checked))
    .toSorted()
    .at(-1) ?? '';
const later = (days: number) => new Date(Date.parse(NEWEST) + days * 86_400_000).toISOString().slice(0, 10);

const check = (changes: Partial<CatalogContext> = {}) =>
  checkCatalog({
    providers: PROVIDERS,
    problems: [],
    generated: GENERATED,
    today: NEWEST,
    machine: createFakeMachine({ files: { '/p/catalog.generated.ts': 'export' } }),
    ...changes,
  });

describe('checkCatalog', () => {
  it('is content with fresh files', () => {
    expect(check().map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
  });

  it('reports facts that are older than 90 days', () => {
    expect(check({ today: later(90) })[2]?.status).toBe('ok');
    expect(check({ today: later(91) })[2]).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('(91 days)'),
      fix: expect.stringContaining('catalog sync'),
    });
    expect(check({ providers: [] })[2]?.message).toBe('has no models');
  });

  it('reports generated files that are missing or old', () => {
    for (const files of [{}, { '/p/catalog.generated.ts': 'old' }])
      expect(check({ machine: createFakeMachine({ files }) })[1]).toEqual({
        check: 'generated files',
        status: 'warning',
        message: 'missing, or older than the provider files: catalog.generated.ts',
        fix: 'npm run compile',
      });
  });

  it('lists some problems of provider files, and counts the others', () => {
    const problems = Array.from({ length: 8 }, (_, at) => ({
      path: 'providers/a.jsonc',
      line: at,
      column: 1,
      key: 'x',
      message: 'is wrong',
    }));
    const lines = check({ problems });
    expect(lines.map(({ status }) => status)).toEqual([...Array.from({ length: 6 }, () => 'problem'), 'skipped']);
    expect(lines[0]?.message).toBe('providers/a.jsonc:0:1 x: is wrong');
    expect(lines[5]?.message).toBe('3 more problems');
  });
});

describe('checkFolders', () => {
  it('accepts folders that exist or can be made', () => {
    const lines = checkFolders('/p', createFakeMachine({ folders: { '/p/data': [] } }));
    expect(lines.map(({ message }) => message)).toEqual(['can be written', 'does not exist yet, and can be made']);
  });

  it('reports folders that cannot be written or made, files in their place, and a full disk', () => {
    const facts = { folders: { '/p/data': [] }, unwritable: ['/p/data', '/p'] };
    expect(checkFolders('/p', createFakeMachine(facts)).map(({ status, message }) => `${status}: ${message}`)).toEqual([
      'problem: cannot be written: /p/data',
      'problem: cannot be made: /p',
    ]);
    expect(checkFolders('/p', createFakeMachine({ files: { '/p/data': '' } }))[0]?.message).toBe('is a file; a folder is expected');
    expect(checkFolders('/p', createFakeMachine({ freeBytes: 3 * 2 ** 20 }))[0]?.message).toBe('its disk has only 3 MiB left');
  });
});

describe('checkBrowser', () => {
  it('finds Chromium at its usual places, or at CHROMIUM_PATH', () => {
    expect(checkBrowser(undefined, createFakeMachine({ files: { '/usr/bin/chromium': '' } })).status).toBe('ok');
    expect(checkBrowser('/x', createFakeMachine({ files: { '/x': '' } })).status).toBe('ok');
    expect(checkBrowser('/x', createFakeMachine()).status).toBe('problem');
    expect(checkBrowser('', createFakeMachine())).toMatchObject({
      status: 'warning',
      fix: expect.stringContaining('apt-get install chromium'),
    });
  });
});
