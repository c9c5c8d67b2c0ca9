import { describe, expect, it } from 'vitest';
import { cohereUpstream } from '../../../src/dialects/cohere/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { createRenameToolsStage } from '../../../src/stream/stages/rename-tools.ts';
import { asHistory, refusalOf, rendered, reported, type RenderInput } from '../render-input.ts';
import { replayBody } from '../replay.ts';

const THINKS = ['thinking-in-history'];
const render = (asked?: RenderInput) => rendered(cohereUpstream, asked);
const messagesOf = (...messages: unknown[]) => render({ messages }).body['messages'];
const tool = (name: string, more: JsonObject = {}) => ({
  type: 'function',
  function: { name, description: 'Level', parameters: { type: 'object', properties: {} }, ...more },
});
const call = (name: string, args = '{"river":"Inn"}', id = 'call_1') => ({ id, type: 'function', function: { name, arguments: args } });

describe('Cohere request: parameters', () => {
  it('are those of the wire, at the top of the body', () => {
    const parameters = { temperature: 0.5, p: 0.9, k: 5, max_tokens: 10, stop_sequences: ['END'], seed: 1, safety_mode: 'STRICT', own: 7 };
    expect(render({ parameters })).toEqual({
      body: { model: 'm', messages: [{ role: 'user', content: 'hello' }], ...parameters },
      adjustments: [],
    });
  });

  it('say stream only where there is one', () => {
    expect(render().body).not.toHaveProperty('stream');
    expect(render({ stream: true }).body['stream']).toBe(true);
  });

  it.each([
    [{ frequency_penalty: 0, presence_penalty: 0.5 }, { presence_penalty: 0.5 }],
    [{ frequency_penalty: 0.5, presence_penalty: 0 }, { frequency_penalty: 0.5 }],
    [{ frequency_penalty: 0, presence_penalty: 0 }, { presence_penalty: 0 }],
    [{ frequency_penalty: 0 }, { frequency_penalty: 0 }],
    [{ presence_penalty: 0.2 }, { presence_penalty: 0.2 }],
  ])('never hold both penalties: %j', (parameters: JsonObject, sent) => {
    const { model: _model, messages: _messages, ...rest } = render({ parameters }).body;
    expect(rest).toEqual(sent);
  });

  it.each([
    [{ 'reasoning.enabled': true }, { type: 'enabled' }],
    [{ 'reasoning.enabled': false }, { type: 'disabled' }],
    [{ 'reasoning.max_tokens': 2000 }, { type: 'enabled', token_budget: 2000 }],
    [
      { 'reasoning.enabled': true, 'reasoning.max_tokens': 2000 },
      { type: 'enabled', token_budget: 2000 },
    ],
    [{}, undefined],
  ])('turn thinking on and off: %j', (parameters: JsonObject, thinking) => {
    expect(render({ parameters }).body['thinking']).toEqual(thinking);
  });
});

describe('Cohere request: a response format', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };

  it.each([
    [{ type: 'text' }, { type: 'text' }],
    [{ type: 'json_object' }, { type: 'json_object' }],
    [
      { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
      { type: 'json_object', json_schema: schema },
    ],
    [{ type: 'json_schema', json_schema: { name: 'x' } }, { type: 'json_object' }],
  ])('%j', (format, sent) => {
    const request = render({ parameters: { response_format: format } });
    expect(request.body['response_format']).toEqual(sent);
    expect(reported(request)).toEqual([]);
  });

  it('loses its description, and reports it', () => {
    const format = { type: 'json_schema', json_schema: { name: 'x', description: 'about', schema } };
    expect(reported(render({ parameters: { response_format: format } }))).toEqual(['response_format.json_schema.description dropped']);
  });
});

describe('Cohere request: tools', () => {
  it('have a name, a description and parameters, and nothing else', () => {
    const request = render({
      parameters: { tools: [tool('look', { strict: false, mystery: 1 }), { ...tool('find'), cache_control: {} }] },
    });
    expect(request.body).toMatchObject({ tools: [tool('look'), tool('find')] });
    expect(request.body).not.toHaveProperty('strict_tools');
    expect(reported(request)).toEqual(['tools.function.mystery dropped']);
  });

  it('always have parameters', () => {
    const { body } = render({ parameters: { tools: [{ type: 'function', function: { name: 'now', description: null } }] } });
    expect(body['tools']).toEqual([{ type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } }]);
  });

  it('are strict all together, reported where not all were', () => {
    const both = render({ parameters: { tools: [tool('a', { strict: true }), tool('b', { strict: true })] } });
    expect([both.body['strict_tools'], reported(both)]).toEqual([true, []]);
    const one = render({ parameters: { tools: [tool('a', { strict: true }), tool('b')] } });
    expect([one.body['strict_tools'], reported(one)]).toEqual([true, ['tools.function.strict renamed 1 -> 2']]);
    expect(one.body['tools']).toEqual([tool('a'), tool('b')]);
  });

  it('that are no functions are left out, and said so', () => {
    const request = render({ parameters: { tools: [{ type: 'web_search' }, { type: 'web_search' }, tool('a')], tool_choice: 'required' } });
    expect(request.body).toMatchObject({ tools: [tool('a')], tool_choice: 'REQUIRED' });
    expect(reported(request)).toEqual(['tools dropped "web_search"']);
    expect(render({ parameters: { tools: [{ type: 'web_search' }], tool_choice: 'required' } }).body).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'hello' }],
    });
  });

  it.each([
    ['auto', undefined, 2, []],
    ['none', 'NONE', 2, []],
    ['required', 'REQUIRED', 2, []],
    [{ type: 'function', function: { name: 'b' } }, 'REQUIRED', 1, ['tool_choice emulated "b" -> "REQUIRED"']],
  ])('are chosen by %j', (choice, sent, count, lines) => {
    const request = render({ parameters: { tools: [tool('a'), tool('b')], tool_choice: choice } });
    expect([request.body['tool_choice'], (request.body['tools'] as unknown[]).length, reported(request)]).toEqual([sent, count, lines]);
  });

  it('chosen by a name that none has are refused', () => {
    const parameters = { tools: [tool('a')], tool_choice: { type: 'function', function: { name: 'b' } } };
    expect(refusalOf(cohereUpstream, { parameters })).toEqual(['tool_choice', 'tool_choice: no tool is named "b".']);
  });
});

describe('Cohere request: names of tools', () => {
  /** "get_level" is taken: a hash tells the other one apart. */
  const LEVEL = 'get_level_rw1c9nhf4';
  const parameters = {
    tools: [tool('get-level'), tool('get_level'), tool('2nd'), tool('get_level_2')],
    tool_choice: { type: 'function', function: { name: 'get-level' } },
  };
  const messages = [
    { role: 'assistant', content: null, tool_calls: [call('get-level'), call('get_level'), call('old tool!')] },
    { role: 'tool', tool_call_id: 'call_1', content: 'high' },
  ];

  it('that the provider refuses are rewritten wherever they stand, and reported', () => {
    const request = render({ messages, parameters });
    expect(request.body['tools']).toMatchObject([{ function: { name: LEVEL } }]);
    const [said] = request.body['messages'] as [{ tool_calls: { function: { name: string } }[] }];
    expect(said.tool_calls.map(({ function: { name } }) => name)).toEqual([LEVEL, 'get_level', 'old_tool_']);
    expect(reported(request).slice(0, 3)).toEqual([
      `tool_choice emulated "${LEVEL}" -> "REQUIRED"`,
      `tools.function.name renamed "get-level" -> "${LEVEL}"`,
      'tools.function.name renamed "2nd" -> "_2nd"',
    ]);
  });

  it('come back as the client wrote them', () => {
    const { mapping } = render({ messages, parameters });
    const stage = createRenameToolsStage(mapping ?? {});
    const said = (name: string) => stage.push([{ type: 'tool-call-delta', choice: 0, index: 0, id: 'x', name, arguments: '' }]);
    expect(said(LEVEL)).toMatchObject([{ name: 'get-level' }]);
    expect(said('_2nd')).toMatchObject([{ name: '2nd' }]);
    expect(said('get_level')).toMatchObject([{ name: 'get_level' }]);
  });

  it('that are fine need nothing restored', () => {
    expect(render({ parameters: { tools: [tool('look')] } })).not.toHaveProperty('restore');
  });
});

describe('Cohere request: messages', () => {
  const picture = (url: unknown) => ({ type: 'image_url', image_url: url });

  it('of the system stay where they are, those of a developer are the system’s', () => {
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
    ];
    const request = render({ messages });
    expect(request.body['messages']).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Be brief.' },
      { role: 'system', content: 'Be kind.' },
    ]);
    expect(reported(request)).toEqual(['messages.role renamed "developer" -> "system"']);
  });

  it('hold texts and images, by URL or as data', () => {
    const content = [
      { type: 'text', text: 'What is it?', cache_control: { type: 'ephemeral' } },
      picture({ url: 'https://a.example/b.png', detail: 'low', mystery: 1 }),
      picture('data:image/png;base64,aXZib3J5'),
    ];
    const request = render({ messages: [{ role: 'user', content, name: 'ada' }] });
    expect(request.body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          picture({ url: 'https://a.example/b.png', detail: 'low' }),
          picture({ url: 'data:image/png;base64,aXZib3J5' }),
        ],
      },
    ]);
    expect(reported(request)).toEqual(['messages.name dropped']);
  });

  it('with files in results have them follow as the words of the user', () => {
    const messages = [
      { role: 'assistant', content: null, tool_calls: [call('look')] },
      { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'a' }, picture('data:image/png;base64,aXZib3J5')] },
    ];
    const request = render({ messages });
    expect((request.body['messages'] as object[]).slice(1)).toEqual([
      { role: 'tool', tool_call_id: 'call_1', content: 'a' },
      {
        role: 'user',
        content: [{ type: 'text', text: '(image from tool result call_1)' }, picture({ url: 'data:image/png;base64,aXZib3J5' })],
      },
    ]);
    expect(reported(request)).toEqual(['messages.content emulated']);
  });

  it.each([
    [[{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }] }], 'messages[0].content[0]'],
    [[{ role: 'user', content: [{ type: 'file', file: { file_data: 'https://a.example/b.pdf' } }] }], 'messages[0].content[0]'],
    [[{ role: 'user', content: [{ type: 'video_url', video_url: { url: 'https://a.example/b' } }] }], 'messages[0].content[0]'],
    [[{ role: 'system', content: [picture('https://a.example/b.png')] }], 'messages[0].content[0]'],
    [
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', tool_calls: [{ id: 'x', type: 'custom', custom: {} }] },
      ],
      'messages[1].tool_calls[0]',
    ],
  ])('with what has no place are refused: %#', (messages, path) => {
    expect(refusalOf(cohereUpstream, { messages })[0]).toBe(path);
  });

  it('of a tool are texts, one for each call', () => {
    expect(
      messagesOf(
        { role: 'assistant', content: '', tool_calls: [call('a'), call('b', ' ', 'call_2'), call('c', 'null', 'call_3')] },
        { role: 'tool', tool_call_id: 'call_1', content: '{"cm":3}' },
        {
          role: 'tool',
          tool_call_id: 'call_2',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
        { role: 'tool', tool_call_id: 'call_3', content: '' },
      ),
    ).toEqual([
      { role: 'assistant', tool_calls: [call('a'), call('b', '{}', 'call_2'), call('c', '{}', 'call_3')] },
      { role: 'tool', tool_call_id: 'call_1', content: '{"cm":3}' },
      {
        role: 'tool',
        tool_call_id: 'call_2',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'tool', tool_call_id: 'call_3', content: '' },
    ]);
  });

  it('of the assistant keep the text of their arguments to the last digit', () => {
    const args = '{"id": 12345678901234567890}';
    expect(messagesOf({ role: 'assistant', tool_calls: [call('a', args)] })).toEqual([
      { role: 'assistant', tool_calls: [call('a', args)] },
    ]);
  });

  it('of the assistant may be a refusal; those that say nothing are left out', () => {
    expect(messagesOf({ role: 'assistant', content: null, refusal: null }, { role: 'assistant', content: null, refusal: 'No.' })).toEqual([
      { role: 'assistant', content: 'No.' },
    ]);
  });

  it('with unknown fields are sent without them, and it is reported once', () => {
    const request = render({
      messages: [
        { role: 'user', content: 'a', mystery: 1 },
        { role: 'user', content: 'b', mystery: [], name: null },
      ],
    });
    expect(request.body['messages']).toEqual([
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' },
    ]);
    expect(reported(request)).toEqual(['messages.mystery dropped']);
  });

  it('that were a prompt are one of the user', () => {
    const { body, adjustments } = render({ prompt: 'Hi' });
    expect(body['messages']).toEqual([{ role: 'user', content: 'Hi' }]);
    expect(adjustments).toMatchObject([{ param: 'prompt', action: 'emulated' }]);
  });
});

describe('Cohere request: reasoning of earlier turns', () => {
  const answer = {
    id: 'one',
    finish_reason: 'TOOL_CALL',
    message: {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Far.' },
        { type: 'text', text: 'One moment.' },
      ],
      tool_plan: 'I will look.',
      tool_calls: [call('look')],
    },
  };
  const { id: _id, ...given } = { ...answer.message, id: 0 };
  const history = asHistory(replayBody(cohereUpstream, answer));

  it('goes back as it came', () => {
    const request = render({ messages: [history], quirks: THINKS });
    expect(request.body['messages']).toEqual([given]);
    expect(reported(request)).toEqual([]);
  });

  it('goes back as it came where the client kept the pieces', () => {
    const [first] = history['reasoning_details'] as [JsonObject];
    const pieces = ['F', 'ar.'].map((text) => ({ ...first, text }));
    const kept = { ...history, reasoning_details: [...pieces, ...(history['reasoning_details'] as unknown[]).slice(1)] };
    expect(render({ messages: [kept], quirks: THINKS }).body['messages']).toEqual([given]);
  });

  it('stays away from models that do not think, their plans do not', () => {
    const request = render({ messages: [history] });
    expect(request.body['messages']).toEqual([{ ...given, content: 'One moment.' }]);
    expect(reported(request)).toEqual(['messages.reasoning dropped']);
  });

  it('as plain text is a plan beside calls, reasoning otherwise', () => {
    const messages = [
      { role: 'assistant', content: null, reasoning: 'Far.', tool_calls: [call('look')] },
      { role: 'assistant', content: 'Done.', reasoning_content: 'Near.' },
    ];
    expect(render({ messages, quirks: THINKS }).body['messages']).toEqual([
      { role: 'assistant', tool_plan: 'Far.', tool_calls: [call('look')] },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Near.' },
          { type: 'text', text: 'Done.' },
        ],
      },
    ]);
  });

  it('of another provider is read where it can be, and reported where it cannot', () => {
    const reasoning_details = [
      { type: 'reasoning.summary', summary: 'Short.', format: 'openai-responses-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'xxx', format: 'openai-responses-v1', index: 1 },
    ];
    const request = render({ messages: [{ role: 'assistant', content: 'Done.', reasoning_details }], quirks: THINKS });
    expect(request.body['messages']).toEqual([
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Short.' },
          { type: 'text', text: 'Done.' },
        ],
      },
    ]);
    expect(reported(request)).toEqual(['messages.reasoning_details dropped']);
  });
});
