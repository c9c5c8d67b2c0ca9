/** Several models at once, and a hedge, over real HTTP: against the simulator, and against upstreams that answer, refuse or stay silent. */
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, completionOf, contentFrame, ENDING, listen, STREAM_HEADERS, type OwnUpstream } from '../support/http-upstream.ts';
import { hello, post, startHarness, until, type Harness } from './harness.ts';
import { expectWhole, readStream, type Chunk, type UsageFields } from '../support/read-stream.ts';

let harness: Harness;
let upstream: OwnUpstream;
/** Requests that came, and those whose connection the router has closed; by path. */
const asked: string[] = [];
const left: string[] = [];

/** Whether every call to the second upstream of a hedge has one to the first beside it, so that no test depends on which is faster. */
const hasFirst = () => asked.filter((kind) => kind !== 'second').length >= asked.filter((kind) => kind === 'second').length;

/** A role, which is no content. */
const ROLE = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] })}\n\n`;

beforeAll(async () => {
  upstream = await listen(async (incoming, response) => {
    const [, kind] = (incoming.url ?? '').split('/');
    asked.push(String(kind));
    response.on('close', () => {
      if (!response.writableEnded) left.push(String(kind));
    });
    const { stream } = JSON.parse(await bodyOf(incoming)) as { stream?: boolean };
    if (kind === 'silent') return;
    if (kind === 'second') await until('the first upstream to be asked', () => (hasFirst() ? true : undefined));
    if (kind === 'role-only') response.writeHead(200, STREAM_HEADERS).write(ROLE);
    else if (kind === 'refusing') response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"no room"}}');
    else if (stream === true) response.writeHead(200, STREAM_HEADERS).end(contentFrame('Here ') + contentFrame('I am') + ENDING);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completionOf('Here I am')));
  });
  harness = await startHarness({
    GROQ_BASE_URL: `${upstream.url}/silent`,
    CEREBRAS_BASE_URL: `${upstream.url}/role-only`,
    TOGETHER_BASE_URL: `${upstream.url}/answering`,
    DEEPSEEK_BASE_URL: `${upstream.url}/second`,
    FIREWORKS_BASE_URL: `${upstream.url}/refusing`,
  });
});
afterAll(async () => {
  await harness.stop();
  await upstream.stop();
});
afterEach(() => {
  asked.length = 0;
  left.length = 0;
});

const client = () => new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'hello' }];
const MODELS = ['@novita/a', '@tokensmind/b', '@deepinfra/c'];

type ItemizedUsage = UsageFields & { by_choice: (UsageFields & { choices: number[]; model: string; provider: string })[] };
/** What the router adds to OpenAI's objects. */
type Ours = { provider?: string; model: string };

async function chunksOf(fields: Record<string, unknown>, headers = {}): Promise<{ response: Response; chunks: Chunk[]; done: boolean }> {
  const response = await post(`${harness.url}/v1/chat/completions`, { ...hello({ stream: true }), model: undefined, ...fields }, headers);
  expect(response.status).toBe(200);
  return { response, ...readStream(await response.text()) };
}

/** The fields are ours, which the package's types do not know. */
const asParams = <Params>(fields: object): Params => ({ messages, ...fields }) as Params;

describe('three models at once', () => {
  it('through the openai package, streamed: one choice per model, usage by choice', async () => {
    const params = asParams<OpenAI.ChatCompletionCreateParamsStreaming>({ models: MODELS, route: 'all', stream: true });
    const texts = ['', '', ''];
    const reasons: Record<number, string> = {};
    const servedBy = new Map<number, Set<string>>();
    let usage: unknown = null;
    for await (const chunk of await client().chat.completions.create(params)) {
      for (const { index, delta, finish_reason: reason } of chunk.choices) {
        texts[index] += delta.content ?? '';
        if (reason !== null) reasons[index] = reason;
        servedBy.set(index, (servedBy.get(index) ?? new Set()).add(String((chunk as Ours).provider)));
      }
      usage = chunk.usage ?? usage;
    }
    for (const text of texts) expect(text).toMatch(/You said: "/);
    expect(reasons).toEqual({ 0: 'stop', 1: 'stop', 2: 'stop' });
    expect([0, 1, 2].map((index) => [...(servedBy.get(index) ?? [])])).toEqual([
      ['Novita AI (simulated)'],
      ['TokensMind AI (simulated)'],
      ['DeepInfra (simulated)'],
    ]);
    const { by_choice: parts, ...sum } = usage as ItemizedUsage;
    expect(parts.map(({ choices }) => choices)).toEqual([[0], [1], [2]]);
    expect(sum.calls).toBe(3);
    for (const field of ['prompt_tokens', 'completion_tokens', 'total_tokens'] as const)
      expect(parts.reduce((total, part) => total + part[field], 0)).toBe(sum[field]);
  });

  it('through the openai package, not streamed: the same texts, model and provider in each choice', async () => {
    const params = asParams<OpenAI.ChatCompletionCreateParamsNonStreaming>({ models: MODELS, route: 'all', n: 2 });
    const { data, response } = await client().chat.completions.create(params).withResponse();
    expect(response.headers.get('x-tributary-provider')).toBe('novita, tokensmind, deepinfra');
    expect(data.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    const providers = data.choices.map((choice) => (choice as typeof choice & Ours).provider);
    expect(providers).toEqual(
      ['Novita AI', 'TokensMind AI', 'DeepInfra'].flatMap((name) => [`${name} (simulated)`, `${name} (simulated)`]),
    );
    const { chunks } = await chunksOf({ models: MODELS, route: 'all', n: 2 });
    const streamed = data.choices.map(({ index }) =>
      chunks.flatMap(({ choices }) => choices.flatMap((choice) => (choice.index === index ? [choice.delta?.content ?? ''] : []))).join(''),
    );
    expect(streamed).toEqual(data.choices.map(({ message }) => message.content));
  });

  it('in the raw stream: one head, one provider for each choice, one usage chunk, [DONE]', async () => {
    const { chunks, done } = await chunksOf({ models: MODELS, route: 'all' });
    expect(new Set(chunks.map(({ id, object, created }) => `${id} ${object} ${created}`)).size).toBe(1);
    for (const index of [0, 1, 2]) {
      const own = chunks.filter(({ choices }) => choices[0]?.index === index);
      expect(new Set(own.map(({ provider, model }) => `${provider} ${model}`)).size).toBe(1);
      const choices = own.flatMap((chunk) => chunk.choices);
      expect(choices[0]?.delta?.role).toBe('assistant');
      expect(choices.filter(({ finish_reason: reason }) => reason !== null)).toEqual([choices.at(-1)]);
    }
    expect(chunks.filter(({ usage }) => usage !== undefined)).toEqual([chunks.at(-1)]);
    expect(chunks.at(-1)?.choices).toEqual([]);
    expect(done).toBe(true);
  });

  it('of which one refuses: its choice ends with its error, the other is whole, and the stream succeeds', async () => {
    const { chunks, done } = await chunksOf({ models: ['@fireworks/x', '@together/y'], route: 'all' });
    const ends = chunks.flatMap((chunk) =>
      chunk.choices
        .filter(({ finish_reason: reason }) => reason !== null)
        .map(({ index, finish_reason: reason }) => ({ index, reason, provider: chunk.provider })),
    );
    expect(ends.sort((one, other) => one.index - other.index)).toEqual([
      { index: 0, reason: 'error', provider: 'Fireworks AI' },
      { index: 1, reason: 'stop', provider: 'Together AI' },
    ]);
    expect(JSON.stringify(chunks)).toContain('no room');
    expect(done).toBe(true);
  });

  it.each([true, false])('that all refuse are an error with its own status (stream: %s)', async (stream) => {
    const params = asParams<OpenAI.ChatCompletionCreateParams>({ models: ['@fireworks/x', '@fireworks/y'], route: 'all', stream });
    await expect(client().chat.completions.create(params)).rejects.toMatchObject({ status: 503 });
    expect(asked).toEqual(['refusing', 'refusing', 'refusing', 'refusing']); // each is asked once more
  });
});

describe.each([
  { silence: 'silent', first: '@groq/x' },
  { silence: 'role-only', first: '@cerebras/x' },
])('a hedge behind an upstream that is $silence', ({ silence, first }) => {
  const hedged = { models: [first, '@deepseek/y'], provider: { hedge_after_ms: 50 } };

  it('answers from the second, which the body and headers name; the first is aborted', async () => {
    const { response, ...stream } = await chunksOf(hedged, { 'x-openrouter-metadata': 'enabled' });
    const { usage, ...last } = expectWhole({ ...stream, comments: [], text: '' });
    expect(stream.chunks.map(({ choices }) => choices[0]?.delta?.content ?? '').join('')).toBe('Here I am');
    expect(last.provider).toBe('DeepSeek');
    expect(response.headers.get('x-tributary-provider')).toBe('deepseek');
    expect(response.headers.get('x-tributary-attempts')).toBe('2');
    // A call without content has no reported cost.
    expect(usage).toMatchObject({ completion_tokens: 3, calls: 1 });
    expect(usage).not.toHaveProperty('estimated');
    expect((last as { openrouter_metadata?: object }).openrouter_metadata).toMatchObject({
      attempts: [{ status: silence === 'silent' ? null : 200 }, { provider: 'DeepSeek', status: 200 }],
    });
    expect(new Set(asked)).toEqual(new Set([silence, 'second']));
    expect(await until('the silent upstream to be left', () => (left.length > 0 ? left : undefined))).toEqual([silence]);
  });

  it('through the openai package, streamed and not', async () => {
    const streamed = client().chat.completions.stream(asParams<OpenAI.ChatCompletionCreateParamsStreaming>(hedged));
    expect((await streamed.finalChatCompletion()).choices[0]?.message.content).toBe('Here I am');
    const whole = await client().chat.completions.create(asParams<OpenAI.ChatCompletionCreateParamsNonStreaming>(hedged));
    expect(whole.choices[0]?.message.content).toBe('Here I am');
    expect((whole as Ours).provider).toBe('DeepSeek');
    expect(await until('both silent calls to be left', () => (left.length > 1 ? left : undefined))).toEqual([silence, silence]);
  });
});

it('a hedge is not called when the first upstream answers in time', async () => {
  const hedged = { models: ['@together/y', '@groq/x'], provider: { hedge_after_ms: 600_000 } };
  const { response, chunks, done } = await chunksOf(hedged);
  expect([response.headers.get('x-tributary-attempts'), chunks.at(-1)?.usage?.calls, done]).toEqual(['1', 1, true]);
  expect(asked).toEqual(['answering']);
});
