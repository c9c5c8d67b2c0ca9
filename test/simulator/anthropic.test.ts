// What the played Messages API accepts and refuses, case by case, and the words it refuses with.

import { describe, expect, it } from 'vitest';

import { judge } from './judge.ts';

type Extra = Record<string, unknown>;

const text = (said: string) => ({ type: 'text', text: said });
const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const call = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: [text('x')] };
const thought = { type: 'thinking', thinking: 'Hm.', signature: 's' };
const tools = [{ name: 'look', input_schema: { type: 'object' } }];
const any = { tools, tool_choice: { type: 'any' } };
const adaptive = { thinking: { type: 'adaptive', display: 'summarized' } };
const off = { thinking: { type: 'disabled' } };
const budget = (tokens: number) => ({ thinking: { type: 'enabled', budget_tokens: tokens } });
const formatted = (schema: Extra) => ({ output_config: { format: { type: 'json_schema', schema } } });
const closed = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
const begun = { messages: [user('a'), assistant('b')] };

/** The body with the extra fields; an undefined one is left out, as JSON does. */
function refusalOf(model: string, extra: Extra) {
  return judge('anthropic', 'chat', JSON.parse(JSON.stringify({ model, max_tokens: 4000, messages: [user('hello')], ...extra })));
}

const OLD = 'claude-sonnet-4-20250514';
const cases: readonly { model: string; accepted: readonly Extra[]; refused: readonly Extra[] }[] = [
  {
    model: OLD,
    accepted: [
      {},
      { temperature: 0, top_p: 0.5, top_k: 3 },
      budget(1024),
      { ...budget(2000), temperature: 1, top_p: 0.95 },
      { system: 'x', stop_sequences: ['END'], metadata: { user_id: 'u' }, service_tier: 'standard_only' },
      { system: [{ ...text('x'), cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      { ...any, ...off },
      begun,
      { tools, messages: [user('a'), assistant([call]), user([result, text('and?')])] },
      { ...budget(2000), tools, messages: [user('a'), assistant([thought, call]), user([result])] },
      { messages: [user([{ type: 'image', source: { type: 'url', url: 'https://a.example/x' } }])] },
      { messages: [user([{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }, title: 'a' }])] },
      { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    ],
    refused: [
      { max_tokens: undefined },
      { max_tokens: 0 },
      { messages: [] },
      { messages: [assistant('a')] },
      { messages: [user('')] },
      { messages: [user([text(' ')])] },
      { messages: [{ role: 'system', content: 'x' }, user('a')] },
      { messages: [{ ...user('a'), name: 'ada' }] },
      { messages: [user([{ type: 'image_url', image_url: { url: 'https://a.example/x' } }])] },
      { messages: [user([{ type: 'image', source: { type: 'url', url: 'http://a.example/x' } }])] },
      { messages: [user([{ type: 'image', source: { type: 'base64', media_type: 'image/tiff', data: 'AAAA' } }])] },
      { messages: [user('a'), assistant([call]), user('b')] },
      { messages: [user('a'), assistant([call])] },
      { messages: [user([result])] },
      { messages: [user('a'), assistant([call]), user([text('first'), result])] },
      { messages: [user('a'), assistant([{ ...call, id: 'a:0' }]), user([{ ...result, tool_use_id: 'a:0' }])] },
      { messages: [user('a'), assistant([{ ...call, input: '{}' }]), user([result])] },
      { messages: [user('a'), assistant([{ type: 'thinking', thinking: 'Hm.' }]), user('b')] },
      { messages: [user('a'), assistant('b ')] },
      { ...budget(2000), ...begun },
      { ...budget(2000), tools, messages: [user('a'), assistant([call]), user([result])] },
      { stop_sequences: ['\n'] },
      { stop: ['END'] },
      { metadata: { tag: 'x' } },
      { cache_control: { a: 1 } },
      { n: 1 },
      { seed: 1 },
      { temperature: 1.01 },
      { top_p: 1.01 },
      budget(1023),
      budget(4000),
      adaptive,
      { output_config: { effort: 'low' } },
      formatted(closed),
      { ...budget(2000), temperature: 0.5 },
      { ...budget(2000), top_k: 5 },
      { ...budget(2000), top_p: 0.9 },
      { ...budget(2000), ...any },
      { tool_choice: { type: 'auto' } },
      { tools, tool_choice: { type: 'tool', name: 'find' } },
      { tools, tool_choice: 'auto' },
      { tools: [...tools, ...tools] },
      { tools: [{ name: 'look' }] },
      { tools: [{ name: 'look', input_schema: {} }] },
      { tools: [{ type: 'function', function: { name: 'look' } }] },
      { tools: [{ name: 'look', input_schema: { type: 'object' }, strict: true }] },
    ],
  },
  { model: 'claude-3-haiku-20240307', accepted: [{ temperature: 0.5 }], refused: [budget(2000), off, adaptive] },
  {
    model: 'claude-haiku-4-5',
    accepted: [{ temperature: 1 }, { top_p: 0.5 }, formatted(closed), budget(2000), begun],
    refused: [{ temperature: 1, top_p: 1 }, { output_config: { effort: 'low' } }, adaptive],
  },
  { model: 'claude-opus-4-5', accepted: [{ output_config: { effort: 'high' } }], refused: [{ output_config: { effort: 'max' } }] },
  {
    model: 'claude-opus-4-6',
    accepted: [budget(2000), adaptive, off, { output_config: { effort: 'max' } }, any],
    refused: [begun, { output_config: { effort: 'xhigh' } }, { temperature: 1, top_p: 1 }, { ...any, ...adaptive }],
  },
  {
    model: 'claude-opus-4-8',
    accepted: [adaptive, off, { output_config: { effort: 'xhigh' } }, any],
    refused: [budget(2000), { temperature: 1 }, { top_p: 1 }, { top_k: 1 }],
  },
  { model: 'claude-sonnet-5', accepted: [{}, { ...any, ...off }], refused: [any] },
  {
    model: 'claude-opus-5',
    accepted: [{ ...off, output_config: { effort: 'high' } }, { output_config: { effort: 'max' } }],
    refused: [{ ...off, output_config: { effort: 'xhigh' } }],
  },
  { model: 'claude-opus-5-5', accepted: [adaptive, { tools, tool_choice: { type: 'auto' } }], refused: [off, any, begun] },
  { model: 'claude-fable-5', accepted: [{}], refused: [off, any] },
];

describe.each(cases)('the Anthropic simulator: $model', ({ model, accepted, refused }) => {
  it.each(accepted.map((extra) => [JSON.stringify(extra), extra] as const))('accepts %s', (_, extra) => {
    expect(refusalOf(model, extra)).toBeNull();
  });

  it.each(refused.map((extra) => [JSON.stringify(extra), extra] as const))('refuses %s', (_, extra) => {
    expect(refusalOf(model, extra)?.status).toBe(400);
  });
});

describe('the Anthropic simulator: judge of Claude, for a schema,', () => {
  it.each<[Extra, boolean]>([
    [closed, true],
    [{ ...closed, properties: { minimum: { type: 'integer' } } }, true],
    [{ ...closed, properties: { a: { anyOf: [{ type: 'string', format: 'date' }, closed] } } }, true],
    [{ type: 'object' }, false],
    [{ ...closed, additionalProperties: true }, false],
    [{ ...closed, properties: { a: { type: 'string', minLength: 1 } } }, false],
    [{ ...closed, properties: { a: { type: 'array', items: { type: 'object' } } } }, false],
    [{ ...closed, properties: { a: { oneOf: [{ type: 'string' }] } } }, false],
    [{ ...closed, $defs: { a: { type: 'string', format: 'colour' } } }, false],
  ])('%j is accepted: %s', (schema, isTaken) => {
    const strictTool = { tools: [{ name: 'look', input_schema: schema, strict: true }] };
    expect([refusalOf('claude-opus-4-8', formatted(schema)), refusalOf('claude-opus-4-8', strictTool)].map((one) => one === null)).toEqual([
      isTaken,
      isTaken,
    ]);
  });
});

describe('the Anthropic simulator: the error of judge of Claude', () => {
  it.each<[Extra, string]>([
    [{ seed: 1 }, 'seed: Extra inputs are not permitted'],
    [{ max_tokens: undefined }, 'max_tokens: Field required'],
    [{ messages: [{ ...user('a'), name: 'x' }] }, 'messages.0.name: Extra inputs are not permitted'],
    [{ temperature: 2 }, "temperature: Invalid value for 'temperature': expected a number at least 0 and at most 1, got 2."],
  ])('for %j', (extra, message) => {
    expect(refusalOf(OLD, extra)?.body).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message },
      request_id: 'req_sim',
    });
  });
});

describe('the Anthropic simulator: judge of Claude on Vertex', () => {
  const image = (source: Extra) => ({ messages: [user([{ type: 'image', source }])] });
  const data = { type: 'base64', media_type: 'image/png', data: 'AA==' };
  const body = { anthropic_version: 'vertex-2023-10-16', max_tokens: 4000, messages: [user('hello')] };
  const status = (extra: Extra) =>
    judge('google-vertex/rawPredict', 'chat', JSON.parse(JSON.stringify({ ...body, ...extra })), 'claude-opus-4-5@20251101')?.status ?? 200;

  it.each<[Extra, Extra]>([
    [{ model: 'claude-opus-4-5' }, {}],
    [{ anthropic_version: undefined }, { stream: true }],
    [formatted(closed), { output_config: { effort: 'low' } }],
    [image({ type: 'url', url: 'https://a.example/b.png' }), image(data)],
    [{ tools: [{ ...tools[0], strict: true }] }, { tools }],
  ])('refuses %j and accepts %j', (refused, accepted) => {
    expect([status(refused), status(accepted)]).toEqual([400, 200]);
  });
});
