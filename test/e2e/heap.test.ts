/**
 * The Worker in raw workerd with the heap of the platform, 128 MB: no body that it accepts or refuses may end the isolate, alone or ten
 * at a time. One isolate takes them all.
 */
import { createServer, type Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareWorker, serveWorker, type WorkerdProcess } from '../dev/workerd.ts';
import { bundle } from '../dev/serve.ts';

/** Old and young generation together: what a Worker may have (https://developers.cloudflare.com/workers/platform/limits/, read 2026-11). */
const HEAP = ['--max-old-space-size=116', '--max-semi-space-size=4'];

const MEBIBYTE = 2 ** 20;

let upstream: Server;
let router: WorkerdProcess;

beforeAll(async () => {
  const choice = { index: 0, message: { role: 'assistant', content: 'ok' }, text: 'ok', finish_reason: 'stop' };
  const answer = JSON.stringify({
    object: 'chat.completion',
    model: 'm',
    choices: [choice],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  });
  upstream = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answer));
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const address = upstream.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const variables = { ALLOW_ANONYMOUS: 'true', NOVITA_BASE_URL: url, VLLM_BASE_URL: url, COHERE_BASE_URL: url };
  const settings = { variables, v8Flags: HEAP };
  router = await serveWorker(
    prepareWorker(await bundle('src/worker.ts'), settings, { classes: { RESPONSES: 'ResponsesObject', STREAMS: 'StreamObject' } }),
  );
});
afterAll(async () => {
  await router?.stop();
  upstream?.close();
});

const repeat = (text: string, bytes: number) => text.repeat(Math.floor(bytes / text.length));
const list = (entry: string, bytes: number) => `[${repeat(`${entry},`, bytes)}${entry}]`;
const many = (count: number, entry: (index: number) => string) => Array.from({ length: count }, (_, index) => entry(index)).join(',');
const chat = (more: string, content = '"hi"', model = '@novita/any') =>
  `{"model":"${model}","messages":[{"role":"user","content":${content}}]${more}}`;
const prompt = (value: string) => `{"model":"@vllm/any","prompt":${value}}`;

type Body = readonly [what: string, path: string, megabytes: number, status: number, make: (bytes: number) => string];

const BODIES: readonly Body[] = [
  ['tools that are numbers', 'chat/completions', 1, 400, (bytes) => chat(`,"tools":${list('0', bytes)}`)],
  ['content that is numbers', 'chat/completions', 2, 400, (bytes) => chat('', list('0', bytes))],
  ['a prompt of fractions', 'completions', 4, 400, (bytes) => prompt(list('0.5', bytes))],
  ['empty lists', 'chat/completions', 4, 400, (bytes) => chat(`,"x":${list('[]', bytes)}`)],
  ['empty lists without an end', 'chat/completions', 4, 400, (bytes) => `{"x":[${repeat('[],', bytes)}`],
  ['objects', 'chat/completions', 4, 400, (bytes) => chat(`,"x":${list('{"a":1}', bytes)}`)],
  ['depth', 'chat/completions', 8, 400, (bytes) => `{"x":${repeat('[', bytes)}`],
  ['the name of a field', 'chat/completions', 8, 400, (bytes) => chat(`,"${repeat('a', bytes)}":1`)],
  ['unknown fields', 'chat/completions', 8, 400, (bytes) => chat(`,${many(bytes / 12, (index) => `"a${index}":0`)}`)],
  ['a stop sequence', 'chat/completions', 8, 400, (bytes) => chat(`,"stop":"${repeat('a', bytes)}"`)],
  [
    'as many objects of different fields as are taken',
    'chat/completions',
    2,
    200,
    () => chat(`,"x":[${many(199_000, (index) => `{"k${index}":0}`)}]`),
  ],
  ['as many unknown fields as are taken', 'chat/completions', 1, 200, () => chat(`,${many(9900, (index) => `"unknown${index}":0`)}`)],
  [
    'as many messages as are taken',
    'chat/completions',
    1,
    200,
    () => `{"model":"@novita/any","messages":[${many(10_000, () => '{"role":"user","content":[{"type":"text","text":"hi"}]}')}]}`,
  ],
  ['a million token ids', 'completions', 7, 200, (bytes) => prompt(list('100000', bytes))],
  ['text', 'chat/completions', 16, 200, (bytes) => chat('', `"${repeat('words and words. ', bytes)}"`)],
  ['text in two bytes a character', 'chat/completions', 16, 200, (bytes) => chat('', `"\u4e2d${repeat('words and words. ', bytes)}"`)],
  ['text with escapes', 'chat/completions', 16, 200, (bytes) => chat('', `"${repeat('a\\n\\"', bytes)}"`)],
  ['text to explain', 'explain', 16, 200, (bytes) => chat('', `"${repeat('words and words. ', bytes)}"`)],
];

/** The status; 0 where the connection broke. */
const statusOf = async (path: string, body: BodyInit): Promise<number> => {
  try {
    const response = await fetch(`${router.url}/v1/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
};

it.each(BODIES)('a body of %s does not kill the isolate', async (_, path, megabytes, status, make) => {
  expect(await statusOf(path, make(megabytes * MEBIBYTE))).toBe(status);
  expect(await statusOf('chat/completions', chat(''))).toBe(200);
});

/** Ten of 4 MiB are several times the heap, by the time they are text, objects and text again. */
const bodyOf = (wanted: string) => {
  const [, path = '', megabytes = 0, status = 0, make = String] = BODIES.find(([what]) => what === wanted) ?? [];
  return { path, status, body: new Blob([make(Math.min(megabytes, 4) * MEBIBYTE)]) };
};

const REFUSED = BODIES.filter(([, , , status]) => status === 400).map(([what]) => what);

it.each([
  ['of every kind that is refused', REFUSED],
  ['of values that are refused late', [...'12345'].flatMap(() => ['a prompt of fractions', 'content that is numbers'])],
  ['of text in two bytes a character', [...'1234567890'].map(() => 'text in two bytes a character')],
  [
    'of as much as is taken',
    [
      ...[...'123'].flatMap(() => ['a million token ids', 'as many messages as are taken', 'as many unknown fields as are taken']),
      'as many objects of different fields as are taken',
    ],
  ],
])('ten bodies %s at a time do not kill the isolate', async (_, kinds) => {
  expect(kinds.length).toBeGreaterThanOrEqual(10);
  const bodies = kinds.map(bodyOf);
  const statuses = await Promise.all(bodies.map(({ path, body }) => statusOf(path, body)));
  expect(statuses).toEqual(bodies.map(({ status }) => status));
  expect(await statusOf('chat/completions', chat(''))).toBe(200);
});

it('ten kept conversations of 10 MiB at a time do not kill the isolate', async () => {
  const half = 5 * MEBIBYTE;
  const inputs = [
    `"${repeat('words and words. ', half)}"`,
    `[{"role":"user","content":"x","more":[${many(190_000, (index) => `{"k${index % 7}":0}`)}]}]`,
    `"${repeat('words \u4e2d ', half)}"`,
  ];
  let previous = 'null';
  for (const input of inputs) {
    const body = `{"model":"@novita/any","store":true,"previous_response_id":${previous},"input":${input}}`;
    const response = await fetch(`${router.url}/v1/responses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const answer = (await response.json()) as { id: string; store: boolean };
    expect(answer.store).toBe(true);
    previous = JSON.stringify(answer.id);
  }
  const next = `{"model":"@novita/any","input":"x","previous_response_id":${previous}}`;
  const read = async () => (await fetch(`${router.url}/v1/responses/${JSON.parse(previous) as string}/input_items`)).status;
  const statuses = await Promise.all([...'1234567890'].flatMap(() => [statusOf('responses', next), read()]));
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]); // 503: a slow machine had no memory free within 30 s
  expect(statuses).toContain(200);
  expect(await statusOf('chat/completions', chat(''))).toBe(200);
});

it('ten requests of 15 MiB that are answered by objects do not kill the isolate', async () => {
  const body = new Blob([chat('', `"${repeat('words and words. ', 15 * MEBIBYTE)}"`)]);
  const headers = { 'content-type': 'application/json', 'x-tributary-resume': 'true' };
  const ask = async () => (await fetch(`${router.url}/v1/chat/completions`, { method: 'POST', headers, body })).status;
  const statuses = await Promise.all([...'1234567890'].map(ask));
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(statuses).toContain(200);
  expect(await statusOf('chat/completions', chat(''))).toBe(200);
});

it('a refusal reaches a client that sends its whole body before it reads', async () => {
  const tooLarge = new Blob([chat('', `"${repeat('words and words. ', 21 * MEBIBYTE)}"`)]);
  const statuses = await Promise.all([...'123'].flatMap(() => [statusOf('chat/completions', tooLarge), statusOf('nothing', tooLarge)]));
  expect(statuses).toEqual([413, 404, 413, 404, 413, 404]);
});

it('invalid HTTP chunks are a 400', async () => {
  const { port } = new URL(router.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(
        'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\nZZ\r\n',
      );
    });
    let text = '';
    socket.on('data', (piece) => (text += piece.toString()));
    socket.on('close', () => resolve(text)).on('error', reject);
    socket.setTimeout(3000, () => socket.end());
  });
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
});
