import { describe, expect, it } from 'vitest';
import { openaiChatUpstream } from '../../src/dialects/openai-chat/index.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { EventSource } from '../../src/stream/event-source.ts';
import { readAnswer, readWholeAnswer } from '../../src/upstream/answer.ts';
import { event } from '../dialects/replay.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/wire.ts';
import { turn } from '../stream/fake-clock.ts';
import { bodyOf, createBody, LIMITS } from './own-host.ts';

const STREAM = [CHAT_WIRE.chunk([{ text: 'Hello' }]), CHAT_WIRE.chunk([{ finish: 'stop' }]), '[DONE]'].map(event).join('');
const BODY = JSON.stringify(CHAT_WIRE.body([{ text: 'Hello', finish: 'stop' }]));
const EXPECTED = ['text-delta', 'choice-end', 'end'];

type Read = typeof readAnswer;
const READERS: [string, Read][] = [
  ['piece by piece', readAnswer],
  ['at once', readWholeAnswer],
];

const open = (read: Read, body: BodyInit | null, type = 'application/json') =>
  read(new Response(body, { headers: { 'content-type': type } }), openaiChatUpstream, { quirks: [] }, LIMITS);

async function typesOf(source: EventSource): Promise<string[]> {
  const types: string[] = [];
  for (let batch = await source.read(); batch !== null; batch = await source.read()) types.push(...batch.map(({ type }) => type));
  return types;
}

describe.each(READERS)('an answer read %s', (_, read) => {
  it.each([
    ['a stream', STREAM, 'text/event-stream'],
    ['a stream that calls itself JSON', STREAM, 'application/json'],
    ['a stream that begins with a comment', `: hi\n\n${STREAM}`, 'application/json'],
    ['a stream that begins with an event field', `event: x\n${STREAM}`, 'text/plain'],
    ['a stream after blank lines', `\n\n  \n${STREAM}`, 'application/json'],
    ['a document', BODY, 'application/json'],
    ['a document that calls itself a stream', BODY, 'text/event-stream'],
    ['a document after blank lines', `\n\r\n   ${BODY}\n`, 'application/json'],
  ])('may be %s', async (_name, text, type) => {
    expect(await typesOf(open(read, text, type))).toEqual(EXPECTED);
  });

  it.each([
    ['nothing', ''],
    ['blank lines', '\n\n\n'],
  ])('that is %s has no events that look like an answer', async (_name, text) => {
    expect((await typesOf(open(read, text))).filter((type) => type !== 'error')).toEqual([]);
    expect((await typesOf(open(read, null))).filter((type) => type !== 'error')).toEqual([]);
  });

  it('that is a web page is an error', async () => {
    expect(await typesOf(open(read, '<html><body>Welcome to nginx</body></html>', 'text/html'))).toEqual(['error']);
  });

  it('that is broken JSON is an error', async () => {
    expect(await typesOf(open(read, BODY.slice(0, -2)))).toEqual(['error']);
  });

  it('may have its letters cut anywhere', async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(CHAT_WIRE.body([{ text: '🌊', finish: 'stop' }])));
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const source = open(read, pieces);
    const events = [];
    for (let batch = await source.read(); batch !== null; batch = await source.read()) events.push(...batch);
    expect(events).toContainEqual({ type: 'text-delta', choice: 0, text: '🌊' });
  });

  it('that is a document above the limit is refused, as a fault of the provider', async () => {
    const failure = await typesOf(open(read, `{"x":"${'x'.repeat(LIMITS.answerBytes)}"}`)).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(RouterError);
    expect(failure).toMatchObject({ type: 'provider_unavailable', message: expect.stringContaining('10000 bytes') });
  });

  it('whose connection breaks rejects', async () => {
    const body = createBody();
    const source = open(read, body.stream, 'text/event-stream');
    const first = source.read();
    body.write(STREAM.slice(0, 20));
    await first;
    const second = source.read();
    body.reset();
    await expect(second).rejects.toThrow('connection reset');
  });
});

describe('reading piece by piece', () => {
  it('asks for one piece at a time, and only when asked itself', async () => {
    const body = createBody();
    const source = open(readAnswer, body.stream);
    expect(body.asked()).toBe(0);
    const batch = source.read();
    await turn();
    expect(body.asked()).toBe(1);
    body.write(event(CHAT_WIRE.chunk([{ text: 'a' }])));
    expect(await batch).toEqual([{ type: 'text-delta', choice: 0, text: 'a' }]);
    await turn();
    expect(body.asked()).toBe(1);
  });

  it('gives one batch for each piece, also an empty one', async () => {
    const source = open(readAnswer, bodyOf('  \n', ': hi\n\n', event(CHAT_WIRE.chunk([{ text: 'a' }])), 'data: '));
    const sizes = [];
    for (let batch = await source.read(); batch !== null; batch = await source.read()) sizes.push(batch.length);
    expect(sizes).toEqual([0, 0, 1, 0, 0]);
  });

  it('cancels the upstream when it is given up, and gives nothing more', async () => {
    const body = createBody();
    const source = open(readAnswer, body.stream);
    const batch = source.read();
    body.write(event(CHAT_WIRE.chunk([{ text: 'a' }])));
    await batch;
    source.cancel();
    expect(body.cancelled()).toBe(true);
    expect(await source.read()).toBeNull();
  });

  it('refuses an event above the limit', async () => {
    const long = bodyOf(...Array.from({ length: 30 }, (_, position) => (position === 0 ? 'data: ' : 'x'.repeat(1000))));
    await expect(typesOf(open(readAnswer, long))).rejects.toThrow('more than 10000 characters');
  });
});
