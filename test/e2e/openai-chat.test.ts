/** Chat with the `openai` package, as people will call it: on every seed system, under both base paths. */
import OpenAI from 'openai';
import { parseList } from 'structured-headers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const clientAt = (base: string) => new OpenAI({ baseURL: `${harness.url}${base}`, apiKey: 'any', maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'hello' }];

const SYSTEMS = ['@tokensmind/m', '@novita/m', '@octoai/m', '@completions-compatible/m', '@openrouter/some/m', '@openai/gpt-4o'];
const CALLS = ['/v1', '/api/v1'].flatMap((base) => SYSTEMS.map((model) => ({ base, model })));

/** What the router adds to OpenAI's objects. */
type Ours = { provider?: string; adjustments?: { param: string; action: string; from?: unknown; to?: unknown }[] };

describe('chat through the openai package', () => {
  it.each(CALLS)('$base $model: a stream and a body have the same content', async ({ base, model }) => {
    const client = clientAt(base);
    const whole = await client.chat.completions.create({ model, messages, max_tokens: 12 });
    const [choice] = whole.choices;
    expect(choice?.message).toMatchObject({ role: 'assistant', refusal: null });
    expect(choice?.message.content).toMatch(/^\s?You said: "/);
    expect(choice?.finish_reason).toBe('length');
    expect((whole as Ours).provider).toMatch(/ \(simulated\)$/);

    const pieces: string[] = [];
    const reasons: string[] = [];
    const usages: unknown[] = [];
    const stream = await client.chat.completions.create({ model, messages, max_tokens: 12, stream: true });
    for await (const chunk of stream) {
      for (const { delta, finish_reason: reason } of chunk.choices) {
        pieces.push(delta.content ?? '');
        if (reason !== null) reasons.push(reason);
      }
      if (chunk.usage) usages.push(chunk.usage);
    }
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(choice?.message.content);
    expect(reasons).toEqual(['length']);
    expect(usages).toHaveLength(1);
    // This provider says nothing of usage in its streams: there it is estimated.
    const estimated = expect.objectContaining({ estimated: ['prompt_tokens', 'completion_tokens', 'total_tokens'] });
    expect(usages[0]).toEqual(model === '@completions-compatible/m' ? estimated : whole.usage);
  });

  it('reports usage once by default and with include_usage true, and not with false', async () => {
    const count = async (include: boolean | undefined) => {
      const options = include === undefined ? {} : { stream_options: { include_usage: include } };
      const stream = await clientAt('/v1').chat.completions.create({ model: '@novita/m', messages, stream: true, ...options });
      const seen: (string | undefined)[] = [];
      for await (const chunk of stream) seen.push(chunk.usage === undefined ? undefined : chunk.usage === null ? 'null' : 'usage');
      return { last: seen.at(-1), others: [...new Set(seen.slice(0, -1))] };
    };
    expect(await count(undefined)).toEqual({ last: 'usage', others: [undefined] });
    expect(await count(true)).toEqual({ last: 'usage', others: ['null'] });
    expect(await count(false)).toEqual({ last: undefined, others: [undefined] });
  });

  it.each(['@novita/m', '@openai/gpt-4o'])('%s: n: 2 gives two different choices, streamed and not', async (model) => {
    const whole = await clientAt('/v1').chat.completions.create({ model, messages, n: 2 });
    const texts = whole.choices.map(({ message }) => message.content);
    expect(texts).toHaveLength(2);
    expect(new Set(texts).size).toBe(2);
    const streamed = await clientAt('/v1').chat.completions.stream({ model, messages, n: 2 }).finalChatCompletion();
    expect(streamed.choices.map(({ message }) => message.content)).toEqual(texts);
    expect(streamed.choices.map(({ index }) => index)).toEqual([0, 1]);
  });

  it('withResponse reads the same facts from headers and body', async () => {
    const request = { model: '@novita/m', messages, temperature: 0, top_p: 0, stream: false } as const;
    const { data, response } = await clientAt('/v1').chat.completions.create(request).withResponse();
    expect(response.headers.get('x-generation-id')).toBe(data.id);
    expect(response.headers.get('x-tributary-provider')).toBe('novita');
    expect(response.headers.get('x-tributary-attempts')).toBe('1');
    expect(response.headers.get('x-tributary-simulated')).toBe('true');
    const field = parseList(response.headers.get('x-tributary-adjustments') ?? '');
    const told = field.map(([param, details]) => ({ param: String(param), action: String(details.get('action')), to: details.get('to') }));
    expect(told).toEqual([
      { param: 'temperature', action: 'clamped', to: 0.01 },
      { param: 'top_p', action: 'clamped', to: 0.01 },
    ]);
    expect((data as Ours).adjustments?.map(({ param, action, to }) => ({ param, action, to }))).toEqual(told);
  });

  it('withResponse reads the headers of a stream before its first chunk', async () => {
    const { data, response } = await clientAt('/v1')
      .chat.completions.create({ model: '@novita/m', messages, frequency_penalty: 2, stream: true })
      .withResponse();
    expect(response.headers.get('x-tributary-adjustments')).toBe('frequency_penalty;action=clamped;from=2;to=1.99');
    const chunks: (OpenAI.ChatCompletionChunk & Ours)[] = [];
    for await (const chunk of data) chunks.push(chunk);
    expect(new Set(chunks.map(({ id }) => id))).toEqual(new Set([response.headers.get('x-generation-id')]));
    expect(chunks.at(-1)?.adjustments).toMatchObject([{ param: 'frequency_penalty', action: 'clamped', from: 2, to: 1.99 }]);
    expect(chunks.slice(0, -1).some((chunk) => 'adjustments' in chunk)).toBe(false);
  });

  it('has no adjustments field where nothing was adjusted', async () => {
    const { data, response } = await clientAt('/v1').chat.completions.create({ model: '@novita/m', messages }).withResponse();
    expect(response.headers.has('x-tributary-adjustments')).toBe(false);
    expect(data).not.toHaveProperty('adjustments');
  });
});

describe('log probabilities of chat', () => {
  const asked = { messages, logprobs: true, top_logprobs: 20, max_tokens: 6 };

  it.each([
    { model: '@novita/m', most: 20 },
    { model: '@tokensmind/m', most: 5 },
  ])('$model: each token of the text has at most $most alternatives, streamed and not', async ({ model, most }) => {
    const whole = await clientAt('/v1').chat.completions.create({ model, ...asked });
    const [choice] = whole.choices;
    const tokens = choice?.logprobs?.content ?? [];
    expect(tokens.map(({ token }) => token).join('')).toBe(choice?.message.content);
    expect(tokens.length).toBeGreaterThan(1);
    for (const { top_logprobs: top, logprob } of tokens) {
      expect(top).toHaveLength(most);
      expect(logprob).toBeLessThanOrEqual(0);
    }
    const streamed = await clientAt('/v1')
      .chat.completions.stream({ model, ...asked })
      .finalChatCompletion();
    expect(streamed.choices[0]?.logprobs?.content).toEqual(tokens);
  });

  it('report that a completions provider returns at most five', async () => {
    const whole = await clientAt('/v1').chat.completions.create({ model: '@tokensmind/m', ...asked });
    expect((whole as Ours).adjustments).toContainEqual(expect.objectContaining({ action: 'clamped', from: 20, to: 5 }));
  });
});
