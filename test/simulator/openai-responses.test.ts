// OpenAI's Responses format as the simulator plays it: what it refuses, what its answers look like; and what its chat leaves to it.

import { describe, expect, it } from 'vitest';

import type { Fields } from './checks.ts';
import { lastEntry, send, streamed } from './client.ts';
import { judge } from './judge.ts';

const PATH = '/openai/v1/responses';
const user = { role: 'user', content: 'hello' };
const look = { type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} }, strict: false };
const body = { model: 'gpt-5.4', input: [user] };
/** The status of the body with these fields; an undefined one is left out, as JSON does. */
const verdict = (extra: Fields) => judge('openai/responses', 'chat', JSON.parse(JSON.stringify({ ...body, ...extra })))?.status ?? 200;
const call = { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{}' };
const said = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'a' }] };
const thought = { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }], encrypted_content: 'gAAA' };
const parts = (...content: unknown[]): Fields => ({ input: [{ role: 'user', content }] });

describe('the Responses simulator accepts', () => {
  it.each<Fields>([
    {},
    { input: 'hello', instructions: 'Be brief.' },
    { max_output_tokens: 16, store: false, stream: true, stream_options: { include_obfuscation: false } },
    { reasoning: { effort: 'xhigh', summary: 'auto' }, include: ['reasoning.encrypted_content'], text: { verbosity: 'low' } },
    { reasoning: { effort: 'none' }, temperature: 0.5, top_p: 0.5, top_logprobs: 3, include: ['message.output_text.logprobs'] },
    { model: 'gpt-4.1', temperature: 2, top_logprobs: 20, include: ['message.output_text.logprobs'] },
    { model: 'gpt-5', reasoning: { effort: 'minimal' } },
    { text: { format: { type: 'json_schema', name: 'a', schema: {}, strict: true } } },
    { tools: [look, { type: 'custom', name: 'shell' }, { type: 'web_search', search_context_size: 'low' }], tool_choice: 'required' },
    { tools: [look], tool_choice: { type: 'function', name: 'get_weather' }, parallel_tool_calls: false },
    { input: [{ role: 'developer', content: 'Be brief.' }, user, thought, said, call] },
    { input: [user, thought, call, { type: 'function_call_output', call_id: 'call_1', output: 'sunny' }] },
    { input: [{ ...said, phase: 'final_answer' }, user] },
    parts({ type: 'input_image', image_url: 'https://a.example/b.png', detail: 'auto' }, { type: 'input_file', file_id: 'f' }),
  ])('%j', (extra) => expect(verdict(extra)).toBe(200));
});

describe('the Responses simulator refuses', () => {
  it.each<[number, Fields]>([
    [400, { messages: [user] }],
    [400, { stop: ['a'] }],
    [400, { seed: 1 }],
    [400, { n: 2 }],
    [400, { max_tokens: 50 }],
    [400, { max_output_tokens: 15 }],
    [400, { temperature: 0.5 }],
    [400, { top_logprobs: 2 }],
    [400, { include: ['message.output_text.logprobs'] }],
    [400, { reasoning: { effort: 'max' } }],
    [400, { model: 'gpt-5', reasoning: { effort: 'none' } }],
    [400, { model: 'gpt-5-pro', reasoning: { effort: 'low' } }],
    [400, { model: 'gpt-4.1', reasoning: { effort: 'low' } }],
    [400, { model: 'gpt-4.1', include: ['reasoning.encrypted_content'] }],
    [400, { reasoning_effort: 'low' }],
    [400, { verbosity: 'low' }],
    [400, { service_tier: 'fast' }],
    [400, { stream_options: { include_usage: true }, stream: true }],
    [400, { response_format: { type: 'json_object' } }],
    [400, { text: { format: { type: 'json_schema', json_schema: { name: 'a', schema: {} } } } }],
    [400, { tools: [{ type: 'function', function: { name: 'look' } }] }],
    [400, { tools: [{ type: 'function', name: 'look' }] }],
    [400, { tools: [look], tool_choice: { type: 'function', function: { name: 'get_weather' } } }],
    [400, { tools: [look], tool_choice: { type: 'function', name: 'other' } }],
    [400, { tool_choice: 'required' }],
    [400, { input: [] }],
    [400, { input: [{ ...user, name: 'Ada' }] }],
    [400, { input: [{ role: 'tool', tool_call_id: 'call_1', content: 'sunny' }] }],
    [400, { input: [{ role: 'assistant', content: [{ type: 'input_text', text: 'a' }] }] }],
    [400, { input: [{ ...call, call_id: 'x'.repeat(65) }] }],
    [400, { input: [thought, user] }],
    [404, { input: [{ ...thought, encrypted_content: undefined }, said] }],
    [400, parts({ type: 'text', text: 'a' })],
    [400, parts({ type: 'input_text', text: 'a', cache_control: {} })],
  ])('with %i %j', (status, extra) => expect(verdict(extra)).toBe(status));
});

describe('the chat completions simulator refuses', () => {
  const tools = [{ type: 'function', function: { name: 'get_weather', parameters: {} } }];
  const chat = (extra: Fields) => judge('openai', 'chat', { messages: [user], ...extra })?.status ?? 200;

  it.each<[number, Fields]>([
    [400, { model: 'gpt-5.4', tools }],
    [400, { model: 'gpt-5.6-sol', tools, reasoning_effort: 'low' }],
    [200, { model: 'gpt-5.4', tools, reasoning_effort: 'none' }],
    [200, { model: 'gpt-5.1', tools, reasoning_effort: 'low' }],
    [404, { model: 'gpt-5-codex' }],
    [404, { model: 'o3-pro' }],
    [404, { model: 'o4-mini-deep-research' }],
    [400, { model: 'gpt-5', reasoning_effort: 'none' }],
    [400, { model: 'o3', reasoning_effort: 'xhigh' }],
  ])('with %i %j', (status, extra) => expect(chat(extra)).toBe(status));
});

describe('the Responses simulator answers', () => {
  it('a stream with reasoning and a message in pieces, and the usage in the last event', async () => {
    const sent = (await streamed(PATH, { ...body, max_output_tokens: 16 })) as Fields[];
    const types = sent.map(({ type }) => String(type).replace('response.', ''));
    expect(types.slice(0, 6)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'output_item.done',
      'output_item.added',
      'content_part.added',
    ]);
    expect(types.filter((type) => type === 'output_text.delta')).toHaveLength(16);
    expect(sent.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: { incomplete_details: { reason: 'max_output_tokens' }, usage: { output_tokens: 16 } },
    });
    expect(await lastEntry()).toMatchObject({ slug: 'openai', status: 200, sentChunks: 16 });
  });

  it('with the same content without a stream', async () => {
    const whole = (await (await send(PATH, body)).json()) as Fields;
    const sent = (await streamed(PATH, body)) as { response?: Fields }[];
    expect({ ...whole, id: '' }).toMatchObject({
      object: 'response',
      status: 'completed',
      output: [{ type: 'reasoning' }, { type: 'message' }],
    });
    expect(JSON.stringify(sent.at(-1)?.response?.['output'])).toContain('You said: \\"hello\\"');
  });

  it('with tool calls, and with text after their results', async () => {
    const asked = { ...body, tools: [look], tool_choice: 'required' };
    const sent = (await streamed(PATH, asked)) as { item?: Fields }[];
    const called = sent.flatMap(({ item }) => (item?.['type'] === 'function_call' && item['status'] === 'completed' ? [item] : []));
    expect(called).toMatchObject([{ name: 'get_weather', call_id: expect.stringMatching(/^call_/u) as string }]);
    const { id: _, ...again } = called[0] ?? {};
    const result = { type: 'function_call_output', call_id: again['call_id'], output: 'sunny' };
    const next = await (await send(PATH, { ...body, input: [user, again, result] })).text();
    expect(next).toContain('The tool said');
  });

  it('with an error in two events', async () => {
    expect(await streamed(PATH, body, { fault: 'error-first' })).toMatchObject([{ type: 'error' }, { type: 'response.failed' }]);
  });

  it('at Azure too', async () => {
    expect((await send('/azure-openai/v1/responses?api-version=v1', body)).status).toBe(200);
    expect((await send('/azure-openai/v1/chat/completions?api-version=v1', { model: 'd', messages: [user] })).status).toBe(200);
    expect((await send('/azure-openai/v1/chat/completions', { model: 'd', messages: [user], service_tier: 'flex' })).status).toBe(400);
  });
});
