/**
 * What a router with all storage leaves on the disk and in its log. Keys of every kind: nothing, though an upstream repeats them. Content: only where
 * the documentation says, and for so long.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { post, until } from './harness.ts';
import { ADMIN_KEY, createKey } from './manage-keys.ts';
import { createDataFolder, startNodeRouter, type NodeRouter } from './node-router.ts';

const STATIC_KEY = 'static-key-7f3a9c1d5e';
const OWN_KEY = 'callers-provider-key-9d1c';
const TOKEN = 'sk-ant-oat01-subscription-4e7b2a';
const WRONG_KEY = 'wrong-key-6b3d9f';

const VARIABLES = {
  ROUTER_API_KEYS: STATIC_KEY,
  ADMIN_API_KEY: ADMIN_KEY,
  GROQ_API_KEY: 'provider-key-2b8e6f0a4c',
  GUARD_SECRET: 'guard-secret-5a9f3c7e',
  GUARD_AFTER: 'report',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=otel-header-8c2d6b4f',
  COMPACTION_KEY: 'compaction-key-3e9a7c5b',
  LOG: 'generations',
  LEDGER_FOR: 'all',
  STREAM_TTL_SECONDS: '1',
  RESPONSE_TTL_SECONDS: '1',
};

/** Marks in prompts, and the folders in which they may be for a while. Answers repeat the mark. */
const KEPT_IN: Readonly<Record<string, RegExp>> = {
  'MARK-plain': /^$/,
  'MARK-failed': /^$/,
  'MARK-stream': /^\/do\/tributary-StreamObject\//,
  'MARK-background': /^\/do\/tributary-StreamObject\//,
  'MARK-stored': /^\/do\/tributary-ResponsesObject\//,
  'MARK-cached': /^\/(cache|kv)\//,
};

let upstream: OwnUpstream;
let data: Awaited<ReturnType<typeof createDataFolder>>;
let router: NodeRouter;
/** What the guard and the receiver of telemetry got. */
const received: { path: string; body: string }[] = [];

/** An answer that repeats the caller's keys wherever there is a place for a text. */
function answer(body: string, headers: IncomingHttpHeaders): { status: number; json: object; stream: string } {
  const echo = `${headers.authorization ?? ''} ${headers['x-api-key'] ?? ''}`;
  const content = `${/MARK-\w+/.exec(body)?.[0] ?? ''} ${echo}`;
  const error = { error: { message: `bad ${echo}`, type: echo, param: echo, code: echo } };
  if (body.includes('MARK-failed')) return { status: 400, json: error, stream: '' };
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  const chat = { id: echo, object: 'chat.completion', created: 1, model: echo, system_fingerprint: echo, choices };
  const message = { type: 'message', role: 'assistant', content: [{ type: 'text', text: content }], stop_reason: 'end_turn' };
  return {
    status: 200,
    json: { ...chat, ...message, usage: { input_tokens: 2, output_tokens: 3 } },
    stream: contentFrame(content) + ENDING,
  };
}

const start = (): Promise<NodeRouter> =>
  startNodeRouter(data.path, {
    variables: {
      ...VARIABLES,
      GROQ_BASE_URL: upstream.url,
      ANTHROPIC_BASE_URL: upstream.url,
      GUARD_URL: `${upstream.url}/guard`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `${upstream.url}/otlp`,
    },
  });

beforeAll(async () => {
  upstream = await listen(async (request, response) => {
    const body = await bodyOf(request);
    const path = request.url ?? '';
    const json = { 'content-type': 'application/json' };
    if (/^\/(guard|otlp)/.test(path)) {
      received.push({ path, body });
      return void response.writeHead(200, json).end('{"action":"allow"}');
    }
    const made = answer(body, request.headers);
    if (made.status === 200 && body.includes('"stream":true') && !path.endsWith('/messages'))
      return void response.writeHead(200, STREAM_HEADERS).end(made.stream);
    response.writeHead(made.status, { ...json, 'x-request-id': String(request.headers.authorization) }).end(JSON.stringify(made.json));
  });
  data = await createDataFolder();
  router = await start();
});
afterAll(async () => {
  await router?.kill();
  await upstream?.stop();
  await data?.remove();
});

/** Files of the data folder, write-ahead logs too, that have a text. The file of variables is the operator's own. */
const filesWith = (text: string): string[] =>
  readdirSync(data.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'variables')
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => contentOf(path).includes(text))
    .map((path) => path.slice(data.path.length));

const streamFiles = (): string[] =>
  readdirSync(join(data.path, 'do', 'tributary-StreamObject')).filter((name) => /^[0-9a-f]{64}/.test(name));

/** Journals come and go while the router runs. */
function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Makes a call of every kind. @returns the id of the last answer, and what callers got. */
async function callAll(key: string): Promise<{ id: string; texts: string }> {
  const texts: string[] = [];
  let id = '';
  const ask = async (path: string, mark: string, fields: object, headers: Readonly<Record<string, string>> = {}) => {
    const content = path === '/responses' ? { input: mark } : { messages: [{ role: 'user', content: mark }], max_tokens: 9 };
    const response = await post(`${router.url}/v1${path}`, { model: '@groq/m', ...content, ...fields }, { 'x-api-key': key, ...headers });
    texts.push(await response.text(), JSON.stringify([...response.headers]));
    id = response.headers.get('x-generation-id') ?? id;
  };
  for (const own of [{}, { 'x-provider-api-keys': JSON.stringify({ groq: OWN_KEY }) }]) {
    for (const stream of [false, true]) {
      const resume = {
        ...own,
        'x-tributary-resume': 'true',
        'idempotency-key': `idempotency ${String(stream)} ${Object.keys(own).length}`,
      };
      await ask('/chat/completions', 'MARK-plain', { stream, user: 'name of a user' }, own);
      await ask('/chat/completions', 'MARK-failed', { stream }, own);
      await ask('/chat/completions', 'MARK-failed', { stream }, { ...own, 'x-tributary-resume': 'true' });
      await ask('/chat/completions', 'MARK-stream', { stream }, resume);
      await ask('/responses', 'MARK-stored', { stream, store: true }, own);
      await ask('/responses', 'MARK-background', { stream, background: true }, own);
    }
  }
  await ask('/chat/completions', 'MARK-cached', {}, { 'x-openrouter-cache': 'true', 'x-openrouter-cache-ttl': '1' });
  const token = { authorization: `Bearer ${TOKEN}`, 'x-tributary-key': key, 'x-api-key': '' };
  await ask('/messages', 'MARK-plain', { model: 'claude-opus-5' }, token);
  await ask('/messages', 'MARK-failed', { model: 'claude-opus-5' }, token);
  for (const wrong of [WRONG_KEY, `${key}x`]) await ask('/chat/completions', 'MARK-plain', {}, { 'x-api-key': wrong });
  await ask('/chat/completions', 'MARK-plain', {});
  return { id, texts: texts.join('\n') };
}

it('keys are nowhere, and content only where it is kept, and for as long', { timeout: 90_000 }, async () => {
  const { key } = await createKey(router.url, { limit: 100, user_limits: [{ resource: 'requests', window: 'day', amount: 100 }] });
  const calls = [await callAll(key), await callAll(STATIC_KEY)];
  const check = () => {
    for (const [mark, folder] of Object.entries(KEPT_IN)) expect(filesWith(mark).filter((path) => !folder.test(path))).toEqual([]);
  };
  check();
  // Rows are copied to D1, and traces are sent, some seconds later.
  for (const { id } of calls)
    await until('the row in D1', () => (filesWith(id.slice('gen-'.length)).some((path) => path.startsWith('/d1/')) ? true : undefined));
  await until('an export', () => (received.some(({ path }) => path === '/otlp/v1/traces') ? true : undefined));
  check();

  const secret = Object.entries(VARIABLES).filter(([name]) => /KEY|SECRET|HEADERS/.test(name));
  const secrets = [...secret.map(([, value]) => value.replace(/^authorization=/, '')), key, OWN_KEY, TOKEN, WRONG_KEY];
  const sent = received.map(({ path, body }) => path + body).join('\n');
  for (const text of secrets) {
    for (const spelling of [text, btoa(text).replace(/.{1,3}=*$/, ''), encodeURIComponent(text)]) {
      expect([text, filesWith(spelling)]).toEqual([text, []]);
      expect([text, router.output().includes(spelling), sent.includes(spelling)]).toEqual([text, false, false]);
    }
    for (const { texts } of calls) expect([text, texts.includes(text)]).toEqual([text, false]);
  }
  const exported = received
    .filter(({ path }) => path.startsWith('/otlp'))
    .map(({ body }) => body)
    .join('\n');
  for (const text of ['MARK-', 'name of a user', 'idempotency true']) {
    expect([text, router.output().includes(text), exported.includes(text)]).toEqual([text, false, false]);
  }
  for (const text of ['name of a user', 'idempotency true']) expect([text, filesWith(text)]).toEqual([text, []]);

  for (const mark of ['MARK-stream', 'MARK-background', 'MARK-stored'])
    await until(`the end of ${mark}`, () => (filesWith(mark).length === 0 ? true : undefined));
  // KV keeps an entry for a minute at least.
  expect(filesWith('MARK-cached').filter((path) => path.startsWith('/cache/'))).not.toEqual([]);
  expect(streamFiles().length).toBeGreaterThan(20);
  await router.end();
  router = await start();
  expect(filesWith('MARK-cached').filter((path) => path.startsWith('/cache/'))).toEqual([]);
  expect(streamFiles()).toEqual([]);
});
