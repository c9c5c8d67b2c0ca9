/** The command line, and the configuration it leads to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../dev/serve.ts';
import { readOptions } from './options.ts';
import { toExpected, toQuestion, type RequestOptions, type Target } from './targets.ts';
import { capnp, readCompatibility } from '../dev/workerd.ts';

it('bench options: readOptions reads every option', () => {
  const options = readOptions(
    ['--quick', '--rounds=2', '--only', 'Stream', '--json', 'out.json', '--target', 'peer=http://127.0.0.1:1/v1/,77'].concat([
      '--target',
      'other=https://host/v1',
      '--header',
      'x-provider: {provider}',
      '--target',
      'worker=/tmp/some/worker.mjs',
      '--flag',
      'nodejs_compat',
      '--upstream-port',
      '4000',
    ]),
  );
  expect(options).toMatchObject({ rounds: 2, scale: 0.4, only: 'stream', json: 'out.json', upstreamPort: 4000 });
  expect(options.headers).toEqual({ 'x-provider': '{provider}' });
  expect(options.peers).toEqual([
    { name: 'peer', baseUrl: 'http://127.0.0.1:1/v1', pid: 77 },
    { name: 'other', baseUrl: 'https://host/v1', pid: null },
    { name: 'worker', script: '/tmp/some/worker.mjs' },
  ]);
  expect(options.peerFlags).toEqual(['nodejs_compat']);
});

it.each([
  [['--rounds', '0'], '--rounds takes'],
  [['--rounds', 'x'], '--rounds takes'],
  [['--target', 'nowhere'], '--target takes'],
  [['--header', 'none'], '--header takes'],
  [['--unknown'], '--unknown'],
])('bench options: refuses %j', (given, message) => {
  expect(() => readOptions(given)).toThrow(message);
});

it("bench options: toQuestion names a model by the peer's pattern, and a raw Worker gets the upstream's path", () => {
  const script = { events: 1, characters: 0, perFrame: 1, frameBytes: 0, paceMs: 0, calls: 0 };
  const asking: RequestOptions = { provider: 'anthropic', script, stream: true, choices: 4, fields: {} };
  const peer: Target = {
    name: 'peer',
    baseUrl: 'http://peer/v1',
    pid: null,
    isRaw: false,
    modelPattern: '{provider}:{model}',
    headers: { 'x-provider': '{provider}' },
  };
  const asked = toQuestion(peer, asking);
  expect(asked).toMatchObject({ url: 'http://peer/v1/chat/completions', headers: { 'x-provider': 'anthropic' } });
  expect(JSON.parse(asked.body.toString())).toMatchObject({ model: 'anthropic:bench-1-0-1-0-0-0', n: 4, stream: true });
  expect(toExpected(peer, asking)).toMatchObject({ format: 'openai', choices: 4 });
  const raw = { ...peer, isRaw: true };
  expect(toQuestion(raw, asking).url).toBe('http://peer/v1/messages');
  expect(toExpected(raw, asking)).toMatchObject({ format: 'anthropic', choices: 1 });
});

it('bench options: capnp writes the compatibility date and flags of wrangler.toml', () => {
  const compatibility = readCompatibility(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'));
  expect(compatibility.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(compatibility.flags).toContain('no_nodejs_compat');
  expect(() => readCompatibility('name = "x"')).toThrow(/compatibility_date/);
  const text = capnp({ variables: { URL: 'http://"x"' } }, { date: '2026-11-01', flags: ['one', 'two'] });
  expect(text).toContain('(name = "URL", text = "http://\\"x\\"")');
  expect(text).toContain('compatibilityFlags = ["one", "two"]');
});

it('bench options: capnp adds a Worker as the Cache API where one is used', () => {
  const compatibility = { date: '2026-11-01', flags: [] };
  const cached = capnp({ variables: {}, hasCache: true }, compatibility);
  expect(cached).toContain('(name = "cache", worker = ');
  expect(cached).toContain('cacheApiOutbound = "cache"');
  expect(capnp({ variables: {} }, compatibility)).not.toContain('cache');
});

it('bench options: toQuestion makes bodies that differ in their seed only, and toExpected accepts an answer of the cache', () => {
  const script = { events: 1, characters: 0, perFrame: 1, frameBytes: 0, paceMs: 0, calls: 0 };
  const asking: RequestOptions = { provider: 'openai', script, stream: false, choices: 1, fields: {} };
  const target: Target = { name: 'cached', baseUrl: '', pid: null, isRaw: false, modelPattern: '{model}', headers: {}, variants: 3 };
  const { body, bodies = [] } = toQuestion(target, asking);
  const common = JSON.parse(body.toString()) as object;
  expect(bodies.map((one): unknown => JSON.parse(one.toString()))).toEqual([0, 1, 2].map((seed) => ({ ...common, seed })));
  expect(toExpected(target, asking)).toMatchObject({ mayBeCached: true });
});
