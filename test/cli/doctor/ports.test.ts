import { describe, expect, it } from 'vitest';
import { checkPort } from '../../../src/cli/doctor/ports.ts';
import type { Fetch } from '../../../src/lib/fetch.ts';
import { createFakeMachine, type Facts } from './fake-machine.ts';

const nothing: Fetch = () => Promise.reject(new TypeError('fetch failed'));

const check = (facts: Facts, fetch: Fetch = nothing) => checkPort({ command: 'dev', port: 8787 }, createFakeMachine(facts), fetch);

/** Linux, with a server of process 42 at 127.0.0.1:8787 (hex 2253), and a connection to it. */
const TAKEN: Facts = {
  listeners: [8787],
  files: {
    '/proc/net/tcp': [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:2253 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 111 1 0 20 4 30 10 -1',
      '   1: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0 100 0 0 10 0',
    ].join('\n'),
    '/proc/42/comm': 'py\u001b[31mthon\n',
  },
  folders: { '/proc': ['self', '7', '42'], '/proc/7/fd': ['1'], '/proc/42/fd': ['0', '3'] },
  links: { '/proc/7/fd/1': 'socket:[111]', '/proc/42/fd/0': '/dev/null', '/proc/42/fd/3': 'socket:[222]' },
};

describe('checkPort', () => {
  it('finds a free port', async () => {
    expect(await check({})).toEqual({ check: 'port 8787', status: 'ok', message: 'free, for tributary dev' });
  });

  it('names the program that has it, and another port', async () => {
    expect(await check(TAKEN)).toEqual({
      check: 'port 8787',
      status: 'warning',
      message: String.raw`taken by py\u001b[31mthon, process 42, so tributary dev cannot use it`,
      fix: 'npx tributary dev --port 8789',
    });
  });

  it('reports a program that it cannot see', async () => {
    expect((await check({ listeners: [8787] })).message).toBe('taken by another program, so tributary dev cannot use it');
  });

  it('asks lsof where there is no /proc', async () => {
    const programs = { 'lsof -nP -iTCP:8787 -sTCP:LISTEN -Fpc': { code: 0, output: 'p77\ncruby\n' } };
    expect((await check({ platform: 'darwin', listeners: [8787], programs })).message).toMatch(/^taken by ruby, process 77/);
  });

  it('recognizes a router of this project', async () => {
    const fetch: Fetch = (url) => Promise.resolve(Response.json(url.endsWith('/v1/health') ? { status: 'ok', catalog: {} } : {}));
    expect(await check(TAKEN, fetch)).toMatchObject({ status: 'ok', message: expect.stringMatching(/^a Tributary router answers \(/) });
  });

  it.each<[string, Fetch]>([
    ['HTML', () => Promise.resolve(new Response('<html>'))],
    ['a redirect', () => Promise.resolve(new Response(null, { status: 302 }))],
    ['other JSON', () => Promise.resolve(Response.json({ status: 'ok' }))],
    ['a huge body', () => Promise.resolve(new Response(`{"status":"ok","catalog":{}${' '.repeat(2 ** 21)}}`))],
  ])('takes %s for another program', async (_, fetch) => {
    expect((await check(TAKEN, fetch)).status).toBe('warning');
  });
});
