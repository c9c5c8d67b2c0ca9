import { describe, expect, it } from 'vitest';
import { ollamaUpstream } from '../../../src/dialects/ollama/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { asHistory, refusalOf, rendered, reported, type RenderInput } from '../render-input.ts';
import { replayBody } from '../replay.ts';

const render = (asked?: RenderInput) => rendered(ollamaUpstream, asked);
const messagesOf = (...messages: unknown[]) => render({ messages }).body['messages'];
const PNG = 'data:image/png;base64,aXZib3J5';
const picture = (url: unknown) => ({ type: 'image_url', image_url: url });
const text = (value: string) => ({ type: 'text', text: value });
const tool = (name: string, more: JsonObject = {}) => ({
  type: 'function',
  function: { name, description: 'Level', parameters: { type: 'object', properties: {} }, ...more },
});
const call = (name: string, args = '{"river":"Inn"}', id = 'call_1') => ({ id, type: 'function', function: { name, arguments: args } });

describe('Ollama request: parameters', () => {
  it('are options, but for those that stand beside them', () => {
    const options = { temperature: 0.5, num_predict: 10, repeat_penalty: 1.1, stop: ['END'], num_ctx: 8192, main_gpu: 1 };
    const top = { keep_alive: '5m', truncate: false, shift: true, logprobs: true, top_logprobs: 3 };
    expect(render({ parameters: { ...options, ...top } })).toEqual({
      body: { model: 'm', messages: [{ role: 'user', content: 'hello' }], stream: false, ...top, options },
      adjustments: [],
    });
  });

  it('always say whether to stream', () => {
    expect(render()).toEqual({ body: { model: 'm', messages: [{ role: 'user', content: 'hello' }], stream: false }, adjustments: [] });
    expect(render({ stream: true }).body['stream']).toBe(true);
  });
});

describe('Ollama request: reasoning', () => {
  it.each([
    [{}, undefined],
    [{ 'reasoning.enabled': true }, true],
    [{ 'reasoning.enabled': false }, false],
    [{ 'reasoning.enabled': true, reasoning_effort: 'max' }, 'max'],
    [{ reasoning_effort: 'low' }, 'low'],
  ])('%j', (parameters: JsonObject, think) => {
    expect(render({ parameters }).body['think']).toBe(think);
    expect(render({ parameters }).body).not.toHaveProperty('options');
  });
});

describe('Ollama request: a response format', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } } };

  it.each([
    [{ type: 'text' }, undefined, []],
    [{ type: 'json_object' }, 'json', []],
    [{ type: 'json_schema', json_schema: { name: 'x', strict: true, schema } }, schema, []],
    [{ type: 'json_schema', json_schema: { name: 'x' } }, 'json', []],
    [
      { type: 'json_schema', json_schema: { name: 'x', description: 'about', schema } },
      schema,
      ['response_format.json_schema.description dropped'],
    ],
  ])('%j', (format, sent, lines) => {
    const request = render({ parameters: { response_format: format } });
    expect([request.body['format'], reported(request)]).toEqual([sent, lines]);
    expect(request.body).not.toHaveProperty('options');
  });
});

describe('Ollama request: tools', () => {
  it('are functions with a name, a description and parameters', () => {
    const tools = [tool('a', { strict: true }), { ...tool('b'), cache_control: {} }, { type: 'function', function: { name: 'now' } }];
    const request = render({ parameters: { tools } });
    expect(request.body['tools']).toEqual([
      tool('a'),
      tool('b'),
      { type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } },
    ]);
    expect(reported(request)).toEqual(['tools.function.strict dropped']);
  });

  it('that are no functions are left out, and said so', () => {
    const request = render({ parameters: { tools: [{ type: 'web_search' }, tool('a')] } });
    expect([request.body['tools'], reported(request)]).toEqual([[tool('a')], ['tools dropped']]);
    expect(render({ parameters: { tools: [{ type: 'web_search' }] } }).body).not.toHaveProperty('tools');
  });

  it.each([
    ['auto', ['a', 'b'], []],
    ['none', undefined, ['tool_choice emulated "none"']],
    [{ type: 'function', function: { name: 'b' } }, ['b'], ['tool_choice emulated "b"']],
  ])('are chosen by what is sent: %j', (choice, names, lines) => {
    const request = render({ parameters: { tools: [tool('a'), tool('b')], tool_choice: choice } });
    const sent = request.body['tools'] as { function: { name: string } }[] | undefined;
    expect([sent?.map((offer) => offer.function.name), reported(request)]).toEqual([names, lines]);
    expect(request.body).not.toHaveProperty('tool_choice');
  });

  it('chosen by a name that none has are refused', () => {
    const parameters = { tools: [tool('a')], tool_choice: { type: 'function', function: { name: 'b' } } };
    expect(refusalOf(ollamaUpstream, { parameters })).toEqual(['tool_choice', 'tool_choice: no tool is named "b".']);
  });
});

describe('Ollama request: messages', () => {
  it('of every role stay where they are', () => {
    const messages = [
      { role: 'user', content: 'Hi', name: 'ada' },
      { role: 'developer', content: 'Be brief.' },
      { role: 'system', content: [text('Be kind.'), text('Be quick.')] },
      { role: 'assistant', content: null },
    ];
    const request = render({ messages });
    expect(request.body['messages']).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Be brief.' },
      { role: 'system', content: 'Be kind.\nBe quick.' },
      { role: 'assistant', content: '' },
    ]);
    expect(reported(request)).toEqual(['messages.role renamed "developer" -> "system"', 'messages.name dropped']);
  });

  it('have images beside their text, without the head of the data URI', () => {
    const content = [{ ...text('What is it?'), cache_control: {} }, picture({ url: PNG, detail: 'auto' }), picture(PNG)];
    const request = render({ messages: [{ role: 'user', content }] });
    expect(request.body['messages']).toEqual([{ role: 'user', content: 'What is it?', images: ['aXZib3J5', 'aXZib3J5'] }]);
    expect(reported(request)).toEqual([]);
  });

  it('say where images stood no more, which is reported where it matters', () => {
    expect(reported(render({ messages: [{ role: 'user', content: [picture(PNG), text('Which?')] }] }))).toEqual([]);
    expect(reported(render({ messages: [{ role: 'user', content: [text('This'), picture(PNG), text('or'), picture(PNG)] }] }))).toEqual([
      'messages.content renamed',
    ]);
    expect(reported(render({ messages: [{ role: 'user', content: [picture({ url: PNG, detail: 'low' })] }] }))).toEqual([
      'messages.content.image_url.detail dropped',
    ]);
  });

  it('want every file as bytes', () => {
    expect(ollamaUpstream.needsBytes?.('https://a.example/b.png', [])).toBe(true);
  });

  it.each([
    [[{ role: 'user', content: [text('a'), picture({ url: 'https://a.example/b.png' })] }], 'messages[0].content[1]'],
    [[{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }] }], 'messages[0].content[0]'],
    [
      [{ role: 'user', content: [{ type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERg==' } }] }],
      'messages[0].content[0]',
    ],
    [[{ role: 'assistant', tool_calls: [{ id: 'x', type: 'custom', custom: {} }] }], 'messages[0].tool_calls[0]'],
  ])('with what has no place are refused: %#', (messages, path) => {
    expect(refusalOf(ollamaUpstream, { messages })[0]).toBe(path);
  });

  it('of tools bear the name of their tool, their arguments are objects', () => {
    expect(
      messagesOf(
        { role: 'assistant', content: null, tool_calls: [call('look'), call('now', '', 'call_2')] },
        { role: 'tool', tool_call_id: 'call_2', content: 'noon' },
        { role: 'tool', tool_call_id: 'call_1', content: [text('high'), picture(PNG)] },
        { role: 'tool', tool_call_id: 'call_9', content: '', name: 'other' },
        { role: 'tool', tool_call_id: 'call_8', content: '' },
      ),
    ).toEqual([
      {
        role: 'assistant',
        content: '',
        tool_calls: [
          { id: 'call_1', function: { name: 'look', arguments: { river: 'Inn' } } },
          { id: 'call_2', function: { name: 'now', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'noon', tool_name: 'now', tool_call_id: 'call_2' },
      { role: 'tool', content: 'high', images: ['aXZib3J5'], tool_name: 'look', tool_call_id: 'call_1' },
      { role: 'tool', content: '', tool_name: 'other', tool_call_id: 'call_9' },
      { role: 'tool', content: '', tool_call_id: 'call_8' },
    ]);
  });

  it('keep a refusal as what was said', () => {
    expect(
      messagesOf({ role: 'assistant', content: 'Well.', refusal: 'No.' }, { role: 'assistant', content: null, refusal: 'No.' }),
    ).toEqual([
      { role: 'assistant', content: 'Well.\nNo.' },
      { role: 'assistant', content: 'No.' },
    ]);
  });
});

describe('Ollama request: a prompt', () => {
  it('is one message of the user', () => {
    const request = render({ prompt: 'Hi' });
    expect([request.body['messages'], reported(request)]).toEqual([[{ role: 'user', content: 'Hi' }], ['prompt emulated']]);
  });
});

describe('Ollama request: an answer that comes back as history', () => {
  it('is what the provider gave', () => {
    const message = {
      role: 'assistant',
      content: 'One moment.',
      thinking: 'Far.',
      tool_calls: [{ id: 'call_1', function: { name: 'look', arguments: { river: 'Inn' } } }],
    };
    const outcome = replayBody(ollamaUpstream, { model: 'm', message, done: true, done_reason: 'stop' });
    const request = render({ messages: [asHistory(outcome)] });
    expect(request.body['messages']).toEqual([message]);
    expect(reported(request)).toEqual([]);
  });

  it('of another provider keeps what can be read of its reasoning', () => {
    const reasoning_details = [
      { type: 'reasoning.text', text: 'Far.', signature: 'sealed', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'xxx', format: 'openai-responses-v1', index: 1 },
    ];
    const request = render({
      messages: [
        { role: 'assistant', content: 'a', reasoning_details },
        { role: 'assistant', content: 'b', reasoning_content: 'Near.' },
      ],
    });
    expect(request.body['messages']).toEqual([
      { role: 'assistant', content: 'a', thinking: 'Far.' },
      { role: 'assistant', content: 'b', thinking: 'Near.' },
    ]);
    expect(reported(request)).toEqual(['messages.reasoning_details dropped']);
  });
});
