/** The response cache with the real Cache API and KV, over HTTP. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMessage } from '../dialects/anthropic/client/read-message.ts';
import { post, simulatorLog, startHarness, until, type Harness } from './harness.ts';

let harness: Harness | null = null;
beforeAll(async () => {
  harness = await startHarness({ ROUTER_API_KEYS: 'one-key,other-key', ALLOW_ANONYMOUS: 'false' }, 5, { kv: ['CACHE'] });
});
afterAll(() => harness?.stop());

const running = (): Harness => {
  if (harness === null) throw new Error('not started');
  return harness;
};

type Options = { path?: string; key?: string; headers?: Readonly<Record<string, string>>; stream?: boolean };

const PATHS = { chat: '/v1/chat/completions', messages: '/v1/messages', responses: '/v1/responses', embeddings: '/v1/embeddings' };

/** One conversation with one message in each client format. */
function bodyOf(path: string, text: string, fields: object = {}): object {
  const model = '@novita/any-model';
  if (path === PATHS.responses) return { model, input: text, max_output_tokens: 50, ...fields };
  if (path === PATHS.embeddings) return { model: 'baai/bge-m3', input: text, ...fields };
  return { model, messages: [{ role: 'user', content: text }], max_tokens: 50, ...fields };
}

function ask(text: string, { path = PATHS.chat, key = 'one-key', headers = {}, ...fields }: Options & Record<string, unknown> = {}) {
  const all = { authorization: `Bearer ${key}`, 'x-openrouter-cache': 'true', ...headers };
  return post(running().url + path, bodyOf(path, text, fields), all);
}

const callsFor = async (text: string) => (await simulatorLog(running())).filter(({ body }) => JSON.stringify(body).includes(text)).length;

/** Asks until the answer is a stored one: what is stored is written after the response. */
const hit = (text: string, options: Options & Record<string, unknown> = {}) =>
  until('a stored answer', async () => {
    const response = await ask(text, options);
    return response.headers.get('x-tributary-cache') === 'hit' ? response : void (await response.text());
  });

describe('response cache', () => {
  it('answers an identical request from the store, in every client format, streamed or not', async () => {
    const text = 'one question for all formats';
    const first = await ask(text);
    expect(first.headers.get('x-tributary-cache')).toBe('miss');
    const made = (await first.json()) as { id: string; choices: { message: { content: string } }[]; usage: { prompt_tokens: number } };
    const said = made.choices[0]?.message.content ?? '';
    expect(said).not.toBe('');
    const repeated = await hit(text);
    const calls = await callsFor(text);
    expect(Number(repeated.headers.get('age'))).toBeGreaterThanOrEqual(0);
    expect(repeated.headers.get('x-tributary-attempts')).toBe('0');
    expect(repeated.headers.get('x-tributary-provider')).toBe('novita');
    const body = (await repeated.json()) as typeof made & { usage: object };
    expect(body.choices).toEqual(made.choices);
    expect(body.id).not.toBe(made.id);
    expect(body.usage).toMatchObject({
      prompt_tokens: 0,
      completion_tokens: 0,
      total_tokens: 0,
      cost: 0,
      cache: { saved: { prompt_tokens: made.usage.prompt_tokens } },
    });

    const streamed = await ask(text, { stream: true });
    expect(streamed.headers.get('x-tributary-cache')).toBe('hit');
    const frames = await streamed.text();
    expect(frames).toContain(JSON.stringify(said));
    expect(frames.trimEnd().endsWith('data: [DONE]')).toBe(true);

    const message = (await (await ask(text, { path: PATHS.messages })).json()) as { content: { text: string }[]; usage: object };
    expect(message.content[0]?.text).toBe(said);
    expect(message.usage).toMatchObject({ input_tokens: 0, output_tokens: 0, cost: 0 });
    const events = readMessage(await (await ask(text, { path: PATHS.messages, stream: true })).text());
    expect(events.isComplete).toBe(true);
    expect(JSON.stringify(events.message)).toContain(JSON.stringify(said));
    for (const stream of [false, true]) {
      const response = await ask(text, { path: PATHS.responses, stream });
      expect(response.headers.get('x-tributary-cache')).toBe('hit');
      expect(await response.text()).toContain(JSON.stringify(said));
    }
    expect(await callsFor(text)).toBe(calls);
  });

  it('answers embeddings from the store', async () => {
    const text = 'one text to embed';
    const made = (await (await ask(text, { path: PATHS.embeddings })).json()) as { data: object[] };
    const response = await hit(text, { path: PATHS.embeddings });
    const body = (await response.json()) as { data: object[]; usage: object };
    expect(body.data).toEqual(made.data);
    expect(body.usage).toMatchObject({ prompt_tokens: 0, cost: 0, cache: { saved: { prompt_tokens: expect.any(Number) } } });
  });

  it('sends one request upstream for twenty at a time', async () => {
    const text = 'twenty at a time';
    const asked = Array.from({ length: 20 }, (_, index) => ask(text, { stream: index % 2 === 0 }));
    const responses = await Promise.all(asked);
    const states = responses.map(({ headers }) => headers.get('x-tributary-cache')).sort();
    expect(states).toEqual([...Array.from({ length: 19 }, () => 'joined'), 'miss']);
    for (const response of responses) expect((await response.text()).length).toBeGreaterThan(100);
    expect(await callsFor(text)).toBe(1);
  });

  it('uses nothing that another caller has stored', async () => {
    const text = 'a question of two callers';
    await (await ask(text)).text();
    await (await hit(text)).text();
    const other = await ask(text, { key: 'other-key' });
    expect(other.headers.get('x-tributary-cache')).toBe('miss');
    await other.text();
  });

  it('obeys the headers of the caller', async () => {
    const text = 'a question with headers';
    const off = await ask(text, { headers: { 'x-openrouter-cache': 'false' } });
    expect(off.headers.has('x-tributary-cache')).toBe(false);
    await off.text();
    const unstored = await ask(text, { headers: { 'cache-control': 'no-store' } });
    expect(unstored.headers.has('x-tributary-cache')).toBe(false);
    await unstored.text();
    const first = await ask(text);
    expect(first.headers.get('x-tributary-cache')).toBe('miss');
    await first.text();
    await (await hit(text)).text();
    const fresh = await ask(text, { headers: { 'cache-control': 'no-cache' } });
    expect(fresh.headers.get('x-tributary-cache')).toBe('miss');
    await fresh.text();
    const cleared = await ask(text, { headers: { 'x-openrouter-cache-clear': 'true' } });
    expect(cleared.headers.get('x-tributary-cache')).toBe('miss');
    await cleared.text();
  });

  it('forgets an answer when its time is over', async () => {
    const text = 'a question for a second';
    const headers = { 'x-openrouter-cache-ttl': '1' };
    await (await ask(text, { headers })).text();
    const stateNow = async () => {
      const response = await ask(text, { headers });
      await response.text();
      return response.headers.get('x-tributary-cache');
    };
    const untilIs = (state: string) => until(`a ${state}`, async () => ((await stateNow()) === state ? state : undefined));
    await untilIs('hit');
    expect(await untilIs('miss')).toBe('miss');
  });

  it('does not let others wait for a request whose client has disconnected', async () => {
    const text = `think for a while ${'word '.repeat(40)}`;
    const left = new AbortController();
    const leading = fetch(running().url + PATHS.chat, {
      method: 'POST',
      signal: left.signal,
      headers: { 'content-type': 'application/json', authorization: 'Bearer one-key', 'x-openrouter-cache': 'true' },
      body: JSON.stringify(bodyOf(PATHS.chat, text, { stream: true, max_tokens: 400 })),
    });
    await until('the upstream call', async () => ((await callsFor(text)) > 0 ? true : undefined));
    const waiting = [false, true, false].map((stream) => ask(text, { max_tokens: 400, stream }));
    await leading.then(({ body }) => body?.getReader().read());
    left.abort();
    for (const response of await Promise.all(waiting)) {
      expect(response.status).toBe(200);
      expect((await response.text()).length).toBeGreaterThan(100);
    }
    expect(await callsFor(text)).toBeGreaterThan(1);
    await (await hit(text, { max_tokens: 400 })).text();
  });
});

describe('response cache in KV', () => {
  it('answers where the data centre has nothing', async () => {
    const persist = mkdtempSync(join(tmpdir(), 'tributary-cache-'));
    const start = () => startHarness({ ROUTER_API_KEYS: 'one-key', ALLOW_ANONYMOUS: 'false' }, 0, { kv: ['CACHE'], persist });
    const asked = (url: string) =>
      post(url + PATHS.chat, bodyOf(PATHS.chat, 'kept in KV'), { authorization: 'Bearer one-key', 'x-openrouter-cache': 'true' });
    const first = await start();
    const said = ((await (await asked(first.url)).json()) as { choices: object[] }).choices;
    await until('a stored answer', async () => ((await asked(first.url)).headers.get('x-tributary-cache') === 'hit' ? true : undefined));
    await first.stop();
    const folders = readdirSync(persist).filter((name) => name.startsWith('cache'));
    expect(folders).not.toEqual([]);
    for (const folder of folders) rmSync(join(persist, folder), { recursive: true });
    const second = await start();
    const repeated = await asked(second.url);
    expect(repeated.headers.get('x-tributary-cache')).toBe('hit');
    expect(((await repeated.json()) as { choices: object[] }).choices).toEqual(said);
    expect(await simulatorLog(second)).toEqual([]);
    await second.stop();
    rmSync(persist, { recursive: true });
  });
});
