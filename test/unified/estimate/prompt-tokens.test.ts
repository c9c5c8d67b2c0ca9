/** What the estimate of a request counts: everything that a model reads, by the formula of its family, in bounded time. */
import { describe, expect, it } from 'vitest';
import { parseOpenAi } from '../../../src/dialects/openai-common/client/parse.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { estimatePromptTokens } from '../../../src/unified/estimate/prompt-tokens.ts';
import type { UnifiedRequest } from '../../../src/unified/request/request.ts';
import { jpeg, png } from '../../support/image-files.ts';

const [CLAUDE, GEMINI, GPT] = ['anthropic/claude-opus-5', '@google-vertex/gemini-3-pro', 'openai/gpt-5'] as const;

const parsed = (body: JsonObject) => parseOpenAi('chat', { model: 'a/b', messages: [{ role: 'user', content: 'Hi' }], ...body });
const estimate = (body: JsonObject, model: string = GPT) => estimatePromptTokens(parsed(body), model);
const words = (count: number) => 'wonderful '.repeat(count);
const user = (...content: JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content }] });
const image = (file: Buffer, more: JsonObject = {}) =>
  user({ type: 'image_url', image_url: { url: `data:image/png;base64,${file.toString('base64')}`, ...more } });
const file = (mediaType: string, content: string) =>
  user({ type: 'file', file: { filename: 'f', file_data: `data:${mediaType};base64,${Buffer.from(content).toString('base64')}` } });
const call = (name: string, input: string): JsonObject => ({
  messages: [{ role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name, arguments: input } }] }],
});
const tool = (description: string): JsonObject => ({ tools: [{ type: 'function', function: { name: 'f', description, parameters: {} } }] });

describe('estimatePromptTokens counts', () => {
  const kinds: [string, (text: string) => JsonObject][] = [
    ['the system prompt', (text) => ({ messages: [{ role: 'system', content: text }] })],
    ['a message', (text) => user({ type: 'text', text })],
    ['an answer', (text) => ({ messages: [{ role: 'assistant', content: text }] })],
    ['a refusal', (text) => ({ messages: [{ role: 'assistant', refusal: text }] })],
    ['the name of a speaker', (text) => ({ messages: [{ role: 'user', name: text, content: 'x' }] })],
    ['the input of a call', (text) => call('f', JSON.stringify({ text }))],
    ['the result of a call', (text) => ({ messages: [{ role: 'tool', tool_call_id: 'a', content: text }] })],
    ['reasoning', (text) => ({ messages: [{ role: 'assistant', content: 'x', reasoning_details: [{ type: 'reasoning.text', text }] }] })],
    ['a tool', tool],
    [
      'a schema of the answer',
      (text) => ({ response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { title: text } } } }),
    ],
    ['a document of text', (text) => file('text/plain', text)],
    [
      'encrypted reasoning',
      (text) => ({
        messages: [{ role: 'assistant', content: 'x', reasoning_details: [{ type: 'reasoning.encrypted', data: btoa(text) }] }],
      }),
    ],
  ];

  it.each(kinds)('%s', (_, make) => {
    const more = estimate(make(words(400))) - estimate(make('-'));
    expect(more).toBeGreaterThan(400);
    expect(more).toBeLessThan(1300);
  });

  it('the name of a call', () => {
    expect(estimate(call('a_rather_long_name_of_a_function', '{}'))).toBeGreaterThan(estimate(call('f', '{}')));
  });

  it('more for Claude, and never too little: 1.35 and 1.1 of the general estimate, rounded up', () => {
    const [claude, other] = [CLAUDE, GPT].map((model) => estimate(user({ type: 'text', text: words(10_000) }), model)) as [number, number];
    expect(claude / other).toBeCloseTo(1.35 / 1.1, 2);
    expect(estimate({ messages: [{ role: 'user', content: '' }] })).toBeGreaterThanOrEqual(1);
  });

  it('the instructions that Anthropic adds to tools', () => {
    expect(estimate(tool('-'), CLAUDE) - estimate({ tools: [] }, CLAUDE)).toBeGreaterThan(346);
  });

  it("the client's own list of tools, where an upstream speaks its format", () => {
    const native = { format: 'toy', body: { tools: [{ type: 'search', examples: words(500) }] }, headers: {} };
    const request: UnifiedRequest = { ...parsed({}), native };
    expect(estimatePromptTokens(request, GPT)).toBeGreaterThan(estimate({}) + 500);
  });
});

describe('estimatePromptTokens counts an image by its pixels', () => {
  const tokensOf = (make: JsonObject, model: string) => estimate(make, model) - estimate(user({ type: 'text', text: '' }), model);

  it.each([
    [CLAUDE, 200, 200, 54],
    [CLAUDE, 1000, 1000, 1334],
    [CLAUDE, 1092, 1092, 1590],
    [CLAUDE, 8000, 8000, 1600],
    [CLAUDE, 3136, 100, 105],
    [GEMINI, 384, 384, 258],
    [GEMINI, 385, 100, 258],
    [GEMINI, 769, 768, 516],
    [GPT, 512, 512, 255],
    [GPT, 1024, 1024, 765],
    [GPT, 2048, 4096, 1105],
  ])('%s, %i x %i: %i tokens', (model, width, height, tokens) => {
    expect(tokensOf(image(png(width, height)), model)).toBe(tokens);
    expect(tokensOf(image(jpeg(width, height)), model)).toBe(tokens);
  });

  it('but not by the length of its data, and one at a URL as a large one', () => {
    expect(tokensOf(image(Buffer.concat([png(512, 512), Buffer.alloc(1_000_000)])), GPT)).toBe(255);
    expect(tokensOf(image(Buffer.from('no image')), CLAUDE)).toBe(1600);
    expect(tokensOf(user({ type: 'image_url', image_url: { url: 'https://a.example/i.png' } }), CLAUDE)).toBe(1600);
  });

  it("with OpenAI's low detail at a fixed number, for models that have it", () => {
    expect(tokensOf(image(png(2000, 2000), { detail: 'low' }), GPT)).toBe(85);
    expect(tokensOf(image(png(200, 200), { detail: 'low' }), CLAUDE)).toBe(54);
  });
});

describe('estimatePromptTokens counts a file', () => {
  const page = '<< /Type /Page /Parent 1 0 R >> '.padEnd(200, ' ');

  it.each([
    ['by its page objects', `%PDF-1.7 << /Type /Pages /Count 9 >>${page.repeat(3)}`, 9000],
    ['by its page tree, where the objects are packed', `%PDF-1.7 << /Type/Pages /Count 4 >>${' '.repeat(2000)}`, 12_000],
    ['by its size, where neither can be read', `%PDF-1.7${' '.repeat(149_000)}`, 9000],
    ['as no more pages than fit into it', '%PDF-1.7 << /Type/Pages /Count 999999 >>', 3000],
  ])('PDF %s', (_, content, tokens) => {
    expect(estimate(file('application/pdf', content), CLAUDE) - estimate(file('application/pdf', ''), CLAUDE)).toBe(tokens - 3000);
  });

  it('of sound by its length', () => {
    const wav = Buffer.alloc(63_999);
    wav.write('RIFF', 0);
    wav.write('WAVE', 8);
    wav.writeUInt32LE(32_000, 28);
    const sound = (data: Buffer) => user({ type: 'input_audio', input_audio: { data: data.toString('base64'), format: 'wav' } });
    expect(estimate(sound(wav)) - estimate(sound(Buffer.alloc(0)))).toBe(64);
    expect(estimate(sound(Buffer.alloc(63_999))) - estimate(sound(Buffer.alloc(0)))).toBe(128);
  });
});

it('estimatePromptTokens reads a bounded part of a long text, and is right where the text changes', () => {
  const [prose, code] = [words(50_000), '{"a":[1,2,{"b":null}],"c":"d"}\n'.repeat(10_000)];
  const apart = estimate(user({ type: 'text', text: prose })) + estimate(user({ type: 'text', text: code }));
  const together = estimate(user({ type: 'text', text: prose }, { type: 'text', text: code }));
  expect(Math.abs(together / apart - 1)).toBeLessThan(0.05);
});
