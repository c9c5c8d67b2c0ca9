/** Quirks that a provider file switches on: what each changes in a body, and its report. Without them nothing changes. */
import { inputOf } from '../../messages-input.ts';
import { describe, expect, it } from 'vitest';
import type { FittedCall } from '../../../../src/dialects/dialect.ts';
import { openaiChatUpstream } from '../../../../src/dialects/openai-chat/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { PLAIN_CALL } from '../../plain-call.ts';

const user = (content: unknown): JsonObject => ({ role: 'user', content });
const assistant = (content: unknown, more: JsonObject = {}): JsonObject => ({ role: 'assistant', content, ...more });
const system = (content: string): JsonObject => ({ role: 'system', content });
const calls = [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }];
const result: JsonObject = { role: 'tool', content: 'found', tool_call_id: 'call_1' };
const text = (words: string) => ({ type: 'text', text: words });

/** The body and the report of a call with this one habit. */
function rendered(quirks: string[], messages: JsonObject[], changes: Partial<FittedCall> = {}) {
  const { body, adjustments } = openaiChatUpstream.render({
    ...PLAIN_CALL,
    input: inputOf(messages),
    streamOptions: true,
    messageFields: ['reasoning_content'],
    quirks,
    ...changes,
  });
  return { body, messages: body['messages'], report: adjustments.map(({ param, action }) => `${param} ${action}`) };
}

describe('openai-chat upstream quirks: alternating-roles', () => {
  const arranged = (...messages: JsonObject[]) => rendered(['alternating-roles'], messages);

  it.each<[string, JsonObject[], JsonObject[], string[]]>([
    ['what takes turns already is left alone', [system('s'), user('a'), assistant('b')], [system('s'), user('a'), assistant('b')], []],
    ['several system messages may open', [system('s'), system('t'), user('a')], [system('s'), system('t'), user('a')], []],
    ['neighbours are joined with a blank line', [user('a'), user('b'), user('c')], [user('a\n\nb\n\nc')], ['messages emulated']],
    ['of the assistant, too', [user('a'), assistant('b'), assistant('c')], [user('a'), assistant('b\n\nc')], ['messages emulated']],
    ['an empty text adds nothing', [user(''), user('b')], [user('b')], ['messages emulated']],
    [
      'parts stay parts',
      [user([text('a')]), user('b'), user([text('c')])],
      [user([text('a'), text('b'), text('c')])],
      ['messages emulated'],
    ],
    [
      'a late system message is the words of the user',
      [user('a'), system('s'), assistant('b'), system('t')],
      [user('a\n\ns'), assistant('b'), user('t')],
      ['messages.role renamed', 'messages emulated'],
    ],
    [
      'calls of tools and their results are joined to nothing',
      [user('a'), assistant(null, { tool_calls: calls }), result, result, assistant('b')],
      [user('a'), assistant(null, { tool_calls: calls }), result, result, assistant('b')],
      [],
    ],
  ])('%s', (_, messages, arrived, report) => {
    expect(arranged(...messages)).toMatchObject({ messages: arrived, report });
  });

  it('says how many messages became how many', () => {
    const { adjustments } = openaiChatUpstream.render({
      ...({ model: 'm', parameters: {}, stream: false, streamOptions: false, template: 'plain', roles: {}, messageFields: [] } as const),
      input: inputOf([user('a'), user('b'), user('c')]),
      quirks: ['alternating-roles'],
    });
    expect(adjustments).toEqual([{ param: 'messages', action: 'emulated', from: 3, to: 1, reason: expect.stringContaining('turns') }]);
  });
});

describe('openai-chat upstream quirks: reasoning-beside-tool-calls', () => {
  const quirks = ['reasoning-beside-tool-calls'];

  it('puts a space where a call has no reasoning, and reports it once', () => {
    const bare = assistant(null, { tool_calls: calls });
    const empty = assistant(null, { tool_calls: calls.map((call) => ({ ...call, id: 'call_2' })), reasoning_content: '' });
    const other = { ...result, tool_call_id: 'call_2' };
    expect(rendered(quirks, [bare, result, empty, other])).toMatchObject({
      messages: [{ ...bare, reasoning_content: ' ' }, result, { ...empty, reasoning_content: ' ' }, other],
      report: ['messages.reasoning_content defaulted'],
    });
  });

  it('leaves reasoning, and messages without calls, alone', () => {
    const messages = [assistant('a'), assistant(null, { tool_calls: calls, reasoning_content: 'Let me see.' })];
    expect(rendered(quirks, messages)).toMatchObject({ messages, report: [] });
    const other = assistant(null, { tool_calls: calls, reasoning: 'Let me see.' });
    expect(rendered(quirks, [other]).messages).toEqual([assistant(null, { tool_calls: calls, reasoning_content: 'Let me see.' })]);
  });
});

describe('openai-chat upstream quirks: schema-as-value', () => {
  const format = (schema: unknown): JsonObject => ({ type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } });
  const asked = (schema: unknown, quirks = ['schema-as-value']) =>
    rendered(quirks, [user('a')], { parameters: { seed: 1, response_format: format(schema) } });

  it('sends the schema alone', () => {
    const schema = { type: 'object', properties: { size: { type: 'integer' } } };
    expect(asked(schema).body).toMatchObject({ seed: 1, response_format: { type: 'json', value: schema } });
    expect(asked(schema).report).toEqual(['response_format renamed']);
  });

  it.each([[{ type: 'object' }], [{ enum: ['a'] }], [null]])('tells %j in words, for it has no properties', (schema) => {
    const { body, report } = asked(schema);
    expect(body).toMatchObject({ seed: 1 });
    expect(body).not.toHaveProperty('response_format');
    expect(report).toEqual(['response_format emulated']);
    expect(JSON.stringify(body['messages'])).toContain('Answer with one JSON');
  });

  it('does nothing where it is not a habit', () => {
    expect(asked({ type: 'object' }, [])).toMatchObject({ body: { response_format: format({ type: 'object' }) }, report: [] });
  });
});

describe('openai-chat upstream quirks: only-streams', () => {
  it('streams for a client that does not, with usage where it has to be asked for', () => {
    const { body, report } = rendered(['only-streams'], [user('a')]);
    expect(body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(report).toEqual(['stream emulated']);
    expect(rendered(['only-streams'], [user('a')], { streamOptions: false }).body).not.toHaveProperty('stream_options');
  });

  it('changes nothing for a client that streams', () => {
    expect(rendered(['only-streams'], [user('a')], { stream: true })).toMatchObject({ body: { stream: true }, report: [] });
  });
});

describe('openai-chat upstream quirks: files-as-bytes', () => {
  it.each<[string, string[], boolean]>([
    ['https://a.example/b.png', ['files-as-bytes'], true],
    ['HTTP://a.example/b.png', ['files-as-bytes'], true],
    ['ms://file-1', ['files-as-bytes'], false],
    ['https://a.example/b.png', [], false],
  ])('%s with %j is wanted as bytes: %s', (url, quirks, wanted) => {
    expect(openaiChatUpstream.needsBytes?.(url, quirks)).toBe(wanted);
  });
});

it('openai-chat upstream quirks: a provider without habits gets every message as it is', () => {
  const messages = [user('a'), user('b'), assistant(null, { tool_calls: calls }), result, system('s')];
  expect(rendered([], messages)).toMatchObject({ messages, report: [] });
});
