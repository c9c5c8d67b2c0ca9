/** `POST /messages/count_tokens` and `/responses/input_tokens`: everything that a model reads is counted, wherever it stands in a body. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { png } from '../support/image-files.ts';
import { createRouter, errorOf, json } from './router.ts';

const router = createRouter();
const WORDS = 'wonderful '.repeat(400);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const PNG = png(1000, 1000).toString('base64');

async function count(path: string, body: JsonObject): Promise<number> {
  const response = await router.call('POST', path, body);
  const { input_tokens: tokens } = await json(response);
  expect([response.status, response.headers.get('x-tributary-estimated')]).toEqual([200, 'input_tokens']);
  return Number(tokens);
}

describe('POST /messages/count_tokens', () => {
  const countMessages = (body: JsonObject) =>
    count('/v1/messages/count_tokens?beta=true', {
      model: 'anthropic/claude-opus-4.5',
      messages: [{ role: 'user', content: 'Hi' }],
      ...body,
    });
  const call = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
  const use = (block: JsonObject, result: JsonObject = {}) => ({
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: [block, call] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x', ...result }] },
    ],
  });
  const user = (block: JsonObject) => ({ messages: [{ role: 'user', content: [block] }] });

  it.each<[string, (text: string) => JsonObject]>([
    ['system text', (text) => ({ system: text })],
    ['system blocks', (text) => ({ system: [{ type: 'text', text, cache_control: { type: 'ephemeral' } }] })],
    [
      'a system message among the others',
      (text) => ({
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'system', content: text },
        ],
      }),
    ],
    ['a message', (text) => ({ messages: [{ role: 'user', content: text }] })],
    ['thinking', (text) => use({ type: 'thinking', thinking: text, signature: 'c2ln' })],
    ['redacted thinking', (text) => use({ type: 'redacted_thinking', data: base64(text) })],
    ['the input of a tool', (text) => use({ type: 'tool_use', id: 'toolu_1', name: 'f', input: { text } })],
    ['the name of a tool', (text) => use({ type: 'tool_use', id: 'toolu_1', name: text.replaceAll(' ', '_'), input: {} })],
    ['a result', (text) => use({ type: 'text', text: 'x' }, { content: text })],
    ['a result of blocks', (text) => use({ type: 'text', text: 'x' }, { content: [{ type: 'text', text }] })],
    ['a document of text', (text) => user({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: text } })],
    ['a result of a search', (text) => user({ type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text }] })],
    ['the description of a tool', (text) => ({ tools: [{ name: 'f', description: text, input_schema: { type: 'object' } }] })],
    ['the schema of a tool', (text) => ({ tools: [{ name: 'f', input_schema: { type: 'object', properties: { a: { title: text } } } }] })],
    [
      'a tool that is deferred',
      (text) => ({ tools: [{ name: 'f', description: text, input_schema: { type: 'object' }, defer_loading: true }] }),
    ],
    ['a schema of the answer', (text) => ({ output_config: { format: { type: 'json_schema', schema: { type: 'object', title: text } } } })],
  ])('counts %s', async (_, make) => {
    const more = (await countMessages(make(WORDS))) - (await countMessages(make('x')));
    expect(more).toBeGreaterThan(400);
    expect(more).toBeLessThan(1700);
  });

  it.each<[string, JsonObject, number]>([
    ['an image', { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }, 1334],
    ['an image at a URL', { type: 'image', source: { type: 'url', url: 'https://a.example/i.png' } }, 1600],
    [
      'a PDF by its pages',
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: base64(`%PDF-1.7${'<< /Type /Page >>'.padEnd(200).repeat(2)}`) },
      },
      6000,
    ],
  ])('counts %s', async (_, block, tokens) => {
    expect(await countMessages(user(block))).toBe(tokens + 4); // and the turn
  });

  it('counts an image in a result of a tool by its pixels', async () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
    const more =
      (await countMessages(use({ type: 'text', text: 'x' }, { content: [image] }))) -
      (await countMessages(use({ type: 'text', text: 'x' })));
    expect(more).toBeGreaterThan(1320);
    expect(more).toBeLessThan(1350);
  });

  it('takes what Claude Code sends for one tool, or for messages alone', async () => {
    expect(await countMessages({ tools: [], thinking: { type: 'adaptive' }, context_management: { edits: [] } })).toBeGreaterThan(0);
  });

  it.each([
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ model: '' }, 'model'],
  ])('refuses %j with the name of the field', async (fields, field) => {
    const body = { model: 'a/b', messages: [{ role: 'user', content: 'Hi' }], ...fields };
    const response = await router.call('POST', '/v1/messages/count_tokens', body);
    expect(response.status).toBe(400);
    expect(String((await errorOf(response))['message'])).toContain(field);
  });
});

describe('POST /responses/input_tokens', () => {
  const countResponses = (body: JsonObject) => count('/v1/responses/input_tokens', { model: 'openai/gpt-5.5', input: 'Hi', ...body });
  const item = (fields: JsonObject) => ({ input: [{ role: 'user', content: 'Hi' }, fields] });

  it.each<[string, (text: string) => JsonObject]>([
    ['the instructions', (text) => ({ instructions: text })],
    ['a text', (text) => ({ input: text })],
    ['a developer message', (text) => item({ role: 'developer', content: [{ type: 'input_text', text }] })],
    ['an answer', (text) => item({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] })],
    ['the arguments of a call', (text) => item({ type: 'function_call', call_id: 'c', name: 'f', arguments: JSON.stringify({ text }) })],
    ['the input of a custom tool', (text) => item({ type: 'custom_tool_call', call_id: 'c', name: 'f', input: text })],
    ['an output', (text) => item({ type: 'function_call_output', call_id: 'c', output: text })],
    ['a summary of reasoning', (text) => item({ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text }] })],
    ['encrypted reasoning', (text) => item({ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: base64(text) })],
    ['a tool', (text) => ({ tools: [{ type: 'function', name: 'f', description: text, parameters: {}, strict: null }] })],
    ['a grammar', (text) => ({ tools: [{ type: 'custom', name: 'f', format: { type: 'grammar', syntax: 'lark', definition: text } }] })],
    [
      'a schema of the answer',
      (text) => ({ text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object', title: text } } } }),
    ],
  ])('counts %s', async (_, make) => {
    const more = (await countResponses(make(WORDS))) - (await countResponses(make('x')));
    expect(more).toBeGreaterThan(400);
    expect(more).toBeLessThan(1300);
  });

  it('counts an image by its pixels', async () => {
    const image = { type: 'input_image', image_url: `data:image/png;base64,${PNG}`, detail: 'auto' };
    const body = (part: JsonObject) => ({ input: [{ role: 'user', content: [part] }] });
    expect((await countResponses(body(image))) - (await countResponses(body({ type: 'input_text', text: '' })))).toBe(765);
  });

  it('answers instructions and tools without an input', async () => {
    expect(await countResponses({ input: undefined, instructions: 'Be brief.' })).toBeGreaterThan(2);
  });
});
