/** Text completions with the `openai` package, on providers that have them and on providers that only chat. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const clientAt = (base: string) => new OpenAI({ baseURL: `${harness.url}${base}`, apiKey: 'any', maxRetries: 0 });

const SYSTEMS = [
  '@tokensmind/m',
  '@novita/m',
  '@octoai/m',
  '@completions-compatible/m',
  '@openrouter/some/m',
  '@openai/gpt-3.5-turbo-instruct',
];
const CALLS = ['/v1', '/api/v1'].flatMap((base) => SYSTEMS.map((model) => ({ base, model })));

/** The fields of a stream of one choice. */
async function readAll(request: OpenAI.CompletionCreateParamsNonStreaming, base = '/v1') {
  const stream = await clientAt(base).completions.create({ ...request, stream: true });
  const chunks: OpenAI.Completion[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const choices = chunks.flatMap((chunk) => chunk.choices);
  return {
    chunks,
    text: choices.map(({ text }) => text).join(''),
    reasons: choices.map(({ finish_reason: reason }) => reason).filter(Boolean),
    logprobs: choices.map(({ logprobs }) => logprobs).filter((logprobs) => logprobs !== null),
  };
}

describe('completions through the openai package', () => {
  it.each(CALLS)('$base $model: a stream and a body have the same content', async ({ base, model }) => {
    const request = { model, prompt: 'Once upon a time', max_tokens: 12 };
    const whole = await clientAt(base).completions.create(request);
    expect(whole.object).toBe('text_completion');
    expect(whole.choices[0]?.text).toMatch(/^You said: "Once upon a time"/);
    expect(whole.choices[0]?.finish_reason).toBe('length');
    const streamed = await readAll(request, base);
    expect(streamed.chunks.length).toBeGreaterThan(5);
    expect(streamed.text).toBe(whole.choices[0]?.text);
    expect(streamed.reasons).toEqual(['length']);
    expect(streamed.chunks.filter(({ usage }) => usage).length).toBe(1);
    expect(streamed.chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
  });

  it('echo puts the prompt before the text, natively and emulated', async () => {
    for (const model of ['@octoai/m', '@novita/m']) {
      const request = { model, prompt: 'Once upon', echo: true, max_tokens: 4 };
      const whole = await clientAt('/v1').completions.create(request);
      expect(whole.choices[0]?.text).toMatch(/^Once upon ?You said/);
      expect((await readAll(request)).text).toBe(whole.choices[0]?.text);
    }
  });

  it('n: 2 gives two different choices', async () => {
    const whole = await clientAt('/v1').completions.create({ model: '@octoai/m', prompt: 'hello', n: 2 });
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(new Set(whole.choices.map(({ text }) => text)).size).toBe(2);
  });

  it('a stop sequence ends the text and is not in it, even where the provider returns it', async () => {
    for (const model of ['@tokensmind/m', '@octoai/m', '@novita/m']) {
      const plain = (await clientAt('/v1').completions.create({ model, prompt: 'hello', max_tokens: 12 })).choices[0]?.text ?? '';
      const stop = plain.slice(11, 16);
      expect(stop).toHaveLength(5);
      const request = { model, prompt: 'hello', max_tokens: 12, stop };
      const whole = await clientAt('/v1').completions.create(request);
      expect(whole.choices[0]).toMatchObject({ text: plain.slice(0, plain.indexOf(stop)), finish_reason: 'stop' });
      expect(await readAll(request)).toMatchObject({ text: whole.choices[0]?.text, reasons: ['stop'] });
    }
  });
});

describe('log probabilities of completions', () => {
  it.each([
    { model: '@novita/m', sent: 7, most: 7 },
    { model: '@tokensmind/m', sent: 20, most: 5 },
  ])('$model: one entry per token, each with $most alternatives, in the legacy shape', async ({ model, sent, most }) => {
    const request = { model, prompt: 'hello', logprobs: sent, max_tokens: 6 };
    const whole = await clientAt('/v1').completions.create(request);
    const { text, logprobs } = whole.choices[0] ?? {};
    expect(logprobs?.tokens?.join('')).toBe(text);
    expect(logprobs?.token_logprobs).toHaveLength(logprobs?.tokens?.length ?? -1);
    expect(logprobs?.text_offset?.[0]).toBe(0);
    expect(logprobs?.text_offset?.[1]).toBe(logprobs?.tokens?.[0]?.length);
    for (const top of logprobs?.top_logprobs ?? []) expect(Object.keys(top)).toHaveLength(most);

    const streamed = await readAll(request);
    expect(streamed.logprobs.flatMap((piece) => piece?.tokens ?? [])).toEqual(logprobs?.tokens);
    expect(streamed.logprobs.flatMap((piece) => piece?.text_offset ?? [])).toEqual(logprobs?.text_offset);
    expect(streamed.logprobs.flatMap((piece) => piece?.token_logprobs ?? [])).toEqual(logprobs?.token_logprobs);
    expect(streamed.logprobs.flatMap((piece) => piece?.top_logprobs ?? [])).toEqual(logprobs?.top_logprobs);
  });
});
