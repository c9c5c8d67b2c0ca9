// Amazon Bedrock as the simulator plays it: what Converse refuses and how, and its answers in binary frames.

import { describe, expect, it } from 'vitest';

import type { Fields } from './checks.ts';
import { send } from './client.ts';
import { judge } from './judge.ts';

const CLAUDE = 'global.anthropic.claude-sonnet-4-5-20250929-v1:0';
const NEWER = 'anthropic.claude-opus-4-7';
const NOVA = 'amazon.nova-lite-v1:0';
const LLAMA = 'us.meta.llama3-3-70b-instruct-v1:0';

const user = { role: 'user', content: [{ text: 'hello' }] };
const spec = (name: string, more: Fields = {}): Fields => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } }, ...more } });
const tools = (more: Fields = {}): Fields => ({ toolConfig: { tools: [spec('get_weather')], ...more } });
const call = { role: 'assistant', content: [{ toolUse: { toolUseId: 'a', name: 'get_weather', input: {} } }] };
const result = (id = 'a', more: Fields[] = []): Fields => ({
  role: 'user',
  content: [{ toolResult: { toolUseId: id, content: [{ text: 'sunny' }] } }, ...more],
});
const pdf = { document: { format: 'pdf', name: 'rivers', source: { bytes: 'AAAA' } } };
const own = (additionalModelRequestFields: Fields): Fields => ({ additionalModelRequestFields });
const config = (inferenceConfig: Fields): Fields => ({ inferenceConfig });
const schema = (text: string): Fields => ({
  outputConfig: { textFormat: { type: 'json_schema', structure: { jsonSchema: { schema: text } } } },
});
const verdict = (extra: Fields, model: string | null = null) => judge('amazon-bedrock', 'chat', { messages: [user], ...extra }, model);

describe('the Bedrock simulator accepts', () => {
  it.each<[Fields, string | null]>([
    [{}, null],
    [{ system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }], serviceTier: { type: 'flex' } }, null],
    [config({ maxTokens: 1, temperature: 1, topP: 0, stopSequences: ['a', 'b', 'c', 'd'] }), null],
    [{ requestMetadata: { team: 'rivers' } }, null],
    [tools({ toolChoice: { tool: { name: 'get_weather' } } }), CLAUDE],
    [{ messages: [user, call, result('a', [{ text: 'Well?' }])], ...tools() }, NOVA],
    [{ messages: [{ role: 'user', content: [pdf, { text: 'Read.' }] }] }, CLAUDE],
    [own({ thinking: { type: 'enabled', budget_tokens: 1024 } }), CLAUDE],
    [{ ...own({ thinking: { type: 'adaptive', display: 'summarized' } }), outputConfig: { effort: 'max' } }, NEWER],
    [own({ inferenceConfig: { topK: 128 } }), NOVA],
    [own({ reasoning_effort: 'low' }), 'openai.gpt-oss-120b-1:0'],
    [own({ reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }), 'global.amazon.nova-2-lite-v1:0'],
    [schema('{"type":"object"}'), CLAUDE],
  ])('%j at %s', (extra, model) => {
    expect(verdict(extra, model)).toBeNull();
  });
});

describe('the Bedrock simulator refuses', () => {
  it.each<[Fields, string | null]>([
    [{ messages: [] }, null],
    [{ messages: [{ role: 'assistant', content: [{ text: 'a' }] }] }, null],
    [{ messages: [user, user] }, null],
    [{ messages: [{ role: 'user', content: 'hello' }] }, null],
    [{ messages: [{ role: 'user', content: [{ text: ' ' }] }] }, null],
    [{ messages: [{ role: 'user', content: [{ text: 'a', image: {} }] }] }, null],
    [{ messages: [{ role: 'user', content: [pdf] }] }, null],
    [{ messages: [{ role: 'user', content: [pdf, pdf, { text: 'a' }] }] }, null],
    [{ messages: [user, { role: 'assistant', content: [{ text: 'Once ' }] }] }, null],
    [{ messages: [user, call, result()] }, null],
    [{ messages: [user, call, user], ...tools() }, null],
    [{ messages: [user, call, result('b')], ...tools() }, null],
    [{ model: 'm' }, null],
    [{ stream: true }, null],
    [{ temperature: 1 }, null],
    [config({ temperature: 1.1 }), null],
    [config({ topK: 1 }), null],
    [config({ stopSequences: [''] }), null],
    [{ toolConfig: { tools: [] } }, null],
    [{ toolConfig: { tools: [spec('a'), spec('a')] } }, null],
    [{ toolConfig: { tools: [spec('a', { description: '' })] } }, null],
    [{ toolConfig: { tools: [spec('a.b')] } }, null],
    [tools({ toolChoice: { none: {} } }), null],
    [tools({ toolChoice: { tool: { name: 'other' } } }), null],
    [{ requestMetadata: {} }, null],
    [schema('{'), null],
    [schema('{"type":"object"}'), NOVA],
    [own({ logit_bias: {} }), CLAUDE],
    [own({ top_k: 1 }), NOVA],
    [own({ inferenceConfig: { topK: 129 } }), NOVA],
    [config({ temperature: 0.5, topP: 0.5 }), CLAUDE],
    [config({ temperature: 0.5 }), NEWER],
    [own({ thinking: { type: 'enabled', budget_tokens: 1024 } }), NEWER],
    [{ ...own({ thinking: { type: 'enabled', budget_tokens: 1024 } }), ...config({ maxTokens: 1024 }) }, CLAUDE],
    [{ ...own({ thinking: { type: 'adaptive' } }), ...tools({ toolChoice: { any: {} } }) }, NEWER],
    [tools({ toolChoice: { any: {} } }), 'us.anthropic.claude-opus-5-5'],
    [{ messages: [user, { role: 'assistant', content: [{ text: 'Once' }] }] }, NEWER],
    [tools({ toolChoice: { any: {} } }), LLAMA],
    [config({ stopSequences: ['a'] }), LLAMA],
    [tools(), 'us.deepseek.r1-v1:0'],
    [
      { ...own({ reasoningConfig: { type: 'enabled', maxReasoningEffort: 'high' } }), ...config({ maxTokens: 9 }) },
      'global.amazon.nova-2-lite-v1:0',
    ],
  ])('%j at %s', (extra, model) => {
    expect(verdict(extra, model)).toMatchObject({ status: 400, body: { message: expect.any(String) as string } });
  });

  it("an unknown field with the error message of the model's maker", () => {
    expect(verdict(own({ top_a: 1 }), CLAUDE)?.body).toEqual({
      message: 'The model returned the following errors: top_a: Extra inputs are not permitted',
    });
  });
});

const path = (mode: string, model = NOVA) => `/amazon-bedrock/v1/model/${encodeURIComponent(model)}/${mode}`;

/** The frames of a stream: type and payload. The checksums are looked at where frames are read, not here. */
async function frames(response: Response): Promise<[string, Fields][]> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const text = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));
  const read: [string, Fields][] = [];
  for (let start = 0; start < bytes.length; start += view.getUint32(start)) {
    const [end, payload] = [start + view.getUint32(start) - 4, start + 12 + view.getUint32(start + 4)];
    // The first header is the type: length and name, 7, length and value.
    const value = start + 13 + (bytes[start + 12] ?? 0) + 1;
    read.push([text(value + 2, value + 2 + view.getUint16(value)), JSON.parse(text(payload, end)) as Fields]);
  }
  return read;
}

describe('the Bedrock simulator answers', () => {
  it('a stream in frames, with the usage after messageStop', async () => {
    const response = await send(path('converse-stream'), { messages: [user], ...config({ maxTokens: 2 }) });
    expect(response.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    expect(await frames(response)).toMatchObject([
      ['messageStart', { role: 'assistant', p: expect.any(String) as string }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'You' } }],
      ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: ' said:' } }],
      ['contentBlockStop', { contentBlockIndex: 0 }],
      ['messageStop', { stopReason: 'max_tokens' }],
      ['metadata', { usage: { outputTokens: 2 } }],
    ]);
  });

  it('with tool calls, in a body and in stream pieces', async () => {
    const body = { messages: [user], ...tools({ toolChoice: { any: {} } }) };
    expect(await (await send(path('converse'), body)).json()).toMatchObject({
      output: { message: { content: [{ toolUse: { name: 'get_weather', input: {} } }] } },
      stopReason: 'tool_use',
    });
    const [, start] = await frames(await send(path('converse-stream'), body));
    expect(start).toMatchObject(['contentBlockStart', { start: { toolUse: { name: 'get_weather' } } }]);
  });

  it('a schema with JSON, and a tool result with text', async () => {
    const asked = schema('{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}');
    const json = (await (await send(path('converse', CLAUDE), { messages: [user], ...asked })).json()) as {
      output: { message: { content: [{ text: string }] } };
    };
    expect(JSON.parse(json.output.message.content[0].text)).toEqual({ city: expect.any(String) as string });
    const after = await send(path('converse'), { messages: [user, call, result()], ...tools() });
    expect(await after.text()).toContain('The tool said: \\"sunny\\"');
  });

  it('with an exception inside a stream after error-after', async () => {
    const sent = await frames(await send(path('converse-stream'), { messages: [user] }, { fault: 'error-after=1' }));
    expect(sent.at(-1)).toEqual(['internalServerException', { message: 'The simulated model ran aground.' }]);
  });

  it('embeddings in the format of each maker', async () => {
    const titan = path('invoke', 'amazon.titan-embed-text-v2:0');
    expect(await (await send(titan, { inputText: 'a' })).json()).toMatchObject({
      embedding: expect.any(Array) as unknown[],
      inputTextTokenCount: 1,
    });
    expect((await send(titan, { inputText: 'a', dimensions: 300 })).status).toBe(400);
    const cohere = path('invoke', 'cohere.embed-multilingual-v3');
    expect(await (await send(cohere, { texts: ['a', 'b'], input_type: 'search_query' })).json()).toMatchObject({
      embeddings: [expect.any(Array), expect.any(Array)],
    });
    expect((await send(cohere, { texts: ['a'] })).status).toBe(400);
  });

  it("Claude's own body by InvokeModel, in Anthropic's words", async () => {
    const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 2, messages: [{ role: 'user', content: 'hello' }] };
    expect(await (await send(path('invoke', CLAUDE), body)).json()).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: 'You said:' }],
      stop_reason: 'max_tokens',
    });
    const streamed = await frames(await send(path('invoke-with-response-stream', CLAUDE), body));
    expect(streamed.map(([type]) => type)).toEqual(streamed.map(() => 'chunk'));
    const events = streamed.map(([, { bytes }]) => JSON.parse(atob(String(bytes))) as Fields);
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it.each<[Fields, string]>([
    [{ model: CLAUDE }, 'model: Extra inputs are not permitted'],
    [{ stream: true }, 'stream: Extra inputs are not permitted'],
    [{ anthropic_version: '2023-06-01' }, 'anthropic_version'],
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
  ])("400 for Claude's own body with %j", async (more, words) => {
    const body = { anthropic_version: 'bedrock-2023-05-31', max_tokens: 2, messages: [{ role: 'user', content: 'hello' }], ...more };
    const response = await send(path('invoke', CLAUDE), body);
    expect([response.status, await response.json()]).toEqual([400, { message: expect.stringContaining(words) as string }]);
  });

  it('404 on other paths and 401 without a key', async () => {
    expect((await send('/amazon-bedrock/v1/chat/completions', { messages: [user] })).status).toBe(404);
    expect((await send(path('converse'), { messages: [user] }, { key: null })).status).toBe(401);
  });
});
