/** Values with one meaning get one form, and values without a meaning are left out, before a request is checked. */
import { messagesIn } from '../../dialects/messages-input.ts';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { parse, refusal } from '../refusal.ts';

const look = { type: 'function', function: { name: 'look' } };
const base64 = (...bytes: (string | number)[]) =>
  Buffer.concat(bytes.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part])))).toString('base64');

const reportOf = (fields: JsonObject) => parse('chat', fields).adjustments.map(({ param, action }) => `${param} ${action}`);
const messageOf = (message: JsonObject) => {
  const { input } = parse('chat', { messages: [message] });
  return messagesIn(input)[0] ?? null;
};

describe('normalizeRequest tool_choice', () => {
  it.each([
    ['auto', 'auto'],
    ['any', 'required'],
    [{ type: 'auto' }, 'auto'],
    [{ type: 'none' }, 'none'],
    [{ type: 'required' }, 'required'],
    [{ type: 'any' }, 'required'],
    [{ type: 'tool', name: 'look' }, look],
    [{ type: 'function', name: 'look' }, look],
    [{ function: { name: 'look' } }, look],
    [look, look],
  ])('converts %j to %j without a report', (given, choice) => {
    expect(parse('chat', { tools: [look], tool_choice: given }).parameters.tool_choice).toEqual(choice);
    expect(reportOf({ tools: [look], tool_choice: given })).toEqual([]);
  });
});

describe('normalizeRequest nulls and neutral values', () => {
  it('in tools are removed', () => {
    const tools = [
      { type: 'function', function: { name: 'look', description: null, parameters: null, strict: null }, cache_control: null },
    ];
    expect(parse('chat', { tools }).parameters).toEqual({ tools: [look] });
  });

  it('in a response format are removed', () => {
    const json = { name: 'a', schema: { type: 'object' } };
    const format = { type: 'json_schema', json_schema: { ...json, description: null, strict: null } };
    expect(parse('chat', { response_format: format }).parameters.response_format).toEqual({ type: 'json_schema', json_schema: json });
    expect(parse('chat', { response_format: { type: 'text' }, stop: null }).parameters).toEqual({});
  });

  it('in a message are removed, also stream indexes', () => {
    const call = { id: 'a', index: 0, type: 'function', function: { name: 'look', arguments: '' } };
    const said = { role: 'assistant', content: null, refusal: null, audio: null, annotations: [], function_call: null, reasoning: '' };
    expect(messageOf({ ...said, tool_calls: [call] })).toEqual({
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } }],
    });
    expect(messageOf({ ...said, content: 'x', tool_calls: [] })).toEqual({ role: 'assistant', content: 'x' });
  });

  it('are absent in a request that is not copied', () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    const { input } = parse('chat', { messages });
    expect(messagesIn(input)).toBe(messages);
  });
});

describe('normalizeRequest legacy tools', () => {
  const functions = [{ name: 'look', parameters: { type: 'object' } }];

  it('become the newer fields, and are reported', () => {
    const fields = { functions, function_call: { name: 'look' } };
    expect(parse('chat', fields).parameters).toEqual({ tools: [{ type: 'function', function: functions[0] }], tool_choice: look });
    expect(reportOf(fields)).toEqual(['functions renamed', 'function_call renamed']);
    expect(parse('chat', { functions, function_call: 'none' }).parameters.tool_choice).toBe('none');
  });

  it('are dropped when the newer fields are set', () => {
    expect(parse('chat', { functions, tools: [look] }).parameters).toEqual({ tools: [look] });
    expect(reportOf({ functions, tools: [look] })).toEqual(['functions dropped']);
  });

  it('in the history become matching calls and results', () => {
    const { input } = parse('chat', {
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{"a":1}' } },
        { role: 'function', name: 'look', content: 'seen' },
      ],
    });
    expect(messagesIn(input)).toEqual([
      { role: 'user', content: 'Hi' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }],
      },
      { role: 'tool', name: 'look', tool_call_id: 'call_1', content: 'seen' },
    ]);
  });

  it('next to the newer fields, as in our answers, refer to the same call', () => {
    const call = { id: 'x', type: 'function', function: { name: 'look', arguments: '{}' } };
    const { input } = parse('chat', {
      messages: [
        { role: 'assistant', content: null, function_call: call.function, tool_calls: [call] },
        { role: 'function', name: 'look', content: 'seen' },
      ],
    });
    expect(messagesIn(input)).toMatchObject([{ tool_calls: [{ id: 'x' }] }, { role: 'tool', tool_call_id: 'x' }]);
  });

  it.each<readonly [JsonObject, string]>([
    [{ functions: {} }, 'functions'],
    [{ functions: [{}] }, 'functions[0]'],
    [{ functions, function_call: 'look' }, 'function_call'],
  ])('rejects %j: %s', (fields, param) => {
    expect(refusal('chat', fields)?.[0]).toBe(param);
  });
});

describe('normalizePart', () => {
  const PNG = base64(0x89, 'PNG\r\n', 0x1a, '\n', 'xxxxxxxxxxxxxxxx');
  const JPEG = base64(0xff, 0xd8, 0xff, 0xe0, 'xxxxxxxxxxxxxxxxxxxxx');
  const PDF = base64('%PDF-1.4 xxxxxxxxxxxx?>?>');
  const WAV = base64('RIFF', 0, 0, 0, 0, 'WAVEfmt xxxxxxxxxxx');
  const MP3 = base64('ID3', 4, 0, 'xxxxxxxxxxxxxxxxxxxx');
  const broken = (text: string) => text.replace(/.{8}/g, '$&\r\n ');
  const urlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  const image = (url: unknown) => ({ type: 'image_url', image_url: { url } });
  const file = (data: string, more: JsonObject = {}) => ({ type: 'file', file: { file_data: data, ...more } });
  const sound = (data: string, format?: string) => ({
    type: 'input_audio',
    input_audio: { data, ...(format === undefined ? {} : { format }) },
  });

  it.each<readonly [string, JsonObject, JsonObject]>([
    ['a clean data URI', image(`data:image/png;base64,${PNG}`), image(`data:image/png;base64,${PNG}`)],
    ['line breaks and spaces', image(`data:image/png;base64, ${broken(PNG)}\n`), image(`data:image/png;base64,${PNG}`)],
    ['percent escapes', image(`data:image/png;base64,${encodeURIComponent(PNG)}`), image(`data:image/png;base64,${PNG}`)],
    ['letters that are safe in URLs', file(`data:application/pdf;base64,${urlSafe(PDF)}`), file(`data:application/pdf;base64,${PDF}`)],
    ['parameters in the head', image(`data:image/png;charset=utf-8;base64,${PNG}`), image(`data:image/png;base64,${PNG}`)],
    ['bytes without a head', image(PNG), image(`data:image/png;base64,${PNG}`)],
    ['a document without a head', file(PDF, { filename: 'a.pdf' }), file(`data:application/pdf;base64,${PDF}`, { filename: 'a.pdf' })],
    [
      'a text by its name',
      file('SGVsbG8gd29ybGQ=', { filename: 'a.txt' }),
      file('data:text/plain;base64,SGVsbG8gd29ybGQ=', { filename: 'a.txt' }),
    ],
    ['a text in so many words', file('data:text/plain,Hi%20you'), file('data:text/plain;base64,SGkgeW91')],
    ['a document of no type', file(`data:application/octet-stream;base64,${PDF}`), file(`data:application/pdf;base64,${PDF}`)],
    ['an address', image(' https://a.example/b.png'), image('https://a.example/b.png')],
    ['sound with a head', sound(`data:audio/wav;base64,${WAV}`), sound(WAV, 'wav')],
    ['sound of the usual name', sound(WAV, 'wav'), sound(WAV, 'wav')],
    ['sound under another name', sound(MP3, 'audio/mpeg'), sound(MP3, 'mp3')],
  ])('normalizes %s without a report', (_, given, usual) => {
    const { input, adjustments } = parse('chat', { messages: [{ role: 'user', content: [given] }] });
    expect(messagesIn(input)).toEqual([{ role: 'user', content: [usual] }]);
    expect(adjustments).toEqual([]);
  });

  it.each<readonly [JsonObject, JsonObject, string, string]>([
    [image(`data:image/png;base64,${JPEG}`), image(`data:image/jpeg;base64,${JPEG}`), 'image/png', 'image/jpeg'],
    [file(`data:text/plain;base64,${PDF}`), file(`data:application/pdf;base64,${PDF}`), 'text/plain', 'application/pdf'],
    [sound(MP3, 'wav'), sound(MP3, 'mp3'), 'audio/wav', 'audio/mp3'],
  ])('corrects and reports a wrong media type: %#', (given, usual, from, to) => {
    const { input, adjustments } = parse('chat', { messages: [{ role: 'user', content: [given] }] });
    expect(messagesIn(input)).toEqual([{ role: 'user', content: [usual] }]);
    expect(adjustments).toMatchObject([{ param: 'messages.content', action: 'renamed', from, to }]);
  });
});

describe('readBody with half of a surrogate pair', () => {
  it('replaces it by U+FFFD, and reports its first path', () => {
    const { input, parameters, adjustments } = parse('chat', { messages: [{ role: 'user', content: 'cut \ud83d' }], user: '\udc00x' });
    expect(messagesIn(input)).toEqual([{ role: 'user', content: 'cut \ufffd' }]);
    expect(parameters.user).toBe('\ufffdx');
    expect(adjustments).toEqual([
      { param: 'messages', action: 'clamped', to: '\ufffd', reason: expect.stringContaining('messages[0].content') },
    ]);
  });

  it('rejects it in a model id, and accepts complete pairs', () => {
    expect(refusal('chat', { model: 'a/\ud83d', user: '\ud83d' })?.[0]).toBe('model');
    expect(reportOf({ user: '😀' })).toEqual([]);
  });
});

describe('normalizeRequest input_type', () => {
  it.each([
    ['query', 'search_query'],
    ['RETRIEVAL_QUERY', 'search_query'],
    ['passage', 'search_document'],
    ['document', 'search_document'],
    ['SEMANTIC_SIMILARITY', 'semantic_similarity'],
    ['my-own-word', 'my-own-word'],
  ])('converts %s to %s', (given, usual) => {
    expect(parse('embeddings', { input: 'Hi', prompt: undefined, input_type: given }).parameters.input_type).toBe(usual);
  });
});

it('stream_options without a stream are dropped and reported', () => {
  const request = parse('chat', { stream_options: { include_usage: true } });
  expect([request.answerOptions['includeUsage'], reportOf({ stream_options: { include_usage: true } })]).toEqual([
    null,
    ['stream_options dropped'],
  ]);
});
