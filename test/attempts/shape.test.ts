/** The shape of the code that answers a request: how many reads and scans a plain stream takes, and what a stack trace names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EncodedFrames } from '../../src/pipeline/encoded-frames.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { acme, chatOperation } from '../support/fake-providers.ts';
import { chatBody, createFakeRouter } from '../support/fake-router.ts';
import { bodyOf } from '../support/scripted-upstream.ts';
import { fieldsOfFunctionType } from './function-fields.ts';
import { createAnswer } from './scripted-answer.ts';

const SRC = join(import.meta.dirname, '../../src');
const chats = acme({ operations: { chat: [chatOperation()] } });
const encoded = (text: string) => new TextEncoder().encode(text);
const piece = (text: string) => event(CHAT_WIRE.chunk([{ text }]));

/** Our frames of the stack here, the innermost first: `Class.method`, or an empty name. */
function ownFrames(): string[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 100;
  const stack = String(new Error('here').stack);
  Error.stackTraceLimit = stackTraceLimit;
  return stack
    .split('\n')
    .filter((line) => line.includes('/src/'))
    .map((line) => /^\s*at (?:async )?(?:new )?([\w#.<>]+) \(/.exec(line)?.[1] ?? '');
}

/** An answer whose body takes the stack at each of its reads. */
function tracedResponse(pieces: readonly string[]): { response: Response; stacks: string[][] } {
  const stacks: string[][] = [];
  const waiting = pieces.map(encoded);
  const reader = {
    read: () => {
      stacks.push(ownFrames());
      const value = waiting.shift();
      return Promise.resolve({ done: value === undefined, value });
    },
    cancel: () => Promise.resolve(),
  };
  const getReader = (options?: object) => {
    if (options !== undefined) throw new TypeError('a stream of texts, as those of tests are');
    return reader;
  };
  const response = { ok: true, status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }), body: { getReader } };
  return { response: response as unknown as Response, stacks };
}

const ANSWER = [...['a', 'b', 'c', 'd', 'e'].map(piece), event(CHAT_WIRE.chunk([{ finish: 'stop' }])) + event('[DONE]')];

describe('a plain stream of one endpoint', () => {
  it('is read by the loop that writes, which calls all that lies between', async () => {
    const { response, stacks } = tracedResponse(ANSWER);
    const router = createFakeRouter(chats, () => response);
    await (await router.ask(chatBody({ stream: true }))).text();
    const waits = ['PieceReader.wait', 'BodyAnswer.wait', 'CallAnswer.wait', 'AnswerStream.wait', 'EncodedFrames.wait'];
    expect(stacks[2]).toEqual([...waits, 'FrameWriter.#writeAll']);
  });

  it('has a name for every frame of the stack in the third read', async () => {
    const { response, stacks } = tracedResponse(ANSWER);
    const router = createFakeRouter(chats, () => response);
    await (await router.ask(chatBody({ stream: true }))).text();
    expect(stacks[2]?.filter((name) => !isNamed(name))).toEqual([]);
  });

  it.each([true, false])(
    'has a name for every frame between the handler and fetch, and at most 14 of them (stream: %s)',
    async (stream) => {
      let frames: string[] = [];
      const router = createFakeRouter(chats, () => {
        frames = ownFrames();
        return stream ? new Response(bodyOf(...ANSWER)) : Response.json(CHAT_WIRE.body([{ text: 'a', finish: 'stop' }]));
      });
      await (await router.ask(chatBody({ stream }))).text();
      expect(frames.filter((name) => !isNamed(name))).toEqual([]);
      expect(frames).toContain('TextCall.exchange');
      expect(frames.at(-1)).toBe('complete');
      expect(frames.length).toBeLessThanOrEqual(14);
    },
  );

  it('scans each array of events at most three times between decoding and encoding', async () => {
    const touched: number[] = [];
    const texts: StreamEvent[] = Array.from({ length: 30 }, (_, index) => watchedText(String(index), () => touched.push(index)));
    let next = 0;
    const { stream } = createAnswer(() => Promise.resolve(new Response(bodyOf(...threes(30)))), {
      change: (endpoint) => ({
        ...endpoint,
        dialect: { ...endpoint.dialect, createDecoder: () => ({ push: () => texts.slice(next, ++next), end: () => [] }) },
      }),
    });
    const frames = new EncodedFrames({
      opening: stream.open().then((source) => ({ source, events: [] })),
      observer: { observe: () => undefined },
      encoder: { push: (events) => (events.length === 0 ? '' : `${passes(touched.splice(0))}`) },
      cancel: () => undefined,
    });
    const counts: number[] = [];
    for (let batch = 0; batch < 9; batch++) counts.push(Number(await readText(frames)));
    // Decoding is one more pass: it touches each event in order once.
    expect(Math.max(...counts.slice(2)) - 1).toBeLessThanOrEqual(3);
    expect(Math.min(...counts.slice(2)) - 1).toBeGreaterThan(0);
  });
});

describe('src/calls and src/attempts', () => {
  it('have at most four fields whose value is a function', () => {
    const fields = ['calls', 'attempts'].flatMap((folder) =>
      readdirSync(join(SRC, folder)).flatMap((file) => {
        const found = fieldsOfFunctionType(readFileSync(join(SRC, folder, file), 'utf8'));
        return found.map((field) => `${folder}/${file}: ${field}`);
      }),
    );
    expect(fields.slice(4)).toEqual([]);
  });

  it('are counted by a scan that knows fields from parameters, methods and values', () => {
    const source = `
      type One = { a: () => void; b: string; c?: (x: { d: string }) => Promise<void> };
      interface Two { readonly e: (x: string) => void; f(): void; g: Alias }
      type Alias = (x: string) => void;
      class Three { readonly #h: () => void; i(j: () => void, k = (l: string) => l): void { const m = { n: () => 1, o: (p: string) => p }; } }
      const q = { r: (s: string) => s };
      type List = { t: (() => void)[]; u: (() => void) | null };
      function v({ w }: { w: () => void }): void {}`;
    expect(fieldsOfFunctionType(source)).toEqual(['a', 'c', 'e', '#h', 't', 'u', 'w', 'g']);
  });
});

/** The next text. */
async function readText(frames: EncodedFrames): Promise<string> {
  for (;;) {
    const text = await frames.take(await frames.wait());
    if (text !== '') return text;
  }
}

/** Functions without a name are shown as `<anonymous>`, or by the file alone. */
const isNamed = (name: string) => name !== '' && !/anonymous|^Object\.<|^async$/.test(name);

/** Pieces of a body with three payloads each. Their text is none that a decoder would recognise. */
const threes = (count: number) =>
  Array.from({ length: count / 3 }, (_, batch) => `data: x${batch}\n\ndata: y${batch}\n\ndata: z${batch}\n\n`);

/** A text delta that reports when its type is read. */
function watchedText(text: string, onRead: () => void): StreamEvent {
  return {
    get type(): 'text-delta' {
      onRead();
      return 'text-delta';
    },
    choice: 0,
    text,
  };
}

/** How often a list was gone through, by the positions that were read: each time an earlier one comes after a later one. */
function passes(positions: readonly number[]): number {
  return positions.reduce((count, position, index) => (index > 0 && position < (positions[index - 1] ?? 0) ? count + 1 : count), 1);
}
