// Google AI Studio and Vertex AI as the simulator plays them: what they refuse and how, and what their answers look like.

import { describe, expect, it } from 'vitest';

import type { Fields } from './checks.ts';
import { events, send } from './client.ts';
import { judge } from './judge.ts';

const user = { role: 'user', parts: [{ text: 'What is the weather?' }] };
const call = (more: Fields = {}, fields: Fields = {}): Fields => ({ functionCall: { name: 'get_weather', args: {}, ...fields }, ...more });
const model = (...parts: Fields[]): Fields => ({ role: 'model', parts });
const answer = (fields: Fields = {}): Fields => ({ functionResponse: { name: 'get_weather', response: { output: 'sunny' }, ...fields } });
const results = (...parts: Fields[]): Fields => ({ role: 'user', parts });
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = (fields: Fields = { parametersJsonSchema: schema }): Fields => ({
  tools: [{ functionDeclarations: [{ name: 'get_weather', ...fields }] }],
});
const config = (generationConfig: Fields): Fields => ({ generationConfig });
const thinking = (thinkingConfig: Fields): Fields => config({ thinkingConfig });
const verdict = (extra: Fields, id: string | null = null, slug = 'google-ai-studio') =>
  judge(slug, 'chat', { contents: [user], ...extra }, id)?.status ?? 200;

const path = (id: string, mode = 'generateContent') => `/google-ai-studio/v1/models/${id}:${mode}`;
const asked = async (extra: Fields = {}, id = 'gemini-3-pro-preview') =>
  (await (await send(path(id), { contents: [user], ...extra })).json()) as Fields;
const streamed = async (extra: Fields = {}, fault?: string) =>
  events(
    await (
      await send(
        `${path('gemini-2.5-flash', 'streamGenerateContent')}?alt=sse`,
        { contents: [user], ...extra },
        fault === undefined ? {} : { fault },
      )
    ).text(),
  ) as Fields[];

describe('the Gemini simulator accepts', () => {
  it.each<Fields>([
    {},
    { systemInstruction: { parts: [{ text: 'Be brief.' }] }, safetySettings: [{ category: 'a', threshold: 'b' }], serviceTier: 'flex' },
    config({ temperature: 2, topP: 0, topK: 1, maxOutputTokens: 1, seed: -1, stopSequences: ['a', 'b', 'c', 'd', 'e'], candidateCount: 8 }),
    config({ responseLogprobs: true, logprobs: 20 }),
    config({ responseMimeType: 'application/json', responseJsonSchema: { $ref: '#/$defs/a', $defs: { a: schema } } }),
    { ...tools(), toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['get_weather'] } } },
    tools({ parameters: { type: 'OBJECT', properties: { a: { type: 'STRING', minLength: 1 } } } }),
    { contents: [user, model(call({ thoughtSignature: 'c2ln' }), call()), results(answer(), answer()), user] },
    { contents: [user, model(call({}, { id: 'a' })), results(answer({ id: 'a' }))] },
    {
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }, { fileData: { fileUri: 'gs://a/b' } }] }],
    },
  ])('%j', (extra) => {
    expect(verdict(extra)).toBe(200);
  });

  it.each<[string, Fields]>([
    ['gemini-2.5-pro', thinking({ thinkingBudget: 32_768, includeThoughts: true })],
    ['gemini-2.5-pro', thinking({ thinkingBudget: -1 })],
    ['gemini-2.5-flash', thinking({ thinkingBudget: 0 })],
    ['gemini-3-flash-preview', thinking({ thinkingLevel: 'MINIMAL' })],
    ['gemini-3-pro-preview', { ...tools(), ...config({ responseMimeType: 'application/json' }) }],
    ['gemini-3-pro-preview', { contents: [user, model(call({ thoughtSignature: 'a' }), call()), results(answer(), answer())] }],
    ['gemini-3-pro-preview', { contents: [user, model(call()), results(answer()), model({ text: 'a' }), user] }],
  ])('at %s %j', (id, extra) => {
    expect(verdict(extra, id)).toBe(200);
  });
});

describe('the Gemini simulator refuses', () => {
  it.each<Fields>([
    { contents: [] },
    { model: 'gemini-2.5-pro' },
    { stream: true },
    { temperature: 1 },
    { contents: [{ parts: [{ text: 'a' }] }] },
    { contents: [{ role: 'assistant', parts: [{ text: 'a' }] }] },
    { contents: [{ role: 'user', parts: [] }] },
    { contents: [{ role: 'user', parts: [{ text: '' }] }] },
    { contents: [{ role: 'user', parts: [{ text: 'a', inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }] },
    { contents: [{ role: 'user', parts: [{ fileData: { fileUri: 'https://example.org/a.png' } }] }] },
    { contents: [user, model(call()), user] },
    { contents: [user, model(call())] },
    { contents: [user, model(call(), call()), results(answer())] },
    { contents: [user, results(answer())] },
    { contents: [user, model(call({}, { args: '{}' })), results(answer())] },
    { contents: [user, model(call()), results(answer({ response: 'sunny' }))] },
    { contents: [user, model(call()), results(answer({ name: 'other' }))] },
    { systemInstruction: 'Be brief.' },
    tools({ parameters: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false } }),
    tools({ parameters: { type: 'object', properties: {} } }),
    tools({ parametersJsonSchema: { type: 'object', properties: { a: { const: 1 } } } }),
    tools({ parametersJsonSchema: { $ref: '#/$defs/a', description: 'b' } }),
    tools({ name: '2fa' }),
    { toolConfig: { functionCallingConfig: { mode: 'AUTO' } } },
    { ...tools(), toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['other'] } } },
    { ...tools(), toolConfig: { functionCallingConfig: { mode: 'AUTO', allowedFunctionNames: ['get_weather'] } } },
    config({ topA: 1 }),
    config({ temperature: 2.1 }),
    config({ topK: 0 }),
    config({ seed: 2 ** 31 }),
    config({ stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] }),
    config({ presencePenalty: 2 }),
    config({ logprobs: 3 }),
    config({ responseJsonSchema: schema }),
    thinking({ thinkingBudget: 1024, thinkingLevel: 'LOW' }),
    thinking({ thinkingLevel: 'XHIGH' }),
    thinking({ thinkingLevel: 'low' }),
  ])('%j', (extra) => {
    expect(verdict(extra)).toBe(400);
  });

  it.each<[string, Fields]>([
    ['gemini-2.5-pro', thinking({ thinkingBudget: 52_428 })],
    ['gemini-2.5-pro', thinking({ thinkingBudget: 0 })],
    ['gemini-2.5-pro', thinking({ thinkingLevel: 'LOW' })],
    ['gemini-2.5-flash-lite', thinking({ thinkingBudget: 100 })],
    ['gemini-3-pro-preview', thinking({ thinkingBudget: 1024 })],
    ['gemini-flash-latest', thinking({ thinkingLevel: 'MINIMAL' })],
    ['some-model', thinking({ includeThoughts: true })],
    ['gemini-2.5-flash', { ...tools(), ...config({ responseMimeType: 'application/json' }) }],
    ['gemini-2.5-flash', config({ presencePenalty: 1 })],
    ['gemini-2.5-flash', config({ candidateCount: 2 })],
    ['gemini-3-pro-preview', { contents: [user, model(call()), results(answer())] }],
    [
      'gemini-3-pro-preview',
      { contents: [user, model(call({ thoughtSignature: 'a' })), results(answer()), model(call()), results(answer())] },
    ],
    ['gemma-3-27b-it', { systemInstruction: { parts: [{ text: 'a' }] } }],
    ['gemma-3-27b-it', tools()],
  ])('at %s %j', (id, extra) => {
    expect(verdict(extra, id)).toBe(400);
    expect(verdict(extra, null), 'nothing but the model is wrong with it').toBe(200);
  });

  it('fields of AI Studio at Vertex, and fields of Vertex at AI Studio', () => {
    const ids = { contents: [user, model(call({}, { id: 'a' })), results(answer({ id: 'a' }))] };
    for (const extra of [ids, { serviceTier: 'flex' }, { store: true }])
      expect([verdict(extra), verdict(extra, null, 'google-vertex')]).toEqual([200, 400]);
    const labels = { labels: { team: 'a' } };
    expect([verdict(labels), verdict(labels, null, 'google-vertex')]).toEqual([400, 200]);
  });

  it("with Google's error object", async () => {
    expect(await asked(config({ topA: 1 }))).toEqual({
      error: {
        code: 400,
        message: `Invalid JSON payload received. Unknown name "topA" at 'generation_config': Cannot find field.`,
        status: 'INVALID_ARGUMENT',
      },
    });
    const limited = await send(path('gemini-2.5-pro'), { contents: [user] }, { fault: 'status=429' });
    expect(await limited.json()).toMatchObject({ error: { status: 'RESOURCE_EXHAUSTED', details: [{ retryDelay: '2s' }] } });
    expect((await send('/google-ai-studio/v1/chat/completions', { contents: [user] })).status).toBe(404);
  });
});

describe('the Gemini simulator answers', () => {
  it('a stream in whole responses, with growing usage and no [DONE]', async () => {
    const chunks = await streamed(config({ maxOutputTokens: 2 }));
    expect(chunks).toMatchObject([
      { candidates: [{ content: { parts: [{ text: 'You' }], role: 'model' } }], usageMetadata: { candidatesTokenCount: 1 } },
      { candidates: [{ content: { parts: [{}] } }], usageMetadata: { candidatesTokenCount: 2 } },
      { candidates: [{ content: { parts: [{ text: '' }] }, finishReason: 'MAX_TOKENS' }], usageMetadata: { candidatesTokenCount: 2 } },
    ]);
  });

  it('with tool calls that end with STOP, the first one signed', async () => {
    const two = { tools: [{ functionDeclarations: [{ name: 'a', parametersJsonSchema: schema }, { name: 'b' }] }] };
    const body = await asked({ ...two, contents: [{ role: 'user', parts: [{ text: 'Use both tools.' }] }] });
    expect(body).toMatchObject({
      candidates: [
        {
          content: {
            parts: [
              { functionCall: { name: 'a', args: { city: expect.any(String) as string } }, thoughtSignature: expect.any(String) as string },
              { functionCall: { name: 'b' } },
            ],
          },
          finishReason: 'STOP',
        },
      ],
    });
    expect(JSON.stringify(body).match(/thoughtSignature/g)).toHaveLength(1);
  });

  it('with JSON that fits the schema, and with log probabilities', async () => {
    const json = await asked(
      config({ responseMimeType: 'application/json', responseJsonSchema: schema, responseLogprobs: true, logprobs: 1 }),
    );
    const [candidate] = json['candidates'] as {
      content: { parts: { text: string }[] };
      logprobsResult: { chosenCandidates: { token: string }[] };
    }[];
    const text = candidate?.content.parts[0]?.text ?? '';
    expect(JSON.parse(text)).toEqual({ city: expect.any(String) as string });
    expect(candidate?.logprobsResult.chosenCandidates.map(({ token }) => token).join('')).toBe(text);
  });

  it('a tool result with text', async () => {
    const contents = [user, model(call({ thoughtSignature: 'a' })), results(answer())];
    expect(JSON.stringify(await asked({ contents, ...tools() }))).toContain('The tool said');
  });

  it('with an error inside a stream after error-after', async () => {
    const chunks = await streamed({}, 'error-after=1');
    expect(chunks.at(-1)).toEqual({ error: { code: 500, message: 'The simulated model ran aground.', status: 'INTERNAL' } });
  });
});
