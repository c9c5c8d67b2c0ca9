/** `best_of` where a provider has none of its own: candidates are made, ranked by mean log probability per token, and the best returned. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askStream, askWhole, countFrom, saidInStream, saidInWhole, type Whole } from './merged.ts';
import { post, simulatorLog, startHarness, type Harness } from './harness.ts';
import { expectWhole } from '../support/read-stream.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const SEED = 90;
const PROMPTS = ['A river to judge', 'Another river'];

type ScoredText = { text: string; mean: number };

/** All candidates for the prompts, with their mean log probabilities: asked for as plain choices. */
async function candidatesFor(request: object, count: number): Promise<ScoredText[][]> {
  const whole = await askWhole(harness, 'completions', { ...request, n: count, logprobs: 1 });
  const judged = whole.choices.map((choice) => {
    const { text = '', logprobs } = choice as Whole['choices'][number] & { logprobs: { token_logprobs: number[] } };
    const values = logprobs.token_logprobs;
    return { text, mean: values.reduce((sum, value) => sum + value, 0) / values.length };
  });
  return PROMPTS.map((_, prompt) => judged.slice(prompt * count, (prompt + 1) * count));
}

const bestTexts = (candidates: readonly ScoredText[], keep: number) =>
  candidates
    .toSorted((one, other) => other.mean - one.mean)
    .slice(0, keep)
    .map(({ text }) => text);

/** `calls`: how many it takes for five candidates of each of two prompts. */
const SYSTEMS = [
  { model: '@tokensmind/m', calls: 1 },
  { model: '@novita/m', calls: 2 },
  { model: '@openrouter/some/m', calls: 10 },
];

describe.each(SYSTEMS)('best_of: 5 with n: 2 of two prompts, streamed at $model', ({ model, calls }) => {
  const request = { model, prompt: PROMPTS, seed: SEED, max_tokens: 25 };
  const asked = { ...request, best_of: 5, n: 2 };

  it('returns the two candidates of each prompt with the highest mean, the best one first', async () => {
    const candidates = await candidatesFor(request, 5);
    const stream = await askStream(harness, 'completions', asked);
    const { usage, adjustments } = expectWhole(stream, 4);
    const said = saidInStream(stream);
    expect(said.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(said.map(({ text }) => text)).toEqual(candidates.flatMap((made) => bestTexts(made, 2)));
    // The simulator says no two candidates alike, so the order shows who judged.
    expect(new Set(candidates.flat().map(({ mean }) => mean)).size).toBe(10);
    expect(adjustments).toContainEqual(expect.objectContaining({ param: 'best_of', action: 'emulated', from: 5 }));
    // What was thrown away was billed as well.
    expect(usage).toMatchObject({ calls, completion_tokens: 10 * 25 });
  });

  it('returns log probabilities only where they were requested', async () => {
    const shown = async (more: object) => {
      const { chunks } = await askStream(harness, 'completions', { ...asked, ...more });
      const choices = chunks.flatMap((chunk) => chunk.choices as { logprobs?: { tokens: string[] } | null }[]);
      return choices.flatMap(({ logprobs }) => logprobs?.tokens ?? []);
    };
    expect(await shown({})).toEqual([]);
    expect(await shown({ logprobs: 1 })).toHaveLength(4 * 25);
  });
});

it.each(['@novita/m', '@openrouter/some/m'])('%s: a whole answer has the same winners as a stream', async (model) => {
  const request = { model, prompt: PROMPTS, seed: SEED, best_of: 4, n: 2 };
  const whole = await askWhole(harness, 'completions', request);
  const stream = await askStream(harness, 'completions', request);
  expectWhole(stream, 4);
  expect(saidInStream(stream)).toEqual(saidInWhole(whole));
});

it.each([
  { model: '@octoai/m', stream: true, native: true },
  { model: '@octoai/m', stream: false, native: true },
  { model: '@tokensmind/m', stream: false, native: true },
  { model: '@tokensmind/m', stream: true, native: false },
])('$model (stream: $stream): best_of is sent: $native', async ({ model, stream, native }) => {
  const prompt = `judged upstream: ${native}, stream ${stream}`;
  await (await post(`${harness.url}/v1/completions`, { model, prompt, best_of: 3, n: 2, stream })).text();
  const sent = (await simulatorLog(harness)).findLast(({ body }) => JSON.stringify(body).includes(prompt))?.body;
  expect(sent).toMatchObject(native ? { best_of: 3, n: 2 } : { n: 3 });
  expect(Object.hasOwn(sent as object, 'best_of')).toBe(native);
});

it.each([true, false])(
  'a provider without log probabilities makes n choices, and best_of is reported as dropped (stream: %s)',
  async (isStream) => {
    const request = { model: '@groq/m', prompt: 'hello', best_of: 4, n: 2, seed: SEED };
    const plain = await askWhole(harness, 'completions', { ...request, best_of: undefined });
    const stream = isStream ? await askStream(harness, 'completions', request) : null;
    const whole = isStream ? null : await askWhole(harness, 'completions', request);
    const said = stream === null ? saidInWhole(whole ?? plain) : saidInStream(stream);
    expect(said).toEqual(saidInWhole(plain));
    expect(said).toHaveLength(2);
    const { adjustments, usage } = stream === null ? (whole ?? plain) : expectWhole(stream, 2);
    expect(adjustments).toContainEqual(expect.objectContaining({ param: 'best_of', action: 'dropped', from: 4 }));
    expect(usage.calls).toBe(2);
  },
);

it('/explain shows the candidates of best_of as calls, and how many are kept', async () => {
  const request = { model: '@openrouter/some/m', prompt: 'hello', best_of: 5, n: 2 };
  const explained = (await (await post(`${harness.url}/v1/explain`, request)).json()) as {
    requests: { choices: number[]; body: object }[];
    emulation: object;
  };
  expect(explained.emulation).toMatchObject({ best_of: { candidates: 5, keep: 2 } });
  expect(explained.requests.map(({ choices }) => choices)).toEqual(countFrom(0, 5).map((choice) => [choice]));
  for (const { body } of explained.requests) expect(body).toMatchObject({ logprobs: true });
});
