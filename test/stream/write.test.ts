import { describe, expect, it } from 'vitest';
import { writeFrames, type Frames } from '../../src/stream/write.ts';
import { createFakeClock, turn } from '../support/fake-ports.ts';

/** Frames that a test hands out one by one, and what was asked of them. */
function createSource() {
  const waiting: ((text: string | null) => void)[] = [];
  const asked = { reads: 0, atOnce: 0, cancelled: 0 };
  const urgent = { now: false };
  const over = { now: false };
  let hasEnded = false;
  const frames: Frames = {
    wait() {
      if (hasEnded) return null;
      asked.reads++;
      return new Promise((resolve) => {
        waiting.push(resolve);
        asked.atOnce = Math.max(asked.atOnce, waiting.length);
      });
    },
    take(text) {
      hasEnded = text === null;
      return typeof text === 'string' ? text : '';
    },
    end: () => Promise.resolve(null),
    mustFlush: () => urgent.now,
    isOver: () => over.now,
    cancel: () => void asked.cancelled++,
  };
  return { frames, asked, urgent, over, give: (text: string | null) => waiting.shift()?.(text) };
}

const KEEP_ALIVE = ': keep-alive\n\n';

const decoder = new TextDecoder();

/** A client that reads when the test asks for it. */
function createClient(stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  return {
    async drain(): Promise<string | null> {
      const { done, value } = await reader.read();
      return done ? null : decoder.decode(value);
    },
    cancel: () => reader.cancel(),
  };
}

function open(first = 'first', joinMs = 0) {
  const clock = createFakeClock();
  const source = createSource();
  return {
    clock,
    ...source,
    ...createClient(writeFrames(source.frames, { first: first === KEEP_ALIVE ? null : first, keepAlive: KEEP_ALIVE, clock, joinMs })),
  };
}

describe('writeFrames', () => {
  it('writes the first text at once, then one write per read, then ends', async () => {
    const { drain, give } = open();
    expect(await drain()).toBe('first');
    for (const text of ['a', 'b\n\nc']) {
      const next = drain();
      await turn();
      give(text);
      expect(await next).toBe(text);
    }
    const last = drain();
    await turn();
    give(null);
    expect(await last).toBeNull();
  });

  it('ends with the last text, without another read', async () => {
    const { drain, give, asked, over, clock } = open('first', 25);
    await drain();
    const last = drain();
    await turn();
    over.now = true;
    give('a');
    expect(await last).toBe('a');
    expect(await drain()).toBeNull();
    expect([asked.reads, asked.cancelled, clock.pending()]).toEqual([1, 0, 0]);
  });

  it('has one outstanding read, and reads only on demand', async () => {
    const { drain, give, asked } = open();
    await turn();
    expect(asked.reads).toBe(0); // the first text has not been taken
    await drain();
    await turn();
    expect(asked.reads).toBe(1);
    give('a');
    await turn();
    expect(asked.reads).toBe(1); // "a" has not been taken
    await drain();
    await turn();
    expect(asked).toMatchObject({ reads: 2, atOnce: 1 });
  });

  it('writes a keep-alive after 3 s of silence, then every 5 s, and restarts after a frame', async () => {
    const { drain, give, clock } = open();
    await drain();
    const first = drain();
    clock.advance(2999);
    give('a');
    expect(await first).toBe('a'); // no comment came before it
    const silent = drain();
    await turn();
    clock.advance(3000);
    expect(await silent).toBe(': keep-alive\n\n');
    const second = drain();
    clock.advance(4999);
    expect(await Promise.race([second, turn()])).toBeUndefined();
    clock.advance(1);
    expect(await second).toBe(': keep-alive\n\n');
    const third = drain();
    give('b');
    expect(await third).toBe('b');
    const fourth = drain();
    await turn();
    clock.advance(3000);
    expect(await fourth).toBe(': keep-alive\n\n');
  });

  it('queues no keep-alives for a client that has not taken the last write', async () => {
    const { drain, give, clock } = open();
    await drain();
    await turn();
    clock.advance(60_000);
    give('a');
    expect(await drain()).toBe(': keep-alive\n\n');
    expect(await drain()).toBe('a');
  });

  it('writes no keep-alive while the first text waits', async () => {
    const { drain, give, clock } = open();
    await turn();
    clock.advance(60_000);
    expect(await drain()).toBe('first');
    const next = drain();
    await turn();
    give('a');
    expect(await next).toBe('a');
  });

  it('cancels the frames when the client disconnects, and leaves no timer', async () => {
    const { drain, cancel, asked, clock } = open();
    await drain();
    await turn();
    expect(clock.pending()).toBe(1);
    await cancel();
    expect(asked.cancelled).toBe(1);
    expect(clock.pending()).toBe(0);
  });

  it('ignores a frame after the client has disconnected', async () => {
    const { drain, cancel, give, clock } = open();
    await drain();
    await turn();
    await cancel();
    give('late');
    await turn();
    expect(await drain()).toBeNull();
    expect(clock.pending()).toBe(0);
  });

  it('fails the stream when a read throws', async () => {
    const clock = createFakeClock();
    const frames: Frames = {
      wait: () => Promise.resolve(),
      take() {
        throw new Error('a bug');
      },
      end: () => Promise.resolve(null),
      mustFlush: () => false,
      isOver: () => false,
      cancel: () => undefined,
    };
    const { drain } = createClient(writeFrames(frames, { first: 'first', keepAlive: KEEP_ALIVE, clock, joinMs: 0 }));
    await drain();
    await expect(drain()).rejects.toThrow('a bug');
    expect(clock.pending()).toBe(0);
  });

  it('leaves no timer at the end', async () => {
    const { drain, give, clock } = open();
    await drain();
    const last = drain();
    await turn();
    give(null);
    await last;
    expect(clock.pending()).toBe(0);
  });
});

describe('writeFrames joining', () => {
  /** A stream that flows: the first content has been written, and a second piece has just come. */
  async function flowing() {
    const stream = open('first', 25);
    await stream.drain();
    const second = stream.drain();
    await turn();
    stream.clock.advance(25);
    stream.give('a');
    expect(await second).toBe('a'); // it came slowly
    const taken: (string | null)[] = [];
    const taking = async () => void taken.push(await stream.drain());
    return { ...stream, taken, taking };
  }

  it('joins pieces from the second on, and never delays the first', async () => {
    const stream = open('first', 25);
    await stream.drain();
    const second = stream.drain();
    await turn();
    stream.clock.advance(1);
    stream.give('a');
    await turn();
    stream.give('b');
    await turn();
    stream.clock.advance(25);
    expect(await second).toBe('ab');

    const late = open(': keep-alive\n\n', 25);
    await late.drain();
    const content = late.drain();
    await turn();
    late.give('first');
    expect(await content).toBe('first');
  });

  it('joins pieces for at most joinMs', async () => {
    const { clock, give, taken, taking } = await flowing();
    void taking();
    await turn();
    clock.advance(5);
    give('b');
    await turn();
    clock.advance(10);
    give('c');
    await turn();
    clock.advance(14);
    await turn();
    expect(taken).toEqual([]);
    clock.advance(1); // "b" has waited for 25 ms
    await turn();
    expect(taken).toEqual(['bc']);
  });

  it('flushes with the next piece when it arrives late enough', async () => {
    const { clock, give, taken, taking } = await flowing();
    void taking();
    await turn();
    clock.advance(20);
    give('b');
    await turn();
    clock.advance(20);
    give('c');
    await turn();
    expect(taken).toEqual(['bc']);
    expect(clock.pending()).toBe(1); // the keep-alive's
  });

  it('loses nothing that arrived during a write', async () => {
    const { clock, give, taken, taking, asked } = await flowing();
    void taking();
    await turn();
    give('b');
    await turn();
    clock.advance(25);
    await turn();
    expect(taken).toEqual(['b']);
    void taking();
    await turn();
    give('c'); // answers the read that was under way
    await turn();
    clock.advance(25);
    await turn();
    expect(taken).toEqual(['b', 'c']);
    expect(asked.atOnce).toBe(1);
  });

  it('does not delay slow content', async () => {
    const { clock, give, taken, taking } = await flowing();
    for (const text of ['b', 'c']) {
      void taking();
      await turn();
      clock.advance(30);
      give(text);
      await turn();
    }
    expect(taken).toEqual(['b', 'c']);
  });

  it('flushes at once at an end or an error', async () => {
    const { clock, give, taken, taking, urgent } = await flowing();
    void taking();
    await turn();
    give('b');
    await turn();
    clock.advance(1);
    urgent.now = true;
    give('end');
    await turn();
    expect(taken).toEqual(['bend']);
    void taking();
    await turn();
    give(null);
    await turn();
    expect(taken).toEqual(['bend', null]);
    expect(clock.pending()).toBe(0);
  });

  it('flushes at 32,768 characters', async () => {
    const { give, taken, taking } = await flowing();
    void taking();
    await turn();
    give('x'.repeat(40_000));
    await turn();
    expect(taken[0]).toHaveLength(40_000);
  });
});
