/** Tools and JSON answers with the `openai` package and its own accumulating helpers, which throw at anything irregular. */
import OpenAI from 'openai';
import type { RunnableToolFunctionWithParse } from 'openai/lib/RunnableFunction';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness, type Harness } from './harness.ts';

let harness: Harness;
let client: OpenAI;
beforeAll(async () => {
  harness = await startHarness();
  client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => harness.stop());

const tool = (name: string) => ({
  type: 'function' as const,
  function: {
    name,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
  },
});
const tools = [tool('get_weather'), tool('get_tides')];
const ask = (content: string) => [{ role: 'user' as const, content }];

/** What one answer called: names and parsed arguments. */
function callsOf(completion: OpenAI.ChatCompletion): { id: string; name: string; given: unknown }[] {
  return (completion.choices[0]?.message.tool_calls ?? []).map((call) => {
    if (call.type !== 'function') throw new Error(`a tool call of type ${call.type}`);
    return { id: call.id, name: call.function.name, given: JSON.parse(call.function.arguments) as unknown };
  });
}

describe.each(['@novita/m', '@openai/gpt-4o', '@openrouter/some/m'])('tools at %s', (model) => {
  it('one call, the same streamed and not', async () => {
    const request = { model, messages: ask('What is the weather?'), tools };
    const whole = await client.chat.completions.create(request);
    expect(whole.choices[0]?.finish_reason).toBe('tool_calls');
    const calls = callsOf(whole);
    expect(calls).toEqual([{ id: expect.stringMatching(/^call_/), name: 'get_weather', given: { city: expect.any(String) } }]);
    const streamed = await client.chat.completions.stream(request).finalChatCompletion();
    expect(streamed.choices[0]?.finish_reason).toBe('tool_calls');
    expect(callsOf(streamed)).toEqual(calls);
  });

  it('two parallel calls, the same streamed and not', async () => {
    const request = { model, messages: ask('Use both tools.'), tools };
    const calls = callsOf(await client.chat.completions.create(request));
    expect(calls.map(({ name }) => name)).toEqual(['get_weather', 'get_tides']);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    expect(callsOf(await client.chat.completions.stream(request).finalChatCompletion())).toEqual(calls);
  });

  it.each([true, false])('runTools goes through calls and results to a text (stream: %s)', async (stream) => {
    const seen: unknown[] = [];
    const run: RunnableToolFunctionWithParse<object> = {
      type: 'function',
      function: {
        ...tool('get_weather').function,
        description: 'the weather in a city',
        parse: (text) => JSON.parse(text) as object,
        function: (given) => {
          seen.push(given);
          return 'sunny';
        },
      },
    };
    const body = { model, messages: ask('What is the weather?'), tools: [run] };
    const answer = stream
      ? await client.chat.completions.runTools({ ...body, stream: true }).finalContent()
      : await client.chat.completions.runTools({ ...body, stream: false }).finalContent();
    expect(seen).toEqual([{ city: expect.any(String) }]);
    expect(answer).toMatch(/^The tool said: "sunny"/);
  });
});

it('tool_choice required leads to a call', async () => {
  const choice = { type: 'function' as const, function: { name: 'get_tides' } };
  const whole = await client.chat.completions.create({ model: '@openai/gpt-4o', messages: ask('hello'), tools, tool_choice: choice });
  expect(callsOf(whole).map(({ name }) => name)).toEqual(['get_tides']);
});

it.each(['@novita/m', '@openai/gpt-4o'])('%s: a JSON schema is obeyed, streamed and not', async (model) => {
  const schema = {
    type: 'object',
    properties: { river: { type: 'string' }, length: { type: 'integer' } },
    required: ['river', 'length'],
    additionalProperties: false,
  };
  const request = {
    model,
    messages: ask('Name a river.'),
    response_format: { type: 'json_schema' as const, json_schema: { name: 'river', strict: true, schema } },
  };
  const whole = await client.chat.completions.parse(request);
  const parsed: unknown = whole.choices[0]?.message.parsed;
  expect(parsed).toEqual({ river: expect.any(String), length: expect.any(Number) });
  const streamed = await client.chat.completions.stream(request).finalChatCompletion();
  expect(JSON.parse(streamed.choices[0]?.message.content ?? '')).toEqual(parsed);
});
