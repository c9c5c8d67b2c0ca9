/** The bytes on the wire, for a plain request. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startHarness, type Harness } from './harness.ts';
import { expectWhole, readStream } from '../support/read-stream.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const FIRST_REQUEST =
  '{"model":"@novita/any-model","stream":true,"temperature":0,"top_a":0.3,"top_k":500,"messages":[{"role":"user","content":"hello"}]}';

const TEXT =
  'You said: "hello". Where one channel runs dry another one takes over quietly. ' +
  'Nobody upstream hears how the sea receives the flood. Where one channel runs dry another one takes over quietly.';

const ADJUSTMENTS =
  '"adjustments":[' +
  '{"param":"temperature","action":"clamped","from":0,"to":0.01,"reason":"this provider accepts numbers above 0 and below 2"},' +
  '{"param":"top_a","action":"dropped","from":0.3,"reason":"this provider does not accept it"},' +
  '{"param":"top_k","action":"clamped","from":500,"to":127,"reason":"this provider accepts integers above 1 and below 128"}]';

const USAGE = '"usage":{"prompt_tokens":1,"completion_tokens":32,"total_tokens":33,"calls":1}';

/** The whole stream, written by hand from the contract; only the id and the second it was made are taken from the answer. */
function expectedStream(id: string, created: string): string {
  const head = `data: {"id":"${id}","object":"chat.completion.chunk","created":${created},"model":"any-model","provider":"Novita AI (simulated)",`;
  const tokens = TEXT.match(/\s*\S+/g) ?? [];
  const delta = (token: string, place: number) =>
    `${head}"choices":[{"index":0,"delta":{${place === 0 ? '"role":"assistant",' : ''}"content":${JSON.stringify(token)}},"finish_reason":null}]}\n\n`;
  return [
    ...tokens.map(delta),
    `${head}"choices":[{"index":0,"delta":{},"finish_reason":"stop","native_finish_reason":"stop"}]}\n\n`,
    `${head}"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}],${USAGE},${ADJUSTMENTS}}\n\n`,
    'data: [DONE]\n\n',
  ].join('');
}

describe.each(['/v1', '/api/v1', '//api//v1'])('the first request, under %s', (base) => {
  it.each(['', '/'])('gets exactly these bytes (trailing "%s")', async (slash) => {
    const response = await post(`${harness.url}${base}/chat/completions${slash}`, FIRST_REQUEST);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const raw = new TextDecoder().decode(bytes);
    const [, created = ''] = /"created":(\d+)/.exec(raw) ?? [];
    const id = response.headers.get('x-generation-id') ?? '';
    expect(id).toMatch(/^gen-[0-9A-Za-z]{20}$/);
    expect(Math.abs(Number(created) - Date.now() / 1000)).toBeLessThan(300);
    expect(raw).toBe(expectedStream(id, created));
    expect(bytes).not.toContain(0x0d);
    expect(raw).not.toMatch(/^(id|event|retry):/m);
  });

  it('gets these headers', async () => {
    const response = await post(`${harness.url}${base}/chat/completions`, FIRST_REQUEST);
    await response.text();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
      'x-tributary-provider': 'novita',
      'x-tributary-attempts': '1',
      'x-tributary-simulated': 'true',
      'x-tributary-adjustments':
        'temperature;action=clamped;from=0;to=0.01, top_a;action=dropped;from=0.3, top_k;action=clamped;from=500;to=127',
    });
    expect(response.headers.has('content-encoding')).toBe(false);
  });
});

it.each([
  { operation: 'chat/completions', body: { messages: [{ role: 'user', content: 'hello' }] } },
  { operation: 'completions', body: { prompt: 'hello' } },
])('$operation: every system streams by the same grammar', async ({ operation, body }) => {
  const chatOnly = ['@novita/m', '@openrouter/m', '@openai/gpt-4o', '@groq/m', '@llama-cpp/m'];
  const completionsOnly = ['@tokensmind/m', '@octoai/m', '@completions-compatible/m', '@openai/gpt-3.5-turbo-instruct'];
  for (const model of [...chatOnly, ...completionsOnly]) {
    const response = await post(`${harness.url}/v1/${operation}`, { model, stream: true, ...body });
    expect({ model, status: response.status }).toEqual({ model, status: 200 });
    expectWhole(readStream(await response.text()));
  }
});

it('the price of a known model becomes a cost', async () => {
  const response = await post(`${harness.url}/v1/chat/completions`, {
    model: 'openai/gpt-4o',
    provider: { only: ['openai'] }, // OpenRouter states a cost of its own
    stream: true,
    messages: [{ role: 'user', content: 'hello' }],
  });
  const { usage, model } = expectWhole(readStream(await response.text()));
  expect(model).toBe('openai/gpt-4o');
  expect(usage.cost).toBeCloseTo((usage.prompt_tokens * 2.5 + usage.completion_tokens * 10) / 1e6, 12);
});
