/** Client packages that leave their conversations at the server, as they do by default, in front of a router that keeps answers. */
import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@openai/agents';
import { generateText } from 'ai';
import OpenAI from 'openai';
import { expect, it } from 'vitest';
import { SEAL } from '../../agents/reply.ts';
import { OBJECTS } from '../../dev/serve.ts';
import { createRunner } from './agents-runner.ts';
import { converse } from './ai-sdk-turns.ts';
import { CITIES, CONVERSATION, describeFormats, serveScripted, WEATHER, WORDS } from './scripted.ts';
import { weatherTool } from './weather-tool.ts';

const { url, upstream } = serveScripted({ STORE_RESPONSES: 'default' }, { objects: OBJECTS });
const client = () => new OpenAI({ baseURL: `${url()}/v1`, apiKey: 'any', maxRetries: 0 });
const aiSdk = (model: string) => createOpenAI({ baseURL: `${url()}/v1`, apiKey: 'any' })(model);

const runner = createRunner(url);

/** The last request to the provider has the whole conversation: results of all calls, and sealed thinking where the format has it. */
function expectWhole(format: string): void {
  const [, second, third] = upstream().received;
  expect(third?.text.split(WORDS.result)).toHaveLength(4);
  expect(second?.text.includes(SEAL)).toBe(format !== 'chat');
  expect(third?.text).not.toMatch(/item_reference|previous_response_id/);
}

const FORMATS = ['chat', 'gemini', 'anthropic', 'responses'] as const;
const reasoning = { forceReasoning: true, reasoningSummary: 'auto', reasoningEffort: 'low' };

describeFormats('@ai-sdk/openai without store: false', FORMATS, (model, format) => {
  it.each([false, true])('refers to items of its answers (stream: %s)', async (stream) => {
    upstream().script(CONVERSATION);
    const seen = await converse({ model: aiSdk(model), stream, providerOptions: { openai: reasoning } });
    expect(seen).toMatchObject({ cities: CITIES, text: WORDS.answer, thought: WORDS.thought, finish: 'stop' });
    expectWhole(format);
  });

  it('goes on from an answer by its id', async () => {
    upstream().script([{ kind: 'text', text: WORDS.said }]);
    const first = await generateText({ model: aiSdk(model), prompt: 'The weather?' });
    const previousResponseId = String(first.providerMetadata?.['openai']?.['responseId']);
    await generateText({ model: aiSdk(model), prompt: 'And now?', providerOptions: { openai: { previousResponseId } } });
    expect(upstream().received[1]?.text).toMatch(/The weather\?.*Let me look\..*And now\?/);
  });
});

describeFormats('@openai/agents with previousResponseId', FORMATS, (model) => {
  it.each([false, true])('sends what is new only (stream: %s)', async (stream) => {
    upstream().script([{ kind: 'text', text: 'I do.' }]);
    const start = await client().responses.create({ model, input: 'Remember: blue.' });
    upstream().script(CONVERSATION);
    const cities: string[] = [];
    const agent = new Agent({ name: 'weather', instructions: 'Be brief.', model, tools: [weatherTool(cities)] });
    const result = stream
      ? await runner().run(agent, 'The weather?', { stream, previousResponseId: start.id })
      : await runner().run(agent, 'The weather?', { previousResponseId: start.id });
    if ('completed' in result) await result.completed;
    expect(result.finalOutput).toBe(WORDS.answer);
    expect(cities).toEqual(CITIES);
    const [first, , third] = upstream().received;
    expect(first?.text).toMatch(/Remember: blue\..*The weather\?/);
    expect(third?.text).toMatch(/Remember: blue\..*The weather\?.*Let me look\./);
    expect(third?.text.split(WORDS.result)).toHaveLength(4);
  });
});

describeFormats('openai with previous_response_id', FORMATS, (model, format) => {
  it('runs its tools over several turns', async () => {
    upstream().script(CONVERSATION);
    const tools = [
      { type: 'function' as const, name: WEATHER.name, description: WEATHER.description, strict: true, parameters: WEATHER.schema },
    ];
    const cities: string[] = [];
    let input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'The weather?' }];
    let previous: string | null = null;
    let text = '';
    while (text === '') {
      const request: OpenAI.Responses.ResponseCreateParamsNonStreaming = { model, input, tools, previous_response_id: previous };
      const response: OpenAI.Responses.Response = await client().responses.create(request);
      const calls = response.output.filter((item) => item.type === 'function_call');
      if (calls.length === 0) text = response.output_text;
      cities.push(...calls.map((call) => (JSON.parse(call.arguments) as { city: string }).city));
      input = calls.map((call) => ({ type: 'function_call_output', call_id: call.call_id, output: WORDS.result }));
      previous = response.id;
    }
    expect([text, cities]).toEqual([WORDS.answer, CITIES]);
    expectWhole(format);
    expect((await client().responses.retrieve(String(previous))).output_text).toBe(WORDS.answer);
  });
});
