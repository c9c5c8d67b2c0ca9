// Ollama as the simulator plays it: lines of JSON, options in their own object, images as bare base64.

import { describe, expect, it } from 'vitest';

import type { Fields } from './checks.ts';
import { send } from './client.ts';
import { judge } from './judge.ts';

const PATH = '/ollama/v1/api/chat';
const user = { role: 'user', content: 'hello' };
const asked = { model: 'qwen3:8b', messages: [user], stream: true };
const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } };
/** Undefined fields are left out, as JSON does. */
const judged = (body: Fields) => judge('ollama', 'chat', JSON.parse(JSON.stringify({ ...asked, ...body })));
const linesOf = async (body: Fields) => {
  const text = await (await send(PATH, { ...asked, ...body }, { key: null })).text();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Fields);
};

describe('the Ollama simulator accepts', () => {
  it.each<Fields>([
    {},
    { stream: false, think: 'max', keep_alive: '5m', truncate: false, shift: true, logprobs: true, top_logprobs: 20 },
    { options: { temperature: 3, top_k: 0, min_p: 1, repeat_penalty: 1.1, seed: -1, num_predict: 5, num_ctx: 8192, stop: ['a'] } },
    { format: 'json', think: false },
    { format: { type: 'object' }, tools: [tool], keep_alive: -1 },
    { messages: [{ ...user, images: ['AA=='] }] },
    { messages: [{ role: 'assistant', content: '', thinking: 'a', tool_calls: [{ id: 'a', function: { name: 'b', arguments: {} } }] }] },
    { messages: [{ role: 'tool', content: 'a', tool_name: 'b', tool_call_id: 'c' }] },
  ])('%j', (body) => {
    expect(judged(body)).toBeNull();
  });
});

describe('the Ollama simulator refuses', () => {
  it.each<[Fields, number]>([
    [{ options: { stop: 'a' } }, 500],
    [{ options: { temperature: '1' } }, 500],
    [{ options: { keep_alive: '5m' } }, 400],
    [{ temperature: 1 }, 400],
    [{ tool_choice: 'auto' }, 400],
    [{ top_logprobs: 21, logprobs: true }, 400],
    [{ think: 'xhigh' }, 400],
    [{ format: 'xml' }, 400],
    [{ stream: undefined }, 400],
    [{ messages: [{ role: 'developer', content: 'a' }] }, 400],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }] }] }, 400],
    [{ messages: [{ ...user, images: ['data:image/png;base64,AA=='] }] }, 400],
    [{ messages: [{ role: 'assistant', content: '', tool_calls: [{ function: { name: 'b', arguments: '{}' } }] }] }, 400],
  ])('%j with %i', (body, status) => {
    expect(judged(body)).toMatchObject({ status, body: { error: expect.any(String) as string } });
  });
});

describe('the Ollama simulator answers', () => {
  it('a stream in lines, with the usage in the last one', async () => {
    expect(await linesOf({ options: { num_predict: 2 } })).toMatchObject([
      { model: 'qwen3:8b', message: { content: 'You' }, done: false },
      { message: { content: ' said:' }, done: false },
      { message: { content: '' }, done: true, done_reason: 'length', prompt_eval_count: 1, eval_count: 2 },
    ]);
    expect(await linesOf({ stream: false, options: { num_predict: 2 } })).toMatchObject([
      { message: { content: 'You said:' }, done: true, done_reason: 'length' },
    ]);
  });

  it('with tool arguments as objects and the finish reason stop', async () => {
    const messages = [{ role: 'user', content: 'What is the weather?' }];
    const sent = await linesOf({ messages, tools: [tool] });
    expect(sent).toMatchObject([
      { message: { content: '', tool_calls: [{ function: { index: 0, name: 'get_weather', arguments: {} } }] } },
      { done: true, done_reason: 'stop' },
    ]);
  });

  it('with an error line inside a stream', async () => {
    const response = await send(PATH, asked, { fault: 'error-after=1' });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect(await response.text()).toMatch(/\}\n\{"error":"The simulated model ran aground\."\}\n$/u);
  });
});
