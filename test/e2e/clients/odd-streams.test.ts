/** Streams that real upstreams send and that break clients of gateways, as the packages read them: all packages read the same. */
import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenResponses } from '@ai-sdk/open-responses';
import { jsonSchema, streamText, tool, type LanguageModel } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveRouter, type ServingOperation } from '../../dev/serve.ts';
import { bodyOf, listen, STREAM_HEADERS, type OwnUpstream } from '../../support/http-upstream.ts';
import { WEATHER } from './scripted.ts';

type Delta = Record<string, unknown>;
const called = (index: number, text: string, id?: string): Delta => ({
  tool_calls: [
    {
      index,
      ...(id === undefined ? {} : { id, type: 'function' }),
      function: { ...(id === undefined ? {} : { name: WEATHER.name }), arguments: text },
    },
  ],
});
const say = (content: string): Delta => ({ content });
const think = (text: string): Delta => ({ reasoning_content: text });

/** Deltas of an upstream, its reason to finish, and what a client has to see: thinking (R), text (T), calls (C), in this order. */
const STREAMS: Record<string, { deltas: Delta[]; finish: string; seen: string[] }> = {
  'calls that are interleaved, with the finish "stop"': {
    deltas: [say('x'), called(0, '{"city"', 'a'), called(1, '{"city":"Rome"}', 'b'), called(0, ':"Oslo"}')],
    finish: 'stop',
    seen: ['T x', 'C {"city":"Oslo"}', 'C {"city":"Rome"}'],
  },
  'thinking between two texts': { deltas: [say('A'), think('hm'), say('B')], finish: 'stop', seen: ['T A', 'R hm', 'T B'] },
  'thinking, a call, thinking, a call': {
    deltas: [think('1'), called(0, '{"city":"Oslo"}', 'a'), think('2'), called(1, '{"city":"Rome"}', 'b')],
    finish: 'tool_calls',
    seen: ['R 1', 'C {"city":"Oslo"}', 'R 2', 'C {"city":"Rome"}'],
  },
  'a call without arguments': { deltas: [called(0, '', 'a')], finish: 'tool_calls', seen: ['C {}'] },
  'nothing but thinking, cut by the limit': { deltas: [think('hm')], finish: 'length', seen: ['R hm'] },
  'no content': { deltas: [say('')], finish: 'stop', seen: [] },
  'characters that break frames': {
    deltas: [say('\u2028"\\\n'), say('\n\ndata: x\n😀')],
    finish: 'stop',
    seen: ['T \u2028"\\\n\n\ndata: x\n😀'],
  },
  'text that a filter cuts': { deltas: [say('part')], finish: 'content_filter', seen: ['T part'] },
};

let upstream: OwnUpstream;
let router: ServingOperation;
let sent = '';
beforeAll(async () => {
  upstream = await listen(async (request, response) => {
    await bodyOf(request);
    response.writeHead(200, STREAM_HEADERS).end(sent);
  });
  router = await serveRouter({ ALLOW_ANONYMOUS: 'true', NOVITA_API_KEY: 'key', NOVITA_BASE_URL: upstream.url });
});
afterAll(async () => {
  await router.stop();
  await upstream.stop();
});

function script(deltas: readonly Delta[], finish: string): void {
  const chunk = (delta: Delta, reason: string | null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } })}\n\n`;
  sent = `${deltas.map((delta) => chunk(delta, null)).join('')}${chunk({}, finish)}data: [DONE]\n\n`;
}

const MODEL = '@novita/any-model';
const compact = (text: string) => JSON.stringify(JSON.parse(text));

async function readAnthropic(): Promise<string[]> {
  const client = new Anthropic({ baseURL: router.url, apiKey: 'any', maxRetries: 0 });
  const tools = [{ name: WEATHER.name, input_schema: WEATHER.schema }];
  const message = await client.messages
    .stream({ model: MODEL, max_tokens: 50, messages: [{ role: 'user', content: 'x' }], tools })
    .finalMessage();
  return message.content.map((block) => {
    if (block.type === 'text') return `T ${block.text}`;
    if (block.type === 'thinking') return `R ${block.thinking}`;
    return block.type === 'tool_use' ? `C ${JSON.stringify(block.input)}` : block.type;
  });
}

async function readOpenAi(): Promise<string[]> {
  const client = new OpenAI({ baseURL: `${router.url}/v1`, apiKey: 'any', maxRetries: 0 });
  const tools = [{ type: 'function' as const, name: WEATHER.name, strict: false, parameters: WEATHER.schema }];
  const { output } = await client.responses.stream({ model: MODEL, input: 'x', store: false, tools }).finalResponse();
  return output.map((item) => {
    if (item.type === 'message')
      return `T ${item.content.map((part) => (part.type === 'output_text' ? part.text : part.refusal)).join('')}`;
    if (item.type === 'reasoning') return `R ${item.summary.map(({ text }) => text).join('')}`;
    return item.type === 'function_call' ? `C ${compact(item.arguments)}` : item.type;
  });
}

async function readAiSdk(model: LanguageModel): Promise<string[]> {
  const tools = { [WEATHER.name]: tool({ inputSchema: jsonSchema<{ city: string }>(WEATHER.schema), execute: () => 'sunny' }) };
  const providerOptions = { openai: { store: false } };
  const { content } = streamText({ model, prompt: 'x', tools, providerOptions, maxRetries: 0, maxOutputTokens: 50 });
  return (await content).flatMap((part) => {
    if (part.type === 'text') return [`T ${part.text}`];
    if (part.type === 'reasoning') return [`R ${part.text}`];
    return part.type === 'tool-call' ? [`C ${JSON.stringify(part.input)}`] : [];
  });
}

const READERS: Record<string, () => Promise<string[]>> = {
  '@anthropic-ai/sdk': readAnthropic,
  openai: readOpenAi,
  '@ai-sdk/openai': () => readAiSdk(createOpenAI({ baseURL: `${router.url}/v1`, apiKey: 'any' })(MODEL)),
  '@ai-sdk/open-responses': () => readAiSdk(createOpenResponses({ name: 't', url: `${router.url}/v1/responses`, apiKey: 'any' })(MODEL)),
  '@ai-sdk/anthropic': () => readAiSdk(createAnthropic({ baseURL: `${router.url}/v1`, apiKey: 'any' })(MODEL)),
};

describe.each(Object.keys(READERS))('%s', (name) => {
  it.each(Object.keys(STREAMS))('reads %s', async (title) => {
    const { deltas, finish, seen } = STREAMS[title] ?? { deltas: [], finish: 'stop', seen: ['no such stream'] };
    script(deltas, finish);
    expect(await READERS[name]?.()).toEqual(seen);
  });
});
