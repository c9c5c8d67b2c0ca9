/**
 * Two versions of the Worker with the same objects, as there are during a deployment. Each file of `test/rpc` has the messages and the
 * tables of one version. What this version does must be in the newest, and its objects must serve all of them.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, OBJECTS, ROOT, serve, serveSimulator, type ServingOperation } from '../dev/serve.ts';
import { hello, post, until } from './harness.ts';
import { ADMIN_KEY, bearer, createKey, manage } from './manage-keys.ts';
import { changesBetween, missingIn, shapeOf, withMoreFields, withoutEmptyFields } from './rpc-shape.ts';
import type { Dump, Message, RpcCall } from './rpc-wire.ts';

const FOLDER = join(ROOT, 'test/rpc');

/** The tables of one object, and calls that read them. */
type Tables = { object: string; name: string; dump: Dump; reads: readonly Message[] };
type Version = { messages: readonly Message[]; tables: readonly Tables[] };

const files = existsSync(FOLDER) ? readdirSync(FOLDER).sort((one, other) => Number.parseInt(one) - Number.parseInt(other)) : [];
const VERSIONS = files.map((file) => ({ file, ...(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Version) }));

let simulator: ServingOperation;
let router: ServingOperation;
beforeAll(async () => {
  simulator = await serveSimulator(0);
  const variables = { SIMULATOR_URL: simulator.url, ADMIN_API_KEY: ADMIN_KEY, LEDGER_FOR: 'all', LOG: 'off' };
  router = await serve('tributary', await bundle('test/e2e/rpc-worker.ts'), variables, { objects: OBJECTS });
});
afterAll(async () => {
  await router?.stop();
  await simulator?.stop();
});

async function call(message: Omit<RpcCall, 'args'> & { args?: unknown }): Promise<{ result: unknown; error?: string }> {
  return (await post(`${router.url}/rpc`, { args: [], ...message })).json() as Promise<{ result: unknown; error?: string }>;
}

const recorded = async () => (await (await fetch(`${router.url}/recorded`)).json()) as Message[];

/** Parameters that are changed: rows have numbers, booleans and nulls of them. */
const CHANGED = { temperature: 2, top_a: 0.5, logprobs: true, model: '@anthropic/claude-haiku-4-5' };

/** Uses every method of every object. */
async function useAll(): Promise<void> {
  const { url } = router;
  const limits = [{ resource: 'usd', window: 'day', amount: 100 }];
  const [sliced, leased, free] = [
    await createKey(url, { limits, tags: { team: 'a' } }),
    await createKey(url, { limits: [...limits, { resource: 'requests', window: 'total', amount: 2 }], soft_at: 0.5 }),
    await createKey(url),
  ];
  const ask = async (key: string, path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await post(`${url}/v1${path}`, body, { ...bearer(key), ...headers });
    await response.clone().text();
    return response;
  };
  const chat = hello({ model: 'openai/gpt-4o-mini', user: 'someone', session_id: 'one' });
  for (const { key } of [sliced, sliced, leased, leased, leased, free]) await ask(key, '/chat/completions', chat);
  for (const { key } of [sliced, free]) await ask(key, '/chat/completions', { ...chat, ...CHANGED });
  const read = async (path: string, key = sliced.key) => (await fetch(`${url}/v1${path}`, { headers: bearer(key) })).text();
  for (const path of ['/key', '/activity?group_by=model,day', '/activity/generations', '/generation?id=gen-00000000000000000000'])
    await read(path);
  await read('/activity', ADMIN_KEY);
  const stored = await ask(free.key, '/responses', { model: '@novita/any-model', input: 'hello', store: true });
  const { id } = (await stored.json()) as { id: string };
  for (const path of ['', '/input_items']) await read(`/responses/${id}${path}`, free.key);
  await ask(free.key, '/responses', { model: '@novita/any-model', input: 'more', previous_response_id: id, store: true });
  const removed = (await (await ask(free.key, '/responses', { model: '@novita/any-model', input: 'x', store: true })).json()) as {
    id: string;
  };
  await fetch(`${url}/v1/responses/${removed.id}`, { method: 'DELETE', headers: bearer(free.key) });
  const begun = await ask(sliced.key, '/chat/completions', hello({ stream: true }), { 'x-tributary-resume': 'true' });
  const stream = begun.headers.get('x-tributary-stream')?.replace('/v1', '') ?? '';
  await read(stream);
  await fetch(`${url}/v1${stream}`, { method: 'DELETE', headers: bearer(sliced.key) });
  const background = await ask(sliced.key, '/responses', { model: '@novita/any-model', input: 'hello', background: true });
  const queued = (await background.json()) as { id: string };
  await until('the answer in the background', async () =>
    (await read(`/responses/${queued.id}`)).includes('"completed"') ? true : undefined,
  );
  await manage(url, `GET /${sliced.data.hash}`);
  await manage(url, 'GET ');
  await manage(url, `PATCH /${leased.data.hash}`, { name: 'renamed' });
  await manage(url, `DELETE /${leased.data.hash}?hard=true`);
  await read('/metrics', ADMIN_KEY);
  await call({ object: 'KEYS', name: sliced.data.hash, method: 'markSent', args: [{ id: 'gen-unknown' }] });
  // Isolates send outcomes every few seconds only: on a slow machine while this runs, else later.
  const outcome = { atMs: Date.now(), kind: 'success', firstContentMs: null, tokensPerSecond: null };
  const reports = [
    { endpoint: 'a b', outcome: null },
    { endpoint: 'c d', outcome },
  ];
  await call({ object: 'HEALTH', name: 'endpoints', method: 'exchange', args: [reports, 0] });
}

/** Methods that change nothing, by object. */
const READS: Readonly<Record<string, readonly string[]>> = {
  KEY_DIRECTORY: ['find', 'list', 'listAccounts'],
  KEYS: ['describe', 'sums', 'rows', 'row'],
  STREAMS: ['read', 'current'],
  RESPONSES: ['read'],
  METRICS: ['exchange'],
};

/** One message of each shape: others add nothing. */
function distinct(messages: readonly Message[]): Message[] {
  const seen = new Set<string>();
  return messages.filter(({ object, method, name, args, result }) => {
    const paths = [...shapeOf([{ object, name: '', method, args, result }])].map(([path, types]) => `${path} ${[...types].join()}`);
    const key = `${name} ${paths.join('; ')}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** The messages of this version, and its tables. */
async function recordVersion(): Promise<Version> {
  const messages = distinct(await recorded());
  const tables: Tables[] = [];
  const objects = new Map(messages.map(({ object, name }) => [`${object} ${name}`, { object, name }]));
  for (const { object, name } of objects.values()) {
    if (object === 'HEALTH') continue; // it stores nothing
    const { result } = await call({ object, name, method: 'dump' });
    const calls = messages.filter((one) => one.object === object && one.name === name && READS[object]?.includes(one.method) === true);
    const reads: Message[] = [];
    for (const one of calls) reads.push({ ...one, result: (await call(one)).result });
    tables.push({ object, name, dump: result as Dump, reads });
  }
  return { messages, tables };
}

const LAW = `Messages between the Worker and its objects have changed. While a version is deployed, isolates of the version before it use the same objects.
- A field that was added: give it a default where it is read (completeRow, completeKey, or a default beside it), then record this version with
  UPDATE_RPC=1 npx vitest run --project e2e test/e2e/rpc-versions.test.ts. Older files of test/rpc stay as they are.
- A field that was removed or renamed, or has another type: put it back. It may go once no file of test/rpc has it, which takes a release.`;

/** The faults, and what to do. */
const withLaw = (faults: readonly string[]): string[] => (faults.length === 0 ? [] : [LAW, ...new Set(faults)]);

it('uses the messages that are recorded', async () => {
  await useAll();
  const messages = distinct(await recorded());
  const newest = VERSIONS.at(-1);
  if (process.env['UPDATE_RPC'] === '1') {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, `${VERSIONS.length + 1}.json`), `${JSON.stringify(await recordVersion())}\n`);
  }
  const changes = changesBetween(newest?.messages ?? [], messages);
  expect(process.env['UPDATE_RPC'] === '1' ? [] : withLaw(changes)).toEqual([]);
}, 60_000);

describe.each(VERSIONS)('objects of this version, and version $file', ({ file, messages, tables }) => {
  const VARIANTS = [
    { kind: 'as it was', change: (args: unknown) => args, isCompared: true },
    { kind: 'with fields of a later version', change: withMoreFields, isCompared: true },
    { kind: 'without fields that are empty', change: withoutEmptyFields, isCompared: false },
  ];

  it.each(VARIANTS)(
    'accept each message $kind',
    async ({ kind, change, isCompared }) => {
      const faults: string[] = [];
      for (const { object, name, method, args, result } of messages) {
        const answer = await call({ object, name: `${name} ${file} ${kind}`, method, args: change(args) });
        const differences = answer.error === undefined ? (isCompared ? missingIn(result, answer.result) : []) : [answer.error];
        faults.push(...differences.map((text) => `${object}.${method}: ${text}`));
      }
      expect(withLaw(faults)).toEqual([]);
    },
    30_000,
  );

  it('open the tables', async () => {
    const faults: string[] = [];
    for (const { object, name, dump, reads } of tables) {
      const own = { object, name: `${name} ${file} restored` };
      await call({ ...own, method: 'restore', args: [dump] }); // it ends the object
      for (const { method, args, result } of reads) {
        const answer = await call({ ...own, method, args });
        const differences = answer.error === undefined ? missingIn(result, answer.result) : [answer.error];
        faults.push(...differences.map((text) => `${object}.${method}: ${text}`));
      }
    }
    expect(withLaw(faults)).toEqual([]);
  }, 30_000);
});
