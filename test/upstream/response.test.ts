import { describe, expect, it } from 'vitest';
import { openaiChatUpstream } from '../../src/dialects/openai-chat/upstream/index.ts';
import { createAnswerBudget } from '../../src/unified/response/answer-budget.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { EventSource } from '../../src/unified/response/event-source.ts';
import type { ReadOptions } from '../../src/upstream/byte-reader.ts';
import { readResponse } from '../../src/upstream/response.ts';
import { event } from '../dialects/replay.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { bodyOf, createBody } from '../support/scripted-upstream.ts';
import { LIMITS, turn } from '../support/fake-ports.ts';

const STREAM = [CHAT_WIRE.chunk([{ text: 'Hello' }]), CHAT_WIRE.chunk([{ finish: 'stop' }]), '[DONE]'].map(event).join('');
const BODY = JSON.stringify(CHAT_WIRE.body([{ text: 'Hello', finish: 'stop' }]));
const EXPECTED = ['text-delta', 'choice-end', 'end'];

/** How it is read, and whether that is wholly. */
const READERS: [string, boolean][] = [
  ['piece by piece', false],
  ['at once', true],
];

const READING: Omit<ReadOptions, 'budget'> = {
  dialect: openaiChatUpstream,
  options: { quirks: [] },
  limits: LIMITS,
  skipped: () => undefined,
};

const open = (untilEnd: boolean, body: BodyInit | null, type = 'application/json', skipped = READING.skipped) =>
  readResponse(
    new Response(body, { headers: { 'content-type': type } }),
    { ...READING, skipped, budget: createAnswerBudget(LIMITS.answerBytes) },
    untilEnd,
  );

const STREAM_TYPE = { headers: { 'content-type': 'text/event-stream' } };

async function typesOf(source: EventSource): Promise<string[]> {
  const types: string[] = [];
  for (let batch = await source.read(); batch !== null; batch = await source.read()) types.push(...batch.map(({ type }) => type));
  return types;
}

describe.each(READERS)('readResponse %s', (_, untilEnd) => {
  it.each([
    ['a stream', STREAM, 'text/event-stream'],
    ['a stream that calls itself JSON', STREAM, 'application/json'],
    ['a stream that begins with a comment', `: hi\n\n${STREAM}`, 'application/json'],
    ['a stream that begins with an event field', `event: x\n${STREAM}`, 'text/plain'],
    ['a stream after blank lines', `\n\n  \n${STREAM}`, 'application/json'],
    ['a document', BODY, 'application/json'],
    ['a document that calls itself a stream', BODY, 'text/event-stream'],
    ['a document after blank lines', `\n\r\n   ${BODY}\n`, 'application/json'],
  ])('accepts %s', async (_name, text, type) => {
    expect(await typesOf(open(untilEnd, text, type))).toEqual(EXPECTED);
  });

  it.each([
    ['nothing', ''],
    ['blank lines', '\n\n\n'],
  ])('returns no content for %s', async (_name, text) => {
    expect((await typesOf(open(untilEnd, text))).filter((type) => type !== 'error')).toEqual([]);
    expect((await typesOf(open(untilEnd, null))).filter((type) => type !== 'error')).toEqual([]);
  });

  it('returns an error for an HTML page', async () => {
    expect(await typesOf(open(untilEnd, '<html><body>Welcome to nginx</body></html>', 'text/html'))).toEqual(['error']);
  });

  it('returns an error for invalid JSON', async () => {
    expect(await typesOf(open(untilEnd, BODY.slice(0, -2)))).toEqual(['error']);
  });

  it('accepts characters cut anywhere', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(CHAT_WIRE.body([{ text: '🌊', finish: 'stop' }])));
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const source = open(untilEnd, pieces);
    const events = [];
    for (let batch = await source.read(); batch !== null; batch = await source.read()) events.push(...batch);
    expect(events).toContainEqual({ type: 'text-delta', choice: 0, text: '🌊' });
  });

  it('rejects a document above the limit as a fault of the provider', async () => {
    const failure = await typesOf(open(untilEnd, `{"x":"${'x'.repeat(LIMITS.answerBytes)}"}`)).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(RouterError);
    expect(failure).toMatchObject({ type: 'provider_unavailable', message: expect.stringContaining('10000 bytes') });
  });

  it('rejects when the connection breaks', async () => {
    const body = createBody();
    const source = open(untilEnd, body.stream, 'text/event-stream');
    const first = source.read();
    body.write(STREAM.slice(0, 20));
    await first;
    const second = source.read();
    body.reset();
    await expect(second).rejects.toThrow('connection reset');
  });
});

describe('readResponse with incomplete events', () => {
  it('takes their bytes from the shared budget until they are complete', async () => {
    const budget = createAnswerBudget(10_000);
    const openShared = (text: string) => readResponse(new Response(text, STREAM_TYPE), { ...READING, budget }, false);
    const whole = openShared(`data: {"x":"${'x'.repeat(7000)}"}\n\n`);
    for (let events = await whole.read(); events?.length === 0; events = await whole.read());
    expect(budget.tryTake(10_000)).toBe(true);
    budget.give(10_000);
    const [one, other] = [openShared(`data: ${'x'.repeat(7000)}`), openShared(`data: ${'x'.repeat(7000)}`)];
    const readBoth = async () => {
      for (const source of [one, other, one, other]) await source.read(); // 4 KiB at a time
    };
    await expect(readBoth()).rejects.toThrow('MAX_ANSWER_BYTES');
  });
});

describe('readResponse piece by piece', () => {
  it('reads one piece at a time, on demand', async () => {
    const body = createBody();
    const source = open(false, body.stream);
    expect(body.asked()).toBe(0);
    const batch = source.read();
    await turn();
    expect(body.asked()).toBe(1);
    body.write(event(CHAT_WIRE.chunk([{ text: 'a' }])));
    expect(await batch).toEqual([{ type: 'text-delta', choice: 0, text: 'a' }]);
    await turn();
    expect(body.asked()).toBe(1);
  });

  it('returns one batch per piece, also an empty one', async () => {
    const source = open(false, bodyOf('  \n', ': hi\n\n', event(CHAT_WIRE.chunk([{ text: 'a' }])), 'data: '));
    const sizes = [];
    for (let batch = await source.read(); batch !== null; batch = await source.read()) sizes.push(batch.length);
    expect(sizes).toEqual([0, 0, 1, 0, 0]);
  });

  it('cancels the upstream, and returns nothing more', async () => {
    const body = createBody();
    const source = open(false, body.stream);
    const batch = source.read();
    body.write(event(CHAT_WIRE.chunk([{ text: 'a' }])));
    await batch;
    source.cancel();
    expect(body.cancelled()).toBe(true);
    expect(await source.read()).toBeNull();
  });

  it('rejects an event above the limit', async () => {
    const long = bodyOf(...Array.from({ length: 30 }, (_, position) => (position === 0 ? 'data: ' : 'x'.repeat(1000))));
    await expect(typesOf(open(false, long))).rejects.toThrow('more than 10000 characters');
  });
});

describe.each(READERS)('readResponse with an invalid event, %s', (_, untilEnd) => {
  const [good, finish, done] = [CHAT_WIRE.chunk([{ text: 'a' }]), CHAT_WIRE.chunk([{ finish: 'stop' }]), '[DONE]'].map(event);
  const bad = event('{"choices":[{"ind');
  const typesAndSkips = async (pieces: (string | undefined)[]) => {
    let skips = 0;
    const types = await typesOf(open(untilEnd, pieces.join(''), 'text/event-stream', () => void skips++));
    return { types, skips };
  };

  it.each([
    ['in the middle', [good, bad, good, finish, done], ['text-delta', 'text-delta', 'choice-end', 'end']],
    ['at the beginning', [bad, good, finish, done], ['text-delta', 'choice-end', 'end']],
    ['before the end', [good, finish, bad, done], ['text-delta', 'choice-end', 'end']],
    ['after the finish, with no end', [good, finish, bad], ['text-delta', 'choice-end']],
  ])('skips it %s, and reports it', async (_place, pieces, types) => {
    expect(await typesAndSkips(pieces)).toEqual({ types, skips: 1 });
  });

  it.each([
    ['nothing follows', [good, bad], ['text-delta', 'error']],
    ['another follows', [good, bad, bad, good], ['text-delta', 'error', 'error', 'text-delta']],
    ['the end follows before a finish', [good, bad, done], ['text-delta', 'error', 'end']],
    ['it is all there is', [bad], ['error']],
    ['only a finish follows', [bad, finish, done], ['choice-end', 'error', 'end']],
  ])('returns an error when %s', async (_what, pieces, types) => {
    expect(await typesAndSkips(pieces)).toEqual({ types, skips: 0 });
  });
});
