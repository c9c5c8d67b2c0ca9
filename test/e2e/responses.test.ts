/** `POST /responses` with the `openai` package, over real HTTP, at providers of several formats. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness, post, type Harness } from './harness.ts';

let harness: Harness;
let client: OpenAI;
beforeAll(async () => {
  harness = await startHarness();
  client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => harness.stop());

const tool = {
  type: 'function' as const,
  name: 'get_weather',
  strict: false,
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
};

const MODELS = [
  '@novita/m',
  '@openai/gpt-4o',
  '@openai/gpt-5.5',
  '@anthropic/claude-sonnet-4-5',
  '@google-ai-studio/gemini-2.5-flash',
  '@cohere/command-a-03-2025',
];

describe.each(MODELS)('a response of %s', (model) => {
  it('has the same text streamed and not', async () => {
    const request = { model, input: 'hello', store: false };
    const whole = await client.responses.create(request);
    const streamed = await client.responses.stream(request).finalResponse();
    expect(whole).toMatchObject({ status: 'completed', object: 'response', store: false });
    expect(whole.output_text).not.toBe('');
    expect(streamed.output_text).toBe(whole.output_text);
    expect(streamed.usage).toEqual(whole.usage);
  });

  it('calls a tool, the same streamed and not', async () => {
    const request = { model, input: 'What is the weather?', tools: [tool], store: false };
    const whole = await client.responses.create(request);
    const streamed = await client.responses.stream(request).finalResponse();
    const callsOf = ({ output }: OpenAI.Responses.Response) =>
      output.flatMap((item) =>
        item.type === 'function_call' ? [{ name: item.name, arguments: item.arguments, status: item.status }] : [],
      );
    expect(callsOf(whole)).toEqual([{ name: 'get_weather', arguments: expect.any(String), status: 'completed' }]);
    expect(callsOf(streamed)).toEqual(callsOf(whole));
  });
});

describe('a request that is wrong', () => {
  it('is refused by the name of its field', async () => {
    const response = await post(`${harness.url}/v1/responses`, { model: '@novita/m', input: 5 });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param: 'input' } });
  });
});
