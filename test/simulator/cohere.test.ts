// Cohere as the simulator plays it: strict to the last nested field, with names for its events and two counts of tokens.

import { describe, expect, it } from 'vitest';

import type { Fields } from './checks.ts';
import { send, streamed } from './client.ts';
import { judge } from './judge.ts';

const PATH = '/cohere/v1/v2/chat';
const user = { role: 'user', content: 'hello' };
const asked = { model: 'command-a-03-2025', messages: [user] };
const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } };
const strictTool = { type: 'function', function: { ...tool.function, strict: true } };
const call = (name: string, given: string) => ({ id: 'a', type: 'function', function: { name, arguments: given } });
/** Undefined fields are left out, as JSON does. */
const judged = (body: Fields) => judge('cohere', 'chat', JSON.parse(JSON.stringify({ ...asked, ...body })));
const said = (message: Fields): Fields => ({ messages: [user, message] });

describe('the Cohere simulator accepts', () => {
  it.each<Fields>([
    {},
    { temperature: 1, p: 0.99, k: 500, seed: 0, max_tokens: 1, stop_sequences: ['a', 'b', 'c', 'd', 'e'], stream: true },
    { frequency_penalty: 1 },
    { presence_penalty: 0 },
    { tools: [tool], tool_choice: 'REQUIRED', strict_tools: true },
    { response_format: { type: 'json_object', json_schema: { type: 'object' } } },
    { response_format: { type: 'text' }, tools: [tool] },
    { model: 'command-a-reasoning-08-2025', thinking: { type: 'enabled', token_budget: 1 } },
    { safety_mode: 'STRICT', priority: 999, logprobs: true, documents: undefined },
    { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x/y.png', detail: 'low' } }] }] },
    said({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'a' },
        { type: 'text', text: 'b' },
      ],
      tool_plan: 'c',
    }),
    said({ role: 'assistant', tool_calls: [call('get_weather', '{}')] }),
    said({ role: 'tool', tool_call_id: 'a', content: [{ type: 'document', document: { data: {} } }] }),
    { messages: [user, { role: 'system', content: 'late' }] },
  ])('%j', (body) => {
    expect(judged(body)).toBeNull();
  });
});

describe('the Cohere simulator refuses', () => {
  it.each<[Fields, number]>([
    [{ temperature: 1.1 }, 400],
    [{ p: 1 }, 400],
    [{ p: 0 }, 400],
    [{ k: 501 }, 400],
    [{ stop_sequences: ['a', 'b', 'c', 'd', 'e', 'f'] }, 400],
    [{ frequency_penalty: 0, presence_penalty: 0 }, 400],
    [{ presence_penalty: -1 }, 400],
    [{ top_p: 0.5 }, 422],
    [{ n: 1 }, 422],
    [{ tools: [strictTool] }, 422],
    [{ tools: [{ type: 'function', function: { name: 'get-weather', parameters: {} } }] }, 400],
    [{ tools: [{ type: 'function', function: { name: '2nd', parameters: {} } }] }, 400],
    [{ tools: [{ type: 'function', function: { name: 'a' } }] }, 400],
    [{ tools: [tool], tool_choice: 'auto' }, 400],
    [{ tools: [tool], tool_choice: 'NONE', model: 'command-r-08-2024' }, 400],
    [{ tools: [tool], response_format: { type: 'json_object' } }, 400],
    [{ response_format: { type: 'json_schema', json_schema: {} } }, 400],
    [{ tools: [tool], safety_mode: 'STRICT' }, 400],
    [{ thinking: { type: 'enabled' } }, 400],
    [{ model: 'command-a-reasoning-08-2025', thinking: { type: 'enabled', token_budget: 0 } }, 400],
    [{ messages: [{ ...user, name: 'ada' }] }, 422],
    [{ messages: [{ role: 'developer', content: 'a' }] }, 400],
    [{ messages: [{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: {} }] }] }, 422],
    [said({ role: 'assistant', content: null }), 400],
    [said({ role: 'assistant', tool_calls: [call('get_weather', 'null')] }), 400],
    [said({ role: 'tool', content: 'a' }), 400],
    [{ messages: undefined }, 400],
  ])('%j with %i', (body, status) => {
    expect(judged(body)).toMatchObject({ status, body: { message: expect.any(String) as string } });
  });

  it('an unknown field by its name', () => {
    expect(judged({ tools: [strictTool] })?.body).toMatchObject({
      message: expect.stringContaining("unknown field: parameter 'strict' is not a valid field.") as string,
    });
  });

  it('calls without a key', async () => {
    expect((await send(PATH, asked, { key: null })).status).toBe(401);
  });
});

describe('the Cohere simulator answers', () => {
  it('a stream with named events, and billed units that differ from tokens', async () => {
    expect(await streamed(PATH, { ...asked, max_tokens: 2, stream: true })).toMatchObject([
      { type: 'message-start' },
      { type: 'content-start', index: 0 },
      { type: 'content-delta', delta: { message: { content: { text: 'You' } } } },
      { type: 'content-delta', delta: { message: { content: { text: ' said:' } } } },
      { type: 'content-end' },
      {
        type: 'message-end',
        delta: { finish_reason: 'MAX_TOKENS', usage: { billed_units: { output_tokens: 2 }, tokens: { output_tokens: 5 } } },
      },
    ]);
    expect(await (await send(PATH, { ...asked, max_tokens: 2 })).text()).toContain('"content":[{"type":"text","text":"You said:"}]');
  });

  it('with a tool plan and calls, one object per stream event', async () => {
    const sent = await streamed(PATH, { ...asked, stream: true, tools: [tool], tool_choice: 'REQUIRED' });
    expect(sent).toContainEqual({ type: 'tool-plan-delta', delta: { message: { tool_plan: 'I will use' } } });
    expect(sent).toContainEqual(
      expect.objectContaining({
        type: 'tool-call-start',
        delta: {
          message: {
            tool_calls: expect.objectContaining({ type: 'function', function: { name: 'get_weather', arguments: '' } }) as Fields,
          },
        },
      }),
    );
  });

  it('with its own error inside a stream', async () => {
    const response = await send(PATH, { ...asked, stream: true }, { fault: 'error-after=1' });
    expect(await response.text()).toMatch(/"finish_reason":"ERROR","error":"The simulated model ran aground\."\}\}\n\n$/u);
  });
});
