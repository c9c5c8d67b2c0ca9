import { inputOf } from '../messages-input.ts';
import { describe, expect, it } from 'vitest';
import type { FittedCall } from '../../../src/dialects/dialect.ts';
import { mistralFimUpstream, mistralUpstream } from '../../../src/dialects/mistral/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { replayBody } from '../replay.ts';
import { PLAIN_CALL } from '../plain-call.ts';

const callOf = (changes: Partial<FittedCall> = {}): FittedCall => ({
  ...PLAIN_CALL,
  input: inputOf([{ role: 'user', content: 'hello' }]),
  ...changes,
});
const withMessages = (messages: unknown[], changes: Partial<FittedCall> = {}) =>
  mistralUpstream.render(callOf({ ...changes, input: inputOf(messages) }));
const messagesOf = (messages: unknown[], changes?: Partial<FittedCall>) => withMessages(messages, changes).body['messages'] as JsonObject[];
const withParameters = (parameters: JsonObject) => mistralUpstream.render(callOf({ parameters }));
const toldOf = ({ adjustments }: ReturnType<typeof withMessages>) => adjustments.map(({ param, action }) => `${param} ${action}`);

const USER = { role: 'user', content: 'hello' };
const THINKS: Partial<FittedCall> = { quirks: ['thinking-in-history'] };
const called = (...ids: string[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'look', arguments: '{"a":1}' } })),
});
const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'seen' });

describe('Mistral request: a chat', () => {
  it('is model, messages and what was fitted, and nothing else', () => {
    expect(withParameters({ temperature: 0.5, random_seed: 7, safe_prompt: true })).toEqual({
      body: { model: 'm', messages: [USER], temperature: 0.5, random_seed: 7, safe_prompt: true },
      adjustments: [],
    });
  });

  it('is streamed without options: usage comes by itself', () => {
    const { body } = mistralUpstream.render(callOf({ stream: true, streamOptions: true }));
    expect(body).toEqual({ model: 'm', messages: [USER], stream: true });
  });

  it('can be made of a prompt', () => {
    const rendered = mistralUpstream.render(callOf({ input: { kind: 'prompt', prompt: { kind: 'text', value: 'x' } } }));
    expect(rendered.body['messages']).toEqual([{ role: 'user', content: 'x' }]);
    expect(toldOf(rendered)).toEqual(['prompt emulated']);
  });
});

describe('Mistral request: the keys of a message', () => {
  it('are only those the provider knows, and the rest is reported once for each', () => {
    const rendered = withMessages([
      { role: 'developer', content: 'be kind', name: 'boss' },
      { role: 'user', content: 'a', name: 'Ada', metadata: {} },
      { role: 'assistant', content: 'b', tool_calls: null, name: 'bot', audio: { id: 'a' }, reasoning_content: 'hm', annotations: [] },
      { role: 'user', content: 'c', name: 'Ada' },
    ]);
    expect(rendered.body['messages']).toEqual([
      { role: 'system', content: 'be kind' },
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
      { role: 'user', content: 'c' },
    ]);
    expect(toldOf(rendered)).toEqual([
      'messages.role renamed',
      'messages.name dropped',
      'messages.metadata dropped',
      'messages.audio dropped',
      'messages.reasoning_content dropped',
    ]);
    expect(rendered.adjustments[1]?.reason).toContain('4 messages');
  });

  it('hold the name of a tool', () => {
    const messages = [USER, called('abcDEF123'), { ...result('abcDEF123'), name: 'look' }];
    expect(messagesOf(messages)[2]).toEqual({ role: 'tool', tool_call_id: 'abcDEF123', name: 'look', content: 'seen' });
  });
});

describe('Mistral request: content', () => {
  it.each<[string, unknown, unknown]>([
    ['a text', { type: 'text', text: 'a' }, { type: 'text', text: 'a' }],
    ['a refusal', { type: 'refusal', refusal: 'no' }, { type: 'text', text: 'no' }],
    ['an image', { type: 'image_url', image_url: 'https://x/y.png' }, { type: 'image_url', image_url: 'https://x/y.png' }],
    [
      'an image with details',
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low', x: 1 } },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
    ],
    [
      'an image with a detail the provider does not know',
      { type: 'image_url', image_url: { url: 'https://x', detail: 'original' } },
      { type: 'image_url', image_url: { url: 'https://x' } },
    ],
    ['sound', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } }, { type: 'input_audio', input_audio: 'AAAA' }],
    [
      'a document by URL',
      { type: 'file', file: { file_data: 'https://x/y.pdf', filename: 'y.pdf' } },
      { type: 'document_url', document_url: 'https://x/y.pdf', document_name: 'y.pdf' },
    ],
    [
      'a document in bytes',
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==' } },
      { type: 'document_url', document_url: 'data:application/pdf;base64,AA==' },
    ],
    ['a file that the provider has', { type: 'file', file: { file_id: 'f-1' } }, { type: 'file', file_id: 'f-1' }],
  ])('%s is written in the way of the provider', (_, part, written) => {
    expect(messagesOf([{ role: 'user', content: [part] }])).toEqual([{ role: 'user', content: [written] }]);
  });

  it('loses cache marks, which are hints, without a report', () => {
    const rendered = withMessages([{ role: 'user', content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }] }]);
    expect(rendered.body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 'a' }] }]);
    expect(toldOf(rendered)).toEqual([]);
  });

  it('of nothing is left out: the provider refuses such an answer', () => {
    const request = withMessages([USER, { role: 'assistant', content: null }, USER]);
    expect(request.body['messages']).toEqual([USER, USER]);
    expect(toldOf(request)).toEqual(['messages dropped']);
  });

  it.each<[string, unknown, string]>([
    ['video', { role: 'user', content: [{ type: 'video_url', video_url: 'https://x' }] }, 'messages[0].content[0]'],
    ['a file without bytes', { role: 'user', content: [{ type: 'file', file: {} }] }, 'messages[0].content[0]'],
    ['a picture in a system message', { role: 'system', content: [{ type: 'image_url', image_url: 'x' }] }, 'messages[0].content[0]'],
    ['a call of no function', { role: 'assistant', tool_calls: [{ id: 'a', type: 'custom', custom: {} }] }, 'messages[0].tool_calls[0]'],
  ])('%s is refused by its place', (_, message, param) => {
    expect(() => messagesOf([message])).toThrow(expect.objectContaining({ type: 'invalid_request', details: { param } }));
  });
});

describe('Mistral request: ids of tool calls', () => {
  it('that fit stay', () => {
    const [, call, answer] = messagesOf([USER, called('abcDEF123'), result('abcDEF123')]);
    expect(call?.['tool_calls']).toEqual([{ id: 'abcDEF123', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }]);
    expect(answer?.['tool_call_id']).toBe('abcDEF123');
  });

  it('that do not fit are rewritten, alike in call and result, and not told: they mean the same', () => {
    const ids = ['call_1', 'call_2', 'abc-EF123', 'Ünïcôdé!', ''];
    const rendered = withMessages([USER, called(...ids), ...ids.map(result)]);
    const [, call, ...answers] = rendered.body['messages'] as JsonObject[];
    const written = ((call?.['tool_calls'] ?? []) as JsonObject[]).map(({ id }) => id);
    expect(answers.map((answer) => answer['tool_call_id'])).toEqual(written);
    expect(new Set(written).size).toBe(ids.length);
    for (const id of written) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(rendered.adjustments).toEqual([]);
    expect(messagesOf([USER, called(...ids), ...ids.map(result)])[1]).toEqual(call);
  });

  it('stand beside arguments that are never empty', () => {
    const bare = { id: 'abcDEF123', type: 'function', function: { name: 'now', arguments: ' ' } };
    const [, call] = messagesOf([USER, { role: 'assistant', content: 'Hm.', tool_calls: [bare] }, result('abcDEF123')]);
    expect(call).toEqual({ role: 'assistant', content: 'Hm.', tool_calls: [{ ...bare, function: { name: 'now', arguments: '{}' } }] });
  });
});

describe('Mistral request: the order of messages', () => {
  it('gets a word of the assistant between a tool and a user, which is reported', () => {
    const rendered = withMessages([USER, called('abcDEF123', 'abcDEF124'), result('abcDEF123'), result('abcDEF124'), USER]);
    expect((rendered.body['messages'] as JsonObject[]).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
      'user',
    ]);
    expect((rendered.body['messages'] as JsonObject[])[4]).toEqual({ role: 'assistant', content: 'OK.' });
    expect(toldOf(rendered)).toEqual(['messages emulated']);
  });

  it('is left alone where it is accepted', () => {
    const rendered = withMessages([USER, USER, called('abcDEF123'), result('abcDEF123'), { role: 'assistant', content: 'a' }, USER]);
    expect((rendered.body['messages'] as JsonObject[]).map(({ role }) => role)).toEqual([
      'user',
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
    ]);
    expect(rendered.adjustments).toEqual([]);
  });

  it('marks a last message of the assistant as the beginning of the answer', () => {
    expect(messagesOf([USER, { role: 'assistant', content: 'Once' }])[1]).toEqual({ role: 'assistant', content: 'Once', prefix: true });
    expect(messagesOf([USER, called('abcDEF123')])[1]).not.toHaveProperty('prefix');
    expect(messagesOf([USER, { role: 'assistant', content: 'Once' }, USER])[1]).not.toHaveProperty('prefix');
  });
});

describe('Mistral request: reasoning of earlier turns', () => {
  const details = [
    { type: 'reasoning.text', text: 'Let ', format: 'unknown', index: 0 },
    { type: 'reasoning.text', text: 'me.', format: 'unknown', index: 0, signature: 'c2ln' },
    { type: 'reasoning.summary', summary: 'In short.', index: 1 },
  ];

  it('is left out for a model that does not think, which is reported', () => {
    const rendered = withMessages([USER, { role: 'assistant', content: 'a', reasoning: 'hm', reasoning_details: details }, USER]);
    expect((rendered.body['messages'] as JsonObject[])[1]).toEqual({ role: 'assistant', content: 'a' });
    expect(toldOf(rendered)).toEqual(['messages.reasoning dropped', 'messages.reasoning_details dropped']);
  });

  it('stands before the text, with its signature', () => {
    const rendered = withMessages([USER, { role: 'assistant', content: 'a', reasoning: 'hm', reasoning_details: details }, USER], THINKS);
    expect((rendered.body['messages'] as JsonObject[])[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Let me.' }], signature: 'c2ln' },
        { type: 'thinking', thinking: [{ type: 'text', text: 'In short.' }] },
        { type: 'text', text: 'a' },
      ],
    });
    expect(rendered.adjustments).toEqual([]);
  });

  it.each(['reasoning', 'reasoning_content'])('may be plain text in %s', (field) => {
    expect(messagesOf([USER, { role: 'assistant', content: 'a', [field]: 'hm' }, USER], THINKS)[1]?.['content']).toEqual([
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'a' },
    ]);
  });

  it('keeps the signatures of other hosts to itself, and tells what it cannot read', () => {
    const foreign = [
      { type: 'reasoning.text', text: 'hm', signature: 'xyz', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'AAAA', format: 'openai-responses-v1', index: 1 },
    ];
    const rendered = withMessages([USER, { role: 'assistant', content: null, reasoning_details: foreign }, USER], THINKS);
    expect((rendered.body['messages'] as JsonObject[])[1]?.['content']).toEqual([
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
    ]);
    expect(toldOf(rendered)).toEqual(['messages.reasoning_details dropped']);
  });

  it('comes back as the provider gave it', () => {
    const given = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Let me.' }], signature: 'c2ln' },
        { type: 'text', text: 'I look.' },
      ],
      tool_calls: [{ id: 'gSIMJiOkT', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
    };
    const answer = replayBody(mistralUpstream, { model: 'm', choices: [{ index: 0, message: given, finish_reason: 'tool_calls' }] });
    const [choice] = answer.result.choices;
    const history = {
      role: 'assistant',
      content: choice?.text,
      reasoning: choice?.reasoning,
      reasoning_details: choice?.reasoningDetails,
      tool_calls: choice?.toolCalls.map(({ id, name, arguments: text }) => ({ id, type: 'function', function: { name, arguments: text } })),
    };
    const rendered = withMessages([USER, history, result('gSIMJiOkT')], THINKS);
    expect((rendered.body['messages'] as JsonObject[])[1]).toEqual(given);
    expect(rendered.adjustments).toEqual([]);
  });

  it('is not where a refusal goes, which is what the assistant said', () => {
    expect(messagesOf([USER, { role: 'assistant', content: null, refusal: 'No.' }, USER])[1]).toEqual({
      role: 'assistant',
      content: [{ type: 'text', text: 'No.' }],
    });
  });
});

describe('Mistral request: parameters with a structure', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'a tool',
      { tools: [{ type: 'function', function: { name: 'f', description: null, strict: true, x: 1 }, cache_control: {} }] },
      { tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: { type: 'object', properties: {} } } }] },
    ],
    ['a tool of the provider', { tools: [{ type: 'web_search' }] }, { tools: [{ type: 'web_search' }] }],
    ['a choice', { tool_choice: 'any' }, { tool_choice: 'any' }],
    [
      'a chosen tool',
      { tool_choice: { type: 'function', function: { name: 'f', x: 1 }, y: 2 } },
      { tool_choice: { type: 'function', function: { name: 'f' } } },
    ],
    ['a format', { response_format: { type: 'json_object', x: 1 } }, { response_format: { type: 'json_object' } }],
    [
      'a schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' }, strict: null, x: 1 } } },
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } } },
    ],
    ['a prediction', { prediction: { type: 'content', content: 'a', x: 1 } }, { prediction: { type: 'content', content: 'a' } }],
    [
      'a prediction in parts',
      { prediction: { type: 'content', content: ['a', 'b'].map((text) => ({ type: 'text', text })) } },
      { prediction: { type: 'content', content: 'ab' } },
    ],
    ['thinking of the older models', { 'reasoning.enabled': true }, { prompt_mode: 'reasoning' }],
    ['thinking by effort', { reasoning_effort: 'high' }, { reasoning_effort: 'high' }],
  ])('%s has only the keys the provider knows', (_, given, written) => {
    expect(withParameters(given)).toEqual({ body: { model: 'm', messages: [USER], ...written }, adjustments: [] });
  });

  it.each<[JsonObject, string]>([
    [{ random_seed: -1 }, 'seed dropped'],
    [{ prediction: {} }, 'prediction dropped'],
    [{ prediction: { content: [{ type: 'text' }] } }, 'prediction dropped'],
  ])('%j has no place, which is reported', (given, told) => {
    const rendered = withParameters(given);
    expect(rendered.body).toEqual({ model: 'm', messages: [USER] });
    expect(toldOf(rendered)).toEqual([told]);
  });

  it('tools of an unknown type are refused', () => {
    expect(() => withParameters({ tools: [{ type: 'mystery' }] })).toThrow('tools[0]: this provider does not know this type of tool.');
  });
});

describe('Mistral request: a completion', () => {
  const fim = (changes: Partial<FittedCall>) => mistralFimUpstream.render(callOf(changes));

  it('is a prompt and what comes after it', () => {
    const input: FittedCall['input'] = { kind: 'prompt', prompt: { kind: 'text', value: 'def f(' } };
    expect(fim({ input, parameters: { suffix: 'return', random_seed: 1 }, stream: true })).toEqual({
      body: { model: 'm', prompt: 'def f(', suffix: 'return', random_seed: 1, stream: true },
      adjustments: [],
    });
  });

  it('of messages or of several prompts is refused', () => {
    expect(() => fim({})).toThrow(expect.objectContaining({ type: 'invalid_request', details: { param: 'messages' } }));
    const input: FittedCall['input'] = { kind: 'prompt', prompt: { kind: 'texts', value: ['a', 'b'] } };
    expect(() => fim({ input })).toThrow(expect.objectContaining({ type: 'invalid_request', details: { param: 'prompt' } }));
  });
});
