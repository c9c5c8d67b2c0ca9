/** The states of an answer, and what cancelling does in each. */
import { describe, expect, it } from 'vitest';
import { CHAT_WIRE } from '../dialects/openai-chat/upstream/wire.ts';
import { event } from '../dialects/replay.ts';
import { turn } from '../support/fake-ports.ts';
import { createBody } from '../support/scripted-upstream.ts';
import { createAnswer, HEDGE_MS } from './scripted-answer.ts';

/** A network whose calls are answered by the bodies, in order. */
function network(count: number) {
  const bodies = Array.from({ length: count }, createBody);
  const signals: AbortSignal[] = [];
  const fetch = (_url: string, { signal }: RequestInit): Promise<Response> => {
    const body = bodies[signals.length];
    if (signal) signals.push(signal);
    return Promise.resolve(new Response(body?.stream ?? null));
  };
  const write = (call: number, ...frames: Parameters<typeof event>[0][]) => bodies[call]?.write(frames.map(event).join(''));
  return { fetch, signals, write, aborted: () => signals.map(({ aborted }) => aborted), reset: (call: number) => bodies[call]?.reset() };
}

const text = (piece: string) => CHAT_WIRE.chunk([{ text: piece }]);
const finish = CHAT_WIRE.chunk([{ finish: 'stop' }]);

describe('the state of an answer', () => {
  it('is connecting before the first content, streaming after it, done at the end', async () => {
    const { fetch, write } = network(1);
    const { stream } = createAnswer(fetch);
    const opening = stream.open();
    await turn();
    expect(stream.state).toBe('connecting');
    write(0, text('a'));
    await opening;
    expect([stream.state, await stream.read()]).toMatchObject(['streaming', [{ type: 'text-delta', text: 'a' }]]);
    write(0, finish, '[DONE]');
    let events = await stream.read();
    while (events?.at(-1)?.type !== 'end') events = await stream.read();
    expect([stream.state, await stream.read(), await stream.read()]).toEqual(['done', null, null]);
  });

  it('is continuing while another endpoint is looked for, and streaming again once one has been found', async () => {
    const { fetch, write, reset } = network(2);
    const { stream, clock } = createAnswer(fetch);
    const opening = stream.open();
    await turn();
    write(0, text('Hel'));
    await opening;
    await stream.read();
    reset(0);
    const reading = stream.read();
    await turn();
    clock.advance(2000);
    await turn();
    expect(stream.state).toBe('continuing');
    write(1, text('Hello'));
    expect([(await reading)?.at(-1), stream.state]).toMatchObject([{ type: 'text-delta', text: 'lo' }, 'streaming']);
  });
});

describe('cancelling an answer', () => {
  it('that is connecting aborts both calls of a race', async () => {
    const { fetch, aborted } = network(2);
    const { stream, clock } = createAnswer(fetch, { isHedged: true });
    const opening = stream.open().catch(() => 'failed');
    await turn();
    clock.advance(HEDGE_MS);
    await turn();
    expect(aborted()).toEqual([false, false]);
    stream.cancel();
    expect(aborted()).toEqual([true, true]);
    expect(stream.state).toBe('done');
    void opening;
  });

  it('that is streaming aborts the call that won the race', async () => {
    const { fetch, aborted, write } = network(2);
    const { stream, clock } = createAnswer(fetch, { isHedged: true });
    const opening = stream.open();
    await turn();
    clock.advance(HEDGE_MS);
    await turn();
    write(0, text('a'));
    await opening;
    expect(aborted()).toEqual([false, true]);
    stream.cancel();
    expect([aborted(), await stream.read()]).toEqual([[true, true], null]);
  });

  it('of one endpoint never starts another', async () => {
    const { fetch, write, signals } = network(2);
    const { stream, clock } = createAnswer(fetch, { isHedged: true });
    const opening = stream.open();
    await turn();
    write(0, text('a'));
    await opening;
    clock.advance(10 * HEDGE_MS);
    await turn();
    expect(signals).toHaveLength(1);
  });
});
