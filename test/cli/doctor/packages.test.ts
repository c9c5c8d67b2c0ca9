import { describe, expect, it } from 'vitest';
import { checkPackages } from '../../../src/cli/doctor/packages.ts';
import { createFakeMachine } from './fake-machine.ts';

const version = (text: string, more: object = {}) => JSON.stringify({ version: text, ...more });

/** A project with everything installed. */
const FILES = {
  '/p/package.json': JSON.stringify({ dependencies: { hono: '4.1.0' }, devDependencies: { wrangler: '4.2.0', node: '24.21.0' } }),
  '/p/node_modules/hono/package.json': version('4.1.0'),
  '/p/node_modules/node/package.json': version('24.21.0'),
  '/p/node_modules/wrangler/package.json': version('4.2.0', { dependencies: { workerd: '1.2.3' } }),
  '/p/node_modules/workerd/package.json': version('1.2.3'),
};

const RUNS = '/p/node_modules/.bin/workerd --version';
const PROGRAMS = { [RUNS]: { code: 0, output: 'workerd 2026-11-02\n' } };

async function check(
  files: Record<string, string> = {},
  running = '24.21.0',
  programs: Record<string, { code: number; output: string }> = PROGRAMS,
) {
  const lines = await checkPackages('/p', running, createFakeMachine({ files: { ...FILES, ...files }, programs }));
  return Object.fromEntries(lines.map((line) => [line.check, line]));
}

describe('checkPackages', () => {
  it('is content with an installed project', async () => {
    const lines = await check();
    expect(Object.values(lines).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(lines['workerd']?.message).toBe('workerd 1.2.3');
    expect(lines['runtime']?.message).toBe('workerd 2026-11-02 starts');
  });

  it('refuses a Node that does not run TypeScript', async () => {
    expect((await check({}, '20.20.2'))['node']).toMatchObject({ status: 'problem', fix: expect.stringContaining('npm ci') });
    expect((await check({}, '22.17.9'))['node']?.status).toBe('problem');
    expect((await check({}, '22.18.0'))['node']?.message).toBe('Node 22.18.0; scripts of the project run with 24.21.0');
  });

  it.each([
    ['wrangler', 'wrangler 4.1.9 is installed; 4.2.0 is expected'],
    ['workerd', 'workerd 4.1.9 is installed; 1.2.3 is expected'],
  ])('reports another version of %s', async (name, message) => {
    const other = { [`/p/node_modules/${name}/package.json`]: version('4.1.9', { dependencies: { workerd: '1.2.3' } }) };
    expect((await check(other))[name]).toEqual({ check: name, status: 'problem', message, fix: 'npm ci' });
  });

  it('reports packages that are missing or not JSON', async () => {
    expect((await check({ '/p/node_modules/workerd/package.json': '{' }))['workerd']?.message).toBe('workerd is not installed');
    expect((await check({ '/p/node_modules/hono/package.json': '' }))['packages']?.message).toMatch(/: hono$/);
    expect((await check({ '/p/package.json': '[]' }))['packages']?.status).toBe('problem');
  });

  it.each<[string, Record<string, { code: number; output: string }>]>([
    ['cannot be started', {}],
    ['fails', { [RUNS]: { code: 1, output: 'GLIBC_2.35 not found' } }],
    ['is another program', { [RUNS]: { code: 0, output: 'hello' } }],
  ])('reports a runtime that %s', async (_, programs) => {
    expect((await check({}, '24.21.0', programs))['runtime']).toMatchObject({ status: 'problem', fix: 'npm ci && npm rebuild workerd' });
  });
});
