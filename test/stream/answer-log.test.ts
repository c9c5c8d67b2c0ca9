/** The log of an answer that can be resumed, and the splitter in front of it. */
import { array, assert, constantFrom, integer, nat, oneof, property, asyncProperty, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerLog } from '../../src/stream/answer-log.ts';
import { FrameSplitter } from '../../src/stream/frame-splitter.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const FRAMES = ['data: {"a":"Zürich"}\n\n', ': keep-alive\n\n', 'event: x\ndata: 日本語 👩‍👩‍👧\n\n', 'data: [DONE]\n\n'];

describe('FrameSplitter', () => {
  it('returns the same frames wherever the bytes are cut once', () => {
    const bytes = encode(FRAMES.join(''));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const splitter = new FrameSplitter();
      const frames = [...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut))];
      expect(frames.map(decode)).toEqual(FRAMES);
      expect(splitter.heldBytes).toBe(0);
    }
  });

  it('returns the same frames wherever the bytes are cut several times, and keeps the rest', () => {
    const frame = string({ unit: 'grapheme', minLength: 1 }).map((text) => `data: ${text.replaceAll('\n', ' ')}\n\n`);
    assert(
      property(array(frame), string(), array(nat(40)), (frames, more, sizes) => {
        const rest = more.replaceAll('\n', ' ');
        const bytes = encode(frames.join('') + rest);
        const splitter = new FrameSplitter();
        const got: string[] = [];
        let start = 0;
        for (const size of sizes) {
          got.push(...splitter.push(bytes.subarray(start, start + size)).map(decode));
          start += size;
        }
        got.push(...splitter.push(bytes.subarray(start)).map(decode));
        expect(got).toEqual(frames);
        expect(splitter.heldBytes).toBe(encode(rest).length);
      }),
    );
  });
});

/** A reader that reads when it is told to. */
class Reader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #pending: Promise<void> | null = null;
  text = '';
  isDone = false;

  readonly after: number;

  constructor(log: AnswerLog, after: number) {
    this.after = after;
    this.#reader = log.read(after).getReader();
  }

  /** Reads once; while a read waits, it begins no other. */
  step(): void {
    this.#pending ??= this.#read();
  }

  async finish(): Promise<void> {
    while (!this.isDone) await (this.#pending ?? this.#read());
  }

  async #read(): Promise<void> {
    const { done, value } = await this.#reader.read();
    if (done) this.isDone = true;
    else this.text += decode(value);
    this.#pending = null;
  }
}

describe('AnswerLog', () => {
  it('gives each reader every frame once and in order, from where it asked', async () => {
    const step = oneof(
      record({ do: constantFrom('append' as const), sizes: array(integer({ min: 0, max: 30_000 }), { maxLength: 4 }) }),
      record({ do: constantFrom('join' as const), after: integer({ min: -1, max: 12 }) }),
      record({ do: constantFrom('read' as const), which: nat(8) }),
      record({ do: constantFrom('pulse' as const) }),
      record({ do: constantFrom('turn' as const) }),
    );
    await assert(
      asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
        const log = new AnswerLog();
        const readers: Reader[] = [];
        const frames: string[] = [];
        for (const one of steps) {
          if (one.do === 'append') {
            const added = one.sizes.map((size, index) => `data: ${frames.length + index}${'ü'.repeat(size)}\n\n`);
            frames.push(...added);
            log.append(added.map(encode));
          } else if (one.do === 'join') readers.push(new Reader(log, one.after));
          else if (one.do === 'read') readers[one.which]?.step();
          else if (one.do === 'pulse') log.pulse(encode(': pulse\n\n'));
          else await Promise.resolve();
        }
        log.end();
        await Promise.all(readers.map((reader) => reader.finish()));
        for (const { after, text } of readers) {
          const expected = frames.map((frame, id) => `id: ${id}\n${frame}`).slice(after + 1);
          expect(text.replaceAll(': pulse\n\n', '')).toBe(expected.join(''));
        }
        expect(log.readers).toBe(0);
      }),
    );
  });

  it('returns each frame once to be saved, and is the same after it was restored', async () => {
    const log = new AnswerLog();
    const saved: Uint8Array[] = [];
    for (const frame of FRAMES) {
      log.append([encode(frame)]);
      saved.push(log.takeUnsaved() ?? new Uint8Array(0));
      expect(log.takeUnsaved()).toBe(null);
    }
    log.end();
    const restored = new AnswerLog();
    const splitter = new FrameSplitter();
    for (const bytes of saved) restored.restore(splitter.push(bytes));
    restored.end();
    const [one, other] = [new Reader(log, 0), new Reader(restored, 0)];
    await Promise.all([one.finish(), other.finish()]);
    expect(other.text).toBe(one.text);
    expect([restored.count, restored.bytes, restored.text(1)]).toEqual([log.count, log.bytes, FRAMES[1]]);
    expect(restored.takeUnsaved()).toBe(null);
  });

  it('ends with frames that follow what each reader has, where frames were lost', async () => {
    const log = new AnswerLog();
    log.append([encode(FRAMES[0] ?? '')]);
    log.end((nextId) => [encode(`data: lost before ${nextId}\n\n`)]);
    for (const [after, id] of [
      [-1, 1],
      [0, 1],
      [7, 8],
    ] as const) {
      const reader = new Reader(log, after);
      await reader.finish();
      expect(reader.text).toMatch(new RegExp(`id: ${id}\ndata: lost before ${id}\n\n$`));
    }
  });

  it('reads nothing ahead of a reader that does not read', async () => {
    const log = new AnswerLog();
    log.append([encode(`data: ${'x'.repeat(200_000)}\n\n`), encode('data: y\n\n')]);
    const stream = log.read(-1);
    await Promise.resolve();
    const reader = stream.getReader();
    expect((await reader.read()).value?.length).toBe(200_014);
    expect(decode((await reader.read()).value ?? new Uint8Array(0))).toBe('id: 1\ndata: y\n\n');
    await reader.cancel();
    expect(log.readers).toBe(0);
  });
});
