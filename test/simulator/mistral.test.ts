// Mistral as the simulator plays it: what it refuses and how, and what its answers look like.

import { describe, expect, it } from 'vitest';

import type { Fields } from './checks.ts';
import { send, streamed } from './client.ts';
import { judge } from './judge.ts';

const CHAT = '/mistral/v1/chat/completions';
const FIM = '/mistral/v1/fim/completions';
const user = { role: 'user', content: 'hello' };
const chatBody = { model: 'm', messages: [user] };
const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }];
const called = (id: string) => ({ role: 'assistant', content: '', tool_calls: [{ id, function: { name: 'f', arguments: '{}' } }] });
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'seen' });
const verdict = (extra: Fields) => judge('mistral', 'chat', { ...chatBody, ...extra })?.status ?? 200;
const parts = (...content: unknown[]): Fields => ({ messages: [{ role: 'user', content }] });

describe('the Mistral simulator accepts', () => {
  it.each<Fields>([
    {},
    { temperature: 1.5, top_p: 0, random_seed: 0, max_tokens: 0, n: 3, stop: ['a'] },
    { tools, tool_choice: 'any', parallel_tool_calls: false },
    { tools, tool_choice: { type: 'function', function: { name: 'get_weather' } } },
    { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } },
    { reasoning_effort: 'none', prompt_mode: 'reasoning', safe_prompt: true, service_tier: 'auto' },
    { messages: [user, called('abcDEF123'), result('abcDEF123')] },
    { messages: [user, { role: 'assistant', content: 'Once', prefix: true }] },
    { messages: [user, { role: 'assistant', content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }, user] },
    parts({ type: 'image_url', image_url: 'https://x' }, { type: 'document_url', document_url: 'https://x', document_name: 'x' }),
    parts({ type: 'input_audio', input_audio: 'AAAA' }, { type: 'file', file_id: 'f' }),
  ])('%j', (extra) => {
    expect(verdict(extra)).toBe(200);
  });
});

describe('the Mistral simulator refuses', () => {
  it.each<[number, Fields]>([
    [422, { temperature: 1.6 }],
    [422, { seed: 1 }],
    [422, { random_seed: -1 }],
    [422, { max_completion_tokens: 5 }],
    [422, { top_k: 5 }],
    [422, { stream_options: {} }],
    [422, { user: 'u' }],
    [422, { reasoning_effort: 'low' }],
    [422, { tools: [{ type: 'function', function: { name: 'f' } }] }],
    [422, { response_format: { type: 'json_schema', json_schema: { name: 'a' } } }],
    [422, { messages: [{ ...user, name: 'Ada' }] }],
    [422, { messages: [user, { role: 'assistant', content: 'a', tool_calls: null }, user] }],
    [422, { messages: [user, { role: 'assistant', content: 'a', reasoning_content: 'b' }, user] }],
    [422, { messages: [{ role: 'developer', content: 'a' }, user] }],
    [422, parts({ type: 'text', text: 'a', cache_control: {} })],
    [422, parts({ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } })],
    [400, { messages: [user, { role: 'assistant', content: 'a' }] }],
    [400, { messages: [user, called('abcDEF123'), result('abcDEF123'), user] }],
    [400, { messages: [user, called('call_1'), result('call_1')] }],
    [400, { tool_choice: 'any' }],
  ])('with %i %j', (status, extra) => {
    expect(verdict(extra)).toBe(status);
  });

  it('a wrong field with a list in the message, other errors with a text', async () => {
    const refused = await (await send(CHAT, { ...chatBody, messages: [{ ...user, name: 'Ada' }] })).json();
    expect(refused).toMatchObject({ object: 'error', message: { detail: [{ loc: ['body', 'messages', '0', 'name'] }] }, code: null });
    const odd = await (await send(CHAT, { ...chatBody, messages: [user, called('x'), result('x')] })).json();
    expect(odd).toMatchObject({ object: 'error', message: expect.stringContaining('with a length of 9') as string, code: '3280' });
  });

  it('chat fields in completions', () => {
    const fim = (extra: Fields) => judge('mistral', 'completions', { model: 'codestral-latest', prompt: 'a', ...extra })?.status ?? 200;
    expect([{}, { suffix: 'b', random_seed: 1, min_tokens: 1 }].map(fim)).toEqual([200, 200]);
    expect([{ n: 2 }, { echo: true }, { prompt: ['a'] }, { messages: [] }].map(fim)).toEqual([422, 422, 422, 422]);
  });
});

describe('the Mistral simulator answers', () => {
  it('a stream with the usage in the last chunk with a choice', async () => {
    const sent = await streamed(CHAT, { ...chatBody, max_tokens: 1, random_seed: 3 });
    expect(sent).toMatchObject([
      { choices: [{ delta: { role: 'assistant' }, finish_reason: null }] },
      { choices: [{ delta: { content: 'You' } }] },
      { choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 1 } },
      '[DONE]',
    ]);
    expect(await streamed(CHAT, { ...chatBody, random_seed: 3 })).not.toEqual(await streamed(CHAT, { ...chatBody, random_seed: 4 }));
  });

  it('with whole tool calls beside the finish reason, with ids of nine characters', async () => {
    const sent = await streamed(CHAT, { ...chatBody, tools, tool_choice: 'any' });
    const id = expect.stringMatching(/^[a-zA-Z0-9]{9}$/) as string;
    expect(sent.at(-2)).toMatchObject({
      choices: [{ delta: { tool_calls: [{ id, function: { name: 'get_weather' } }] }, finish_reason: 'tool_calls' }],
    });
  });

  it('a completion with a chat body', async () => {
    const body = (await (await send(FIM, { model: 'codestral-latest', prompt: 'a', suffix: 'b' })).json()) as Fields;
    expect(body).toMatchObject({ object: 'chat.completion', choices: [{ message: { role: 'assistant', tool_calls: null } }] });
  });

  it('with an error inside a stream after error-after', async () => {
    const sent = await streamed(CHAT, chatBody, { fault: 'error-after=1' });
    expect(sent.at(-1)).toMatchObject({ object: 'error', message: 'The simulated model ran aground.' });
  });

  it('404 on other paths', async () => {
    expect((await send('/mistral/v1/completions', { model: 'm', prompt: 'a' })).status).toBe(404);
  });
});
