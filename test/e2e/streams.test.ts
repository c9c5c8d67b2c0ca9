/** Resumable streams in real objects: clients that leave in the middle and come back, readers, cancelling, joining, restarts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contentFrame, ENDING, STREAM_HEADERS } from '../support/http-upstream.ts';
import { errorOf, post, until } from './harness.ts';
import { get, idsOf, ONE, readUntil, RESUME, startStreams, textOf, type StreamsHarness } from './streams-harness.ts';

let router: StreamsHarness;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'));
  router = await startStreams();
});
afterAll(async () => {
  await router?.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => void (router.calls.length = 0));

const message = (content: string) => ({ model: '@groq/m', messages: [{ role: 'user', content }] });
const DOORS = {
  chat: { path: '/v1/chat/completions', body: { ...message('hi'), stream: true }, end: /data: \[DONE\]\n\n$/, error: /"error":\{"code":/ },
  messages: {
    path: '/v1/messages',
    body: { ...message('hi'), stream: true, max_tokens: 99 },
    end: /message_stop"\}\n\n$/,
    error: /event: error\n/,
  },
  responses: {
    path: '/v1/responses',
    body: { model: '@groq/m', input: 'hi', stream: true },
    end: /data: \[DONE\]\n\n$/,
    error: /event: response\.failed\n/,
  },
} as const;
const { chat, responses } = DOORS;

const remove = (address: string, headers = ONE) => fetch(address, { method: 'DELETE', headers });
const lastId = (text: string) => idsOf(text).at(-1);
/** Without what differs between two answers. */
const stable = (text: string) =>
  text.replaceAll(/(gen-|resp_|msg_|fc_|rs_|req_)\w+/g, '$1').replaceAll(/"(created|created_at|completed_at)":\d+/g, '"$1":0');

/** Writes bytes cut in the middle of a character and of a call. */
const CALL = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"city":"Zür' } }] }, finish_reason: null }] })}\n\n`;
const MORE = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: 'ich 日本"}' } }] }, finish_reason: null }] })}\n\n`;

describe.each(Object.entries(DOORS))('a resumable stream of %s', (name, door) => {
  it('goes on without its client, whose readers get the rest, byte for byte', async () => {
    const { call, response, stream } = await router.begin(door);
    expect(response.status).toBe(200);
    let seen = await readUntil(response, /Begin/);
    const bytes = Buffer.from(contentFrame('日本語 text'));
    const cut = bytes.indexOf(0xe6) + 1;
    call.response.write(bytes.subarray(0, cut));
    // A reader comes and leaves before the character is whole.
    await (await get(stream, lastId(seen))).body?.cancel();
    call.response.write(bytes.subarray(cut));
    seen += await readUntil(await get(stream, lastId(seen)), /日本語/);
    call.response.write(CALL);
    seen += await readUntil(await get(stream, lastId(seen)), name === 'chat' ? /Zür/ : /tool_use|function_call"/);
    call.response.write(MORE);
    call.response.end(ENDING.replace('"stop"', '"tool_calls"'));
    seen += await textOf(await get(stream, lastId(seen)));
    const whole = await textOf(await get(stream));
    expect(seen).toBe(whole);
    expect(whole).toMatch(door.end);
    expect(idsOf(whole)).toEqual(idsOf(whole).map((_, index) => index));
    expect(await textOf(await get(`${stream}?starting_after=3`))).toBe(whole.slice(whole.indexOf('id: 4\n')));
    expect(router.calls.length).toBe(1);

    // The same answer without an object.
    const plain = post(router.url + door.path, door.body, ONE);
    const second = await until('the second call', () => router.calls[1]);
    second.response.writeHead(200, STREAM_HEADERS).write(contentFrame('Begin ') + bytes.toString() + CALL + MORE);
    second.response.end(ENDING.replace('"stop"', '"tool_calls"'));
    const undisturbed = await textOf(await plain);
    expect(idsOf(undisturbed)).toEqual([]);
    expect(stable(whole.replaceAll(/^id: \d+\n/gm, ''))).toBe(stable(undisturbed));
  });

  it('ends with an error of its format where its client deletes it, as often as it does', async () => {
    const { call, response, stream } = await router.begin(door);
    const rest = textOf(response);
    for (const _ of [1, 2]) expect(await (await remove(stream)).json()).toMatchObject({ stopped: true });
    await until('the end of the upstream call', () => call.isClosed || undefined);
    const text = await rest;
    expect(text).toMatch(door.error);
    expect(text).toContain('cancelled');
    expect(await textOf(await get(stream))).toBe(text);
  });
});

it('the ids of a stream of /responses are its sequence numbers', async () => {
  const { call, response } = await router.begin(responses);
  call.response.end(ENDING);
  const pairs = [...(await textOf(response)).matchAll(/^id: (\d+)\nevent: .*\ndata: .*?"sequence_number":(\d+)/gm)];
  expect(pairs.length).toBeGreaterThan(5);
  for (const [, id, sequence] of pairs) expect(id).toBe(sequence);
});

it('a client that is gone before the first byte of the answer finds it by its idempotency key', async () => {
  const headers = { ...RESUME, 'idempotency-key': 'gone' };
  const leaving = new AbortController();
  const opened = fetch(router.url + chat.path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(chat.body),
    signal: leaving.signal,
  });
  const call = await router.upstreamCall();
  leaving.abort();
  await expect(opened).rejects.toThrow(/abort/i);
  call.response.writeHead(200, STREAM_HEADERS).write(contentFrame('Begin '));
  call.response.end(ENDING);
  const joined = await post(router.url + chat.path, chat.body, headers);
  expect(await textOf(joined)).toMatch(chat.end);
  expect([router.calls.length, call.isClosed]).toEqual([1, false]);
});

describe('a second request with the same Idempotency-Key', () => {
  it('joins the first one, from the beginning or from an event on, and another body is refused', async () => {
    const headers = { ...RESUME, 'idempotency-key': 'join' };
    const { call, response } = await router.begin(chat, headers);
    const joined = await post(router.url + chat.path, chat.body, headers);
    const rest = await post(router.url + chat.path, chat.body, { ...headers, 'last-event-id': '1' });
    expect(joined.headers.get('x-generation-id')).toBe(response.headers.get('x-generation-id'));
    call.response.end(ENDING);
    const whole = await textOf(response);
    expect(await textOf(joined)).toBe(whole);
    expect(await textOf(rest)).toBe(whole.slice(whole.indexOf('id: 2\n')));
    const other = await post(router.url + chat.path, { ...chat.body, seed: 1 }, headers);
    expect(other.status).toBe(422);
    expect((await errorOf(other)).message).toContain('Idempotency-Key');
    expect(router.calls.length).toBe(1);
  });

  it('of another caller is another request', async () => {
    await router.begin(chat, { ...RESUME, 'idempotency-key': 'shared' });
    router.calls.length = 0;
    await router.begin(chat, { ...RESUME, authorization: 'Bearer two', 'idempotency-key': 'shared' });
    expect(router.calls.length).toBe(1);
  });

  it('after an HTTP error starts anew, and those that wait get the error', async () => {
    const headers = { ...RESUME, 'idempotency-key': 'failed' };
    const waiting = [post(router.url + chat.path, chat.body, headers), post(router.url + chat.path, chat.body, headers)];
    const call = await router.upstreamCall();
    call.response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no such parameter"}}');
    const failed = await Promise.all(waiting);
    expect(failed.map(({ status }) => status)).toEqual([400, 400]);
    const [first, second] = await Promise.all(failed.map(textOf));
    expect(first).toContain('no such parameter');
    expect(second).toBe(first);
    router.calls.length = 0;
    expect((await router.begin(chat, headers)).response.status).toBe(200);
  });
});

it('an answer without a stream is returned to those that come back for it', async () => {
  const headers = { ...RESUME, 'idempotency-key': 'body' };
  const body = { ...chat.body, stream: false };
  const opened = post(router.url + chat.path, body, headers);
  const call = await router.upstreamCall();
  const joined = post(router.url + chat.path, body, headers);
  call.response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(
      '{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}',
    );
  const response = await opened;
  const text = await textOf(response);
  expect(text).toContain('"content":"Hi"');
  expect(await textOf(await joined)).toBe(text);
  expect(await textOf(await get(router.url + (response.headers.get('x-tributary-stream') ?? '')))).toBe(text);
  expect(router.calls.length).toBe(1);
});

it('other callers, unknown ids and malformed ids get the same 404', async () => {
  const { response, stream } = await router.begin(chat);
  const id = response.headers.get('x-generation-id') ?? '';
  const addresses = [stream, stream.replace(id, 'gen-AAAAAAAAAAAAAAAAAAAA'), stream.replace(id, 'x')];
  for (const method of ['GET', 'DELETE']) {
    const answers = await Promise.all(addresses.map((address) => fetch(address, { method, headers: { authorization: 'Bearer two' } })));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    const texts = await Promise.all(answers.map(async (answer) => (await errorOf(answer)).message.replace(/"[^"]+"/, '')));
    expect(new Set(texts).size).toBe(1);
  }
  expect((await get(`${stream}?starting_after=x`)).status).toBe(400);
});

it('a stream with too many bytes ends with an error, and its upstream call ends', async () => {
  const small = await router.serve({ MAX_ANSWER_BYTES: '3000' });
  const { call, response, stream } = await router.begin(chat, RESUME, small.url);
  const more = setInterval(() => call.response.write(contentFrame('more text than is kept '.repeat(4))), 5);
  const text = await textOf(response);
  clearInterval(more);
  expect(text).toMatch(/"error":\{"code":422,"message":"The answer has more than 3000 bytes/);
  expect(text.length).toBeLessThan(4500);
  await until('the end of the upstream call', () => call.isClosed || undefined);
  expect(await textOf(await get(stream))).toBe(text);
  await small.stop();
});

it('is deleted after its time', async () => {
  const brief = await router.serve({ STREAM_TTL_SECONDS: '1' });
  const { call, response, stream } = await router.begin(chat, RESUME, brief.url);
  call.response.end(ENDING);
  await textOf(response);
  const gone = await until('the end of the stream', async () => {
    const found = await get(stream);
    return found.status === 404 ? found : undefined;
  });
  expect((await errorOf(gone)).message).toContain('There is no stream');
  await brief.stop();
});

it('after a restart in the middle of a stream, what was stored ends with an error of its format', async () => {
  const first = await router.serve({}, folder);
  const broken: { door: (typeof DOORS)[keyof typeof DOORS]; stream: string; seen: string }[] = [];
  for (const door of Object.values(DOORS)) {
    router.calls.length = 0;
    const { call, response, stream } = await router.begin(door, RESUME, first.url);
    // So much text is stored at once.
    call.response.write(contentFrame('long '.repeat(4000)));
    broken.push({ door, stream, seen: await readUntil(response, /long/) });
    // An object answers a request after what it wrote before is stored.
    await (await get(stream)).body?.cancel();
  }
  await first.stop();
  const second = await router.serve({}, folder);
  for (const { door, stream, seen } of broken) {
    const address = stream.replace(first.url, second.url);
    const rest = await textOf(await get(address, lastId(seen)));
    expect(await textOf(await get(address))).toBe(seen + rest);
    expect(rest).toMatch(door.error);
    expect(rest).toContain('interrupted');
    // A client that has events which were not stored gets the error too.
    const beyond = await textOf(await get(address, 500));
    expect(beyond).toMatch(door.error);
    expect(idsOf(beyond)[0]).toBe(501);
  }
  await second.stop();
});

describe('a key with limits whose streams can be resumed', () => {
  const admin = { authorization: 'Bearer admin' };
  type KeyState = { limits: { used: number; reserved: number }[] };

  it.each(['ends', 'is deleted'])('is charged once for a stream that $0, read again and joined', async (how) => {
    const limits = [{ resource: 'requests', window: 'total', amount: 9 }];
    const created = await post(`${router.url}/v1/keys`, { name: how, limits, resumable: true }, admin);
    const { data, key } = (await created.json()) as { data: { hash: string }; key: string };
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': how };
    const state = async () =>
      ((await (await fetch(`${router.url}/v1/keys/${data.hash}`, { headers: admin })).json()) as { data: KeyState }).data.limits[0];
    const { call, response, stream } = await router.begin(chat, headers);
    expect(await state()).toMatchObject({ used: 0, reserved: 1 });
    if (how === 'ends') call.response.end(ENDING);
    else await remove(stream, headers);
    const text = await textOf(response);
    await until('the charge', async () => ((await state())?.reserved === 0 ? true : undefined));
    expect(await textOf(await fetch(stream, { headers }))).toBe(text);
    expect(await textOf(await post(router.url + chat.path, chat.body, headers))).toBe(text);
    expect(await state()).toMatchObject({ used: 1, reserved: 0 });
    const rows = await fetch(`${router.url}/v1/activity/generations?key=${data.hash}`, { headers: admin });
    expect(((await rows.json()) as { data: unknown[] }).data).toMatchObject([{ id: response.headers.get('x-generation-id') }]);
    expect(router.calls.length).toBe(1);
  });
});
