import { describe, expect, it } from 'vitest';
import { bedrockUpstream } from '../../../src/dialects/bedrock/index.ts';
import type { FittedCall } from '../../../src/dialects/dialect.ts';
import { CLAUDE, HELLO, refusalOf, rendered, reported } from './rendered.ts';
import { PLAIN_CALL } from '../plain-call.ts';

const user = (...content: object[]) => [{ role: 'user', content }];
const PNG = 'data:image/png;base64,aXZib3J5';
const PDF = 'data:application/pdf;base64,JVBERg==';
const call = (id: string, name = 'get_level', args = '{"river":"Inn"}') => ({ id, type: 'function', function: { name, arguments: args } });
const TOOL = { type: 'function', function: { name: 'get_level', description: 'Level', parameters: { type: 'object', properties: {} } } };

describe('Bedrock request: parameters', () => {
  it('go where Converse has them, and the rest to the model', () => {
    const parameters = {
      temperature: 0.5,
      topP: 0.9,
      maxTokens: 100,
      stopSequences: ['END'],
      top_k: 40,
      'additionalModelRequestFields.inferenceConfig.topK': 7,
      'outputConfig.effort': 'low',
      requestMetadata: { team: 'rivers' },
      serviceTier: { type: 'flex' },
      performanceConfig: { latency: 'optimized' },
      additionalModelRequestFields: { hologram: true },
      reasoning_effort: 'low',
    };
    expect(rendered(HELLO, parameters)).toEqual({
      body: {
        messages: [{ role: 'user', content: [{ text: 'hello' }] }],
        inferenceConfig: { temperature: 0.5, topP: 0.9, maxTokens: 100, stopSequences: ['END'] },
        additionalModelRequestFields: { top_k: 40, inferenceConfig: { topK: 7 }, hologram: true, reasoning_effort: 'low' },
        outputConfig: { effort: 'low' },
        requestMetadata: { team: 'rivers' },
        serviceTier: { type: 'flex' },
        performanceConfig: { latency: 'optimized' },
      },
      adjustments: [],
    });
  });

  it('of a stream are the same: the path says that it is one', () => {
    const fitted: FittedCall = {
      ...PLAIN_CALL,
      model: 'anthropic.claude-v9:0',
      input: { kind: 'prompt', prompt: { kind: 'text', value: 'Once' } },
      stream: true,
    };
    const one = bedrockUpstream.render(fitted);
    expect(one.body).toEqual({ messages: [{ role: 'user', content: [{ text: 'Once' }] }] });
    expect(reported(one)).toEqual(['prompt emulated']);
  });

  it('leaves blank stop sequences to the router where the model refuses them', () => {
    const one = rendered(HELLO, { stopSequences: ['\n', 'END'] }, CLAUDE);
    expect(one.body['inferenceConfig']).toEqual({ stopSequences: ['END'] });
    expect(reported(one)).toEqual(['stop emulated']);
    expect(rendered(HELLO, { stopSequences: ['\n'] }, CLAUDE).body).not.toHaveProperty('inferenceConfig');
    expect(rendered(HELLO, { stopSequences: ['\n'] }).body['inferenceConfig']).toEqual({ stopSequences: ['\n'] });
  });

  it('leaves out metadata that the provider has no letters for', () => {
    const one = rendered(HELLO, { requestMetadata: { team: 'rivers', größe: 'x', note: 'a'.repeat(257), '': 'x' } });
    expect(one.body['requestMetadata']).toEqual({ team: 'rivers' });
    expect(reported(one)).toEqual(['metadata dropped']);
  });
});

describe('Bedrock request: messages', () => {
  it('have system text apart and strict turns', () => {
    const one = rendered([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'a' },
      { role: 'developer', content: 'In German.' },
      { role: 'user', content: 'b' },
      { role: 'assistant', content: 'c' },
      { role: 'assistant', content: '' },
      { role: 'user', content: 'd' },
    ]);
    expect(one).toEqual({
      body: {
        system: [{ text: 'Be brief.' }],
        messages: [
          { role: 'user', content: [{ text: 'a' }, { text: 'In German.' }, { text: 'b' }] },
          { role: 'assistant', content: [{ text: 'c' }] },
          { role: 'user', content: [{ text: 'd' }] },
        ],
      },
      adjustments: [
        expect.objectContaining({ param: 'messages', action: 'dropped', from: 1 }),
        expect.objectContaining({ param: 'messages.role', action: 'emulated', from: 1 }),
      ],
    });
  });

  it('lose fields that the provider has not, and say so', () => {
    const one = rendered([{ role: 'user', content: 'a', name: 'ada', mystery: null }]);
    expect(one.body['messages']).toEqual([{ role: 'user', content: [{ text: 'a' }] }]);
    expect(reported(one)).toEqual(['messages.name dropped']);
  });

  it('have no blank text, and what is left is put together', () => {
    const one = rendered([
      { role: 'system', content: ' ' },
      { role: 'user', content: 'a' },
      { role: 'assistant', content: ' \n' },
      { role: 'user', content: 'b' },
    ]);
    expect(one.body).toEqual({ messages: [{ role: 'user', content: [{ text: 'a' }, { text: 'b' }] }] });
    expect(reported(one)).toEqual(['messages.content dropped']);
  });

  it('begin with the user', () => {
    const opened = rendered([{ role: 'assistant', content: 'Hi!' }, ...HELLO]);
    expect(opened.body['messages']).toEqual([
      { role: 'user', content: [{ text: '(The assistant speaks first.)' }] },
      { role: 'assistant', content: [{ text: 'Hi!' }] },
      { role: 'user', content: [{ text: 'hello' }] },
    ]);
    expect(reported(opened)).toEqual(['messages emulated']);
    const told = rendered([{ role: 'system', content: 'x' }]);
    expect(told.body).toEqual({ messages: [{ role: 'user', content: [{ text: 'x' }] }] });
    expect(reported(told)).toEqual(['messages.role emulated']);
    expect(refusalOf([{ role: 'user', content: ' ' }])).toMatchObject({ type: 'invalid_request', details: { param: 'messages' } });
  });

  it('may end with the beginning of the answer, which may not end in white space', () => {
    const one = rendered([...HELLO, { role: 'assistant', content: 'Once upon ' }]);
    expect(one.body['messages']).toEqual([
      { role: 'user', content: [{ text: 'hello' }] },
      { role: 'assistant', content: [{ text: 'Once upon' }] },
    ]);
    expect(reported(one)).toEqual(['messages.content clamped']);
    expect(rendered([...HELLO, { role: 'assistant', content: 'Once' }]).adjustments).toEqual([]);
  });

  it('may not, where the model does not go on with it', () => {
    const refused = refusalOf([...HELLO, { role: 'assistant', content: 'Once' }], {}, ['no-prefill']);
    expect(refused).toMatchObject({ type: 'invalid_request', details: { param: expect.stringMatching(/^messages\[1\]/) as string } });
    expect(rendered(HELLO, {}, ['no-prefill']).adjustments).toEqual([]);
  });

  it('have their cache marks as points behind what is marked', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const messages = [
      { role: 'system', content: [{ type: 'text', text: 'Long.', ...mark }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: '1h' } },
          { type: 'text', text: 'b' },
        ],
      },
    ];
    const one = rendered(messages, { tools: [{ ...TOOL, ...mark }] }, CLAUDE);
    expect(one.body).toMatchObject({
      system: [{ text: 'Long.' }, { cachePoint: { type: 'default' } }],
      messages: [{ content: [{ text: 'a' }, { cachePoint: { type: 'default', ttl: '1h' } }, { text: 'b' }] }],
    });
    expect((one.body['toolConfig'] as { tools: object[] }).tools[1]).toEqual({ cachePoint: { type: 'default' } });
    expect(one.adjustments).toEqual([]);
    const without = rendered(messages);
    expect(JSON.stringify(without.body)).not.toContain('cachePoint');
    expect(reported(without)).toEqual([]);
  });

  it('have a cache point behind a result that is marked, or marked inside', () => {
    const history = [...HELLO, { role: 'assistant', tool_calls: [call('c1')] }];
    const mark = { cache_control: { type: 'ephemeral' } };
    for (const result of [
      { role: 'tool', tool_call_id: 'c1', content: 'high', ...mark },
      { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'high', ...mark }] },
    ]) {
      const { messages } = rendered([...history, result], { tools: [TOOL] }, CLAUDE).body as { messages: object[] };
      expect(messages.at(-1)).toEqual({
        role: 'user',
        content: [{ toolResult: { toolUseId: 'c1', content: [{ text: 'high' }] } }, { cachePoint: { type: 'default' } }],
      });
    }
  });
});

describe('Bedrock request: files', () => {
  it('are bytes or lie in S3', () => {
    const one = rendered(
      user(
        { type: 'text', text: 'Look:' },
        { type: 'image_url', image_url: { url: PNG, detail: 'high' } },
        { type: 'image_url', image_url: 's3://rivers/inn.JPG' },
        { type: 'video_url', video_url: { url: 's3://rivers/inn.3gp' } },
        { type: 'video_url', video_url: 'data:video/quicktime;base64,AAAA' },
      ),
    );
    expect(one.body['messages']).toEqual([
      {
        role: 'user',
        content: [
          { text: 'Look:' },
          { image: { format: 'png', source: { bytes: 'aXZib3J5' } } },
          { image: { format: 'jpeg', source: { s3Location: { uri: 's3://rivers/inn.JPG' } } } },
          { video: { format: 'three_gp', source: { s3Location: { uri: 's3://rivers/inn.3gp' } } } },
          { video: { format: 'mov', source: { bytes: 'AAAA' } } },
        ],
      },
    ]);
    expect(reported(one)).toEqual(['messages.content.image_url.detail dropped']);
  });

  it('of the web are fetched by the router, others are left as they are', () => {
    const needs = (url: string) => bedrockUpstream.needsBytes?.(url, []);
    expect(['https://a.b/c.png', 'HTTP://a.b/c'].map(needs)).toEqual([true, true]);
    expect(['s3://rivers/inn.jpg', 'gs://rivers/inn.jpg'].map(needs)).toEqual([false, false]);
  });

  it('that are documents have a name of plain letters, each once', () => {
    const file = (filename?: string) => ({ type: 'file', file: { file_data: PDF, ...(filename === undefined ? {} : { filename }) } });
    const one = rendered(
      user({ type: 'text', text: 'Read.' }, file('plain.pdf'), file('Flüsse  & Bäche_2.pdf'), file('plain.pdf'), file()),
    );
    const [message] = one.body['messages'] as { content: { document?: { name: string; format: string } }[] }[];
    expect(message?.content.flatMap(({ document }) => document?.name ?? [])).toEqual(['plain', 'Fl sse B che 2', 'plain (2)', 'document']);
    expect(message?.content[1]).toEqual({ document: { format: 'pdf', source: { bytes: 'JVBERg==' }, name: 'plain' } });
    expect(one.adjustments[0]).toMatchObject({
      param: 'messages.content.file.filename',
      action: 'renamed',
      from: 'plain.pdf',
      to: 'plain',
    });
    expect(reported(one)).toEqual(['messages.content.file.filename renamed', 'messages.content.file.filename defaulted']);
  });

  it('that are documents have text beside them', () => {
    const one = rendered(user({ type: 'file', file: { file_data: 'data:application/octet-stream;base64,YQ==', filename: 'inn.md' } }));
    expect(one.body['messages']).toMatchObject([{ content: [{ document: { format: 'md', name: 'inn' } }, { text: 'inn' }] }]);
    expect(reported(one)).toContain('messages.content defaulted');
  });

  it.each([
    ['a URL of the web', { type: 'image_url', image_url: { url: 'https://a.b/c.png' } }],
    ['an image of another type', { type: 'image_url', image_url: { url: 'data:image/tiff;base64,AAAA' } }],
    ['a file in S3 without an ending', { type: 'image_url', image_url: { url: 's3://rivers/inn' } }],
    ['a document of an unknown type', { type: 'file', file: { file_data: 'data:application/zip;base64,AAAA', filename: 'a.zip' } }],
    ['a file id', { type: 'file', file: { file_id: 'file-1' } }],
    ['audio', { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }],
    ['another kind of content', { type: 'input_video', input_video: {} }],
  ])('that cannot be sent are refused by their place: %s', (_, part) => {
    const refused = refusalOf(user({ type: 'text', text: 'Look:' }, part));
    expect(refused).toMatchObject({ type: 'invalid_request', details: { param: 'messages[0].content[1]' } });
    expect(refused.message).toContain('messages[0].content[1]');
  });
});

describe('Bedrock request: calls and results', () => {
  const history = (id: string, other = 'call_2') => [
    ...HELLO,
    { role: 'assistant', content: 'Let me see.', tool_calls: [call(id), call(other, 'now', '')] },
    {
      role: 'tool',
      tool_call_id: id,
      content: [
        { type: 'text', text: 'high' },
        { type: 'image_url', image_url: { url: PNG } },
      ],
    },
    { role: 'tool', tool_call_id: other, content: '' },
    { role: 'user', content: 'Well?' },
  ];

  it('are blocks of their turns, results first', () => {
    const one = rendered(history('call_1'), { tools: [TOOL] });
    expect(one.body['messages']).toEqual([
      { role: 'user', content: [{ text: 'hello' }] },
      {
        role: 'assistant',
        content: [
          { text: 'Let me see.' },
          { toolUse: { toolUseId: 'call_1', name: 'get_level', input: { river: 'Inn' } } },
          { toolUse: { toolUseId: 'call_2', name: 'now', input: {} } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'call_1', content: [{ text: 'high' }, { image: { format: 'png', source: { bytes: 'aXZib3J5' } } }] } },
          { toolResult: { toolUseId: 'call_2', content: [] } },
          { text: 'Well?' },
        ],
      },
    ]);
    expect(one.adjustments).toEqual([]);
  });

  it('come first though the user spoke first', () => {
    const [one, two, three, four] = [
      HELLO[0],
      { role: 'assistant', tool_calls: [call('c')] },
      { role: 'user', content: 'Wait.' },
      { role: 'tool', tool_call_id: 'c', content: 'high' },
    ];
    const { messages } = rendered([one, two, three, four], { tools: [TOOL] }).body as { messages: { content: object[] }[] };
    expect(messages.at(-1)?.content.map((block) => Object.keys(block)[0])).toEqual(['toolResult', 'text']);
  });

  it.each([
    ['of strange letters', 'call/ü:1', []],
    ['of great length', 'x'.repeat(65), []],
    ['that is empty', '', []],
    ['longer than nine', 'call_1234', ['nine-character-tool-ids']],
  ])('with an id %s get another one, the same for both', (_, id, quirks) => {
    const one = rendered(history(id, 'abcdefgh9'), { tools: [TOOL] }, quirks);
    const text = JSON.stringify(one.body['messages']);
    const ids = [...text.matchAll(/"toolUseId":"([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(ids).toEqual([ids[0], 'abcdefgh9', ids[0], 'abcdefgh9']);
    expect(ids[0]).not.toBe(id);
    expect(ids[0]).toMatch(quirks.length > 0 ? /^[A-Za-z0-9]{9}$/ : /^[a-zA-Z0-9_-]{1,64}$/);
    expect(reported(one)).toEqual([]); // ids of the history never come back
    expect(rendered(history(id, 'abcdefgh9'), { tools: [TOOL] }, quirks).body).toEqual(one.body);
  });

  it('with ids that differ in strange letters only stay apart', () => {
    for (const quirks of [[], ['nine-character-tool-ids']]) {
      const text = JSON.stringify(rendered(history('a/b', 'a?b'), { tools: [TOOL] }, quirks).body['messages']);
      expect(new Set([...text.matchAll(/"toolUseId":"([^"]*)"/g)].map((match) => match[1])).size).toBe(2);
    }
  });

  it('of a tool with a strange name are renamed, and turned back in the answer', () => {
    const one = rendered([
      ...HELLO,
      { role: 'assistant', tool_calls: [call('c', 'fluß.pegel')] },
      { role: 'tool', tool_call_id: 'c', content: 'x' },
    ]);
    const [name] = Object.keys(one.mapping?.toolNames ?? {});
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(one.mapping).toEqual({ toolNames: { [String(name)]: 'fluß.pegel' } });
    expect(JSON.stringify(one.body)).not.toContain('fluß');
    expect(reported(one)).toEqual(['tools emulated', 'tools.function.name renamed']);
  });

  it('stand next to each other, or are refused by their place', () => {
    const asked = { role: 'assistant', tool_calls: [call('c')] };
    const result = { role: 'tool', tool_call_id: 'c', content: 'x' };
    expect(refusalOf([...HELLO, asked, ...HELLO]).details.param).toBe('messages[1].tool_calls[0]');
    expect(refusalOf([...HELLO, asked]).details.param).toBe('messages[1].tool_calls[0]');
    expect(refusalOf([...HELLO, result]).details.param).toBe('messages[1]');
    expect(refusalOf([...HELLO, asked, { ...result, tool_call_id: 'd' }]).type).toBe('invalid_request');
    expect(rendered([...HELLO, asked, { role: 'user', content: 'Wait.' }, result], { tools: [TOOL] }).adjustments).toEqual([]);
  });

  it('are refused by their place where the model knows no tools', () => {
    expect(refusalOf(history('call_1'), {}, ['no-tools']).details.param).toBe('messages[1].tool_calls[0]');
  });

  it('hold only what a result can hold', () => {
    const messages = [
      ...HELLO,
      { role: 'assistant', tool_calls: [call('c')] },
      { role: 'tool', tool_call_id: 'c', content: [{ type: 'input_audio', input_audio: { data: 'AAAA' } }] },
    ];
    expect(refusalOf(messages).details.param).toBe('messages[2].content[0]');
  });
});
