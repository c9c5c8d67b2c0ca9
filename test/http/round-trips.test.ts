/**
 * An answer with interleaved reasoning, text and calls goes through a client of another format and back to its maker: the same blocks in the
 * same order, with their ids, signatures and encrypted content.
 */
import { describe, expect, it } from 'vitest';
import { arrayOf, isObject, type JsonObject } from '../../src/lib/json.ts';
import { createRouter, json } from './router.ts';

const CLAUDE = [
  { type: 'thinking', thinking: 'One', signature: 'c2lnMQ' },
  { type: 'text', text: 'First.' },
  { type: 'tool_use', id: 'toolu_a', name: 'look', input: { a: 1 } },
  { type: 'redacted_thinking', data: 'cmVkYWN0ZWQ' },
  { type: 'thinking', thinking: 'Two', signature: 'c2lnMg' },
  { type: 'tool_use', id: 'toolu_b', name: 'look', input: {} },
];
const OPENAI = [
  { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'One' }], encrypted_content: 'gAAA1' },
  {
    type: 'message',
    role: 'assistant',
    id: 'msg_1',
    status: 'completed',
    content: [{ type: 'output_text', text: 'First.', annotations: [] }],
  },
  { type: 'function_call', id: 'fc_1', call_id: 'call_a', name: 'look', arguments: '{"a":1}', status: 'completed' },
  { type: 'reasoning', id: 'rs_2', summary: [{ type: 'summary_text', text: 'Two' }], encrypted_content: 'gAAA2' },
  { type: 'function_call', id: 'fc_2', call_id: 'call_b', name: 'look', arguments: '{}', status: 'completed' },
];

type Maker = {
  env: JsonObject;
  model: string;
  answer: JsonObject;
  content: readonly JsonObject[];
  sentBack: (body: JsonObject) => readonly JsonObject[];
};

const objects = (value: unknown): JsonObject[] => arrayOf(value).filter(isObject);

/** What an item says, without what decorates it. */
const essence = (item: JsonObject): JsonObject => {
  const { id: _, status: __, content, ...rest } = item;
  // The decoder of Responses writes a blank line before the text of a second item.
  if (item['type'] === 'reasoning')
    return { ...rest, id: item['id'], summary: objects(item['summary']).map(({ text }) => String(text).trim()) };
  return item['type'] === 'message' ? { role: item['role'], text: objects(content).map(({ text }) => text) } : rest;
};

const MAKERS: Readonly<Record<string, Maker>> = {
  anthropic: {
    env: { ANTHROPIC_API_KEY: 'k' },
    model: '@anthropic/claude-opus-4-5',
    answer: {
      type: 'message',
      id: 'msg_1',
      model: 'claude-opus-4-5',
      content: CLAUDE,
      stop_reason: 'tool_use',
      usage: { input_tokens: 1, output_tokens: 1 },
    },
    content: CLAUDE,
    sentBack: (body) => objects(objects(body['messages'])[1]?.['content']),
  },
  openai: {
    env: { OPENAI_API_KEY: 'k' },
    model: '@openai/gpt-5.5',
    answer: {
      object: 'response',
      id: 'resp_1',
      status: 'completed',
      model: 'gpt-5.5',
      output: OPENAI,
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    },
    content: OPENAI.map(essence),
    sentBack: (body) =>
      objects(body['input'])
        .slice(1, 1 + OPENAI.length)
        .map(essence),
  },
};

const parameters = { type: 'object', properties: {} };
const DOORS: Readonly<
  Record<string, { path: string; ask: (more: readonly unknown[]) => JsonObject; append: (answer: JsonObject) => unknown[] }>
> = {
  messages: {
    path: '/v1/messages',
    ask: (more) => ({
      messages: [{ role: 'user', content: 'Hi' }, ...more],
      max_tokens: 9000,
      tools: [{ name: 'look', input_schema: parameters }],
      thinking: { type: 'enabled', budget_tokens: 2000 },
    }),
    append: ({ content }) => {
      const calls = objects(content).filter(({ type }) => type === 'tool_use');
      return [
        { role: 'assistant', content },
        { role: 'user', content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'seen' })) },
      ];
    },
  },
  responses: {
    path: '/v1/responses',
    ask: (more) => ({
      input: [{ role: 'user', content: 'Hi' }, ...more],
      tools: [{ type: 'function', name: 'look', parameters, strict: false }],
      store: false,
      include: ['reasoning.encrypted_content'],
      reasoning: { effort: 'high' },
    }),
    append: ({ output }) => {
      const calls = objects(output).filter(({ type }) => type === 'function_call');
      return [...objects(output), ...calls.map((call) => ({ type: 'function_call_output', call_id: call['call_id'], output: 'seen' }))];
    },
  },
};

const routes = Object.keys(DOORS).flatMap((door) => Object.keys(MAKERS).map((maker) => [door, maker] as const));

describe('an answer with interleaved reasoning, text and calls', () => {
  it.each(routes)('through /%s goes back to %s as it was', async (door, maker) => {
    const { path, ask, append } = DOORS[door] as (typeof DOORS)[string];
    const { env, model, answer, content, sentBack } = MAKERS[maker] as Maker;
    const sent: JsonObject[] = [];
    const router = createRouter(env as Record<string, string>, (_, init) => {
      sent.push(JSON.parse(String(init.body)) as JsonObject);
      return Promise.resolve(Response.json(answer));
    });
    const first = await json(await router.call('POST', path, { model, ...ask([]) }));
    await router.call('POST', path, { model, ...ask(append(first)) });
    expect(sentBack(sent[1] ?? {})).toEqual(content);
  });
});
