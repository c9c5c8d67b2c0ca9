import { inputOf } from '../messages-input.ts';
import { describe, expect, it } from 'vitest';
import type { FittedCall } from '../../../src/dialects/dialect.ts';
import { workersAiUpstream } from '../../../src/dialects/workers-ai/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { replayBody } from '../replay.ts';
import { PLAIN_CALL } from '../plain-call.ts';

const callOf = (changes: Partial<FittedCall> = {}): FittedCall => ({
  ...PLAIN_CALL,
  model: '@cf/meta/llama',
  input: inputOf([{ role: 'user', content: 'hello' }]),
  parameters: { max_tokens: 2048 },
  ...changes,
});
const render = (changes: Partial<FittedCall> = {}) => workersAiUpstream.render(callOf(changes));
const withMessages = (messages: unknown[], changes: Partial<FittedCall> = {}) => render({ ...changes, input: inputOf(messages) });
const messagesOf = (messages: unknown[], changes?: Partial<FittedCall>) => withMessages(messages, changes).body['messages'] as JsonObject[];
const toldOf = ({ adjustments }: ReturnType<typeof render>) => adjustments.map(({ param, action }) => `${param} ${action}`);

const USER = { role: 'user', content: 'hello' };
const LIKE_OPENAI: Partial<FittedCall> = { quirks: ['openai-body'] };
const PICTURE = 'data:image/png;base64,AA==';

describe('Workers AI request: a chat', () => {
  it('is messages and what was fitted, and no model: that stands in the path', () => {
    expect(render({ parameters: { max_tokens: 5, temperature: 0.5, lora: 'x' } })).toEqual({
      body: { messages: [USER], max_tokens: 5, temperature: 0.5, lora: 'x' },
      adjustments: [],
    });
    expect(workersAiUpstream.path).toBe('/ai/run/{+model}');
  });

  it('is streamed, with options where the model knows them', () => {
    expect(render({ stream: true }).body).toEqual({ messages: [USER], max_tokens: 2048, stream: true });
    expect(render({ stream: true, streamOptions: true }).body['stream_options']).toEqual({ include_usage: true });
    expect(render({ streamOptions: true }).body).not.toHaveProperty('stream_options');
  });

  it.each<[string, Partial<FittedCall>, string]>([
    ['JSON', { parameters: { response_format: { type: 'json_object' } } }, 'does not stream JSON'],
    ['a model that cannot', { quirks: ['answers-at-once'] }, 'does not stream'],
  ])('is not streamed for %s, which is reported', (_, changes, reason) => {
    const rendered = render({ ...changes, stream: true, streamOptions: true });
    expect(rendered.body).not.toHaveProperty('stream');
    expect(rendered.body).not.toHaveProperty('stream_options');
    expect(toldOf(rendered)).toEqual(['stream emulated']);
    expect(rendered.adjustments[0]?.reason).toContain(reason);
    expect(toldOf(render(changes))).toEqual([]);
  });
});

describe('Workers AI request: a prompt', () => {
  const input: FittedCall['input'] = { kind: 'prompt', prompt: { kind: 'text', value: 'Once' } };

  it('is sent as one, bare where the client says so', () => {
    const rendered = render({ input });
    expect(rendered.body).toEqual({ prompt: 'Once', max_tokens: 2048 });
    expect(toldOf(rendered)).toEqual(['prompt emulated']);
    expect(render({ input, parameters: { raw: true } })).toEqual({ body: { prompt: 'Once', raw: true }, adjustments: [] });
  });

  it('is a message for the models that take only those', () => {
    const rendered = render({ ...LIKE_OPENAI, input });
    expect(rendered.body['messages']).toEqual([{ role: 'user', content: 'Once' }]);
    expect(toldOf(rendered)).toEqual(['prompt emulated']);
  });
});

describe('Workers AI request: messages', () => {
  it('have content that is a text, and only fields the provider accepts', () => {
    const rendered = withMessages([
      {
        role: 'developer',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'assistant', content: null, refusal: 'No.', reasoning: 'hm', tool_calls: null },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'Never.' }] },
    ]);
    expect(rendered.body['messages']).toEqual([
      { role: 'system', content: 'a\nb' },
      { role: 'assistant', content: 'No.' },
      { role: 'assistant', content: 'Never.' },
    ]);
    expect(toldOf(rendered)).toEqual(['messages.role renamed', 'messages.reasoning dropped']);
  });

  it('have pictures as data URIs, beside text', () => {
    const content = [
      { type: 'text', text: 'See' },
      { type: 'image_url', image_url: { url: PICTURE, detail: 'low' } },
      { type: 'image_url', image_url: PICTURE },
    ];
    const image = { type: 'image_url', image_url: { url: PICTURE } };
    expect(messagesOf([{ role: 'user', content }])[0]?.['content']).toEqual([{ type: 'text', text: 'See' }, image, image]);
    expect(messagesOf([{ role: 'user', content }], LIKE_OPENAI)[0]?.['content']).toEqual([
      { type: 'text', text: 'See' },
      { type: 'image_url', image_url: { url: PICTURE, detail: 'low' } },
      image,
    ]);
    expect(workersAiUpstream.needsBytes?.('https://x/y.png', [])).toBe(true);
  });

  it.each<[string, JsonObject]>([
    ['sound', { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }],
    ['a file', { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==' } }],
  ])('with %s are for the newer models', (_, part) => {
    expect(messagesOf([{ role: 'user', content: [part] }], LIKE_OPENAI)[0]?.['content']).toEqual([part]);
    expect(() => messagesOf([USER, { role: 'user', content: [part] }])).toThrow(
      expect.objectContaining({ type: 'invalid_request', details: { param: 'messages[1].content[0]' } }),
    );
  });

  it('with video are refused', () => {
    const part = { type: 'video_url', video_url: 'https://x' };
    for (const changes of [{}, LIKE_OPENAI]) expect(() => messagesOf([{ role: 'user', content: [part] }], changes)).toThrow('video_url');
  });

  it('of newer models keep their roles and what the file adds', () => {
    const messages = [
      { role: 'developer', content: 'a' },
      { role: 'assistant', content: 'b', reasoning_content: 'hm', refusal: 'No.' },
    ];
    expect(messagesOf(messages, { ...LIKE_OPENAI, messageFields: ['reasoning'] })).toEqual([
      { role: 'developer', content: 'a' },
      { role: 'assistant', content: 'b', reasoning: 'hm', refusal: 'No.' },
    ]);
  });

  it('have tool calls and results, with short ids for the models that want them', () => {
    const call = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } };
    const messages = [
      USER,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: '' },
    ];
    expect(messagesOf(messages)).toEqual([USER, { role: 'assistant', content: '', tool_calls: [call] }, messages[2]]);
    const [, asked, told] = messagesOf(messages, { quirks: ['nine-character-tool-ids'] });
    const [{ id, ...rest }] = (asked?.['tool_calls'] ?? []) as [JsonObject];
    expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(told?.['tool_call_id']).toBe(id);
    expect(rest).toEqual({ type: 'function', function: call.function });
  });

  it('of an answer with calls come back as the newer models gave them', () => {
    const given = {
      role: 'assistant',
      content: 'I look.',
      reasoning: 'Hm.',
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
    };
    const answer = replayBody(workersAiUpstream, { model: 'm', choices: [{ index: 0, message: given, finish_reason: 'tool_calls' }] });
    const [choice] = answer.result.choices;
    const history = {
      role: 'assistant',
      content: choice?.text,
      reasoning: choice?.reasoning,
      tool_calls: choice?.toolCalls.map(({ id, name, arguments: text }) => ({ id, type: 'function', function: { name, arguments: text } })),
    };
    expect(messagesOf([USER, history], { ...LIKE_OPENAI, messageFields: ['reasoning'] })[1]).toEqual(given);
  });
});

describe('Workers AI request: tools', () => {
  const tool = (name: string, more: JsonObject = {}) => ({ type: 'function', function: { name, ...more } });
  const withTools = (parameters: JsonObject, changes: Partial<FittedCall> = {}) => render({ ...changes, parameters });

  it('get the descriptions that the older schemas demand', () => {
    const parameters = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number', description: 'B' }, c: true } };
    expect(withTools({ tools: [tool('f', { parameters, description: null }), tool('g', { description: 'G' })] }).body['tools']).toEqual([
      tool('f', {
        description: '',
        parameters: {
          type: 'object',
          properties: { a: { description: '', type: 'string' }, b: { description: 'B', type: 'number' }, c: true },
        },
      }),
      tool('g', { description: 'G', parameters: { type: 'object', properties: {} } }),
    ]);
  });

  it('lose "strict", which is reported', () => {
    const rendered = withTools({ tools: [tool('f', { strict: true })] });
    expect(JSON.stringify(rendered.body)).not.toContain('strict');
    expect(toldOf(rendered)).toEqual(['tools.function.strict dropped']);
  });

  it('are not shown to an older model that must not call any', () => {
    const rendered = withTools({ tools: [tool('f')], tool_choice: 'none' });
    expect(rendered.body).toEqual({ messages: [USER] });
    expect(toldOf(rendered)).toEqual(['tool_choice emulated']);
  });

  it('may be chosen', () => {
    for (const choice of ['auto', 'required', tool('f')]) {
      expect(withTools({ tools: [tool('f')], tool_choice: choice }).body['tool_choice']).toEqual(choice);
    }
  });

  it('go to the newer models as they are', () => {
    const parameters = { tools: [tool('f', { strict: true }), { type: 'custom', custom: {} }], tool_choice: 'none' };
    expect(withTools(parameters, LIKE_OPENAI)).toEqual({ body: { messages: [USER], ...parameters }, adjustments: [] });
  });

  it('that are no functions are refused by the older ones', () => {
    expect(() => withTools({ tools: [tool('f'), { type: 'custom' }] })).toThrow('tools[1]: this provider accepts functions only.');
  });
});

describe('Workers AI request: other parameters with a structure', () => {
  it('a schema is sent bare, with its name as a title', () => {
    const schema = { type: 'object', description: 'own' };
    const format = { type: 'json_schema', json_schema: { name: 'answer', description: 'An answer', schema, strict: true } };
    for (const changes of [{}, LIKE_OPENAI]) {
      const rendered = render({ ...changes, parameters: { response_format: format } });
      expect(rendered.body['response_format']).toEqual({
        type: 'json_schema',
        json_schema: { title: 'answer', description: 'own', type: 'object' },
      });
      expect(toldOf(rendered)).toEqual(['response_format.json_schema.strict dropped']);
    }
    expect(render({ parameters: { response_format: { type: 'json_object', x: 1 } } }).body['response_format']).toEqual({
      type: 'json_object',
    });
  });

  it('reasoning is switched in the chat template, beside what the client says to it', () => {
    expect(render({ parameters: { 'reasoning.enabled': false } }).body).toEqual({
      messages: [USER],
      chat_template_kwargs: { enable_thinking: false },
    });
    const parameters = { 'reasoning.enabled': true, reasoning_effort: 'low', chat_template_kwargs: { clear_thinking: false } };
    expect(render({ parameters }).body).toEqual({
      messages: [USER],
      reasoning_effort: 'low',
      chat_template_kwargs: { clear_thinking: false, enable_thinking: true },
    });
  });
});
