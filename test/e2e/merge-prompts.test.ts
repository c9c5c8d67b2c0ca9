/** Arrays of prompts on `/completions`, with `n` and `echo`: on providers that read several at a time and on those that read one. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askStream, askWhole, countFrom, saidInStream, saidInWhole, sumOf } from './merged.ts';
import { errorOf, post, startHarness, type Harness } from './harness.ts';
import { expectWhole } from '../support/read-stream.ts';

let harness: Harness;
let client: OpenAI;
beforeAll(async () => {
  harness = await startHarness();
  client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => harness.stop());

const SEED = 70;
const PROMPTS = ['The first river', 'A second, longer river', 'Third'];

/** `calls`: how many upstream calls it takes for three prompts with two choices each. */
const SYSTEMS = [
  { model: '@tokensmind/m', calls: 1 },
  { model: '@octoai/m', calls: 1 },
  { model: '@openai/gpt-3.5-turbo-instruct', calls: 1 },
  { model: '@completions-compatible/m', calls: 3 },
  { model: '@novita/m', calls: 3 },
  { model: '@openrouter/some/m', calls: 6 },
];

/** Why the prompts were emulated. */
const reasonOf = (calls: number) => `this provider accepts one prompt at a time: ${calls} calls, merged into one answer`;

describe.each(SYSTEMS)('three prompts with n: 2 at $model', ({ model, calls }) => {
  const request = { model, prompt: PROMPTS, n: 2, seed: SEED, max_tokens: 20 };

  it('give six choices, index = prompt x n + choice, the same streamed and not', async () => {
    const whole = await client.completions.create(request);
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const { index, text, finish_reason: reason } of whole.choices) {
      expect(text).toContain(`You said: "${PROMPTS[Math.floor(index / 2)]}"`);
      expect(reason).toBe('length');
    }
    expect(new Set(whole.choices.map(({ text }) => text)).size).toBe(6);

    const texts = new Map<number, string>();
    const ends: number[] = [];
    for await (const { choices } of await client.completions.create({ ...request, stream: true })) {
      for (const { index, text, finish_reason: reason } of choices as { index: number; text: string; finish_reason: string | null }[]) {
        texts.set(index, (texts.get(index) ?? '') + text);
        if (reason !== null) ends.push(index);
      }
    }
    expect(countFrom(0, 6).map((index) => texts.get(index))).toEqual(whole.choices.map(({ text }) => text));
    expect(ends.toSorted()).toEqual(countFrom(0, 6));
  });

  it('are reported: calls in the usage, prompts in the adjustments', async () => {
    const stream = await askStream(harness, 'completions', request);
    const { usage, adjustments } = expectWhole(stream, 6);
    expect(usage.calls).toBe(calls);
    // One provider says nothing of usage in its streams: there it is estimated.
    const isTold = usage.estimated === undefined;
    expect(isTold).toBe(model !== '@completions-compatible/m');
    expect(isTold ? usage.completion_tokens : 6 * 20).toBe(6 * 20);
    const told = (adjustments ?? []).filter(({ param, from }) => param === 'prompt' && from !== undefined);
    expect(told).toMatchObject(calls === 1 ? [] : [{ action: 'emulated', from: 3, to: 1, reason: reasonOf(calls) }]);
    expect(told).toHaveLength(calls === 1 ? 0 : 1);
  });

  it('/explain plans these calls', async () => {
    const response = await post(`${harness.url}/v1/explain`, request);
    const { requests } = (await response.json()) as { requests: { choices: number[] }[] };
    const each = 6 / calls;
    expect(requests.map(({ choices }) => choices)).toEqual(countFrom(0, calls).map((call) => countFrom(call * each, each)));
  });
});

it('each prompt gets the answer of a separate call with its seed, and is counted once', async () => {
  const base = { model: '@novita/m', max_tokens: 20, n: 2 };
  const singles = await Promise.all(
    PROMPTS.map((prompt, place) => askWhole(harness, 'completions', { ...base, prompt, seed: SEED + place })),
  );
  const whole = await askWhole(harness, 'completions', { ...base, prompt: PROMPTS, seed: SEED });
  expect(saidInWhole(whole).map(({ text }) => text)).toEqual(singles.flatMap((single) => saidInWhole(single).map(({ text }) => text)));
  expect(whole.usage).toMatchObject({ ...sumOf(singles), calls: 3 });
});

describe('token prompts', () => {
  const request = {
    prompt: [
      [1, 2, 3],
      [40, 50],
    ],
    n: 2,
    max_tokens: 8,
  };

  it('are sent unchanged to a provider that accepts them', async () => {
    const whole = await askWhole(harness, 'completions', { ...request, model: '@tokensmind/m' });
    expect(whole.usage.calls).toBe(1);
    const quotes = ['"1 2 3"', '"1 2 3"', '"40 50"', '"40 50"'];
    saidInWhole(whole).forEach(({ text }, place) => expect(text).toContain(quotes[place]));
    expect(whole.choices).toHaveLength(4);
  });

  it('are a 400 that names the prompt at a provider that does not', async () => {
    const error = await errorOf(await post(`${harness.url}/v1/completions`, { ...request, model: '@novita/m' }));
    expect(error).toMatchObject({ code: 400, param: 'prompt' });
  });
});

it.each([
  { model: '@octoai/m', native: true },
  { model: '@completions-compatible/m', native: true },
  { model: '@tokensmind/m', native: false },
  { model: '@novita/m', native: false },
  { model: '@openrouter/some/m', native: false },
])('echo at $model puts each prompt before its own choices, streamed and not', async ({ model, native }) => {
  const request = { model, prompt: PROMPTS, n: 2, seed: SEED, max_tokens: 6, echo: true };
  const whole = await askWhole(harness, 'completions', request);
  const said = saidInWhole(whole);
  expect(said.map(({ index }) => index)).toEqual(countFrom(0, 6));
  for (const { index, text } of said) {
    const prompt = PROMPTS[Math.floor(index / 2)] ?? '';
    expect(text.slice(0, prompt.length)).toBe(prompt);
    expect(text.slice(prompt.length)).toMatch(/^ ?You said: "/);
  }
  const stream = await askStream(harness, 'completions', request);
  expectWhole(stream, 6);
  expect(saidInStream(stream)).toEqual(said);
  const told = (whole.adjustments ?? []).filter(({ param }) => param === 'echo');
  expect(told.map(({ action }) => action)).toEqual(native ? [] : ['emulated']);
});
