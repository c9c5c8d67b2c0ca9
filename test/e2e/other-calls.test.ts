/** What clients ask besides answers, with their own packages and over real HTTP: probes, counts, lists of models, and what is known afterwards. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startHarness, type Harness } from './harness.ts';

let harness: Harness;
let [anthropic, openai]: [Anthropic | null, OpenAI | null] = [null, null];

beforeAll(async () => {
  harness = await startHarness();
  anthropic = new Anthropic({ baseURL: harness.url, apiKey: 'any', maxRetries: 0 });
  openai = new OpenAI({ baseURL: `${harness.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => harness?.stop());

const anthropicClient = () => anthropic as Anthropic;
const openaiClient = () => openai as OpenAI;
const TOOL = { name: 'lookup', description: 'Looks a word up. '.repeat(20), input_schema: { type: 'object' as const } };

describe('a probe', () => {
  it.each(['/', '/api/hello', '/api/api/hello'])('HEAD %s is answered', async (path) => {
    expect((await fetch(harness.url + path, { method: 'HEAD' })).status).toBe(204);
  });
});

describe('a count', () => {
  const request = { model: '@novita/claude', messages: [{ role: 'user' as const, content: 'Hi' }] };

  it("is made for Anthropic's client, with its tools, and says that it is an estimate", async () => {
    const bare = await anthropicClient().messages.countTokens(request);
    const { data, response } = await anthropicClient()
      .messages.countTokens({ ...request, tools: [TOOL] })
      .withResponse();
    expect(bare.input_tokens).toBeGreaterThan(0);
    expect(data.input_tokens - bare.input_tokens).toBeGreaterThan(346 + 80);
    expect(response.headers.get('x-tributary-estimated')).toBe('input_tokens');
  });

  it("is made for OpenAI's client", async () => {
    const { object, input_tokens: tokens } = await openaiClient().responses.inputTokens.count({
      model: '@novita/m',
      input: 'How are you?',
    });
    expect([object, tokens > 3 && tokens < 20]).toEqual(['response.input_tokens', true]);
  });

  it('is refused in the format of its path', async () => {
    const response = await post(`${harness.url}/v1/messages/count_tokens?beta=true`, { model: '@novita/m' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  });
});

describe('a list of models', () => {
  it("is read page by page by Anthropic's client", async () => {
    const ids: string[] = [];
    for await (const model of anthropicClient().models.list({ limit: 1000 })) ids.push(model.id);
    const { total_count: total } = (await (await fetch(`${harness.url}/v1/models?limit=1`)).json()) as { total_count: number };
    expect([ids.length, new Set(ids).size]).toEqual([total, total]);
  });
});

describe('what is known afterwards', () => {
  it.each([
    ['/v1/messages', { max_tokens: 50, messages: [{ role: 'user', content: 'Hi' }] }, 'msg_'],
    ['/v1/responses', { input: 'Hi', store: false }, 'resp_'],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }, 'gen-'],
  ])('of an answer of %s is found by the id in its body', async (path, body, prefix) => {
    for (const stream of [false, true]) {
      const response = await post(harness.url + path, { model: '@novita/m', stream, ...body });
      const id = new RegExp(`"(${prefix}\\w+)"`).exec(await response.text())?.[1] ?? '';
      const found = await fetch(`${harness.url}/v1/generation?id=${id}`);
      expect(await found.json()).toMatchObject({
        data: { id: response.headers.get('x-generation-id'), streamed: stream, finish_reason: 'stop' },
      });
    }
  });
});

it('/connect shows the address of the router', async () => {
  expect(await (await fetch(`${harness.url}/connect`)).text()).toContain(`ANTHROPIC_BASE_URL=${harness.url}\n`);
});

it('/openapi.json describes what there is', async () => {
  const { paths } = (await (await fetch(`${harness.url}/openapi.json`)).json()) as { paths: object };
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/messages', '/messages/count_tokens', '/responses', '/generation', '/key']));
});
