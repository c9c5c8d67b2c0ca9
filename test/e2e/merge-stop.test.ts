/** More stop sequences than the provider accepts, with several choices: each choice ends at its own stop, and then its upstream is left. */
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askStream, askWhole, saidInStream, saidInWhole } from './merged.ts';
import { bodyOf, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, simulatorLog, startHarness, until, type Harness } from './harness.ts';
import { expectWhole } from '../support/read-stream.ts';

/** The provider gets four; the router matches the last two as well. */
const STOPS = ['<1>', '<2>', '<3>', '<4>', ' word 7 ', '~~~'];

/** Sends numbered words without end, in as many choices as are requested. Each call and each choice has its own name. */
let endless: OwnUpstream;
const connections: { stop: unknown; left: boolean }[] = [];
let harness: Harness;

type RequestBody = { seed: number; n?: number; stop: unknown };

function pour(response: ServerResponse, { seed, n = 1 }: RequestBody): void {
  let number = 0;
  const write = () => {
    let wantsMore = true;
    while (wantsMore && !response.destroyed) {
      for (let index = 0; index < n; index++) {
        const choice = {
          index,
          delta: { content: number === 0 ? `seed ${seed} choice ${index}` : ` word ${number}` },
          finish_reason: null,
        };
        wantsMore = response.write(`data: ${JSON.stringify({ id: 'c', choices: [choice] })}\n\n`);
      }
      number++;
    }
    response.once('drain', write);
  };
  write();
}

beforeAll(async () => {
  endless = await listen(async (incoming, response) => {
    const asked = JSON.parse(await bodyOf(incoming)) as RequestBody;
    const connection = { stop: asked.stop, left: false };
    connections.push(connection);
    response.on('close', () => {
      connection.left = true;
    });
    response.writeHead(200, STREAM_HEADERS);
    pour(response, asked);
  });
  harness = await startHarness({ NOVITA_BASE_URL: endless.url, GROQ_BASE_URL: endless.url });
});
afterAll(async () => {
  await harness.stop();
  await endless.stop();
});

const upTo = (seed: number, choice: number) => `seed ${seed} choice ${choice} word 1 word 2 word 3 word 4 word 5 word 6`;

describe('a stop sequence at upstreams that never end', () => {
  it.each([
    { model: '@groq/m', calls: 3, texts: [upTo(20, 0), upTo(21, 0), upTo(22, 0)] },
    { model: '@novita/m', calls: 1, texts: [upTo(20, 0), upTo(20, 1), upTo(20, 2)] },
  ])(
    'n: 3 at $model: each choice ends before its stop, every upstream is left, the bill is an estimate',
    async ({ model, calls, texts }) => {
      connections.length = 0;
      const stream = await askStream(harness, 'chat/completions', hello({ model, n: 3, seed: 20, stop: STOPS }));
      const { usage } = expectWhole(stream, 3);
      expect(saidInStream(stream)).toEqual(texts.map((text, index) => ({ index, text, finish: 'stop' })));
      expect(usage.calls).toBe(calls);
      expect(usage.estimated).toEqual(expect.arrayContaining(['prompt_tokens', 'completion_tokens', 'total_tokens']));
      expect(usage.completion_tokens).toBeGreaterThan(3 * 6);
      await until('every upstream to be left', () => (connections.every(({ left }) => left) ? true : undefined));
      expect(connections.map(({ stop }) => stop)).toEqual(Array.from({ length: calls }, () => STOPS.slice(0, 4)));
    },
  );
});

describe('a stop sequence at the simulator', () => {
  it('n: 3: the upstreams get four stop sequences each and are aborted in the middle of a flood', async () => {
    const content = 'flooded, thrice';
    const request = hello({ model: '@openrouter/some/m', messages: [{ role: 'user', content }], n: 3, seed: 1, stop: STOPS });
    const stream = await askStream(harness, 'chat/completions', request, { 'x-simulator-fault': 'flood=100000000' });
    const { usage, adjustments } = expectWhole(stream, 3);
    expect(saidInStream(stream)).toEqual([0, 1, 2].map((index) => ({ index, text: '', finish: 'stop' })));
    expect(usage).toMatchObject({ calls: 3, estimated: expect.arrayContaining(['completion_tokens']) });
    expect(adjustments).toContainEqual(expect.objectContaining({ param: 'stop', action: 'emulated', from: 6, to: 4 }));
    const entries = await until('three aborts', async () => {
      const mine = (await simulatorLog(harness)).filter(({ body }) => JSON.stringify(body).includes(content));
      return mine.every(({ aborted }) => aborted) ? mine : undefined;
    });
    expect(entries).toHaveLength(3);
    for (const { body, finished } of entries) {
      expect(body).toMatchObject({ stop: STOPS.slice(0, 4) });
      expect(finished).toBe(false);
    }
  });

  it('a choice without a stop sequence goes on to its end while the others are cut', async () => {
    const base = hello({ model: '@openrouter/some/m', n: 3, seed: 1 });
    const plain = saidInWhole(await askWhole(harness, 'chat/completions', base)).map(({ text }) => text);
    const [, second = '', third = ''] = plain.map((text) => text.slice(text.indexOf('.') + 5, text.indexOf('.') + 25));
    const stop = ['<1>', '<2>', '<3>', '<4>', second, third];
    const cut = plain.map((text) =>
      text.slice(0, Math.min(...[second, third].map((piece) => text.indexOf(piece)).filter((at) => at >= 0))),
    );
    expect(cut[0]).toBe(plain[0]);
    expect(cut[1]).not.toBe(plain[1]);
    const stream = await askStream(harness, 'chat/completions', { ...base, stop });
    expectWhole(stream, 3);
    expect(saidInStream(stream).map(({ text }) => text)).toEqual(cut);
    const whole = await askWhole(harness, 'chat/completions', { ...base, stop });
    expect(saidInWhole(whole).map(({ text }) => text)).toEqual(cut);
  });
});
