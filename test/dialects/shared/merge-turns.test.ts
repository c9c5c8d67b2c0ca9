/** Messages of the client as turns that alternate. */
import { describe, expect, it } from 'vitest';
import { createAdjustmentLog } from '../../../src/unified/adjustment-log.ts';
import { readTurns } from '../../../src/dialects/openai-common/client/read-turns.ts';
import { readArguments } from '../../../src/dialects/shared/call-input.ts';
import { mergeTurns } from '../../../src/dialects/shared/merge-turns.ts';
import { RouterError } from '../../../src/unified/error.ts';
import type { Message } from '../../../src/unified/request/message.ts';

const read = (...messages: unknown[]) => mergeTurns(readTurns(messages as Message[]));
const user = (content: unknown) => ({ role: 'user', content });
const text = (value: string, path: string) => ({ type: 'text', text: value, path });
const call = (id: string, name: string, given: string) => ({ id, type: 'function', function: { name, arguments: given } });

function refusal(...messages: unknown[]): RouterError {
  try {
    read(...messages);
  } catch (thrown) {
    if (thrown instanceof RouterError) return thrown;
  }
  throw new Error('expected a refusal');
}

describe('system text', () => {
  const system = (content: unknown) => ({ role: 'system', content });
  const assistant = (content: unknown) => ({ role: 'assistant', content });
  const textsOf = (...messages: unknown[]) => {
    const { system: opening, turns } = read(...messages);
    const said = (blocks: readonly object[]) => blocks.map((block) => ('text' in block ? String(block.text) : '?')).join(' ');
    return [said(opening), ...turns.map(({ role, blocks }) => `${role}: ${said(blocks)}`)];
  };

  it('before the conversation is taken from every system and developer message, in order', () => {
    const conversation = read(system('one'), { role: 'developer', content: [{ type: 'text', text: 'two' }] }, user('hi'));
    expect(conversation.system.map((block) => block.text)).toEqual(['one', 'two']);
    expect(conversation.turns).toEqual([{ role: 'user', blocks: [text('hi', 'messages[2].content')] }]);
  });

  it.each([
    ['the next user turn', [user('a'), system('s'), assistant('b'), user('c')], ['', 'user: a', 'assistant: b', 'user: s c']],
    ['the turn between two users', [user('a'), system('s'), user('c')], ['', 'user: a s c']],
    ['the last user turn, where no other follows', [user('a'), system('s')], ['', 'user: a s']],
    ['the user turn before a beginning of the answer', [user('a'), system('s'), assistant('b')], ['', 'user: a s', 'assistant: b']],
    ['a user turn of its own at the end', [user('a'), assistant('b'), system('s')], ['', 'user: a', 'assistant: b', 'user: s']],
    [
      'a user turn of its own between two answers',
      [user('a'), assistant('b'), system('s'), assistant('c')],
      ['', 'user: a', 'assistant: b', 'user: s', 'assistant: c'],
    ],
    ['one place for several', [system('o'), user('a'), system('s'), system('t'), user('c')], ['o', 'user: a s t c']],
  ])('of a later message is in %s', (_, messages, expected) => {
    expect(textsOf(...messages)).toEqual(expected);
  });

  it('of a later message keeps its cache marks', () => {
    const mark = { type: 'ephemeral' };
    const { turns } = read(user('a'), system([{ type: 'text', text: 's', cache_control: mark }]), user('b'));
    expect(turns[0]?.blocks).toMatchObject([{}, { text: 's', cacheControl: mark }, {}]);
  });

  it('keeps its cache marks', () => {
    const mark = { type: 'ephemeral' };
    expect(read({ role: 'system', content: [{ type: 'text', text: 'one', cache_control: mark }] }).system).toMatchObject([
      { cacheControl: mark },
    ]);
  });

  it('is text and nothing else', () => {
    const picture = { type: 'image_url', image_url: { url: 'https://a.example/b.png' } };
    expect(refusal({ role: 'system', content: [picture] })).toMatchObject({
      type: 'invalid_request',
      details: { param: 'messages[0].content[0]' },
    });
  });
});

describe('turns', () => {
  it('alternate: neighbours of one role are one turn', () => {
    const { turns } = read(user('a'), user('b'), { role: 'assistant', content: 'c' }, { role: 'assistant', content: 'd' }, user('e'));
    expect(turns.map(({ role, blocks }) => [role, blocks.length])).toEqual([
      ['user', 2],
      ['assistant', 2],
      ['user', 1],
    ]);
  });

  it('of the user hold the results of tools, with the names of their calls', () => {
    const { turns } = read(
      user('weather?'),
      { role: 'assistant', content: null, tool_calls: [call('c1', 'look', '{"a":1}'), call('c2', 'now', '')] },
      { role: 'tool', tool_call_id: 'c2', content: 'noon' },
      { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'sun' }] },
      { role: 'tool', tool_call_id: 'c9', content: 'lost' },
    );
    expect(turns[1]?.blocks).toEqual([
      { type: 'tool-call', id: 'c1', name: 'look', kind: 'function', input: '{"a":1}', path: 'messages[1].tool_calls[0]' },
      { type: 'tool-call', id: 'c2', name: 'now', kind: 'function', input: '', path: 'messages[1].tool_calls[1]' },
    ]);
    expect(turns[2]?.blocks).toMatchObject([
      { type: 'tool-result', callId: 'c2', name: 'now', blocks: [{ text: 'noon' }] },
      { type: 'tool-result', callId: 'c1', name: 'look', blocks: [{ text: 'sun' }] },
      { type: 'tool-result', callId: 'c9', name: null },
    ]);
  });

  it('of the assistant have reasoning before text, and text before calls', () => {
    const details = [{ type: 'reasoning.text', text: 'hm', signature: 's', index: 0 }];
    const { turns } = read({
      role: 'assistant',
      content: 'So.',
      reasoning: 'hm',
      reasoning_details: details,
      tool_calls: [call('c', 'f', '{}')],
    });
    expect(turns[0]?.blocks).toMatchObject([
      { type: 'reasoning', kind: 'text', text: 'hm', state: { kind: 'signature', data: 's' } },
      { type: 'text' },
      { type: 'tool-call' },
    ]);
  });

  it('have no blocks for empty text', () => {
    expect(read(user(''), user([{ type: 'text', text: '' }])).turns).toEqual([{ role: 'user', blocks: [] }]);
  });
});

describe('files', () => {
  const blockOf = (part: unknown) => read(user([part])).turns[0]?.blocks[0];

  it.each<[unknown, object]>([
    [
      { type: 'image_url', image_url: 'https://a.example/b.png' },
      { type: 'image', source: { kind: 'url', url: 'https://a.example/b.png' } },
    ],
    [
      { type: 'image_url', image_url: { url: 'data:image/PNG;base64,AAAA', detail: 'low' } },
      { type: 'image', source: { kind: 'bytes', mediaType: 'image/png', base64: 'AAAA' }, detail: 'low' },
    ],
    [
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
      { type: 'document', filename: 'a.pdf', source: { kind: 'bytes', mediaType: 'application/pdf', base64: 'BBBB' } },
    ],
    [
      { type: 'file', file: { file_id: 'file-1' } },
      { type: 'document', fileId: 'file-1' },
    ],
    [
      { type: 'input_audio', input_audio: { data: 'CCCC', format: 'mp3' } },
      { type: 'audio', base64: 'CCCC', format: 'mp3' },
    ],
    [
      { type: 'video_url', video_url: { url: 'https://a.example/v.mp4' } },
      { type: 'video', source: { kind: 'url' } },
    ],
    [
      { type: 'refusal', refusal: 'No.' },
      { type: 'text', text: 'No.' },
    ],
  ])('%j is read', (part, expected) => {
    expect(blockOf(part)).toMatchObject(expected);
  });

  it.each<[unknown, string]>([
    [{ type: 'image_url', image_url: { url: 'data:image/png,AAAA' } }, 'data URI'],
    [{ type: 'image_url', image_url: { url: 'data:image/png;base64' } }, 'data URI'],
    [{ type: 'file', file: {} }, 'file_data or file_id'],
    [{ type: 'input_video', input_video: 'x' }, 'input_video'],
  ])('%j is refused by its place', (part, words) => {
    const error = refusal(user('x'), user([part]));
    expect(error.details.param).toBe('messages[1].content[0]');
    expect(error.message).toContain(words);
  });
});

describe('the arguments of a call', () => {
  it.each([
    ['', {}],
    [' ', {}],
    ['null', {}],
    ['{}', {}],
    ['{"a":[1]}', { a: [1] }],
  ])('%j are %j', (given, expected) => {
    expect(readArguments(given, createAdjustmentLog())).toEqual(expected);
  });

  it.each(['{', '[1]', '7', '"text"', 'undefined'])('%j go back as a text, and it is said', (given) => {
    const log = createAdjustmentLog();
    expect(readArguments(given, log)).toEqual({ invalid_arguments: given });
    expect(log.adjustments).toMatchObject([{ param: 'messages.tool_calls.function.arguments', action: 'emulated' }]);
  });

  it('keep the digits of their numbers', () => {
    const text = '{"id":2512292042121000001,"x":[1.0,-0,1e400]}';
    expect(JSON.stringify(readArguments(text, createAdjustmentLog()))).toBe(text);
  });
});
