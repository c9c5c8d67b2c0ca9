/** The cost of answers and the end of their reasoning, over real HTTP with the provider files as they are. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, completionOf, listen, type OwnUpstream } from '../support/http-upstream.ts';
import { post } from './harness.ts';

type Body = { model: string; max_tokens?: number; thinking?: { budget_tokens?: number } };

let host: OwnUpstream;
let router: ServingOperation;
/** Bodies that Anthropic got. */
const sent: Body[] = [];

const json = (response: ServerResponse, body: object) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const MESSAGE = {
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'm',
  content: [{ type: 'text', text: 'fine' }],
  stop_reason: 'end_turn',
};
/** Usage of Anthropic by the last message of a request. */
const USAGES: Readonly<Record<string, object>> = {
  plain: { input_tokens: 1000, output_tokens: 100, service_tier: 'standard' },
  'one hour': {
    input_tokens: 0,
    output_tokens: 0,
    cache_creation_input_tokens: 1000,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1000 },
  },
  searched: { input_tokens: 1000, output_tokens: 100, server_tool_use: { web_search_requests: 2 } },
  batch: { input_tokens: 1000, output_tokens: 100, service_tier: 'batch' },
  long: { input_tokens: 200_001, output_tokens: 100 },
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await bodyOf(request);
  const body = JSON.parse(text) as Body;
  if (request.url?.startsWith('/groq') === true) return json(response, { error: { message: 'no capacity', code: 503 } });
  if (request.url?.startsWith('/openai') === true) {
    return json(response, completionOf('fine', { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 }));
  }
  sent.push(body);
  const name = Object.keys(USAGES).find((one) => text.includes(`tell ${one}`)) ?? 'plain';
  return json(response, { ...MESSAGE, usage: USAGES[name] });
}

beforeAll(async () => {
  host = await listen((request, response) => void answer(request, response));
  router = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    OPENAI_API_KEY: 'k-openai-1234',
    OPENAI_BASE_URL: `${host.url}/openai`,
    GROQ_API_KEY: 'k-groq-1234567',
    GROQ_BASE_URL: `${host.url}/groq`,
    ANTHROPIC_API_KEY: 'k-anthropic-12',
    ANTHROPIC_BASE_URL: `${host.url}/anthropic`,
  });
});

afterAll(async () => {
  await router.stop();
  await host.stop();
});

type Answer = { usage: Record<string, unknown>; adjustments?: { param: string; action: string }[] };

async function ask(body: object): Promise<Answer> {
  const response = await post(`${router.url}/v1/chat/completions`, { messages: [{ role: 'user', content: 'Hello' }], ...body });
  return (await response.json()) as Answer;
}

describe('a call with an error inside a 200 before any content', () => {
  it("adds nothing to the usage of the next attempt's answer", async () => {
    const { usage } = await ask({ models: ['@groq/llama-3.3-70b-versatile', '@openai/gpt-4o-mini'] });
    expect(usage).toEqual({ prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, cost: 0.00021, calls: 1 });
  });
});

describe('the cost of an answer of Claude', () => {
  it.each([
    ['plain', 0.0045],
    ['one hour', 0.006],
    ['searched', 0.0245],
    ['long', 1.202256],
  ])('%s', async (name, expected) => {
    const { usage } = await ask({ model: '@anthropic/claude-sonnet-4-5', messages: [{ role: 'user', content: `tell ${name}` }] });
    expect(usage['cost']).toBe(expected);
  });

  it('is absent at a tier without prices', async () => {
    const { usage } = await ask({ model: '@anthropic/claude-sonnet-4-5', messages: [{ role: 'user', content: 'tell batch' }] });
    expect(usage).toEqual({ prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100, calls: 1 });
  });
});

describe('reasoning of Claude', () => {
  it.each([
    [{ reasoning_effort: 'high' }, 64_000, 51_200],
    [{ reasoning_effort: 'high', max_tokens: 2000 }, 2000, 1600],
    [{ reasoning: { max_tokens: 4000 }, max_tokens: 4096 }, 4096, 3277],
  ])('%j leaves room for the answer', async (asked, limit, budget) => {
    await ask({ model: '@anthropic/claude-sonnet-4-5', ...asked });
    expect(sent.at(-1)).toMatchObject({ max_tokens: limit, thinking: { type: 'enabled', budget_tokens: budget } });
  });

  it('is dropped, and reported, where the limit leaves no room for it', async () => {
    const { adjustments } = await ask({ model: '@anthropic/claude-sonnet-4-5', reasoning_effort: 'high', max_tokens: 1100 });
    expect(sent.at(-1)).not.toHaveProperty('thinking');
    expect(adjustments).toContainEqual(expect.objectContaining({ param: 'reasoning_effort', action: 'dropped' }));
  });
});
