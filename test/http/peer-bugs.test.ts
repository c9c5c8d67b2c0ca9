/**
 * Faults of other gateways in front of Messages and Responses clients, by the number of the report, each as what this router does instead. Those
 * with tests of their own elsewhere: reasoning of one provider at another, signatures that are rewritten or missing (`reasoning.test.ts`),
 * headers and blocks of native requests (`test/pipeline/native-clients.test.ts`), namespaces and custom tools (`responses.test.ts`), counts of
 * tokens (`count-tokens.test.ts`).
 */
import { describe, expect, it } from 'vitest';
import { arrayOf, type JsonObject } from '../../src/lib/json.ts';
import { readMessage } from '../dialects/anthropic/client/read-message.ts';
import { readResponse } from '../dialects/read-response.ts';
import { event } from '../dialects/replay.ts';
import { createRouter, json } from './router.ts';

const MODEL = '@deepseek/deepseek-chat';

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, prompt_tokens_details: { cached_tokens: 40 } };
const delta = (fields: JsonObject, finish: string | null = null) => ({
  id: 'c',
  choices: [{ index: 0, delta: fields, finish_reason: finish }],
});
const call = (index: number, fields: JsonObject) => ({ tool_calls: [{ index, ...fields }] });

/** Reasoning, text, two calls whose pieces come mixed, and `stop` where a caller expects `tool_calls`. */
const STREAM = [
  delta({ role: 'assistant', content: '' }),
  delta({ reasoning_content: 'Hm' }),
  delta({ content: 'I look.' }),
  delta(call(0, { id: 'call_a', type: 'function', function: { name: 'look', arguments: '' } })),
  delta(call(0, { function: { arguments: '{"a":' } })),
  delta(call(1, { id: 'call_b', type: 'function', function: { name: 'find', arguments: '{"b":2}' } })),
  delta(call(0, { function: { arguments: '1}' } })),
  delta({}, 'stop'),
  { id: 'c', choices: [], usage },
];

const WHOLE = { id: 'c', choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }], usage };

/** Sends a body, and returns the response and what was sent upstream. */
async function send(path: string, body: JsonObject) {
  const sent: JsonObject[] = [];
  const router = createRouter({ DEEPSEEK_API_KEY: 'k' }, (_, init) => {
    sent.push(JSON.parse(String(init.body)) as JsonObject);
    const isStream = sent[0]?.['stream'] === true;
    const stream = `${STREAM.map(event).join('')}data: [DONE]\n\n`;
    return Promise.resolve(isStream ? new Response(stream, { headers: { 'content-type': 'text/event-stream' } }) : Response.json(WHOLE));
  });
  const response = await router.call('POST', path, { model: MODEL, ...body });
  return { response, upstream: sent[0] ?? {}, adjustments: response.headers.get('x-tributary-adjustments') ?? '' };
}

const parameters = { type: 'object', properties: {} };
const MESSAGES: JsonObject = {
  max_tokens: 99,
  tools: [{ name: 'look', input_schema: parameters }],
  messages: [{ role: 'user', content: 'Hi' }],
};
const RESPONSES: JsonObject = { tools: [{ type: 'function', name: 'look', parameters }], input: 'Hi', store: false };

describe('Messages', () => {
  it('have reasoning in a block of its own, no empty text, whole calls, and tool_use (litellm 33224 and 34692, bifrost 4890)', async () => {
    const { response } = await send('/v1/messages', { ...MESSAGES, stream: true });
    const { message, isComplete } = readMessage(await response.text());
    expect(message?.['content']).toMatchObject([
      { type: 'thinking', thinking: 'Hm' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'call_a', name: 'look', input: { a: 1 } },
      { type: 'tool_use', id: 'call_b', name: 'find', input: { b: 2 } },
    ]);
    expect([message?.['stop_reason'], isComplete]).toEqual(['tool_use', true]);
  });

  it('count what the cache read apart (litellm 31069)', async () => {
    const { response } = await send('/v1/messages', MESSAGES);
    expect(await json(response)).toMatchObject({ usage: { input_tokens: 60, cache_read_input_tokens: 40, output_tokens: 20 } });
  });

  it('pass stop_sequences and tool_choice none on, and report top_k (litellm, its page of mappings)', async () => {
    const { upstream, adjustments } = await send('/v1/messages', {
      ...MESSAGES,
      stop_sequences: ['x'],
      top_k: 5,
      tool_choice: { type: 'none' },
    });
    expect(upstream).toMatchObject({ stop: ['x'], tool_choice: 'none' });
    expect(adjustments).toContain('top_k');
  });

  it('never make text of the thinking of another provider (litellm, its page of mappings)', async () => {
    const answer = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Secret', signature: 'c2ln' },
        { type: 'text', text: 'Ok' },
      ],
    };
    const messages = [{ role: 'user', content: 'Hi' }, answer, { role: 'user', content: 'And?' }];
    const { upstream } = await send('/v1/messages', { ...MESSAGES, messages });
    expect(JSON.stringify(upstream)).not.toMatch(/Secret|c2ln/);
    expect(arrayOf(upstream['messages'])).toMatchObject([{ content: 'Hi' }, { content: 'Ok' }, { content: 'And?' }]);
  });
});

describe('Responses', () => {
  it('have numbers without gaps, whole calls and the output at the end (litellm pull request 28899)', async () => {
    const { response } = await send('/v1/responses', { ...RESPONSES, stream: true });
    const { response: last } = readResponse(await response.text());
    expect(last['output']).toMatchObject([
      { type: 'reasoning', summary: [{ text: 'Hm' }] },
      { type: 'message', content: [{ text: 'I look.' }] },
      { type: 'function_call', call_id: 'call_a', name: 'look', arguments: '{"a":1}' },
      { type: 'function_call', call_id: 'call_b', name: 'find', arguments: '{"b":2}' },
    ]);
  });

  it('have the details of the usage as numbers, measured or not (CodexPlusPlus 774)', async () => {
    const { response } = await send('/v1/responses', RESPONSES);
    expect(await json(response)).toMatchObject({
      usage: { input_tokens: 100, input_tokens_details: { cached_tokens: 40 }, output_tokens_details: { reasoning_tokens: 0 } },
    });
  });

  it('keep the ids of calls over several turns (litellm 26167 and 17204)', async () => {
    const turn = (id: string) => [
      { type: 'function_call', id: `fc_${id}`, call_id: id, name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: id, output: `seen ${id}` },
    ];
    const input = [{ role: 'user', content: 'Hi' }, ...turn('call_a'), { role: 'assistant', content: 'So far.' }, ...turn('call_b')];
    const { upstream } = await send('/v1/responses', { ...RESPONSES, input });
    const messages = arrayOf(upstream['messages']) as JsonObject[];
    const calls = messages.flatMap(({ tool_calls: made }) => arrayOf(made) as JsonObject[]);
    expect(calls.map(({ id }) => id)).toEqual(['call_a', 'call_b']);
    expect(messages.filter(({ role }) => role === 'tool')).toMatchObject([
      { tool_call_id: 'call_a', content: 'seen call_a' },
      { tool_call_id: 'call_b', content: 'seen call_b' },
    ]);
    expect(JSON.stringify(upstream)).not.toContain('fc_');
  });
});
