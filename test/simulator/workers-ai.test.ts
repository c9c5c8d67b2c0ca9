// Workers AI as the simulator plays it: two schemas, the model in the path, two ways to answer.

import { describe, expect, it } from 'vitest';

import type { Fields } from './checks.ts';
import { send, streamed } from './client.ts';
import { judge } from './judge.ts';

const OLDER = '/cloudflare-workers-ai/v1/ai/run/@cf/meta/llama-3.3-70b-instruct-fp8-fast';
const NEWER = '/cloudflare-workers-ai/v1/ai/run/%40cf/zai-org/glm-5.2';
const user = { role: 'user', content: 'hello' };
const asked = { messages: [user], max_tokens: 50 };
const tool = { type: 'function', function: { name: 'get_weather', description: '', parameters: { type: 'object', properties: {} } } };
/** Undefined fields are left out, as JSON does. */
const judged = (body: Fields) => judge('cloudflare-workers-ai', 'chat', JSON.parse(JSON.stringify({ ...asked, ...body })));
const seen = (url: string): Fields => ({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }] });

describe('the Workers AI simulator accepts', () => {
  it.each<Fields>([
    {},
    { temperature: 5, top_p: 0.001, top_k: 50, seed: 1, repetition_penalty: 2, raw: true, lora: 'x' },
    { tools: [tool], tool_choice: 'required' },
    { response_format: { type: 'json_schema', json_schema: { type: 'object' } } },
    { stop: ['a'], n: 2, seed: 0, top_p: 0, logprobs: true, top_logprobs: 2, stream: true, stream_options: { include_usage: true } },
    { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'none', reasoning_effort: 'max' },
    seen('data:image/png;base64,AA=='),
  ])('%j', (body) => {
    expect(judged(body)).toBeNull();
  });
});

describe('the Workers AI simulator refuses', () => {
  it.each<Fields>([
    { temperature: 6 },
    { top_k: 0 },
    { top_k: 51 },
    { top_k: 5, stop: ['a'] },
    { raw: true, n: 2 },
    { messages: [{ role: 'assistant', content: null }, user] },
    { messages: [{ role: 'developer', content: 'a' }], top_k: 5 },
    { ...seen('https://x/y.png'), top_k: 5 },
    { tools: [{ type: 'function', function: { name: 'f', parameters: {} } }], top_k: 5 },
    { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } },
    { response_format: { type: 'json_object' }, stream: true },
    { max_tokens: undefined },
    { messages: undefined },
    { mystery: 1 },
  ])('%j', (body) => {
    expect(judged(body)).toMatchObject({ status: 400, body: { success: false, errors: [{ code: 5006 }] } });
  });

  it('calls without a key, with the error code 10000', async () => {
    expect(await (await send(OLDER, asked, { key: null })).json()).toMatchObject({ success: false, errors: [{ code: 10_000 }] });
  });
});

describe('the Workers AI simulator answers', () => {
  it('older models in the native format', async () => {
    expect(await streamed(OLDER, { ...asked, max_tokens: 2 })).toMatchObject([
      { response: 'You', p: 'abcdefgh' },
      { response: ' said:' },
      { response: '', usage: { completion_tokens: 2 } },
      '[DONE]',
    ]);
    expect(await (await send(OLDER, { ...asked, max_tokens: 2 })).json()).toMatchObject({
      result: { response: 'You said:', usage: { completion_tokens: 2 } },
      success: true,
      errors: [],
    });
  });

  it('with tool arguments and JSON as objects', async () => {
    const calls = await (await send(OLDER, { ...asked, tools: [tool], tool_choice: 'required' })).json();
    expect(calls).toMatchObject({ result: { response: null, tool_calls: [{ name: 'get_weather', arguments: {} }] } });
    const schema = { type: 'object', properties: { level: { type: 'number' } }, required: ['level'] };
    const json = (await (await send(OLDER, { ...asked, response_format: { type: 'json_schema', json_schema: schema } })).json()) as Fields;
    expect(json['result']).toMatchObject({ response: { level: expect.any(Number) as number } });
  });

  it("newer models in OpenAI's format", async () => {
    const sent = await streamed(NEWER, { ...asked, max_tokens: 1 });
    expect(sent).toMatchObject([
      { model: '@cf/zai-org/glm-5.2', choices: [{ delta: { role: 'assistant' } }] },
      { choices: [{ delta: { content: 'You' } }] },
      { choices: [{ finish_reason: 'length' }] },
      { choices: [], usage: { completion_tokens: 1 } },
      '[DONE]',
    ]);
  });

  it('a request with a prompt', async () => {
    const body = await (await send(OLDER, { prompt: 'once upon', max_tokens: 5 })).json();
    expect(JSON.stringify(body)).toContain('once');
  });

  it('with an error inside a stream after error-after', async () => {
    const sent = await streamed(OLDER, asked, { fault: 'error-after=1' });
    expect(sent.at(-1)).toMatchObject({ success: false, errors: [{ message: 'The simulated model ran aground.' }] });
  });
});
