/** Reading on after the client has left, and where that ends. */
import { describe, expect, it } from 'vitest';
import { DRAIN_MS, DrainableAnswer } from '../../src/attempts/drain.ts';
import { NEVER_CANCELLED } from '../../src/lib/cancel-signal.ts';
import { prepared, requestFor } from '../fitting/sent.ts';
import { END, text } from '../stream/events.ts';
import { createSource } from '../stream/sources.ts';
import { createFakeClock, LIMITS, turn } from '../support/fake-ports.ts';

function readFirstContent(answerBytes = LIMITS.answerBytes) {
  const source = createSource();
  const clock = createFakeClock();
  const log: string[] = [];
  const work: Promise<unknown>[] = [];
  const left = { times: 0 };
  const run = { open: () => Promise.resolve(source), servedBy: () => [prepared(requestFor('chat', '@openrouter/x'))] };
  const ports = {
    clock,
    limits: { ...LIMITS, answerBytes },
    log: (line: string) => void log.push(line),
    background: (pending: Promise<unknown>) => void work.push(pending),
  };
  const cancellation = { signal: NEVER_CANCELLED, cancel: () => void left.times++ };
  const drained = new DrainableAnswer(run, { generationId: 'gen-1', ports }, cancellation);
  return { source, clock, log, work, left, drain: () => drained.drain() };
}

describe('an answer whose client has left', () => {
  it('is read to its end where that comes in time', async () => {
    const { source, work, log, left, drain } = readFirstContent();
    drain();
    source.give([text('a')]);
    source.give([END], null);
    await Promise.all(work);
    expect(log).toEqual(['gen-1 (openrouter) was read to its end after its client disconnected: its usage is not known']);
    expect(left.times).toBe(0);
  });

  it('is given up after half a minute, even in the middle of a read', async () => {
    const { work, log, left, clock, drain } = readFirstContent();
    drain();
    await turn();
    clock.advance(DRAIN_MS);
    await Promise.all(work);
    expect(log).toEqual(['gen-1 (openrouter) was cancelled after 30 s of reading after its client disconnected: its usage is not known']);
    expect(left.times).toBe(1);
  });

  it('is given up when it has more to say than may be kept of an answer', async () => {
    const { source, work, log, left, drain } = readFirstContent(100);
    drain();
    for (let piece = 0; piece < 11; piece++) source.give([text('0123456789')]);
    await Promise.all(work);
    expect(log).toEqual([
      'gen-1 (openrouter) was cancelled after 100 bytes of reading after its client disconnected: its usage is not known',
    ]);
    expect(left.times).toBe(1);
  });
});
