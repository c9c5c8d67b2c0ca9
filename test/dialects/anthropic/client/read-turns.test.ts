/** Messages of the Messages format as turns. */
import { describe, expect, it } from 'vitest';
import { sealState } from '../../../../src/dialects/shared/envelope.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { Turn } from '../../../../src/unified/request/conversation.ts';
import { MODELS, parsed, sentTo } from './sent.ts';
import { thrownBy } from '../../../support/thrown-by.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = 'JVBERi0xLjQKJeLjz9MK';

const user = (content: unknown) => ({ role: 'user', content });
const assistant = (content: unknown) => ({ role: 'assistant', content });
const text = (value: string, more: JsonObject = {}) => ({ type: 'text', text: value, ...more });

function turnsOf(fields: JsonObject): readonly Turn[] {
  const { input } = parsed(fields);
  if (input.kind !== 'messages') throw new Error('it has messages');
  return input.conversation.turns;
}

/** The blocks of one message. */
const blocksOf = (content: unknown, role = 'user') => turnsOf({ messages: [{ role, content }] })[0]?.blocks ?? [];

/** Params of what only an upstream of the format takes, with what happens elsewhere. */
const reportOf = (content: unknown, role = 'user') =>
  parsed({ messages: [{ role, content }] }).nativeOnly.map(({ param, otherwise }) => `${param} ${otherwise}`);

describe('system', () => {
  it('is a text or blocks with cache marks', () => {
    expect(turnsOf({ system: 'Be brief.' })[0]).toMatchObject({ role: 'system', path: 'system', blocks: [text('Be brief.')] });
    const mark = { type: 'ephemeral', ttl: '1h' };
    expect(turnsOf({ system: [text('a'), text('b', { cache_control: mark })] })[0]?.blocks).toMatchObject([
      { text: 'a', path: 'system[0]' },
      { text: 'b', path: 'system[1]', cacheControl: mark },
    ]);
  });

  it('loses the billing header of Claude Code, which differs in every request', () => {
    const header = text('x-anthropic-billing-header: cc_version=2.1; cch=77a;');
    expect(turnsOf({ system: [header, text('a')] })[0]?.blocks).toMatchObject([{ text: 'a' }]);
    expect(turnsOf({ system: [header] }).map(({ role }) => role)).toEqual(['user']);
    expect(turnsOf({ system: `${header.text}\nBe brief.` })[0]?.blocks).toMatchObject([{ text: 'Be brief.' }]);
    const keys = [header, text('x-anthropic-billing-header: cch=12b;')].map((first) => parsed({ system: [first, text('a')] }).input);
    const [one, other] = keys.map((input) => (input.kind === 'messages' ? input.conversation.openingTexts() : null));
    expect(one).toEqual(other);
  });

  it('holds only text', () => {
    const image = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } };
    expect(thrownBy(() => parsed({ system: [image] }))).toMatchObject({ type: 'invalid_request', details: { param: 'system[0]' } });
  });
});

describe('system text between calls and their results', () => {
  const messages = [
    user('Hi'),
    assistant([{ type: 'tool_use', id: 't1', name: 'f', input: {} }]),
    { role: 'system', content: 'Hurry.' },
    user([text('And?'), { type: 'tool_result', tool_use_id: 't1', content: 'r' }]),
  ];

  it('stands behind the results, before the rest of their message', () => {
    const { body } = sentTo('@groq/m', { messages });
    expect(body['messages']).toMatchObject([
      user('Hi'),
      { role: 'assistant', tool_calls: [{ id: 't1' }] },
      { role: 'tool', tool_call_id: 't1', content: 'r' },
      { role: 'system', content: 'Hurry.' },
      user('And?'),
    ]);
  });

  it('stays where it is for an upstream of the format', () => {
    expect(sentTo(MODELS.anthropic, { messages }).body).toMatchObject({ messages });
  });
});

describe('messages', () => {
  it.each<[string, unknown]>([
    ['messages', undefined],
    ['messages', []],
    ['messages', 'Hi'],
    ['messages[0]', ['Hi']],
    ['messages[0].role', [{ role: 5, content: 'x' }]],
    ['messages[0].content', [{ role: 'user' }]],
    ['messages[0].content', [{ role: 'user', content: 5 }]],
    ['messages[0].content[1]', [user([text('a'), 'b'])]],
    ['messages[0].content[0].type', [user([{ text: 'a' }])]],
    ['messages[0].content[0].text', [user([{ type: 'text' }])]],
    ['messages[1].content[0].input', [user('a'), assistant([{ type: 'tool_use', id: 'a', name: 'b', input: 'c' }])]],
    ['messages[1].content[0].id', [user('a'), assistant([{ type: 'tool_use', name: 'b', input: {} }])]],
    ['messages[0].content[0].tool_use_id', [user([{ type: 'tool_result', content: 'x' }])]],
    ['messages[0].content[0].content[0].text', [user([{ type: 'tool_result', tool_use_id: 'x', content: [{ type: 'text', text: 1 }] }])]],
    ['messages[0].content[0].source', [user([{ type: 'image' }])]],
    ['messages[0].content[0].source.type', [user([{ type: 'image', source: {} }])]],
    ['messages[0].content[0].source.data', [user([{ type: 'document', source: { type: 'base64' } }])]],
  ])('name what is wrong: %s', (param, messages) => {
    expect(thrownBy(() => parsed({ messages }))).toMatchObject({ type: 'invalid_request', status: 400, details: { param } });
  });

  it('keep a system message in its place', () => {
    const turns = turnsOf({ system: 'S', messages: [user('a'), { role: 'system', content: [text('env')] }, assistant('b'), user('c')] });
    expect(turns.map(({ role, path }) => `${role} ${path}`)).toEqual([
      'system system',
      'user messages[0]',
      'system messages[1]',
      'assistant messages[2]',
      'user messages[3]',
    ]);
  });

  it('report fields of blocks that the format has not', () => {
    expect(reportOf([text('a', { mood: 'glad', citations: null, cache_control: { type: 'ephemeral' } })])).toEqual([
      'messages.content.mood drop',
    ]);
  });

  it('lose text without words', () => {
    expect(blocksOf([text(''), text('a')])).toMatchObject([{ text: 'a', path: 'messages[0].content[1]' }]);
  });

  it('keep the order of blocks, and the client’s own beside each', () => {
    const blocks = [
      { type: 'thinking', thinking: 'one', signature: 's1' },
      text('said'),
      { type: 'tool_use', id: 'A', name: 'look', input: { n: 1 } },
      { type: 'thinking', thinking: 'two', signature: 's2' },
      { type: 'tool_use', id: 'B', name: 'look', input: {} },
    ];
    const read = turnsOf({ messages: [user('a'), assistant(blocks)] })[1]?.blocks ?? [];
    expect(read.map(({ type }) => type)).toEqual(['reasoning', 'text', 'tool-call', 'reasoning', 'tool-call']);
    expect(read.map(({ original }) => original)).toEqual(blocks);
    expect(read[4]).toMatchObject({ id: 'B', name: 'look', input: '{}' });
  });

  it('become tool results in their order, then the text, at a chat upstream', () => {
    const call = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
    const result = (id: string, content: unknown) => ({ type: 'tool_result', tool_use_id: id, content });
    const messages = [user('q'), assistant([call('t1'), call('t2')]), user([text('a'), result('t1', 'one'), result('t2', [text('two')])])];
    const { body } = sentTo('@groq/m', { messages, tools: [{ name: 'f', input_schema: { type: 'object' } }] });
    expect((body['messages'] as JsonObject[]).slice(2)).toEqual([
      { role: 'tool', tool_call_id: 't1', content: 'one' },
      { role: 'tool', tool_call_id: 't2', content: 'two' },
      { role: 'user', content: 'a' },
    ]);
  });

  it('keep the digits of numbers in calls', () => {
    const input = { id: (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON('2512292042121000001') };
    expect(blocksOf([{ type: 'tool_use', id: 'a', name: 'f', input }], 'assistant')).toMatchObject([
      { input: '{"id":2512292042121000001}' },
    ]);
  });
});

describe('images', () => {
  it('are data URIs or URLs', () => {
    expect(blocksOf([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } }])).toMatchObject([
      { type: 'image', url: `data:image/png;base64,${PNG}`, source: { kind: 'bytes', mediaType: 'image/png' } },
    ]);
    expect(blocksOf([{ type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }])).toMatchObject([
      { type: 'image', url: 'https://a.example/b.png' },
    ]);
  });

  it('by a file id are for Anthropic alone', () => {
    const image = { type: 'image', source: { type: 'file', file_id: 'file_1' } };
    expect(reportOf([image])).toEqual(['messages[0].content[0].source.file_id refuse']);
    const error = thrownBy(() => sentTo('@groq/m', { messages: [user([image])] }));
    expect(error).toMatchObject({ type: 'invalid_request', details: { param: 'messages[0].content[0].source.file_id' } });
  });

  it('in the result of a tool follow it, named by its id, at a chat upstream', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
    const call = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
    const messages = [user('q'), assistant([call]), user([{ type: 'tool_result', tool_use_id: 'toolu_1', content: [image] }])];
    const { body } = sentTo('@openai/gpt-4o', { messages, tools: [{ name: 'f', input_schema: { type: 'object' } }] });
    expect((body['messages'] as JsonObject[]).at(-1)).toEqual({
      role: 'user',
      content: [text('(image from tool result toolu_1)'), { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }],
    });
  });
});

describe('documents', () => {
  it('that are PDFs are files with the title as their name, after their context', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: PDF };
    expect(blocksOf([{ type: 'document', source, title: 'a.pdf', context: 'of May' }])).toMatchObject([
      { type: 'text', text: 'of May' },
      { type: 'document', filename: 'a.pdf', url: `data:application/pdf;base64,${PDF}` },
    ]);
    expect(blocksOf([{ type: 'document', source: { type: 'url', url: 'https://a.example/b.pdf' } }])).toMatchObject([
      { type: 'document', filename: null, url: 'https://a.example/b.pdf' },
    ]);
  });

  it('are refused by their place in the client’s body where a provider reads none', () => {
    const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: PDF } };
    const fields = { system: 'S', messages: [user('a'), assistant('b'), user([text('c'), pdf])] };
    for (const model of [MODELS['workers-ai'], MODELS.ollama, MODELS.cohere]) {
      expect(thrownBy(() => sentTo(model, fields)).details.param).toBe('messages[2].content[1]');
    }
  });

  it('of text are text headed by the title', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'words' };
    expect(blocksOf([{ type: 'document', source, title: 'T' }])).toMatchObject([{ type: 'text', text: 'T\n\nwords' }]);
    const blocks = { type: 'content', content: [text('one'), { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }] };
    expect(blocksOf([{ type: 'document', source: blocks, title: 'T', context: 'C' }])).toMatchObject([
      { type: 'text', text: 'T\nC\n\none' },
      { type: 'image' },
    ]);
    expect(blocksOf([{ type: 'document', source: { type: 'content', content: 'plain' } }])).toMatchObject([{ text: 'plain' }]);
  });

  it('keep the cache mark of their block at its end', () => {
    const mark = { type: 'ephemeral' };
    const source = { type: 'base64', media_type: 'application/pdf', data: PDF };
    const read = blocksOf([{ type: 'document', source, context: 'of May', cache_control: mark }]);
    expect(read.map(({ cacheControl }) => cacheControl)).toEqual([undefined, mark]);
  });

  it('lose their citations with a report', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'words' };
    expect(reportOf([{ type: 'document', source, citations: { enabled: true } }])).toEqual(['messages.content.citations drop']);
  });

  it('found by a search are text with title and source', () => {
    const found = { type: 'search_result', source: 'https://a.example', title: 'T', content: [text('one'), text('two')] };
    expect(blocksOf([found])).toMatchObject([{ type: 'text', text: 'T\nhttps://a.example\n\none\ntwo' }]);
    expect(reportOf([found])).toEqual(['messages.content emulate']);
  });
});

describe('thinking', () => {
  it('of Claude is its text and the signature as it is', () => {
    expect(blocksOf([{ type: 'thinking', thinking: 'hm', signature: 'EqQB' }], 'assistant')).toMatchObject([
      {
        type: 'reasoning',
        kind: 'text',
        text: 'hm',
        state: { kind: 'signature', format: 'anthropic-claude-v1', data: 'EqQB', provider: null },
      },
    ]);
    expect(blocksOf([{ type: 'redacted_thinking', data: 'Em' }], 'assistant')).toMatchObject([
      { type: 'reasoning', kind: 'encrypted', text: '', state: { kind: 'encrypted', data: 'Em' } },
    ]);
  });

  it('of another provider comes from its envelope', () => {
    const state = { kind: 'signature', format: 'google-gemini-v1', data: 'thought', provider: 'google', model: 'g' } as const;
    const sealed = sealState(state) ?? '';
    expect(blocksOf([{ type: 'thinking', thinking: 'hm', signature: sealed }], 'assistant')).toMatchObject([{ text: 'hm', state }]);
    expect(blocksOf([{ type: 'redacted_thinking', data: sealed }], 'assistant')).toMatchObject([{ state }]);
  });

  it('without a signature has no maker', () => {
    expect(blocksOf([{ type: 'thinking', thinking: 'hm', signature: '' }], 'assistant')).toMatchObject([
      { type: 'reasoning', text: 'hm', format: null, state: null },
    ]);
  });

  it('of another provider is never text of the answer', () => {
    const messages = [user('a'), assistant([{ type: 'thinking', thinking: 'SECRET', signature: 's' }, text('said')]), user('b')];
    for (const model of ['@openai/gpt-4o', '@openai/gpt-5.5', '@google-ai-studio/gemini-3-pro', '@cohere/command-a-03-2025']) {
      const { body, report } = sentTo(model, { messages });
      expect(JSON.stringify(body)).not.toContain('SECRET');
      expect(report).toEqual(['messages.content.thinking dropped']);
    }
  });
});

describe('blocks of Anthropic alone', () => {
  it('of tools that it runs are text without encrypted parts', () => {
    const blocks = [
      { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'q' } },
      {
        type: 'web_search_tool_result',
        tool_use_id: 's1',
        content: [{ type: 'web_search_result', title: 'T', url: 'https://a.example', encrypted_content: 'XXX' }],
      },
      { type: 'bash_code_execution_tool_result', tool_use_id: 's2', content: { type: 'r', stdout: 'out', stderr: 'err', return_code: 0 } },
      {
        type: 'web_fetch_tool_result',
        tool_use_id: 's3',
        content: {
          type: 'web_fetch_result',
          url: 'https://b.example',
          content: { type: 'document', title: 'Page', source: { type: 'text', media_type: 'text/plain', data: 'body' } },
        },
      },
      { type: 'web_search_tool_result', tool_use_id: 's4', content: { type: 'web_search_tool_result_error', error_code: 'unavailable' } },
      { type: 'mcp_tool_use', id: 'm1', name: 'ask', server_name: 's', input: {} },
      { type: 'mcp_tool_result', tool_use_id: 'm1', content: [text('told')] },
    ];
    const read = turnsOf({ messages: [user('a'), assistant(blocks)] })[1]?.blocks ?? [];
    expect(read.map((block) => (block.type === 'text' ? block.text : block.type))).toEqual([
      '[Called web_search with {"query":"q"}]',
      '[Result of web_search]\nT\nhttps://a.example',
      '[Result of bash_code_execution]\nout\nerr',
      '[Result of web_fetch]\nhttps://b.example\nPage\nbody',
      '[Result of web_search]\nunavailable',
      '[Called ask with {}]',
      '[Result of ask]\ntold',
    ]);
    expect(reportOf(blocks, 'assistant')).toEqual(['messages.content emulate']);
  });

  it('that are unknown are refused elsewhere, naming the block', () => {
    expect(reportOf([text('a'), { type: 'hologram', data: 1 }])).toEqual(['messages[0].content[1] refuse']);
    expect(reportOf([{ type: 'container_upload', file_id: 'f' }])).toEqual(['messages[0].content[0] refuse']);
    expect(reportOf([{ type: 'fallback', from: {}, to: {} }, text('a')], 'assistant')).toEqual(['messages.content drop']);
  });

  it('with a summary of the conversation are system text in their place', () => {
    const turns = turnsOf({ messages: [user('a'), assistant([{ type: 'compaction', content: 'summary' }, text('b')]), user('c')] });
    expect(turns.map(({ role, blocks }) => [role, blocks.map((block) => (block.type === 'text' ? block.text : ''))])).toEqual([
      ['user', ['a']],
      ['system', ['summary']],
      ['assistant', ['b']],
      ['user', ['c']],
    ]);
    expect(reportOf([{ type: 'compaction', content: null, encrypted_content: 'x' }, text('b')], 'assistant')).toEqual([
      'messages.content drop',
    ]);
  });
});
