import { describe, expect, it } from 'vitest';
import { openaiChatUpstream } from '../../../../src/dialects/openai-chat/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { replayEvents } from '../../replay.ts';
import { CHAT_WIRE, delta } from '../../openai-chat/upstream/wire.ts';

/** A piece of a call as it stands on the wire; an absent field is not sent. */
type CallPiece = { index?: number | null; id?: string | null; name?: string | null; text?: unknown };

const DONE = delta({}, 'tool_calls');

function piece({ index, id, name, text }: CallPiece): JsonObject {
  const fn = { ...(name === undefined ? {} : { name }), ...(text === undefined ? {} : { arguments: text }) };
  return { ...(index === undefined ? {} : { index }), ...(id === undefined ? {} : { id, type: 'function' }), function: fn };
}

/** One chunk for each list of pieces. */
function read(...chunks: CallPiece[][]) {
  return replayEvents(openaiChatUpstream, [...chunks.map((pieces) => delta({ tool_calls: pieces.map(piece) })), DONE, '[DONE]']);
}

const callsOf = (outcome: ReturnType<typeof read>) => outcome.result.choices[0]?.toolCalls;
const deltasOf = (outcome: ReturnType<typeof read>) => outcome.events.filter((event) => event.type === 'tool-call-delta');

const TWO = [
  { id: 'call_a', name: 'f', arguments: '{"x":1}' },
  { id: 'call_b', name: 'g', arguments: '{"y":2}' },
];

describe('tool calls', () => {
  it.each<[string, CallPiece[][]]>([
    [
      'an index from 0',
      [
        [{ index: 0, id: 'call_a', name: 'f', text: '' }],
        [{ index: 0, text: '{"x"' }],
        [{ index: 0, text: ':1}' }],
        [{ index: 1, id: 'call_b', name: 'g', text: '' }],
        [{ index: 1, text: '{"y":2}' }],
      ],
    ],
    [
      'an index from 1',
      [
        [{ index: 1, id: 'call_a', name: 'f', text: '' }],
        [{ index: 1, text: '{"x":1}' }],
        [{ index: 2, id: 'call_b', name: 'g', text: '{"y":2}' }],
      ],
    ],
    [
      'no index',
      [
        [{ id: 'call_a', name: 'f', text: '{"x"' }],
        [{ text: ':1}' }],
        [{ id: 'call_b', name: 'g', text: '{"y"' }],
        [{ id: 'call_b', text: ':2}' }],
      ],
    ],
    [
      'no index, and id and name on every piece',
      [
        [{ id: 'call_a', name: 'f', text: '{"x"' }],
        [{ id: 'call_a', name: 'f', text: ':1}' }],
        [{ id: 'call_b', name: 'g', text: '{"y":2}' }],
      ],
    ],
    [
      'a null index',
      [[{ index: null, id: 'call_a', name: 'f', text: '{"x":1}' }], [{ index: null, id: 'call_b', name: 'g', text: '{"y":2}' }]],
    ],
    [
      'index 0 for every call, in many chunks',
      [
        [{ index: 0, id: 'call_a', name: 'f', text: '' }],
        [{ index: 0, text: '{"x":1}' }],
        [{ index: 0, id: 'call_b', name: 'g', text: '' }],
        [{ index: 0, text: '{"y":2}' }],
      ],
    ],
    [
      'index 0 for every call, in one chunk',
      [
        [
          { index: 0, id: 'call_a', name: 'f', text: '{"x":1}' },
          { index: 0, id: 'call_b', name: 'g', text: '{"y":2}' },
        ],
      ],
    ],
    [
      'everything in one chunk',
      [
        [
          { index: 0, id: 'call_a', name: 'f', text: '{"x":1}' },
          { index: 1, id: 'call_b', name: 'g', text: '{"y":2}' },
        ],
      ],
    ],
    [
      'pieces of both calls by turns',
      [
        [
          { index: 0, id: 'call_a', name: 'f', text: '{"x"' },
          { index: 1, id: 'call_b', name: 'g', text: '{"y"' },
        ],
        [
          { index: 1, text: ':2}' },
          { index: 0, text: ':1}' },
        ],
      ],
    ],
    [
      'empty ids after the first',
      [
        [{ index: 0, id: 'call_a', name: 'f', text: '{' }],
        [{ index: 0, id: '', text: '"x":1}' }],
        [{ index: 1, id: 'call_b', name: 'g', text: '' }],
        [{ index: 1, id: '', name: '', text: '{"y":2}' }],
      ],
    ],
    [
      'id and name repeated',
      [
        [{ index: 0, id: 'call_a', name: 'f', text: '{' }],
        [{ index: 0, id: 'call_a', name: 'f', text: '"x":1}' }],
        [{ index: 1, id: 'call_b', name: 'g', text: '{"y":2}' }],
      ],
    ],
    [
      'arguments as an object',
      [
        [
          { index: 0, id: 'call_a', name: 'f', text: { x: 1 } },
          { index: 1, id: 'call_b', name: 'g', text: { y: 2 } },
        ],
      ],
    ],
  ])('with %s are two calls, numbered from 0', (_, chunks) => {
    const outcome = read(...chunks);
    expect(callsOf(outcome)).toEqual(TWO);
    expect(new Set(deltasOf(outcome).map(({ index }) => index))).toEqual(new Set([0, 1]));
    expect(outcome.events.at(-1)?.type).toBe('end');
  });

  it('tell id and name once, with the first piece', () => {
    const outcome = read([{ index: 0, id: 'call_a', name: 'f', text: '{' }], [{ index: 0, id: 'call_a', name: 'f', text: '}' }]);
    expect(deltasOf(outcome)).toEqual([
      { type: 'tool-call-delta', choice: 0, index: 0, id: 'call_a', name: 'f', arguments: '{' },
      { type: 'tool-call-delta', choice: 0, index: 0, arguments: '}' },
    ]);
  });

  it('may have a name that comes after the id', () => {
    const outcome = read([{ index: 0, id: 'call_a', text: '' }], [{ index: 0, name: 'f', text: '{"x":1}' }]);
    expect(callsOf(outcome)).toEqual(TWO.slice(0, 1));
    expect(callsOf(read([{ id: 'call_a', text: '' }], [{ name: 'f', text: '{"x":1}' }]))).toEqual(TWO.slice(0, 1));
  });

  it('keep arguments that are cut inside an escape', () => {
    const text = JSON.stringify({ path: 'a\\b"c\u00e9\n' });
    const outcome = read([{ index: 0, id: 'call_a', name: 'f', text: '' }], ...[...text].map((letter) => [{ index: 0, text: letter }]));
    expect(callsOf(outcome)?.[0]?.arguments).toBe(text);
  });

  it('keep arguments that are no JSON, letter by letter', () => {
    expect(callsOf(read([{ index: 0, id: 'call_a', name: 'f', text: '{"x": NaN' }]))?.[0]?.arguments).toBe('{"x": NaN');
  });

  it('without an id are given one, and different calls different ones', () => {
    const calls = callsOf(read([{ index: 0, name: 'f', text: '{}' }], [{ index: 1, id: null, name: 'f', text: '{}' }]));
    expect(calls?.map(({ name }) => name)).toEqual(['f', 'f']);
    expect(calls?.[0]?.id).toMatch(/^call_./);
    expect(calls?.[1]?.id).toMatch(/^call_./);
    expect(calls?.[0]?.id).not.toBe(calls?.[1]?.id);
  });

  it('of two choices are counted apart', () => {
    const call = (index: number, id: string) => ({ index, fields: { tool_calls: [piece({ index: 0, id, name: 'f', text: '{}' })] } });
    const outcome = replayEvents(openaiChatUpstream, [
      CHAT_WIRE.chunk([call(0, 'call_a'), call(1, 'call_b')]),
      CHAT_WIRE.chunk([0, 1].map((index) => ({ index, finish: 'tool_calls' }))),
    ]);
    expect(outcome.result.choices.map(({ toolCalls }) => toolCalls.map(({ id }) => id))).toEqual([['call_a'], ['call_b']]);
  });

  it('come after text without losing it', () => {
    const call = piece({ index: 0, id: 'call_a', name: 'f', text: '{}' });
    const [choice] = replayEvents(openaiChatUpstream, [delta({ content: 'Let me see.', tool_calls: [call] }), DONE]).result.choices;
    expect(choice).toMatchObject({ text: 'Let me see.', toolCalls: [{ id: 'call_a' }] });
  });

  it('may come in the old form, one function_call', () => {
    const outcome = replayEvents(openaiChatUpstream, [
      delta({ function_call: { name: 'f', arguments: '{"x"' } }),
      delta({ function_call: { arguments: ':1}' } }, 'function_call'),
    ]);
    expect(callsOf(outcome)).toMatchObject([{ name: 'f', arguments: '{"x":1}' }]);
    expect(outcome.result.choices[0]).toMatchObject({ finishReason: 'tool_calls', nativeReason: 'function_call' });
  });

  it.each([null, [], {}, 'f', [null], [7]])('that are %j are none', (toolCalls) => {
    const outcome = replayEvents(openaiChatUpstream, [delta({ content: 'x', tool_calls: toolCalls }, 'stop')]);
    expect(callsOf(outcome)).toEqual([]);
    expect(outcome.result.choices[0]?.finishReason).toBe('stop');
  });
});

it('pieces whose index is a text of digits belong to the call of that number', () => {
  const piece = (index: string, id: string | undefined, given: string) => ({
    choices: [
      { index: 0, delta: { tool_calls: [{ index, id, function: { ...(id === undefined ? {} : { name: 'f' }), arguments: given } }] } },
    ],
  });
  const { result } = replayEvents(openaiChatUpstream, [
    piece('0', 'a', '{"x":'),
    piece('1', 'b', '{"y":'),
    piece('0', undefined, '1}'),
    piece('1', undefined, '2}'),
    '[DONE]',
  ]);
  expect(result.choices[0]?.toolCalls.map((call) => call.arguments)).toEqual(['{"x":1}', '{"y":2}']);
});
