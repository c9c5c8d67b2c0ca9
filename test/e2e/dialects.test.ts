/** Every wire format behind the same endpoint, over real HTTP, with the `openai` package: the client cannot tell them apart. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROVIDERS } from '../registry/all-providers.ts';
import { operationFor } from '../../src/registry/operation.ts';
import { errorOf, hello, post, startHarness, type Harness } from './harness.ts';

let harness: Harness;
let client: OpenAI;
beforeAll(async () => {
  harness = await startHarness();
  client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => harness.stop());

/** A model for each format of chat: the first with tools that some file lists. AI21 refuses tools in a stream and accepts no schema. */
const FORMATS = PROVIDERS.flatMap(({ slug, models, operations }) =>
  models.map(({ id, tools: hasTools = false }) => ({
    model: `@${slug}/${id}`,
    slug,
    dialect: operationFor({ ...PROVIDERS[0]!, operations }, 'chat', id)?.rules.dialect ?? '',
    hasTools,
  })),
)
  .filter(({ dialect, hasTools, slug }) => dialect !== '' && dialect !== 'openai-completions' && hasTools && slug !== 'ai21')
  .filter(({ dialect }, index, all) => all.findIndex((other) => other.dialect === dialect) === index);

const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      description: 'The weather in a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
    },
  },
];
const ask = (content: string) => [{ role: 'user' as const, content }];
const PIXEL = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

it('the table has a model for every format', () => {
  expect(FORMATS.map(({ dialect }) => dialect).toSorted()).toEqual(
    ['anthropic', 'bedrock', 'cohere', 'gemini', 'mistral', 'ollama', 'openai-chat', 'openai-responses', 'workers-ai'].toSorted(),
  );
});

describe.each(FORMATS)('$dialect ($model)', ({ model, slug }) => {
  it('gives the same answer with and without a stream, with usage', async () => {
    const request = { model, messages: ask('hello'), max_tokens: 400 };
    const { data: whole, response } = await client.chat.completions.create(request).withResponse();
    expect(whole.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: expect.stringContaining('You said: "hello"') },
    });
    expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
    expect(response.headers.get('x-tributary-provider')).toBe(slug);
    const stream = client.chat.completions.stream({ ...request, stream_options: { include_usage: true } });
    const streamed = await stream.finalChatCompletion();
    expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    expect(streamed.usage).toMatchObject({ prompt_tokens: whole.usage?.prompt_tokens, completion_tokens: whole.usage?.completion_tokens });
  });

  it('stops at max_tokens with finish_reason length', async () => {
    const { choices } = await client.chat.completions.create({ model, messages: ask('hello'), max_tokens: 16 });
    expect(choices[0]?.finish_reason).toBe('length');
  });

  it('ends at a stop sequence, which is not in the text', async () => {
    const { choices } = await client.chat.completions.create({ model, messages: ask('hello'), max_tokens: 400, stop: ['hello'] });
    expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'You said: "' } });
  });

  it.each([true, false])('calls a tool and goes on with its result (stream: %s)', async (stream) => {
    const request = { model, messages: ask('What is the weather?'), tools, max_tokens: 400 };
    const first = stream
      ? await client.chat.completions.stream(request).finalChatCompletion()
      : await client.chat.completions.create(request);
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    if (message === undefined || call?.type !== 'function') throw new Error('expected a call of a function');
    expect(first.choices[0]?.finish_reason).toBe('tool_calls');
    expect([call.function.name, JSON.parse(call.function.arguments)]).toEqual(['get_weather', { city: expect.any(String) }]);
    const history = [...request.messages, message, { role: 'tool' as const, tool_call_id: call.id, content: 'sunny' }];
    const second = await client.chat.completions.create({ ...request, messages: history });
    expect(second.choices[0]?.message.content).toMatch(/^The tool said: .*sunny/);
  });

  it('returns JSON for a schema, natively or through a tool', async () => {
    const schema = { type: 'object', properties: { river: { type: 'string' } }, required: ['river'], additionalProperties: false };
    const response_format = { type: 'json_schema' as const, json_schema: { name: 'answer', schema } };
    const { data, response } = await client.chat.completions
      .create({ model, messages: ask('Answer in JSON.'), response_format, max_tokens: 400 })
      .withResponse();
    if (response.headers.get('x-tributary-adjustments')?.includes('response_format;action=dropped') === true) return;
    expect(data.choices[0]?.finish_reason).toBe('stop');
    expect(JSON.parse(data.choices[0]?.message.content ?? '')).toEqual({ river: expect.any(String) });
  });

  it('returns several choices', async () => {
    const { choices } = await client.chat.completions.create({ model, messages: ask('hello'), max_tokens: 60, n: 2 });
    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
  });

  it('accepts an image or reports that it was dropped', async () => {
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: PIXEL } },
        ],
      },
    ];
    const response = await post(`${harness.url}/v1/chat/completions`, { model, messages, max_tokens: 60 });
    if (response.status === 200) return;
    const error = await errorOf(response);
    expect([response.status, error.param ?? error.message]).toEqual([400, expect.stringContaining('messages[0].content[1]')]);
  });

  it('returns a refusal of the provider with its status', async () => {
    const response = await post(`${harness.url}/v1/chat/completions`, hello({ model }), { 'x-simulator-fault': 'status=429' });
    expect([response.status, (await errorOf(response)).type]).toEqual([
      429,
      expect.stringMatching(/^(rate_limit_exceeded|provider_overloaded)$/),
    ]);
  });

  it.each(['error-after=2', 'cut-after=2', 'end-after=2'])('ends a broken stream with an error (%s)', async (fault) => {
    const response = await post(`${harness.url}/v1/chat/completions`, hello({ model, stream: true, max_tokens: 400 }), {
      'x-simulator-fault': fault,
    });
    const text = await response.text();
    expect(text).not.toContain('[DONE]');
    expect(text).toContain('"error":{');
  });
});
