/** Counts by the provider's own counter: what is sent to each, and what happens when it does not count. Estimates are tested with `unified/estimate/`. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import { createRouter, json } from '../http/router.ts';

const ENV = {
  ANTHROPIC_API_KEY: 'a-key',
  OPENAI_API_KEY: 'o-key',
  GOOGLE_AI_STUDIO_API_KEY: 'g-key',
  AMAZON_BEDROCK_API_KEY: 'b-key',
  GROQ_API_KEY: 'q-key',
  GOOGLE_VERTEX_PROJECT: 'project',
  GOOGLE_VERTEX_ACCESS_TOKEN: 'v-token',
};

const TOOL = { type: 'function', name: 'f', description: 'Does it.', parameters: { type: 'object', properties: {} }, strict: null };
const BODY = { instructions: 'Be brief.', input: [{ role: 'user', content: 'Hi' }], tools: [TOOL], temperature: 0.5 };

type Sent = { url: string; body: JsonObject; headers: Headers };

/** Counts at a model, with this answer of the provider. */
async function count(
  model: string,
  answer: () => Promise<Response>,
  { provider, headers }: { provider?: JsonObject; headers?: Record<string, string> } = {},
) {
  const sent: Sent[] = [];
  const router = createRouter(
    ENV,
    (url, init) => {
      sent.push({ url, body: JSON.parse(String(init.body)) as JsonObject, headers: new Headers(init.headers) });
      return answer();
    },
    { clients: [openaiResponsesClient] },
  );
  const body = { ...BODY, model, ...(provider === undefined ? {} : { provider }) };
  const response = await router.call('POST', '/v1/responses/input_tokens', body, { 'x-api-key': 'caller-key', ...headers });
  const { input_tokens: tokens } = await json(response);
  return {
    sent,
    status: response.status,
    tokens,
    estimated: response.headers.get('x-tributary-estimated'),
    by: response.headers.get('x-tributary-provider'),
  };
}

const ASKED = { provider: { count_tokens: 'provider' } };
const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }];
const messages = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];

describe('a count by the provider', () => {
  it.each<[string, string, JsonObject, JsonObject, string]>([
    [
      '@anthropic/claude-opus-4-5',
      'https://api.anthropic.com/v1/messages/count_tokens',
      { input_tokens: 321 },
      { model: 'claude-opus-4-5', messages, tools: [{ name: 'f' }] },
      'max_tokens',
    ],
    [
      '@google-vertex/claude-opus-4-5@20251101',
      'https://aiplatform.googleapis.com/v1/projects/project/locations/global/publishers/anthropic/models/count-tokens:rawPredict',
      { input_tokens: 321 },
      { model: 'claude-opus-4-5@20251101', messages },
      'max_tokens',
    ],
    [
      '@google-ai-studio/gemini-2.5-pro',
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:countTokens',
      { totalTokens: 321 },
      { generateContentRequest: { model: 'models/gemini-2.5-pro', contents, tools: [{}] } },
      'contents',
    ],
    [
      '@google-vertex/gemini-2.5-pro',
      'https://aiplatform.googleapis.com/v1/projects/project/locations/global/publishers/google/models/gemini-2.5-pro:countTokens',
      { totalTokens: 321 },
      { contents, tools: [{}] },
      'toolConfig',
    ],
    [
      '@amazon-bedrock/anthropic.claude-opus-4-5-20251101-v1:0',
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-opus-4-5-20251101-v1%3A0/count-tokens',
      { inputTokens: 321 },
      { input: { converse: { messages: [{ role: 'user', content: [{ text: 'Hi' }] }], toolConfig: { tools: [{}] } } } },
      'inferenceConfig',
    ],
    [
      '@openai/gpt-5.5',
      'https://api.openai.com/v1/responses/input_tokens',
      { object: 'response.input_tokens', input_tokens: 321 },
      { model: 'gpt-5.5', tools: [{ type: 'function', name: 'f' }] },
      'store',
    ],
  ])('of %s is asked for in its own format, with its key, without fields that do not count', async (model, url, answer, body, without) => {
    const { sent, ...counted } = await count(model, () => Promise.resolve(Response.json(answer)), ASKED);
    expect(counted).toEqual({ status: 200, tokens: 321, estimated: null, by: /^@([^/]+)/.exec(model)?.[1] });
    expect(sent).toMatchObject([{ url, body }]);
    expect(sent[0]?.body).not.toHaveProperty(without);
    expect(JSON.stringify(sent[0]?.body)).toContain('Be brief.');
    expect(JSON.stringify([...(sent[0]?.headers ?? [])])).toMatch(/[aogbv]-(key|token)/);
  });

  it('is asked for by a header as well, over which the body has priority', async () => {
    const answer = () => Promise.resolve(Response.json({ input_tokens: 321 }));
    const headers = { 'x-tributary-count-tokens': 'provider' };
    expect(await count('@anthropic/claude-opus-4-5', answer, { headers })).toMatchObject({ tokens: 321, estimated: null });
    const estimate = { provider: { count_tokens: 'estimate' }, headers };
    expect(await count('@anthropic/claude-opus-4-5', answer, estimate)).toMatchObject({ sent: [], estimated: 'input_tokens' });
  });

  it.each<[string, string, () => Promise<Response>]>([
    ['refuses', '@anthropic/claude-opus-4-5', () => Promise.resolve(Response.json({ error: { message: 'no' } }, { status: 404 }))],
    ['is overloaded', '@anthropic/claude-opus-4-5', () => Promise.resolve(new Response('busy', { status: 529 }))],
    ['cannot be reached', '@openai/gpt-5.5', () => Promise.reject(new TypeError('connection refused'))],
    ['answers without a count', '@openai/gpt-5.5', () => Promise.resolve(Response.json({ input_tokens: null }))],
    ['answers with no count', '@openai/gpt-5.5', () => Promise.resolve(Response.json({ input_tokens: -1.5 }))],
    ['answers no JSON', '@google-ai-studio/gemini-2.5-pro', () => Promise.resolve(new Response('<html>'))],
    ['has no counter', '@groq/any', () => Promise.reject(new Error('nothing may be sent'))],
    ['has no key', '@deepseek/any', () => Promise.reject(new Error('nothing may be sent'))],
  ])('is an estimate, marked as such, where the provider %s', async (_, model, answer) => {
    const { status, tokens, estimated, by } = await count(model, answer, ASKED);
    expect([status, estimated, by]).toEqual([200, 'input_tokens', null]);
    expect(tokens).toBe((await count(model, answer)).tokens);
  });

  it('is not asked for by default', async () => {
    const { sent, estimated } = await count('@anthropic/claude-opus-4-5', () => Promise.reject(new Error('nothing may be sent')));
    expect([sent, estimated]).toEqual([[], 'input_tokens']);
  });
});
