/** Of several calls some fail: each failure stays with its own choices, and only when all have failed does the answer fail. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alone, askStream, askWhole, countFrom, saidInStream, saidInWhole, sumOf, type MergedChoice } from './merged.ts';
import { errorOf, post, startHarness, type Harness } from './harness.ts';
import { expectBroken } from '../support/read-stream.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ MAX_ATTEMPTS: '1' }, 1); // one attempt, and a pause between tokens, so that what came before a cut has left the simulator
});
afterAll(() => harness.stop());

const SEED = 5;
const base = { model: '@openrouter/some/m', messages: [{ role: 'user', content: 'hello' }], seed: SEED };
const faulty = (fault: string) => ({ 'x-simulator-fault': fault });
const askFaulty = (fault: string, stream: boolean) => post(`${harness.url}/v1/chat/completions`, { ...base, n: 3, stream }, faulty(fault));

/** Choices 0 and 2 as they are when nothing is wrong. */
async function soundOnes() {
  const singles = await alone(harness, 'chat/completions', base, countFrom(SEED, 3));
  const said = singles.map((single, index): MergedChoice => ({ ...(saidInWhole(single)[0] ?? { text: '', finish: null }), index }));
  return { singles, said };
}

/** Faults of call 1: what becomes of choice 1. `shows`: how much of its text is sure to arrive; null = it was refused, so none, whatever its status. */
const FAULTS = [
  { fault: 'status=503; seed=6', code: 503, shows: null },
  { fault: 'status=429; seed=6', code: 429, shows: null },
  { fault: 'html-502; seed=6', code: 502, shows: null },
  { fault: 'error-in-200; seed=6', code: 502, shows: null },
  { fault: 'end-after=3; seed=6', code: 502, shows: 'You said: "hello".' },
  { fault: 'error-after=3; seed=6', code: 502, shows: 'You said: "hello".' },
  { fault: 'cut-after=8; seed=6', code: 502, shows: 'You' },
];

describe.each(FAULTS)('one of three calls fails: $fault', ({ fault, code, shows }) => {
  it('its choice ends with its own error, the others are whole, and the stream ends with [DONE]', async () => {
    const { said, singles } = await soundOnes();
    const stream = await askStream(harness, 'chat/completions', { ...base, n: 3 }, faulty(fault));
    expect(stream.done).toBe(true);
    const [zero, one, two] = saidInStream(stream);
    expect([zero, two]).toEqual([said[0], said[2]]);
    expect(one).toMatchObject({ index: 1, finish: 'error', error: { code, metadata: { provider_name: 'OpenRouter' } } });
    expect(one?.text.startsWith(shows ?? '')).toBe(true);
    expect(said[1]?.text.startsWith(one?.text ?? '-')).toBe(true);
    // No chunk is about the whole: the error is the choice's own.
    expect(stream.chunks.filter(({ error }) => error !== undefined)).toEqual([]);

    const ends = stream.chunks.flatMap(({ choices }) => choices).filter(({ finish_reason: reason }) => reason !== null);
    expect(ends.map(({ index }) => index).toSorted()).toEqual([0, 1, 2]);
    const bills = stream.chunks.flatMap(({ usage }) => usage ?? []);
    expect(bills).toHaveLength(1);
    expect(bills[0]?.calls).toBe(3);
    // A call without content costs nothing. One that had begun said nothing of its cost: an estimate is added.
    const others = sumOf(singles.filter((_, call) => call !== 1)).total_tokens;
    expect((bills[0]?.total_tokens ?? 0) > others).toBe(shows !== null);
    expect(bills[0]?.total_tokens).toBeGreaterThanOrEqual(others);
    expect(bills[0]?.estimated?.includes('total_tokens') ?? false).toBe(shows !== null);
  });
});

it.each(FAULTS.filter(({ fault }) => !fault.startsWith('error-after')))(
  'a body has the failed choice with its error among the others: $fault',
  async ({ fault, code }) => {
    const { said } = await soundOnes();
    const whole = await askWhole(harness, 'chat/completions', { ...base, n: 3 }, faulty(fault));
    const [zero, one, two, ...more] = saidInWhole(whole);
    expect(more).toEqual([]);
    expect([zero, two]).toEqual([said[0], said[2]]);
    expect(one).toMatchObject({ index: 1, finish: 'error', error: { code } });
    expect(whole.usage.calls).toBe(3);
  },
);

it('two of three calls fail differently: each choice has its own error, and the third is whole', async () => {
  const { said } = await soundOnes();
  const fault = 'status=503; seed=5, status=429; seed=7';
  const stream = await askStream(harness, 'chat/completions', { ...base, n: 3 }, faulty(fault));
  expect(stream.done).toBe(true);
  const [zero, one, two] = saidInStream(stream);
  expect(one).toEqual(said[1]);
  expect(zero).toMatchObject({ finish: 'error', error: { code: 503 } });
  expect(two).toMatchObject({ finish: 'error', error: { code: 429 } });
});

it.each([true, false])('three calls that are all refused are one HTTP error (stream: %s)', async (stream) => {
  const response = await askFaulty('status=503', stream);
  expect(response.status).toBe(503);
  expect(response.headers.has('retry-after')).toBe(true);
  expect(await errorOf(response)).toMatchObject({ code: 503, metadata: { provider_name: 'OpenRouter', retryable: true } });
});

it.each(['end-after=3', 'error-after=3', 'cut-after=8'])(
  'three calls that all break off (%s): one error in the stream ends every choice, without [DONE]',
  async (fault) => {
    const stream = await askStream(harness, 'chat/completions', { ...base, n: 3 }, faulty(fault));
    const { error, usage } = expectBroken(stream, [0, 1, 2]);
    expect(error).toMatchObject({ code: 502, type: 'provider_unavailable', metadata: { provider_name: 'OpenRouter' } });
    for (const { text } of saidInStream(stream)) expect(text.trimStart()).toMatch(/^You/);
    expect(usage).toMatchObject({ calls: 3, estimated: expect.arrayContaining(['completion_tokens']) });
  },
);

it.each(['end-after=3', 'malformed-after=3', 'cut-after=3'])(
  'three calls that all break off without a stream (%s) are an HTTP error',
  async (fault) => {
    expect((await askFaulty(fault, false)).status).toBe(502);
  },
);

it('a call that fails for one of several prompts fails the choices of that prompt only', async () => {
  const request = { model: '@novita/m', prompt: ['one', 'two', 'three'], n: 2, seed: SEED };
  const stream = await askStream(harness, 'completions', request, faulty('status=500; seed=6'));
  expect(stream.done).toBe(true);
  expect(saidInStream(stream).map(({ index, finish }) => ({ index, finish }))).toEqual(
    ['stop', 'stop', 'error', 'error', 'stop', 'stop'].map((finish, index) => ({ index, finish })),
  );
});
