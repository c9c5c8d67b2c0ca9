/** `POST /messages` with the `@anthropic-ai/sdk` package, over real HTTP, at providers of several formats. */
import Anthropic, { BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulatorLog, startHarness, type Harness } from './harness.ts';

let harness: Harness;
let client: Anthropic;
beforeAll(async () => {
  harness = await startHarness();
  client = new Anthropic({ baseURL: harness.url, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => harness.stop());

/** Without values that differ in each answer of the simulator. */
const shapeOf = ({ content }: Anthropic.Message) =>
  content.map((block) => (block.type === 'thinking' || block.type === 'redacted_thinking' ? block.type : block));

const MODELS = [
  '@novita/m',
  '@openai/gpt-5.5',
  '@anthropic/claude-sonnet-4-5',
  '@google-ai-studio/gemini-2.5-flash',
  '@cohere/command-a-03-2025',
  '@amazon-bedrock/amazon.nova-pro-v1:0',
];

const ask = (model: string, content = 'hello') => ({ model, max_tokens: 1000, messages: [{ role: 'user' as const, content }] });

describe.each(MODELS)('a message of %s', (model) => {
  it('has the same content streamed and not', async () => {
    const whole = await client.messages.create(ask(model));
    const streamed = await client.messages.stream(ask(model)).finalMessage();
    expect(whole).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
    expect(whole.content).not.toEqual([]);
    expect(shapeOf(streamed)).toEqual(shapeOf(whole));
    expect(streamed.usage.output_tokens).toBe(whole.usage.output_tokens);
  });
});

describe.each(MODELS.filter((model) => !model.startsWith('@anthropic')))('a tool runner at %s', (model) => {
  it('goes on with the result of a tool without the thread that the SDK opens', async () => {
    const inputs: unknown[] = [];
    const weather = betaTool({
      name: 'get_weather',
      description: 'The weather of a city',
      inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } as const,
      run: (input) => {
        inputs.push(input);
        return 'sunny';
      },
    });
    const final = await client.beta.messages.toolRunner({ ...ask(model, 'What is the weather?'), tools: [weather], max_iterations: 3 });
    expect(inputs.length).toBeGreaterThan(0);
    expect(final.content.length).toBeGreaterThan(0);
    const [last] = (await simulatorLog(harness)).slice(-1);
    expect(JSON.stringify(last?.body)).toMatch(/What is the weather.*sunny/);
  });
});

describe('a request that is wrong', () => {
  it('is an error of the SDK that names the field', async () => {
    const wrong = client.messages.create({ ...ask('@novita/m'), thinking: { type: 'enabled', budget_tokens: 'x' } as never });
    const error = await wrong.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error', requestID: expect.stringMatching(/^req_/) as string });
    expect((error as Error).message).toContain('thinking.budget_tokens');
  });

  it('for a model that no provider has is not found', async () => {
    await expect(client.messages.create(ask('nobody/nothing'))).rejects.toBeInstanceOf(NotFoundError);
  });
});
