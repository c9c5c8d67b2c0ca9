/** `n` everywhere: on providers that make several choices in one call and on those that make one, streamed and not. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alone, askStream, askWhole, countFrom, saidInStream, saidInWhole, sumOf } from './merged.ts';
import { post, simulatorLog, startHarness, type Harness } from './harness.ts';
import { expectWhole } from '../support/read-stream.ts';

let harness: Harness;
let client: OpenAI;
beforeAll(async () => {
  harness = await startHarness();
  client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => harness.stop());

const SEED = 40;
const messages = [{ role: 'user' as const, content: 'Tell me of a river' }];

/** `calls`: how many upstream calls three choices take. */
const SYSTEMS = [
  { model: '@openrouter/some/m', calls: 3 },
  { model: '@novita/m', calls: 1 },
  { model: '@openai/gpt-4o', calls: 1 },
  { model: '@completions-compatible/m', calls: 1 },
  { model: '@tokensmind/m', calls: 1 },
  { model: '@octoai/m', calls: 1 },
];

/** Why `n` was emulated. */
const REASON = 'this provider returns one choice at a time: 3 calls, merged into one answer';

/** Bodies that the simulator received with this text, oldest first. */
async function bodiesWith(text: string): Promise<{ seed?: number; n?: number }[]> {
  const entries = (await simulatorLog(harness)).filter(({ body }) => JSON.stringify(body).includes(text));
  return entries.map(({ body }) => body as { seed?: number; n?: number });
}

describe.each(SYSTEMS)('n: 3 of a chat at $model', ({ model, calls }) => {
  const request = { model, messages, n: 3, seed: SEED };

  it('through the openai package: three choices, each with its own role, text and end, the same streamed and not', async () => {
    const whole = await client.chat.completions.create(request);
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const { message, finish_reason: reason } of whole.choices) {
      expect(message.role).toBe('assistant');
      expect(message.content).toMatch(/^\s?You said: "/);
      expect(reason).toBe('stop');
    }
    expect(new Set(whole.choices.map(({ message }) => message.content)).size).toBe(3);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    const told = ({ choices }: OpenAI.ChatCompletion) =>
      choices.map(({ index, message, finish_reason: reason }) => ({ index, role: message.role, text: message.content, reason }));
    expect(told(streamed)).toEqual(told(whole));
  });

  it('on the wire: one head, one role and one end per choice, one usage that counts the calls', async () => {
    const stream = await askStream(harness, 'chat/completions', request);
    const { usage, adjustments } = expectWhole(stream, 3);
    const whole = await askWhole(harness, 'chat/completions', request);
    expect(saidInStream(stream)).toEqual(saidInWhole(whole));
    expect(usage.calls).toBe(calls);
    expect(whole.usage.calls).toBe(calls);
    const told = adjustments?.filter(({ param }) => param === 'n') ?? [];
    expect(told).toMatchObject(calls === 1 ? [] : [{ action: 'emulated', from: 3, to: 1, reason: REASON }]);
    expect(told).toHaveLength(calls === 1 ? 0 : 1);
  });
});

describe('choices of several calls', () => {
  const base = { model: '@openrouter/some/m', messages };

  it('have the texts and the cost of separate calls with seed + i', async () => {
    const singles = await alone(harness, 'chat/completions', base, countFrom(SEED, 5));
    const texts = singles.map((single) => saidInWhole(single)[0]?.text);
    const whole = await askWhole(harness, 'chat/completions', { ...base, n: 5, seed: SEED });
    expect(saidInWhole(whole).map(({ text }) => text)).toEqual(texts);
    const stream = await askStream(harness, 'chat/completions', { ...base, n: 5, seed: SEED });
    expect(saidInStream(stream).map(({ text }) => text)).toEqual(texts);
    for (const usage of [whole.usage, expectWhole(stream, 5).usage]) {
      expect(usage).toMatchObject({ ...sumOf(singles), calls: 5 });
      expect(usage).not.toHaveProperty('estimated');
    }
  });

  it('are requested with their seeds and without n', async () => {
    const marked = [{ role: 'user', content: 'seeds, counted up' }];
    const whole = await askWhole(harness, 'chat/completions', { ...base, messages: marked, n: 4, seed: -2 });
    const bodies = await bodiesWith('seeds, counted up');
    expect(bodies.map(({ seed }) => seed).sort((one = 0, other = 0) => one - other)).toEqual([-2, -1, 0, 1]);
    for (const body of bodies) expect(body).not.toHaveProperty('n');
    expect(whole.adjustments).toContainEqual(expect.objectContaining({ param: 'seed', action: 'emulated', from: -2, to: '-2 to 1' }));
  });

  it('are requested without a seed when the client sends none', async () => {
    await askWhole(harness, 'chat/completions', { ...base, messages: [{ role: 'user', content: 'no seed at all' }], n: 2 });
    const bodies = await bodiesWith('no seed at all');
    expect(bodies).toHaveLength(2);
    for (const body of bodies) expect(body).not.toHaveProperty('seed');
  });

  it('are the ones that /explain shows, choice by choice', async () => {
    const request = { ...base, messages: [{ role: 'user', content: 'explained, then sent' }], n: 3, seed: SEED, stream: true };
    type Explained = { requests: { body: { seed: number }; choices: number[] }[]; emulation: object; adjustments: { param: string }[] };
    const explained = (await (await post(`${harness.url}/v1/explain`, request)).json()) as Explained;
    expect(explained.requests.map(({ choices }) => choices)).toEqual([[0], [1], [2]]);
    expect(explained.emulation).toMatchObject({ best_of: null });
    expect(explained.adjustments.map(({ param }) => param)).toEqual(expect.arrayContaining(['n', 'seed']));
    expect(await bodiesWith('explained, then sent')).toEqual([]);
    const stream = await askStream(harness, 'chat/completions', request);
    expectWhole(stream, 3);
    const sent = await bodiesWith('explained, then sent');
    expect(sent.toSorted((one, other) => (one.seed ?? 0) - (other.seed ?? 0))).toEqual(explained.requests.map(({ body }) => body));
  });
});

it('n: 128 at a provider with at most 127 choices is two calls, the second for choice 127 alone', async () => {
  const request = { model: '@novita/m', messages: [{ role: 'user', content: 'as many as there are' }], n: 128, seed: SEED, max_tokens: 9 };
  const stream = await askStream(harness, 'chat/completions', request);
  const { usage } = expectWhole(stream, 128);
  const said = saidInStream(stream);
  expect(said.map(({ index }) => index)).toEqual(countFrom(0, 128));
  expect(usage).toMatchObject({ calls: 2, completion_tokens: 128 * 9 });
  const sent = (await bodiesWith('as many as there are')).map(({ n, seed }) => ({ n, seed }));
  expect(sent.toSorted((one, other) => (one.seed ?? 0) - (other.seed ?? 0))).toEqual([
    { n: 127, seed: SEED },
    { n: undefined, seed: SEED + 1 },
  ]);
  const [last] = await alone(harness, 'chat/completions', request, [SEED + 1]);
  expect(said[127]?.text).toMatch(/^You said: "as many/);
  expect(said[127]?.text).toBe(last?.choices[0]?.message?.content);
});

describe.each(['@openrouter/some/m', '@novita/m', '@openai/gpt-4o'])('each of three choices at %s has', (model) => {
  it('its own tool calls, whole and with its own ids', async () => {
    const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
    const tools = ['get_weather', 'get_tides'].map((name) => ({ type: 'function' as const, function: { name, parameters } }));
    const request = { model, messages: [{ role: 'user' as const, content: 'Use both tools.' }], tools, n: 3, seed: SEED };
    const whole = await client.chat.completions.create(request);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    const told = ({ choices }: OpenAI.ChatCompletion) =>
      choices.map(({ index, message, finish_reason: reason }) => ({
        index,
        reason,
        calls: (message.tool_calls ?? []).map((call) => {
          if (call.type !== 'function') throw new Error(`a tool call of type ${call.type}`);
          return { id: call.id, name: call.function.name, given: JSON.parse(call.function.arguments) as unknown };
        }),
      }));
    const choices = told(whole);
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    for (const { calls, reason } of choices) {
      expect(reason).toBe('tool_calls');
      expect(calls.map(({ name }) => name)).toEqual(['get_weather', 'get_tides']);
      for (const { given } of calls) expect(given).toEqual({ city: expect.any(String) });
    }
    expect(new Set(choices.flatMap(({ calls }) => calls.map(({ id }) => id))).size).toBe(6);
    expect(told(streamed)).toEqual(choices);
  });

  it('its own log probabilities, a token for each piece of its text', async () => {
    const request = { model, messages, n: 3, seed: SEED, logprobs: true, top_logprobs: 2, max_tokens: 15 };
    const whole = await client.chat.completions.create(request);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    expect(whole.choices).toHaveLength(3);
    for (const [place, { message, logprobs }] of whole.choices.entries()) {
      expect(logprobs?.content).toHaveLength(15);
      expect(logprobs?.content?.map(({ token }) => token).join('')).toBe(message.content);
      expect(streamed.choices[place]?.logprobs?.content).toEqual(logprobs?.content);
    }
  });
});
