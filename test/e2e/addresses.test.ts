/** Addresses over real HTTP: what a caller names cannot move a call, and `/explain` shows what the upstream receives. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, listen, type OwnUpstream } from '../support/http-upstream.ts';
import { errorOf, hello, post } from './harness.ts';

/** Request line, headers and body of a call, as it was received. */
type ReceivedRequest = { path: string; headers: Record<string, unknown>; body: unknown };

let host: OwnUpstream;
let router: ServingOperation;
let received: ReceivedRequest[] = [];

const BELOW_V1 = [
  'OPENAI',
  'GOOGLE_AI_STUDIO',
  'GOOGLE_VERTEX',
  'AMAZON_BEDROCK',
  'AZURE_OPENAI',
  'CLOUDFLARE_WORKERS_AI',
  'COHERE',
  'OLLAMA',
];

beforeAll(async () => {
  host = await listen((incoming, response) => {
    void bodyOf(incoming).then((body) => {
      received.push({ path: incoming.url ?? '', headers: incoming.headers, body: JSON.parse(body) });
      response.writeHead(418, { 'content-type': 'application/json' }).end('{"error":{"message":"received"}}');
    });
  });
  router = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    MAX_ATTEMPTS: '1',
    ...Object.fromEntries(BELOW_V1.map((name) => [`${name}_BASE_URL`, `${host.url}/base/v1/`])),
    OPENAI_API_KEY: 'sk-canary-4711',
    GROQ_BASE_URL: 'http://name:pa55word@127.0.0.1:1/v1',
    XAI_BASE_URL: 'http://127.0.0.1:1/v1?key=pa55word',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'wJalr',
  });
});
afterAll(async () => {
  await router.stop();
  await host.stop();
});
beforeEach(() => {
  received = [];
});

const chat = (body: unknown) => post(`${router.url}/v1/chat/completions`, body);

/** Ids that would have left the path, or failed in it. */
const HOSTILE = [
  '../../../../zones/ZONE/purge_cache',
  '..',
  '.',
  'x/../y',
  '%2E%2e/%2e./zones',
  '%252e%252e/zones',
  '..\\..\\zones',
  '..;/zones',
  '．．/zones',
  'a?b',
  'a#b',
  'a%2fb',
  'a//b',
  '/a',
  'a/',
  'a\nb',
  'a\tb',
  '\ud800',
];

describe('an id that would change an address', () => {
  it.each(HOSTILE)('%j is a 400 that names the model, for each provider whose path holds the id', async (id) => {
    for (const slug of ['cloudflare-workers-ai', 'amazon-bedrock', 'google-ai-studio', 'google-vertex']) {
      for (const stream of [true, false]) {
        const response = await chat(hello({ model: `@${slug}/${id}`, stream }));
        expect(await errorOf(response)).toMatchObject({ code: 400, type: 'invalid_request', param: 'model' });
      }
    }
    const embeddings = await post(`${router.url}/v1/embeddings`, { model: `@amazon-bedrock/cohere.embed-x/${id}`, input: 'x' });
    expect(embeddings.status).toBe(400);
    const explained = await post(`${router.url}/v1/explain`, hello({ model: `@google-vertex/${id}` }));
    expect(explained.status).toBe(400);
    expect(received).toEqual([]);
  });

  it('is named by its index in models', async () => {
    const models = ['@openai/a', '@openai/a', '@cloudflare-workers-ai/../x'];
    expect(await errorOf(await chat(hello({ model: undefined, models })))).toMatchObject({ code: 400, param: 'models[2]' });
    const inPath = ['@cloudflare-workers-ai/a?b', '@cloudflare-workers-ai/c#d'];
    const fields = await errorOf(await chat(hello({ model: '@cloudflare-workers-ai/e;f', models: inPath, route: 'all' })));
    expect(fields).toMatchObject({ code: 400, param: 'model' });
    expect(await errorOf(await chat(hello({ model: undefined, models: inPath })))).toMatchObject({ code: 400, param: 'models[0]' });
    expect(received).toEqual([]);
  });
});

describe('/explain', () => {
  it.each([
    ['@cloudflare-workers-ai/@cf/meta/llama-3.1-8b-instruct', '/base/v1/ai/run/@cf/meta/llama-3.1-8b-instruct'],
    ['@amazon-bedrock/anthropic.claude-3-haiku-20240307-v1:0', '/base/v1/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse'],
    [
      '@amazon-bedrock/arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.x',
      '/base/v1/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Ainference-profile%2Fus.x/converse',
    ],
    ['@google-ai-studio/gemini-2.5-pro', '/base/v1/models/gemini-2.5-pro:generateContent'],
    ['@google-vertex/a..b', '/base/v1/models/a..b:generateContent'],
    ['@azure-openai/my.deployment', '/base/v1/chat/completions?api-version=v1'],
    ['@openai/gpt-4.1', '/base/v1/chat/completions'],
    ['@ollama/./models/llama:8b', '/base/v1/api/chat'],
    ['@cohere/é', '/base/v1/v2/chat'],
  ])('shows for %s the address, the headers and the body that are sent', async (model, path) => {
    const body = hello({ model, temperature: 0.5 });
    const { requests } = (await (await post(`${router.url}/v1/explain`, body)).json()) as {
      requests: { url: string; headers: Record<string, string>; body: unknown }[];
    };
    const answer = await chat(body);
    await answer.text();
    expect(requests).toHaveLength(1);
    expect(received).toHaveLength(1);
    const [shown, sent] = [requests[0], received[0]];
    expect(sent?.path).toBe(path);
    expect(shown?.url).toBe(host.url + path);
    expect(shown?.body).toEqual(sent?.body);
    // A signature and its time are made when a call is sent.
    const isFixed = ([name]: [string, unknown]) => !name.startsWith('x-amz-') && (name !== 'authorization' || !model.startsWith('@amazon'));
    const masked = Object.entries(sent?.headers ?? {}).map(([name, value]) => [name, String(value).replaceAll('sk-canary-4711', '***')]);
    expect(Object.fromEntries(masked)).toMatchObject(Object.fromEntries(Object.entries(shown?.headers ?? {}).filter(isFixed)));
  });
});

describe('a variable that would change an address', () => {
  it.each([
    ['@groq/m', 'GROQ_BASE_URL to an address without a user or a password'],
    ['@xai/m', 'XAI_BASE_URL to an address without "?" or "#"'],
  ])('makes %s fail with: %s; its value is in no response', async (model, message) => {
    const response = await chat(hello({ model }));
    expect(response.status).toBe(404);
    const text = await response.text();
    expect((JSON.parse(text) as { error: { message: string } }).error.message).toContain(message);
    const explained = await (await post(`${router.url}/v1/explain`, hello({ model }))).text();
    const providers = await (await fetch(`${router.url}/v1/providers`)).text();
    expect(explained).toContain(JSON.stringify(message).slice(1, -1));
    expect(text + explained + providers).not.toContain('pa55word');
  });
});
