/** Large requests share the memory of an isolate. */
import { describe, expect, it } from 'vitest';
import { createBudget } from '../../src/http/request-memory.ts';
import { answerJson, createRequestMemory } from '../../src/http/large-body.ts';
import { systemClock } from '../../src/platform/system.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { LIMITS } from '../support/fake-ports.ts';

/** A clock whose timers are due at once. */
function hurriedClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    setTimer(delayMs, run) {
      nowMs += delayMs;
      queueMicrotask(run);
      return () => undefined;
    },
  };
}

describe('createBudget', () => {
  it('gives parts as long as there are any, and waits for one to be given back', async () => {
    const budget = createBudget(100, hurriedClock());
    const first = await budget.take(60);
    const second = await budget.take(40);
    let third = false;
    const waiting = budget.take(50).then((lease) => ((third = true), lease));
    await Promise.resolve();
    expect(third).toBe(false);
    first.release();
    first.release();
    (await waiting).release();
    second.resize(0);
    await budget.take(100);
  });

  it('refuses with a 503 and Retry-After what waits too long', async () => {
    const budget = createBudget(100, hurriedClock());
    await budget.take(1);
    await expect(budget.take(100)).rejects.toEqual(
      expect.objectContaining({ status: 503, retryable: true, message: expect.stringContaining('MAX_REQUEST_MEMORY_BYTES') }),
    );
  });

  it('gives what is larger than the whole when it is alone', async () => {
    const budget = createBudget(100, hurriedClock());
    (await budget.take(1000)).release();
    await expect(budget.take(100)).resolves.toBeDefined();
  });
});

describe('answerJson', () => {
  const text = JSON.stringify({ text: 'x'.repeat(1_100_000) });
  const limits = { ...LIMITS, requestBytes: 2_000_000, requestMemoryBytes: 3_000_000 };
  const requestOf = (body: BodyInit, signal?: AbortSignal) =>
    new Request('http://router.example', {
      method: 'POST',
      body,
      duplex: 'half',
      ...(signal === undefined ? {} : { signal }),
    } as RequestInit);
  const stated = (body: string) => new Request(requestOf(body), { headers: { 'content-length': String(body.length) } });
  const deps = () => ({ ports: { limits }, memory: createRequestMemory(limits, systemClock) });

  /** Whether all of the memory is free. */
  async function isFree({ memory }: ReturnType<typeof deps>): Promise<boolean> {
    const look = async (): Promise<boolean> => {
      (await memory.heap.take(limits.requestMemoryBytes)).release();
      (await memory.uploads.take(2 * limits.requestBytes)).release();
      return true;
    };
    return Promise.race([look(), new Promise<boolean>((resolve) => setTimeout(resolve, 5, false))]);
  }

  it.each([
    ['of a known length', stated],
    ['in chunks', (body: string) => requestOf(new Blob([body]).stream())],
  ])('reads a large body %s and gives its memory back with the answer', async (_, make) => {
    const held = deps();
    const response = await answerJson(make(text), held, (body) => Promise.resolve(Response.json((body as { text: string }).text.length)));
    expect(await response.json()).toBe(1_100_000);
    expect(await isFree(held)).toBe(true);
  });

  it.each([
    ['is no JSON', `${text}!`],
    ['is too large', `"${'x'.repeat(2_000_000)}"`],
    ['has too much in it', `[${'[],'.repeat(300_000)}`],
  ])('gives the memory of a body back that %s', async (_, body) => {
    for (const make of [stated, (given: string) => requestOf(new Blob([given]).stream())]) {
      const held = deps();
      await expect(answerJson(make(body), held, () => Promise.reject(new Error('not asked')))).rejects.toMatchObject({
        name: 'RouterError',
      });
      expect(await isFree(held)).toBe(true);
    }
  });

  it('gives it back when the answer fails, and when the client leaves', async () => {
    const failing = deps();
    await expect(answerJson(stated(text), failing, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await isFree(failing)).toBe(true);
    const leaving = deps();
    const client = new AbortController();
    void answerJson(requestOf(new Blob([text]).stream(), client.signal), leaving, () => {
      client.abort();
      return new Promise(() => undefined);
    });
    await expect.poll(() => client.signal.aborted).toBe(true);
    expect(await isFree(leaving)).toBe(true);
  });

  it.each<readonly [string, (response: Response) => Promise<unknown> | undefined]>([
    ['read', (response) => response.text()],
    ['cancelled', (response) => response.body?.cancel()],
  ])('keeps it until a stream has been %s', async (_, end) => {
    const held = deps();
    const stream = () =>
      Promise.resolve(new Response(new Blob(['data: x\n\n']).stream(), { headers: { 'content-type': 'text/event-stream' } }));
    const response = await answerJson(stated(text), held, stream);
    expect(await isFree(held)).toBe(false);
    await end(response);
    await expect.poll(() => isFree(held)).toBe(true);
  });
});
