/** Cache marks from each client format to each upstream format that reads them. */
import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../../src/dialects/anthropic/upstream/index.ts';
import { bedrockUpstream } from '../../../src/dialects/bedrock/index.ts';
import type { FittedCall, RenderingDialect } from '../../../src/dialects/dialect.ts';
import { openaiChatClient } from '../../../src/dialects/openai-chat/client/index.ts';
import { openaiChatUpstream } from '../../../src/dialects/openai-chat/upstream/index.ts';
import { openaiResponsesUpstream } from '../../../src/dialects/openai-responses/upstream/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { conversationOf } from '../../../src/unified/request/turns-conversation.ts';
import { PLAIN_CALL } from '../plain-call.ts';

const MARK = { cache_control: { type: 'ephemeral' } };
const HOUR = { cache_control: { type: 'ephemeral', ttl: '1h' } };
const BREAKPOINT = { prompt_cache_breakpoint: { mode: 'explicit' } };
const part = (text: string, mark: JsonObject = {}): JsonObject => ({ type: 'text', text, ...mark });
const tool = (name: string, mark: JsonObject = {}): JsonObject => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: {} } },
  ...mark,
});

/** How a request to a provider is written. `form`: the conversation is the client's own, or turns of another format. */
type Asked = { dialect: RenderingDialect; call?: Partial<FittedCall>; form?: 'openai' | 'turns' };

function bodyOf(messages: JsonObject[], { dialect, call = {}, form = 'openai' }: Asked): JsonObject {
  const { input } = openaiChatClient.parse({ model: 'a/m', messages });
  if (input.kind !== 'messages') throw new Error('messages expected');
  const rendered = dialect.render({
    ...PLAIN_CALL,
    input: form === 'openai' ? input : { kind: 'messages', conversation: conversationOf(input.conversation.turns) },
    ...call,
    parameters: { max_tokens: 10, ...call.parameters },
  });
  expect(rendered.adjustments).toEqual([]);
  return rendered.body;
}

/** The marks of a body in order, each with the name or the text before it. */
const marksIn = (body: JsonObject): string[] =>
  [...JSON.stringify(body).matchAll(/"(?:text|name)":"([^"]*)"|"(cache_control|prompt_cache_breakpoint|cachePoint)":(\{[^}]*\})/g)].flatMap(
    ([, , kind, mark], index, all) => (kind === undefined ? [] : [`${all[index - 1]?.[1] ?? ''} ${kind} ${mark ?? ''}`]),
  );

const ANTHROPIC: Asked = { dialect: anthropicUpstream };
const BEDROCK: Asked = { dialect: bedrockUpstream, call: { quirks: ['cache-points', 'cache-points-on-tools'] } };
const OPENROUTER: Asked = { dialect: openaiChatUpstream, call: { messageFields: ['cache_control'] } };
const OPENAI: Asked = { dialect: openaiResponsesUpstream, call: { messageFields: ['prompt_cache_breakpoint'] } };
const OPENAI_CHAT: Asked = { dialect: openaiChatUpstream, call: { messageFields: ['prompt_cache_breakpoint'] } };

describe.each(['openai', 'turns'] as const)('marks of a conversation of the form %s', (form) => {
  it.each<[string, Asked, string, string, string]>([
    ['the Messages API', ANTHROPIC, 'a cache_control {"type":"ephemeral"}', 'a cache_control {"type":"ephemeral","ttl":"1h"}', ''],
    ['Converse', BEDROCK, 'a cachePoint {"type":"default"}', 'a cachePoint {"type":"default","ttl":"1h"}', ''],
    ['OpenRouter', OPENROUTER, 'a cache_control {"type":"ephemeral"}', 'a cache_control {"type":"ephemeral","ttl":"1h"}', ''],
    ['Responses', OPENAI, 'a prompt_cache_breakpoint {"mode":"explicit"}', 'a prompt_cache_breakpoint {"mode":"explicit","ttl":"12h"}', ''],
    [
      'chat completions of OpenAI',
      OPENAI_CHAT,
      'a prompt_cache_breakpoint {"mode":"explicit"}',
      'a prompt_cache_breakpoint {"mode":"explicit","ttl":"12h"}',
      '',
    ],
  ])('reach %s in its own form', (_, asked, short, long) => {
    const markedBy = (mark: JsonObject) => marksIn(bodyOf([{ role: 'user', content: [part('a', mark), part('b')] }], { ...asked, form }));
    expect(markedBy(MARK)).toEqual([short]);
    expect(markedBy(HOUR)).toEqual([long]);
    expect(markedBy(BREAKPOINT)).toEqual([short]);
    expect(markedBy({ prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } })).toEqual([long]);
    expect(markedBy({})).toEqual([]);
  });

  it.each([openaiChatUpstream, openaiResponsesUpstream, bedrockUpstream])(
    'are left out without a report where there are none',
    (dialect) => {
      const messages = [{ role: 'user', content: [part('a', MARK), part('b', BREAKPOINT)] }];
      const tools = form === 'openai' ? [] : [tool('t', MARK)];
      const body = bodyOf(messages, { dialect, form, call: { parameters: { tools } } });
      expect(marksIn(body)).toEqual([]);
    },
  );

  it('are the last four at most', () => {
    const messages = [
      { role: 'system', content: [part('s', MARK)] },
      { role: 'user', content: ['a', 'b', 'c', 'd'].map((text) => part(text, MARK)) },
    ];
    const call = { parameters: { tools: [tool('t', MARK)] } };
    expect(marksIn(bodyOf(messages, { ...ANTHROPIC, form, call })).map((mark) => mark.split(' ')[0])).toEqual(
      expect.arrayContaining(['b', 'c', 'd']),
    );
    expect(marksIn(bodyOf(messages, { ...ANTHROPIC, form, call }))).toHaveLength(4);
  });
});

describe('cache_control of a whole request', () => {
  const messages = [
    { role: 'system', content: 's' },
    { role: 'user', content: 'a' },
    { role: 'assistant', content: 'b' },
    { role: 'user', content: 'c' },
    { role: 'assistant', content: 'd' },
    { role: 'user', content: [part('e'), part('f')] },
  ];
  const cacheMark = { type: 'ephemeral' };
  const texts = (asked: Asked, given = messages): string[] => {
    const parameters = { tools: [tool('t'), tool('u')] };
    return marksIn(bodyOf(given, { ...asked, call: { ...asked.call, cacheMark, parameters } }))
      .map((mark) => mark.split(' ')[0] ?? '')
      .toSorted();
  };

  it('sets marks at the ends of the system text, of the tools and of the last two turns of the user', () => {
    expect(texts(ANTHROPIC)).toEqual(['c', 'f', 's', 'u']);
    expect(texts(BEDROCK)).toHaveLength(4);
    expect(texts(OPENAI)).toEqual(['c', 'f', 's']);
    expect(texts(OPENROUTER)).toEqual(['c', 'f', 's']);
    expect(texts(OPENAI_CHAT)).toEqual(['c', 'f', 's']);
  });

  it('leaves room for the marks of the client', () => {
    const marked = [
      { role: 'system', content: [part('s', MARK)] },
      { role: 'user', content: [part('a', MARK), part('b', MARK), part('c')] },
    ];
    expect(texts(ANTHROPIC, marked)).toEqual(['a', 'b', 'c', 's']);
  });

  it('sets none where the provider reads none', () => {
    expect(texts({ dialect: openaiChatUpstream })).toEqual([]);
    expect(texts({ dialect: bedrockUpstream })).toEqual([]);
  });
});
