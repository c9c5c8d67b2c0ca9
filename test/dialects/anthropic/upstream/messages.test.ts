import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../../../src/dialects/anthropic/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { asHistory, refusalOf, rendered, reported, type RenderInput } from '../../render-input.ts';
import { replayBody, replayEvents } from '../../replay.ts';
import { block, jsonDelta, messageEnd, messageStart, signatureDelta, textDelta, thinkingDelta } from './wire.ts';

const LIMIT = { max_tokens: 100 };
const render = (...messages: unknown[]) => rendered(anthropicUpstream, { messages, parameters: LIMIT });
const messagesOf = (...messages: unknown[]) => render(...messages).body['messages'];
const refusal = (asked: RenderInput) => refusalOf(anthropicUpstream, asked);
const user = (content: unknown) => ({ role: 'user', content });
const text = (said: string, more: JsonObject = {}) => ({ type: 'text', text: said, ...more });
const call = (id: string, name = 'look', args = '{"river":"Inn"}') => ({ id, type: 'function', function: { name, arguments: args } });
const EPHEMERAL = { type: 'ephemeral', ttl: '1h' };
const PDF = 'data:application/pdf;base64,JVBERg==';

describe('Anthropic messages: system text', () => {
  it('is that of every system and developer message, in order', () => {
    const { body } = render(
      { role: 'system', content: 'One.' },
      { role: 'developer', content: [text('Two.'), text('Three.')] },
      user('Hi'),
    );
    expect(body).toMatchObject({ system: 'One.\n\nTwo.\n\nThree.', messages: [{ role: 'user', content: [text('Hi')] }] });
  });

  it('stays in blocks where one of them is to be cached', () => {
    const system = { role: 'system', content: [text('One.'), text('Two.', { cache_control: EPHEMERAL })] };
    expect(render(system, user('Hi')).body['system']).toEqual([text('One.'), text('Two.', { cache_control: EPHEMERAL })]);
  });

  it('that comes later is text of the next user message, and that is reported', () => {
    const request = render(user('Hi'), { role: 'assistant', content: 'Ho' }, { role: 'system', content: 'Be brief.' }, user('Go'));
    expect(request.body).not.toHaveProperty('system');
    expect(request.body['messages']).toEqual([
      user([text('Hi')]),
      { role: 'assistant', content: [text('Ho')] },
      user([text('Be brief.'), text('Go')]),
    ]);
    expect(reported(request)).toEqual(['messages.role emulated 1']);
  });

  it('alone is the user who speaks', () => {
    const request = render({ role: 'system', content: 'Tell a story.' });
    expect(request.body).not.toHaveProperty('system');
    expect(request.body['messages']).toEqual([user([text('Tell a story.')])]);
    expect(reported(request)).toEqual(['messages.role emulated "system" -> "user"']);
  });

  it('can hold only text', () => {
    const image = { type: 'image_url', image_url: { url: 'https://a.example/x.png' } };
    expect(refusal({ messages: [{ role: 'system', content: [image] }, user('Hi')] })[0]).toBe('messages[0].content[0]');
  });
});

describe('Anthropic messages: turns', () => {
  it('alternate', () => {
    expect(
      messagesOf(user('a'), user([text('b')]), { role: 'assistant', content: 'c' }, { role: 'assistant', content: 'd' }, user('e')),
    ).toEqual([user([text('a'), text('b')]), { role: 'assistant', content: [text('c'), text('d')] }, user([text('e')])]);
  });

  it('hold no blank text, and that is reported', () => {
    const request = render(
      user('a'),
      { role: 'assistant', content: ' \n' },
      user('b'),
      { role: 'assistant', content: null },
      user([text('')]),
    );
    expect(request.body['messages']).toEqual([user([text('a'), text('b')])]);
    expect(reported(request)).toEqual(['messages dropped 1', 'messages.content dropped']);
  });

  it('begin with the user', () => {
    const request = render({ role: 'assistant', content: 'Welcome!' }, user('Hi'));
    expect(request.body['messages']).toEqual([
      user([text('(The assistant speaks first.)')]),
      { role: 'assistant', content: [text('Welcome!')] },
      user([text('Hi')]),
    ]);
    expect(reported(request)).toEqual(['messages emulated -> "(The assistant speaks first.)"']);
  });

  it('of nothing are refused', () => {
    expect(refusal({ messages: [user('  ')] })).toEqual(['messages', 'messages: there is nothing in them but white space.']);
  });

  it('lose fields that have no place here, and say so', () => {
    const request = render({ ...user('a'), name: 'Ada' }, { role: 'assistant', content: 'b', refusal: null, annotations: [{}] }, user('c'));
    expect(reported(request)).toEqual(['messages.name dropped']);
  });

  it('come from a prompt where there is one', () => {
    const request = rendered(anthropicUpstream, { prompt: 'Once', parameters: LIMIT });
    expect(request.body['messages']).toEqual([user([text('Once')])]);
    expect(reported(request)).toEqual(['prompt emulated']);
  });
});

describe('Anthropic messages: tools in the history', () => {
  it('are calls, and their results in one turn, before other words', () => {
    expect(
      messagesOf(
        user('Look.'),
        { role: 'assistant', content: 'I look.', tool_calls: [call('toolu_1'), call('toolu_2', 'now', '')] },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'high' },
        user('And?'),
        { role: 'tool', tool_call_id: 'toolu_2', content: [text('12'), text(':00')] },
      ),
    ).toEqual([
      user([text('Look.')]),
      {
        role: 'assistant',
        content: [
          text('I look.'),
          { type: 'tool_use', id: 'toolu_1', name: 'look', input: { river: 'Inn' } },
          { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
        ],
      },
      user([
        { type: 'tool_result', tool_use_id: 'toolu_1', content: [text('high')] },
        { type: 'tool_result', tool_use_id: 'toolu_2', content: [text('12'), text(':00')] },
        text('And?'),
      ]),
    ]);
  });

  it('may give pictures, or nothing', () => {
    const image = { type: 'image_url', image_url: { url: 'https://a.example/x.png' } };
    const messages = messagesOf(
      user('a'),
      { role: 'assistant', content: null, tool_calls: [call('t1'), call('t2')] },
      { role: 'tool', tool_call_id: 't1', content: '' },
      { role: 'tool', tool_call_id: 't2', content: [image] },
    );
    expect(messages).toMatchObject([{}, {}, { content: [{ type: 'tool_result', tool_use_id: 't1' }, { content: [{ type: 'image' }] }] }]);
    expect((messages as { content: JsonObject[] }[])[2]?.content[0]).not.toHaveProperty('content');
  });

  it('have ids that the provider accepts, the same in call and result, and no two alike', () => {
    const request = render(
      user('a'),
      { role: 'assistant', content: null, tool_calls: [call('functions.look:0'), call('functions_look_0'), call('ok-1')] },
      ...['functions_look_0', 'functions.look:0', 'ok-1'].map((id) => ({ role: 'tool', tool_call_id: id, content: id })),
    );
    const [, calls, results] = request.body['messages'] as { content: JsonObject[] }[];
    const ids = calls?.content.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids ?? []) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(results?.content.map(({ tool_use_id: id }) => id)).toEqual([ids?.[1], ids?.[0], ids?.[2]]);
    expect(reported(request)).toEqual([]); // ids of the history never come back
  });

  it.each([
    [[user('a'), { role: 'tool', tool_call_id: 't1', content: 'x' }], 'messages[1]', 'a call with the id "t1" right before it'],
    [
      [
        user('a'),
        { role: 'assistant', content: 'b', tool_calls: [call('t1'), call('t2')] },
        { role: 'tool', tool_call_id: 't1', content: 'x' },
      ],
      'messages[1].tool_calls[1]',
      'a result with the id "t2" right after it',
    ],
    [[user('a'), { role: 'assistant', content: null, tool_calls: [call('t1')] }], 'messages[1].tool_calls[0]', 'a result'],
  ])('stand in pairs (%#)', (messages, path, said) => {
    const [where, message] = refusal({ messages });
    expect(where).toBe(path);
    expect(message).toContain(said);
  });

  it('are one turn where nothing but blank words stands between them', () => {
    const blank = { role: 'assistant', content: ' ' };
    const unsigned = { role: 'assistant', content: null, reasoning: 'Hm.' };
    const result = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'x' });
    const calls = { role: 'assistant', content: null, tool_calls: [call('t1'), call('t2')] };
    expect(messagesOf(user('a'), calls, result('t1'), blank, result('t2'), unsigned, user('b'))).toMatchObject([
      {},
      { content: [{ type: 'tool_use' }, { type: 'tool_use' }] },
      { content: [{ type: 'tool_result' }, { type: 'tool_result' }, { type: 'text' }] },
    ]);
  });

  it('with arguments that are no object go back as a text, and is reported', () => {
    const request = render(
      user('a'),
      { role: 'assistant', content: null, tool_calls: [call('t1', 'look', '[1]')] },
      { role: 'tool', tool_call_id: 't1', content: 'x' },
    );
    expect(request.body['messages']).toMatchObject([{}, { content: [{ input: { invalid_arguments: '[1]' } }] }, {}]);
    expect(reported(request)).toEqual(['messages.tool_calls.function.arguments emulated']);
  });
});

describe('Anthropic messages: files', () => {
  const image = (url: string, more: JsonObject = {}) => ({ type: 'image_url', image_url: { url, ...more } });
  const file = (fields: JsonObject) => ({ type: 'file', file: fields });

  it.each([
    [image('https://a.example/x'), { type: 'image', source: { type: 'url', url: 'https://a.example/x' } }],
    [image('data:image/png;base64,iVBO'), { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } }],
    [image('data:image/JPG;base64,iVBO'), { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'iVBO' } }],
    [
      file({ file_data: PDF, filename: 'a.pdf' }),
      { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }, title: 'a.pdf' },
    ],
    [file({ file_data: 'https://a.example/x.pdf' }), { type: 'document', source: { type: 'url', url: 'https://a.example/x.pdf' } }],
    [file({ file_id: 'file_1' }), { type: 'document', source: { type: 'file', file_id: 'file_1' } }],
    [
      file({ file_data: 'data:image/png;base64,iVBO' }),
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
    ],
    [
      file({ file_data: 'data:text/markdown;base64,IyBJw7Zu' }),
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '# Iön' } },
    ],
  ])('%j', (part, sent) => {
    expect(messagesOf(user([part]))).toEqual([user([sent])]);
  });

  it.each([
    [image('data:image/tiff;base64,iVBO'), 'accepts images as image/jpeg, image/png, image/gif, image/webp, not image/tiff'],
    [image('gs://bucket/x.png'), 'accepts a file as a data URI or by an https address'],
    [file({ file_data: 'data:application/zip;base64,UEs=' }), 'accepts documents as PDF or text, not application/zip'],
    [file({ file_data: 'data:text/plain;base64,//8=' }), 'expected the base64 of UTF-8 text'],
    [{ type: 'input_audio', input_audio: { data: 'x', format: 'wav' } }, 'this provider accepts no audio'],
    [{ type: 'video_url', video_url: { url: 'https://a.example/x.mp4' } }, 'this provider accepts no video'],
  ])('%j is refused', (part, message) => {
    const [path, said] = refusal({ messages: [user([text('Look:'), part])] });
    expect(path).toBe('messages[0].content[1]');
    expect(said).toContain(message);
  });

  it('that are not at an https address are fetched by the router', () => {
    expect(
      ['https://a.example/x', 'HTTPS://a.example/x', 'http://a.example/x'].map((url) => anthropicUpstream.needsBytes?.(url, [])),
    ).toEqual([false, false, true]);
  });

  it('lose their detail, and say so', () => {
    expect(reported(render(user([image('https://a.example/x', { detail: 'low' })])))).toEqual([
      'messages.content.image_url.detail dropped "low"',
    ]);
    expect(reported(render(user([image('https://a.example/x', { detail: 'auto' })])))).toEqual([]);
  });
});

describe('Anthropic messages: cache marks', () => {
  it('of a whole message are those of its last block', () => {
    const marked = { ...user('a'), cache_control: EPHEMERAL };
    expect(reported(render(marked))).toEqual([]);
    expect(JSON.stringify(messagesOf(marked))).toContain('"text":"a","cache_control":{"type":"ephemeral"');
  });

  it('stay on what they mark', () => {
    const marked = { cache_control: EPHEMERAL };
    const messages = messagesOf(
      user([text('a', marked), { type: 'file', file: { file_data: PDF }, ...marked }]),
      { role: 'assistant', content: null, tool_calls: [call('t1'), call('t2')] },
      { role: 'tool', tool_call_id: 't1', content: 'x', ...marked },
      { role: 'tool', tool_call_id: 't2', content: [text('y', marked), text('z')] },
    );
    expect(messages).toEqual([
      user([
        text('a', marked),
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }, ...marked },
      ]),
      expect.anything(),
      user([
        { type: 'tool_result', tool_use_id: 't1', content: [text('x')], ...marked },
        { type: 'tool_result', tool_use_id: 't2', content: [text('y'), text('z')], ...marked },
      ]),
    ]);
  });
});

describe('Anthropic messages: reasoning in the history', () => {
  const FORMAT = 'anthropic-claude-v1';
  const after = (message: JsonObject) => render(user('a'), { role: 'assistant', content: 'b', ...message }, user('c'));
  const contentOf = (message: JsonObject) => (after(message).body['messages'] as { content: unknown }[])[1]?.content;

  it('goes back with its signature, from pieces or whole', () => {
    const pieces = [
      { type: 'reasoning.text', text: 'Let me ', format: FORMAT, index: 0 },
      { type: 'reasoning.text', text: 'think.', format: FORMAT, index: 0 },
      { type: 'reasoning.text', text: '', signature: 's1', format: FORMAT, index: 0 },
      { type: 'reasoning.encrypted', data: 'c2VjcmV0', format: FORMAT, index: 1 },
      { type: 'reasoning.text', signature: 's2', index: 2 },
    ];
    expect(contentOf({ reasoning: 'Let me think.', reasoning_details: pieces })).toEqual([
      { type: 'thinking', thinking: 'Let me think.', signature: 's1' },
      { type: 'redacted_thinking', data: 'c2VjcmV0' },
      { type: 'thinking', thinking: '', signature: 's2' },
      text('b'),
    ]);
    expect(reported(after({ reasoning: 'Let me think.', reasoning_details: pieces }))).toEqual([]);
  });

  it.each([
    [{ reasoning: 'Hm.' }],
    [{ reasoning_content: 'Hm.' }],
    [{ reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', format: FORMAT }] }],
    [{ reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 's', format: 'google-gemini-v1' }] }],
    [{ reasoning_details: [{ type: 'reasoning.encrypted', data: 'x', format: 'openai-responses-v1' }] }],
    [{ reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm.', format: FORMAT }] }],
  ])('of others, or unsigned, stays out: %j', (message) => {
    expect(contentOf(message)).toEqual([text('b')]);
    expect(reported(after(message))).toEqual(['messages.reasoning dropped']);
  });
});

describe('Anthropic messages: an answer sent back', () => {
  const blocks = [
    { type: 'thinking', thinking: 'Let me think: 河.', signature: 'c2ln' },
    { type: 'redacted_thinking', data: 'c2VjcmV0' },
    { type: 'text', text: 'I look.' },
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: { river: 'Inn' } },
    { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} },
  ];
  const results = ['toolu_1', 'toolu_2'].map((id) => ({ role: 'tool', tool_call_id: id, content: 'x' }));
  const sentBack = (message: JsonObject) => render(user('Look.'), message, ...results);

  it('is what the provider gave, to the letter', () => {
    const whole = replayBody(anthropicUpstream, { id: 'msg_1', type: 'message', content: blocks, stop_reason: 'tool_use' });
    const streamed = replayEvents(anthropicUpstream, [
      messageStart(),
      ...block(
        0,
        { type: 'thinking', thinking: '', signature: '' },
        thinkingDelta('Let me '),
        thinkingDelta('think: 河.'),
        signatureDelta('c2ln'),
      ),
      ...block(1, { type: 'redacted_thinking', data: 'c2VjcmV0' }),
      ...block(2, { type: 'text', text: '' }, textDelta('I '), textDelta('look.')),
      ...block(3, { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }, jsonDelta('{"river":'), jsonDelta('"Inn"}')),
      ...block(4, { type: 'tool_use', id: 'toolu_2', name: 'now', input: {} }),
      ...messageEnd('tool_use'),
    ]);
    for (const outcome of [whole, streamed]) {
      const request = sentBack(asHistory(outcome));
      expect(request.body['messages']).toEqual([user([text('Look.')]), { role: 'assistant', content: blocks }, expect.anything()]);
      expect(request.adjustments).toEqual([]);
    }
  });
});
