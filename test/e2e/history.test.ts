/** Requests as clients really send them, over real HTTP and with the built Worker: packed, in older words, with long numbers. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../dev/serve.ts';
import { bodyOf, listen, type OwnUpstream } from '../support/http-upstream.ts';

let host: OwnUpstream;
let router: ServingOperation;
/** The bodies that the provider received, as they came. */
const received: string[] = [];

const NAME = 'browser.tabs.open';
const ARGUMENTS = '{"id":2512292042121000001}';

/** A Gemini that calls the tool it was offered. */
const callOf = (name: string) =>
  `{"candidates":[{"content":{"role":"model","parts":[{"functionCall":{"name":${JSON.stringify(name)},"args":${ARGUMENTS}}}]},"finishReason":"STOP"}]}`;
const COMPLETION = { id: 'c', object: 'chat.completion', created: 1, model: 'm' };

beforeAll(async () => {
  host = await listen((request, response) => {
    void bodyOf(request).then((text) => {
      received.push(text);
      const { tools } = JSON.parse(text) as { tools?: [{ functionDeclarations?: [{ name: string }] }] };
      const name = tools?.[0].functionDeclarations?.[0].name;
      const message = { role: 'assistant', content: 'fine' };
      const plain = JSON.stringify({ ...COMPLETION, choices: [{ index: 0, message, finish_reason: 'stop' }] });
      response.writeHead(200, { 'content-type': 'application/json' }).end(name === undefined ? plain : callOf(name));
    });
  });
  router = await serveRouter({
    ALLOW_ANONYMOUS: 'true',
    GOOGLE_AI_STUDIO_API_KEY: 'k',
    GOOGLE_AI_STUDIO_BASE_URL: host.url,
    OPENAI_API_KEY: 'k',
    OPENAI_BASE_URL: host.url,
  });
});
afterAll(() => Promise.all([router.stop(), host.stop()]));

async function ask(body: object | Uint8Array, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  received.length = 0;
  const response = await fetch(`${router.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

const messages = [{ role: 'user', content: 'Hi' }];

it('a gzip body is read like a plain one', async () => {
  const { status } = await ask(gzipSync(JSON.stringify({ model: '@openai/gpt-4o', messages })), { 'content-encoding': 'gzip' });
  expect([status, (JSON.parse(received[0] ?? '{}') as { messages: unknown }).messages]).toEqual([200, messages]);
});

it("64-bit numbers of a tool call and the client's tool name survive both directions", async () => {
  const functions = [{ name: NAME, parameters: { type: 'object' } }];
  const history = [
    ...messages,
    { role: 'assistant', content: null, function_call: { name: NAME, arguments: ARGUMENTS } },
    { role: 'function', name: NAME, content: 'opened' },
    ...messages,
  ];
  const { text } = await ask({ model: '@google-ai-studio/gemini-2.5-flash', messages: history, functions });
  expect(received[0]).toContain(`"args":${ARGUMENTS}`);
  const { choices } = JSON.parse(text) as { choices: [{ message: { tool_calls: [{ function: object }]; function_call: object } }] };
  expect(choices[0].message.tool_calls[0].function).toEqual({ name: NAME, arguments: ARGUMENTS });
  expect(choices[0].message.function_call).toEqual({ name: NAME, arguments: ARGUMENTS });
});

it('a lone surrogate is sent as U+FFFD', async () => {
  const { status } = await ask({ model: '@openai/gpt-4o', messages: [{ role: 'user', content: 'cut \ud83d' }] });
  expect([status, received[0]?.includes('cut \ufffd')]).toEqual([200, true]);
});
