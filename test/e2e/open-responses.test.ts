/**
 * The cases of the Open Responses acceptance suite that go over HTTP, in our own words (openresponses/openresponses, compliance tests of the
 * specification of 2026-04-24, read 2026-12-01). Its other seven need a WebSocket. Each at a provider of chats, one of the same format, one of
 * Messages.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import { png } from '../support/image-files.ts';
import { post, startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness?.stop());

/** Keys that the specification requires in every response, null included. */
const REQUIRED = [
  ...'id object created_at completed_at status incomplete_details model previous_response_id instructions output error tools'.split(' '),
  ...'tool_choice truncation parallel_tool_calls text top_p presence_penalty frequency_penalty top_logprobs temperature'.split(' '),
  ...'reasoning usage max_output_tokens max_tool_calls store background service_tier metadata safety_identifier'.split(' '),
  'prompt_cache_key',
];

const NUMBER = expect.any(Number) as number;
const TEXT = expect.any(String) as string;
const FLAG = expect.any(Boolean) as boolean;

/** Types of the keys that may not be null. */
const TYPED = {
  id: TEXT,
  object: 'response',
  created_at: NUMBER,
  status: TEXT,
  model: TEXT,
  output: expect.any(Array) as unknown[],
  tools: expect.any(Array) as unknown[],
  truncation: expect.stringMatching(/^(auto|disabled)$/) as string,
  parallel_tool_calls: FLAG,
  text: { format: { type: 'text' } },
  top_p: NUMBER,
  presence_penalty: NUMBER,
  frequency_penalty: NUMBER,
  top_logprobs: NUMBER,
  temperature: NUMBER,
  store: FLAG,
  background: FLAG,
  service_tier: TEXT,
  metadata: {},
};

const USAGE = {
  input_tokens: NUMBER,
  output_tokens: NUMBER,
  total_tokens: NUMBER,
  input_tokens_details: { cached_tokens: NUMBER },
  output_tokens_details: { reasoning_tokens: NUMBER },
};

type Item = JsonObject & { type: string };

/** What items have besides an id, by their type. */
const ITEMS: Readonly<Record<string, JsonObject>> = {
  message: { role: 'assistant', status: 'completed', content: expect.any(Array) as unknown[] },
  function_call: { call_id: TEXT, name: TEXT, arguments: TEXT, status: 'completed' },
};

/** Checks the response itself, and returns its output. */
function outputOf(response: JsonObject): Item[] {
  expect(Object.keys(response)).toEqual(expect.arrayContaining(REQUIRED));
  expect(response).toMatchObject(TYPED);
  expect(response).toMatchObject({ status: 'completed', error: null, incomplete_details: null, usage: USAGE });
  const output = response['output'] as Item[];
  expect(output.length).toBeGreaterThan(0);
  for (const item of output) expect(item).toMatchObject({ id: TEXT, ...ITEMS[item.type] });
  return output;
}

const message = (role: string, content: unknown, more: JsonObject = {}): JsonObject => ({ type: 'message', role, content, ...more });
const WEATHER = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather at a place',
  parameters: { type: 'object', properties: { location: { type: 'string', description: 'City and state' } }, required: ['location'] },
};
const ASKS_WEATHER = { input: [message('user', 'What is the weather in Oslo?')], tools: [WEATHER] };

/** What is sent, by the name that the suite gives the case. */
const ANSWERED: Readonly<Record<string, JsonObject>> = {
  'basic-response': { input: [message('user', 'Say hello in three words.')] },
  'system-prompt': { input: [message('system', 'Speak as a pirate does.'), message('user', 'Say hello.')] },
  'assistant-phase': {
    input: [
      message('assistant', 'I use the number that was saved.', { phase: 'commentary' }),
      message('assistant', 'It is four.', { phase: 'final_answer' }),
      message('user', 'Repeat the number alone.'),
    ],
  },
  'multi-turn': { input: [message('user', 'I am Ada.'), message('assistant', 'Hello Ada!'), message('user', 'Who am I?')] },
  'image-input': {
    input: [
      message('user', [
        { type: 'input_text', text: 'What is in this picture?' },
        { type: 'input_image', image_url: `data:image/png;base64,${png(32, 32).toString('base64')}` },
      ]),
    ],
  },
};

/** The events of a stream. Each is one `event:` and one `data:` line, and `[DONE]` is the last. */
async function eventsOf(response: Response): Promise<(JsonObject & { type: string })[]> {
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const frames = (await response.text()).split('\n\n').filter((frame) => frame !== '' && !frame.startsWith(':'));
  const events = frames
    .filter((frame) => frame !== 'data: [DONE]')
    .map((frame) => {
      const [, name, data] = /^event: (\S+)\ndata: (.*)$/.exec(frame) ?? [];
      const event = JSON.parse(data ?? '{}') as JsonObject & { type: string };
      expect(event.type).toBe(name);
      return event;
    });
  expect(events.map((event) => event['sequence_number'])).toEqual(events.map((_, index) => index));
  return events;
}

describe.each(['@novita/m', '@openai/gpt-5.5', '@anthropic/claude-sonnet-4-5'])('Open Responses in front of %s', (model) => {
  const ask = (body: JsonObject, path = '/responses') => post(`${harness.url}/v1${path}`, { model, ...body });
  const whole = async (body: JsonObject) => {
    const response = await ask(body);
    expect(response.status).toBe(200);
    return (await response.json()) as JsonObject;
  };

  it.each(Object.entries(ANSWERED))('%s', async (_, body) => {
    expect(outputOf(await whole(body)).map(({ type }) => type)).toContain('message');
  });

  it('tool-calling', async () => {
    const response = await whole(ASKS_WEATHER);
    const call = outputOf(response).find(({ type }) => type === 'function_call');
    expect(call).toMatchObject({ name: 'get_weather' });
    expect(JSON.parse(String(call?.['arguments']))).toEqual({ location: TEXT });
    expect(response['tools']).toMatchObject([{ ...WEATHER, strict: expect.anything() as unknown }]);
  });

  it('streaming-response', async () => {
    const events = await eventsOf(await ask({ input: [message('user', 'Count from 1 to 5.')], stream: true }));
    const types = events.map(({ type }) => type);
    expect(types.slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
    expect(types.at(-1)).toBe('response.completed');
    expect(types).toEqual(
      expect.arrayContaining(['response.output_item.added', 'response.content_part.added', 'response.output_text.done']),
    );
    const text = events.flatMap(({ type, delta }) => (type === 'response.output_text.delta' ? [delta] : [])).join('');
    const items = outputOf(events.at(-1)?.['response'] as JsonObject).filter(({ type }) => type === 'message');
    expect(items).toMatchObject([
      { content: [{ type: 'output_text', text, annotations: expect.any(Array), logprobs: expect.any(Array) }] },
    ]);
    expect(text).not.toBe('');
  });

  it('tool-calling, streamed', async () => {
    const events = await eventsOf(await ask({ ...ASKS_WEATHER, stream: true }));
    const call = outputOf(events.at(-1)?.['response'] as JsonObject).find(({ type }) => type === 'function_call');
    const ofCall = (type: string) => events.filter((event) => event.type === type);
    const items = (type: string) => ofCall(type).flatMap(({ item }) => ((item as Item).type === 'function_call' ? [item as Item] : []));
    const deltas = ofCall('response.function_call_arguments.delta').map(({ delta }) => delta);
    expect(deltas.join('')).toBe(call?.['arguments']);
    expect(ofCall('response.function_call_arguments.done')).toMatchObject([{ item_id: call?.['id'], arguments: call?.['arguments'] }]);
    expect(items('response.output_item.added')).toMatchObject([{ id: call?.['id'], name: 'get_weather' }]);
    expect(items('response.output_item.done')).toEqual([call]);
  });

  it('compact-response, and its output as the beginning of a new chain', async () => {
    const input = [
      message('user', 'We launch on Tuesday and tell support first.'),
      message('assistant', 'Understood: Tuesday, support first.'),
    ];
    const response = await ask({ input, prompt_cache_key: 'a-key' }, '/responses/compact');
    expect(response.status).toBe(200);
    const compacted = (await response.json()) as JsonObject & { output: Item[] };
    expect(compacted).toMatchObject({ id: TEXT, object: 'response.compaction', created_at: NUMBER, usage: USAGE });
    const item = compacted.output.find(({ type }) => type === 'compaction');
    expect(item).toMatchObject({ id: TEXT, encrypted_content: expect.stringMatching(/./) });
    outputOf(await whole({ input: [...compacted.output, message('user', 'When is it?')] }));
  });

  it('compact-missing-model', async () => {
    const response = await post(`${harness.url}/v1/responses/compact`, { input: [message('user', 'Compact this.')] });
    expect([400, 422]).toContain(response.status);
    expect(await response.json()).toMatchObject({ error: { message: TEXT, type: 'invalid_request_error', param: 'model' } });
  });
});
