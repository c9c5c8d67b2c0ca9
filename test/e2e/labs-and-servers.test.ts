/**
 * Laboratories and servers whose streams have habits of their own: usage on the last choice, inside it or on every chunk, no [DONE],
 * comments first, models that only stream. A client sees none of it.
 */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const messages = [{ role: 'user' as const, content: 'hello' }];
const MODELS = [
  '@deepseek/deepseek-chat', // usage on the chunk that ends the answer, comments before
  '@xai/grok-4', // usage in a chunk without include_usage
  '@perplexity/sonar', // usage, sources and role on every chunk, no [DONE]
  '@moonshot/kimi-k2.5', // usage inside the choice, and once more outside
  '@zai/glm-4.6', // usage on the last chunk, never asked for
  '@alibaba/qwen3-32b', // refuses to answer in one document
  '@minimax/MiniMax-M2',
  '@huggingface/a/b',
  '@nvidia/meta/llama-3.3-70b-instruct',
  '@github-models/openai/gpt-4o', // a path of its own
  '@vllm/m',
  '@sglang/m',
  '@llama-cpp/m',
  '@lm-studio/m',
  '@text-generation-inference/tgi', // finish reason "stop_sequence"
];

describe('chat through the openai package', () => {
  it.each(MODELS)('%s: a stream and a body have the same content', async (model) => {
    const client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
    const whole = await client.chat.completions.create({ model, messages, max_tokens: 2000 });
    const [choice] = whole.choices;
    expect(choice?.message.content).toMatch(/^\s?You said: "/);
    expect(choice?.finish_reason).toBe('stop');
    expect(whole.usage?.total_tokens).toBeGreaterThan(5);

    const pieces: string[] = [];
    const usages: unknown[] = [];
    for await (const chunk of await client.chat.completions.create({ model, messages, max_tokens: 2000, stream: true })) {
      pieces.push(...chunk.choices.map(({ delta }) => delta.content ?? ''));
      if (chunk.usage) usages.push(chunk.usage);
    }
    expect(pieces.length).toBeGreaterThan(5);
    expect(pieces.join('')).toBe(choice?.message.content);
    expect(usages).toEqual([whole.usage]);
  });
});

it('the cost that a provider states is reported', async () => {
  const client = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
  const { usage } = await client.chat.completions.create({ model: '@perplexity/sonar', messages });
  expect(usage).toMatchObject({ cost: 0.005 });
});
