import { describe, expect, it } from 'vitest';
import { geminiUpstream } from '../../../src/dialects/gemini/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { asHistory, refusalOf, rendered, reported, type RenderInput } from '../render-input.ts';
import { replayBody, replayEvents } from '../replay.ts';
import { callPart, chunk } from './wire.ts';

const render = (asked?: RenderInput) => rendered(geminiUpstream, asked);
const user = (content: unknown) => ({ role: 'user', content });
const call = (id: string, name = 'get_level', args = '{"river":"Inn"}') => ({ id, type: 'function', function: { name, arguments: args } });
const calls = (...made: JsonObject[]) => ({ role: 'assistant', content: null, tool_calls: made });
const result = (id: string, content: unknown = 'ok') => ({ role: 'tool', tool_call_id: id, content });
const response = (id: string, given: JsonObject, name = 'get_level') => ({ functionResponse: { id, name, response: given } });
const contentsOf = (asked: RenderInput) => render(asked).body['contents'] as { role: string; parts: JsonObject[] }[];
const SKIP = 'skip_thought_signature_validator';

describe('Gemini history: calls and results', () => {
  it('stand in turns of their own: the results by name, in the order of the calls', () => {
    const messages = [user('a'), calls(call('1'), call('2', 'now', '')), result('2', '{"hour":7}'), user('And?'), result('1', 'high')];
    const request = render({ messages });
    expect(request.body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'a' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { id: '1', name: 'get_level', args: { river: 'Inn' } } },
          { functionCall: { id: '2', name: 'now', args: {} } },
        ],
      },
      { role: 'user', parts: [response('1', { output: 'high' }), response('2', { hour: 7 }, 'now')] },
      { role: 'user', parts: [{ text: 'And?' }] },
    ]);
    expect(reported(request)).toEqual([]);
  });

  it('have no ids where the provider knows none', () => {
    const [, made, answered] = contentsOf({ quirks: ['no-call-ids'], messages: [user('a'), calls(call('1')), result('1')] });
    expect(made?.parts).toEqual([{ functionCall: { name: 'get_level', args: { river: 'Inn' } } }]);
    expect(answered?.parts).toEqual([{ functionResponse: { name: 'get_level', response: { output: 'ok' } } }]);
  });

  it.each([
    ['plain', { output: 'plain' }],
    ['', { output: '' }],
    ['[1]', { output: '[1]' }],
    ['7', { output: '7' }],
    ['{"a":', { output: '{"a":' }],
    [' {"a":[1]} ', { a: [1] }],
    ['{"id":12345678901234567890}', { output: '{"id":12345678901234567890}' }],
    [
      [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      { output: 'a\nb' },
    ],
  ])('whose text is %j give an object', (content, given) => {
    expect(contentsOf({ messages: [user('a'), calls(call('1')), result('1', content)] })[2]?.parts).toEqual([response('1', given)]);
  });

  it('may have the same id twice', () => {
    const messages = [user('a'), calls(call('1'), call('1')), result('1', 'x'), result('1', 'y')];
    expect(contentsOf({ messages })[2]?.parts).toEqual([response('1', { output: 'x' }), response('1', { output: 'y' })]);
  });

  it('with files in them are followed by the files', () => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,QQ==' } };
    const request = render({ messages: [user('a'), calls(call('1')), result('1', [{ type: 'text', text: 'see' }, picture]), user('b')] });
    expect((request.body['contents'] as JsonObject[]).slice(2)).toEqual([
      { role: 'user', parts: [response('1', { output: 'see' })] },
      { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'QQ==' } }, { text: 'b' }] },
    ]);
    expect(reported(request)).toEqual(['messages.content emulated']);
  });

  it.each([
    ['at the end', []],
    ['before the next message', [user('b')]],
    ['for some of them', [result('1')]],
  ])('without a result %s get a result that states it', (_, more: JsonObject[]) => {
    const request = render({ messages: [user('a'), calls(call('1'), call('2')), ...more] });
    const answers = (request.body['contents'] as { parts: JsonObject[] }[])[2]?.parts;
    expect(answers).toHaveLength(2);
    expect(answers?.[1]).toEqual(response('2', { error: 'No result was given.' }));
    expect(reported(request)).toEqual(['messages emulated']);
  });

  it.each([
    ['without a call', [user('a'), result('1')], 'messages[1]'],
    ['of another call', [user('a'), calls(call('1')), result('1'), result('2')], 'messages[3]'],
    ['that comes twice', [user('a'), calls(call('1')), result('1'), result('1')], 'messages[3]'],
    ['that comes too late', [user('a'), calls(call('1')), user('b'), { role: 'assistant', content: 'c' }, result('1')], 'messages[4]'],
  ])('%s: the result is refused', (_, messages, path) => {
    expect(refusalOf(geminiUpstream, { messages })).toEqual([
      path,
      `${path}: a tool result must follow the assistant message with its call, once.`,
    ]);
  });

  it('whose arguments are no object go back as a text', () => {
    expect(contentsOf({ messages: [user('a'), calls(call('1', 'a', '[1]')), result('1', 'x')] })[1]).toMatchObject({
      parts: [{ functionCall: { args: { invalid_arguments: '[1]' } } }],
    });
  });
});

describe('Gemini history: an answer that comes back', () => {
  const parts = [
    { text: 'The river is far.', thought: true, thoughtSignature: 'of-thought' },
    { text: 'More.', thought: true },
    { text: 'One moment.', thoughtSignature: 'of-text' },
    callPart('get_level', { river: 'Inn' }, { thoughtSignature: 'of-call' }),
    callPart('now', {}),
  ];
  const backOf = (history: JsonObject, quirks: readonly string[] = []) => {
    const made = (history['tool_calls'] as { id: string }[]).map(({ id }) => result(id));
    return render({ quirks: ['no-call-ids', ...quirks], messages: [user('a'), history, ...made] });
  };

  it('is what the provider gave', () => {
    const request = backOf(asHistory(replayBody(geminiUpstream, chunk(parts, { finishReason: 'STOP' }))), ['needs-thought-signature']);
    expect((request.body['contents'] as JsonObject[])[1]).toEqual({ role: 'model', parts });
    expect(reported(request)).toEqual([]);
  });

  it('is what the provider gave where it came in pieces', () => {
    const outcome = replayEvents(geminiUpstream, [
      chunk([{ text: 'The river ', thought: true }]),
      chunk([{ text: 'is far.', thought: true }]),
      chunk([{ text: 'One ' }]),
      chunk([{ text: 'moment.' }]),
      chunk([callPart('now', {}, { thoughtSignature: 'of-call' })]),
      chunk([{ text: '', thoughtSignature: 'of-text' }], { finishReason: 'STOP' }),
    ]);
    expect((backOf(asHistory(outcome)).body['contents'] as JsonObject[])[1]).toEqual({
      role: 'model',
      parts: [
        { text: 'The river is far.', thought: true },
        { text: 'One moment.', thoughtSignature: 'of-text' },
        callPart('now', {}, { thoughtSignature: 'of-call' }),
      ],
    });
  });

  it('of a provider that gave no id has the signature on its first call', () => {
    const body = {
      ...chunk([callPart('a', {}, { thoughtSignature: 'sig' }), callPart('b', {})], { finishReason: 'STOP' }),
      responseId: '',
    };
    const request = backOf(asHistory(replayBody(geminiUpstream, body)));
    expect((request.body['contents'] as { parts: unknown }[])[1]?.parts).toEqual([
      callPart('a', {}, { thoughtSignature: 'sig' }),
      callPart('b', {}),
    ]);
  });

  it('with images has them again', () => {
    const images = ['QQ==', 'Qg=='].map((data, index) => ({
      inlineData: { mimeType: 'image/png', data },
      ...(index === 1 ? { thoughtSignature: 'of-image' } : {}),
    }));
    const outcome = replayBody(geminiUpstream, chunk([{ text: 'Here:' }, ...images], { finishReason: 'STOP' }));
    const history = { ...asHistory(outcome), tool_calls: null, ...outcome.result.choices[0]?.extra };
    const request = render({ messages: [user('a'), history, user('b')] });
    expect((request.body['contents'] as { parts: unknown }[])[1]?.parts).toEqual([{ text: 'Here:' }, ...images]);
    expect(reported(request)).toEqual([]);
  });
});

describe('Gemini history: what others thought', () => {
  const thought = { type: 'reasoning.text', text: 'Far.', signature: 'x', format: 'anthropic-claude-v1', index: 0 };
  const said = (fields: JsonObject) => ({ role: 'assistant', content: 'b', ...fields });

  it.each([
    [{ reasoning: 'Far.' }],
    [{ reasoning_details: [thought] }],
    [{ reasoning_details: [{ ...thought, format: null }] }],
    [{ reasoning_details: [{ type: 'reasoning.summary', summary: 'Far.', format: 'google-gemini-v1' }] }],
  ])('stays out, and is reported: %j', (fields) => {
    const request = render({ messages: [user('a'), said(fields)] });
    expect((request.body['contents'] as JsonObject[])[1]).toEqual({ role: 'model', parts: [{ text: 'b' }] });
    expect(reported(request)).toEqual(['messages.reasoning dropped']);
  });

  it('a signature without its text is reported to be left out', () => {
    const loose = { type: 'reasoning.encrypted', data: 'sig', format: 'google-gemini-v1', index: 0 };
    const request = render({ messages: [user('a'), { role: 'assistant', content: null, reasoning_details: [loose] }, user('b')] });
    expect(reported(request)).toEqual(['messages.reasoning_details dropped']);
    expect(request.body['contents']).toHaveLength(2);
  });
});

describe('Gemini history: calls of another model', () => {
  const quirks = ['needs-thought-signature'];
  const signatures = (messages: readonly unknown[]) => {
    const request = render({ quirks, messages });
    const parts = (request.body['contents'] as { role: string; parts: JsonObject[] }[])
      .filter(({ role }) => role === 'model')
      .map(({ parts: own }) => own);
    return { told: reported(request), signed: parts.map((own) => own.map(({ thoughtSignature }) => thoughtSignature ?? null)) };
  };

  it('get a placeholder in the turn that goes on, on the first of each step', () => {
    const messages = [user('a'), calls(call('1'), call('2')), result('1'), result('2'), calls(call('3')), result('3')];
    expect(signatures(messages)).toEqual({ told: ['messages.tool_calls emulated'], signed: [[SKIP, null], [SKIP]] });
  });

  it('need none in turns that are over', () => {
    const messages = [user('a'), calls(call('1')), result('1'), { role: 'assistant', content: 'b' }, user('c')];
    expect(signatures(messages)).toEqual({ told: [], signed: [[null], [null]] });
  });

  it('need none where the first has its own', () => {
    const own = { type: 'reasoning.encrypted', data: 'sig', id: '1', format: 'google-gemini-v1', index: 0 };
    const messages = [user('a'), { ...calls(call('1'), call('2')), reasoning_details: [own] }, result('1'), result('2')];
    expect(signatures(messages)).toEqual({ told: [], signed: [['sig', null]] });
  });

  it('get none from a model that checks nothing', () => {
    const request = render({ messages: [user('a'), calls(call('1')), result('1')] });
    expect(JSON.stringify(request.body)).not.toContain(SKIP);
    expect(reported(request)).toEqual([]);
  });
});
