/** How many upstream calls a request may take, how many of them wait at once, and what becomes of them when the client leaves. */
import { request as open, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { countFrom, saidInStream } from './merged.ts';
import { bodyOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, hello, post, simulatorLog, startHarness, until, type Harness } from './harness.ts';
import { expectWhole, readStream, type Chunk } from '../support/read-stream.ts';

const many = (n: number, fields: object = {}) => hello({ model: '@openrouter/some/m', n, ...fields });

describe('MAX_UPSTREAM_CALLS', () => {
  const stands: Harness[] = [];
  beforeAll(async () => {
    stands.push(await startHarness(), await startHarness({ MAX_UPSTREAM_CALLS: '3' }));
  });
  afterAll(() => Promise.all(stands.map((harness) => harness.stop())));

  it.each([
    { which: 0, limit: 32 },
    { which: 1, limit: 3 },
  ])('$limit allows that many calls; one more is a 400 that names the variable, and nothing is sent', async ({ which, limit }) => {
    const harness = stands[which];
    if (harness === undefined) throw new Error('no stand');
    const response = await post(`${harness.url}/v1/chat/completions`, many(limit, { stream: true, max_tokens: 3 }));
    expect(expectWhole(readStream(await response.text()), limit).usage.calls).toBe(limit);
    const before = (await simulatorLog(harness)).length;
    for (const path of ['chat/completions', 'explain']) {
      for (const stream of [true, false]) {
        const error = await errorOf(await post(`${harness.url}/v1/${path}`, many(limit + 1, { stream })));
        expect(error).toMatchObject({ code: 400, type: 'invalid_request', param: 'n' });
        for (const told of ['MAX_UPSTREAM_CALLS', String(limit), String(limit + 1)]) expect(error.message).toContain(told);
      }
    }
    const request = { model: '@openrouter/some/m', prompt: 'hello', best_of: limit + 1 };
    const error = await errorOf(await post(`${harness.url}/v1/completions`, request));
    expect(error).toMatchObject({ code: 400, param: 'best_of' });
    expect(await simulatorLog(harness)).toHaveLength(before);
  });

  it('counts calls, not choices', async () => {
    const harness = stands[1];
    if (harness === undefined) throw new Error('no stand');
    const response = await post(`${harness.url}/v1/chat/completions`, hello({ model: '@novita/m', n: 100, stream: true, max_tokens: 2 }));
    expect(expectWhole(readStream(await response.text()), 100).usage.calls).toBe(1);
  });
});

/** A request that the upstream has received and what it has done about it. */
type HeldCall = { seed: number; response: ServerResponse; answered: boolean; left: boolean };

describe('32 calls of one request', () => {
  let host: OwnUpstream;
  let router: ServingOperation;
  let held: HeldCall[] = [];
  let mostWaiting = 0;
  let onRequest: (one: HeldCall) => void = () => undefined;

  const waiting = () => held.filter(({ answered, left }) => !answered && !left);

  /** Headers, and then a text that says whose it is. */
  function answer(one: HeldCall, ending: string): void {
    one.answered = true;
    one.response.writeHead(200, STREAM_HEADERS).write(contentFrame(`I am ${one.seed}`) + ending);
    if (ending !== '') one.response.end();
  }

  beforeAll(async () => {
    host = await listen(async (incoming, response) => {
      const { seed } = JSON.parse(await bodyOf(incoming)) as { seed: number };
      const one: HeldCall = { seed, response, answered: false, left: false };
      held.push(one);
      response.on('close', () => {
        one.left = true;
      });
      mostWaiting = Math.max(mostWaiting, waiting().length);
      onRequest(one);
    });
    router = await serveRouter({ OPENROUTER_BASE_URL: host.url, OPENROUTER_API_KEY: 'any', ALLOW_ANONYMOUS: 'true' });
  });
  afterAll(async () => {
    await router.stop();
    await host.stop();
  });
  beforeEach(() => {
    held = [];
    mostWaiting = 0;
    onRequest = () => undefined;
  });

  /** A client that keeps what it reads and can be torn off. */
  async function ask(): Promise<{ raw: () => string; leave: () => void; over: () => boolean }> {
    let raw = '';
    let over = false;
    const outgoing = open(`${router.url}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json' },
    });
    outgoing.on('error', () => undefined);
    outgoing.on('response', (response: IncomingMessage) => {
      response.on('error', () => undefined);
      response.on('data', (piece: Buffer) => (raw += piece.toString()));
      response.on('end', () => (over = true));
    });
    outgoing.end(JSON.stringify(many(32, { seed: 0, stream: true })));
    return { raw: () => raw, leave: () => outgoing.destroy(), over: () => over };
  }

  /** The whole frames so far, without comments. */
  const chunksOf = (raw: string) =>
    raw
      .split('\n\n')
      .slice(0, -1)
      .filter((frame) => frame.startsWith('data: {'))
      .map((frame) => JSON.parse(frame.slice(6)) as Chunk);

  /** Resolves when no request has come for many turns. */
  async function untilQuiet(): Promise<void> {
    let before = -1;
    let quietTurns = 0;
    await until('a pause', () => {
      quietTurns = held.length === before ? quietTurns + 1 : 0;
      before = held.length;
      return quietTurns >= 25 ? true : undefined;
    });
  }

  it('wait for headers five at a time, in the order of the choices', async () => {
    const client = await ask();
    await until('five calls', () => (waiting().length === 5 ? true : undefined));
    await untilQuiet();
    expect(held.map(({ seed }) => seed).toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3, 4]);
    for (let next = 5; next < 32; next++) {
      const [first] = waiting();
      if (first !== undefined) answer(first, ENDING);
      await until(`call ${next}`, () => (held.length === next + 1 ? true : undefined));
      expect(held.at(-1)?.seed).toBe(next);
    }
    for (const one of waiting()) answer(one, ENDING);
    await until('the end', () => (client.over() ? true : undefined));
    const stream = readStream(client.raw());
    expect(expectWhole(stream, 32).usage).toMatchObject({ calls: 32, prompt_tokens: 32 * 2, completion_tokens: 32 * 3 });
    expect(saidInStream(stream)).toEqual(countFrom(0, 32).map((seed) => ({ index: seed, text: `I am ${seed}`, finish: 'stop' })));
    expect(mostWaiting).toBe(5);
  });

  it('go on beside one that never answers, which is aborted when the client leaves', async () => {
    const stalled = 2;
    onRequest = (one) => {
      if (one.seed !== stalled) answer(one, ENDING);
    };
    const client = await ask();
    const chunks = await until('31 choices', () => {
      const now = chunksOf(client.raw());
      return now.flatMap(({ choices }) => choices).filter(({ finish_reason: reason }) => reason !== null).length === 31 ? now : undefined;
    });
    const others = countFrom(0, 32).filter((seed) => seed !== stalled);
    expect(saidInStream({ chunks })).toEqual(others.map((seed) => ({ index: seed, text: `I am ${seed}`, finish: 'stop' })));
    expect(waiting().map(({ seed }) => seed)).toEqual([stalled]);
    expect(mostWaiting).toBeLessThanOrEqual(5);
    expect(client.over()).toBe(false);
    client.leave();
    await until('the stalled call to be left', () => (waiting().length === 0 ? true : undefined));
  });

  it('are all aborted when the client leaves, and no more are made', async () => {
    onRequest = (one) => {
      if (one.seed < 10) answer(one, '');
    };
    const client = await ask();
    await until('ten open answers and five calls that wait', () => (held.length === 15 && waiting().length === 5 ? true : undefined));
    await until('the first words', () => (chunksOf(client.raw()).length === 10 ? true : undefined));
    expect(held.filter(({ left }) => left)).toEqual([]);
    client.leave();
    await until('every call to be left', () => (held.every(({ left }) => left) ? true : undefined));
    await untilQuiet();
    expect(held).toHaveLength(15);
  });
});
