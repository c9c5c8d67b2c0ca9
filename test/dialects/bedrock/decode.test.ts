import { describe, expect, it } from 'vitest';
import { isReasoning } from '../../../src/unified/response/event.ts';
import { bedrockUpstream } from '../../../src/dialects/bedrock/index.ts';
import type { StreamEvent } from '../../../src/unified/response/event.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { joinReasoningDetails } from '../../../src/unified/request/reasoning.ts';
import { replay, replayBody } from '../replay.ts';
import { eventFrame } from '../../upstream/framing/aws-frames.ts';

type Frame = readonly [type: string, payload: JsonObject];

const CLAUDE = ['thinking-by-anthropic-fields'];
const START: Frame = ['messageStart', { role: 'assistant' }];
const STOP: Frame = ['messageStop', { stopReason: 'end_turn' }];
const METADATA: Frame = ['metadata', { usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } }];
const text = (words: string, contentBlockIndex = 0): Frame => ['contentBlockDelta', { contentBlockIndex, delta: { text: words } }];
const tool = (contentBlockIndex: number, name: string): Frame => [
  'contentBlockStart',
  { contentBlockIndex, start: { toolUse: { toolUseId: `id-${name}`, name } } },
];
const input = (contentBlockIndex: number, piece: string): Frame => [
  'contentBlockDelta',
  { contentBlockIndex, delta: { toolUse: { input: piece } } },
];
const close = (contentBlockIndex: number): Frame => ['contentBlockStop', { contentBlockIndex }];

const read = (frames: readonly Frame[], quirks: readonly string[] = []) =>
  replay(
    bedrockUpstream,
    frames.map(([type, payload]) => eventFrame(type, payload)),
    quirks,
  );
/** The decoder alone: no guard behind it. */
function decoded(...frames: readonly Frame[]): StreamEvent[] {
  const decoder = bedrockUpstream.createDecoder({ quirks: [] });
  return frames.flatMap(([type, payload]) => decoder.push(JSON.stringify({ [type]: payload })));
}

describe('Bedrock decoder: a stream', () => {
  it('is over once both the stop and the metadata have come, in either order, and says nothing after it', () => {
    expect(decoded(START, text('a'), STOP).map(({ type }) => type)).toEqual(['start', 'text-delta', 'choice-end']);
    expect(decoded(START, text('a'), STOP, METADATA, text('b')).map(({ type }) => type)).toEqual([
      'start',
      'text-delta',
      'choice-end',
      'usage',
      'end',
    ]);
    expect(decoded(START, text('a'), METADATA, STOP, text('b')).map(({ type }) => type)).toEqual([
      'start',
      'text-delta',
      'usage',
      'choice-end',
      'end',
    ]);
  });

  it('that closes after its stop is whole, its usage unknown', () => {
    const outcome = read([START, text('a'), STOP]);
    expect(outcome.events.at(-1)).toMatchObject({ type: 'end', usage: null });
  });

  it('may begin without a beginning', () => {
    expect(read([text('a'), STOP, METADATA]).result.choices[0]).toMatchObject({ text: 'a', finishReason: 'stop' });
  });

  it('says what is no JSON object, and reads on', () => {
    for (const payload of ['<html>', '[]', '{"messageStart":<html>}']) {
      const decoder = bedrockUpstream.createDecoder({ quirks: [] });
      expect(decoder.push(payload)).toMatchObject([{ type: 'error', error: { type: 'provider_unavailable' } }]);
      expect(decoder.push('{"messageStop":{"stopReason":"end_turn"}}').map(({ type }) => type)).toEqual(['start', 'choice-end']);
    }
  });

  it('survives fields of the wrong type', () => {
    const odd: Frame[] = [
      ['contentBlockStart', { start: { toolUse: 7 } }],
      ['contentBlockDelta', { delta: { toolUse: [], text: 5, reasoningContent: 'x' } }],
      ['contentBlockDelta', { contentBlockIndex: 'one', delta: { reasoningContent: { text: 1, signature: {} } } }],
      ['metadata', { usage: { inputTokens: '3' } }],
    ];
    expect(read([START, ...odd, text('a'), STOP]).result.choices[0]).toMatchObject({ text: '5a', toolCalls: [], reasoning: '1' });
  });
});

describe('Bedrock decoder: tool calls', () => {
  it('are counted among themselves, not among all blocks', () => {
    const frames = [START, text('a'), close(0), tool(2, 'one'), input(2, '{}'), close(2), tool(5, 'two'), input(5, '{"x":1}'), close(5)];
    const calls = read([...frames, ['messageStop', { stopReason: 'tool_use' }], METADATA]).events.filter(
      (event) => event.type === 'tool-call-delta',
    );
    expect(calls.map(({ index, id, name, arguments: piece }) => [index, id, name, piece])).toEqual([
      [0, 'id-one', 'one', ''],
      [0, undefined, undefined, '{}'],
      [1, 'id-two', 'two', ''],
      [1, undefined, undefined, '{"x":1}'],
    ]);
  });

  it.each([
    ['no piece', []],
    ['empty pieces', [input(0, ''), input(0, '')]],
  ])('with %s have an empty object for arguments', (_, pieces: readonly Frame[]) => {
    for (const end of [[close(0)], []]) {
      const outcome = read([START, tool(0, 'now'), ...pieces, ...end, ['messageStop', { stopReason: 'tool_use' }]]);
      expect(outcome.result.choices[0]?.toolCalls).toMatchObject([{ name: 'now', arguments: '{}' }]);
    }
  });

  it('may be several at once', () => {
    const frames = [tool(0, 'one'), tool(1, 'two'), input(1, '{"b":'), input(0, '{"a":1}'), input(1, '2}'), close(0), close(1)];
    expect(read([START, ...frames, STOP]).result.choices[0]).toMatchObject({
      finishReason: 'tool_calls', // whatever the provider says
      toolCalls: [
        { name: 'one', arguments: '{"a":1}' },
        { name: 'two', arguments: '{"b":2}' },
      ],
    });
  });
});

describe('Bedrock decoder: reasoning', () => {
  const thought = (index: number, delta: JsonObject): Frame => [
    'contentBlockDelta',
    { contentBlockIndex: index, delta: { reasoningContent: delta } },
  ];
  const frames = [
    START,
    thought(0, { text: 'Let me ' }),
    thought(0, { text: 'think.' }),
    thought(0, { signature: 'c2lnbmVk' }),
    close(0),
    thought(1, { redactedContent: 'c2VjcmV0' }),
    close(1),
    text('Done.', 2),
    STOP,
  ];

  it('keeps its signature and what is sealed, in pieces that join', () => {
    const outcome = read(frames, CLAUDE);
    expect(outcome.result.choices[0]?.reasoning).toBe('Let me think.');
    const pieces = outcome.events.flatMap((event) => (isReasoning(event) ? (event.details ?? []) : []));
    expect(joinReasoningDetails(pieces)).toEqual([
      { type: 'reasoning.text', text: 'Let me think.', signature: 'c2lnbmVk', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'c2VjcmV0', format: 'anthropic-claude-v1', index: 1 },
    ]);
  });

  it('of another family is not said to be Claude’s', () => {
    const pieces = read(frames).events.flatMap((event) => (isReasoning(event) ? (event.details ?? []) : []));
    expect(pieces).toMatchObject(pieces.map(() => ({ format: 'unknown' })));
  });

  it('in a whole answer is the same', () => {
    const content = [
      { reasoningContent: { reasoningText: { text: 'Let me think.', signature: 'c2lnbmVk' } } },
      { reasoningContent: { redactedContent: 'c2VjcmV0' } },
      { text: 'Done.' },
    ];
    const whole = replayBody(bedrockUpstream, { output: { message: { content } }, stopReason: 'end_turn' }, CLAUDE).result;
    const streamed = read(frames, CLAUDE).result;
    expect(joinReasoningDetails(whole.choices[0]?.reasoningDetails ?? [])).toEqual(
      joinReasoningDetails(streamed.choices[0]?.reasoningDetails ?? []),
    );
    expect(whole.choices[0]?.text).toBe('Done.');
  });
});

describe('Bedrock decoder: usage', () => {
  it('adds what the cache gave and took to the prompt', () => {
    const usage = { inputTokens: 10, outputTokens: 4, totalTokens: 117, cacheReadInputTokens: 100, cacheWriteInputTokens: 3 };
    expect(read([START, STOP, ['metadata', { usage }]]).result.usage).toMatchObject({
      promptTokens: 113,
      completionTokens: 4,
      cachedTokens: 100,
      cacheWriteTokens: 3,
      reasoningTokens: null,
    });
  });

  it('says nothing of a cache that was not spoken of', () => {
    expect(read([START, STOP, METADATA]).result.usage).toMatchObject({ promptTokens: 3, cachedTokens: null, cacheWriteTokens: null });
  });

  it('of metadata without counts is unknown', () => {
    expect(read([START, STOP, ['metadata', { metrics: { latencyMs: 5 } }]]).result.usage).toBeNull();
  });
});

describe('Bedrock decoder: an exception in a stream', () => {
  const broken = (type: string, payload: JsonObject) =>
    replay(bedrockUpstream, [eventFrame('messageStart', {}), eventFrame(type, payload, 'exception')]).error;

  it.each([
    ['throttlingException', 'rate_limit_exceeded'],
    ['validationException', 'invalid_request'],
    ['modelStreamErrorException', 'provider_unavailable'],
    ['internalServerException', 'server'],
    ['serviceUnavailableException', 'provider_overloaded'],
    ['modelTimeoutException', 'timeout'],
    ['tsunamiException', 'provider_unavailable'],
  ])('%s is %s', (type, unified) => {
    expect(broken(type, { message: 'no' })).toMatchObject({ type: unified, message: 'no', details: { raw: type } });
  });

  it('says what the model said where it says nothing itself', () => {
    expect(broken('modelStreamErrorException', { originalStatusCode: 429, originalMessage: 'too fast' })).toMatchObject({
      type: 'provider_unavailable',
      message: 'too fast',
    });
    expect(broken('modelStreamErrorException', {})?.message).not.toBe('');
  });

  it('may be an error without a payload', () => {
    const [event] = bedrockUpstream.createDecoder({ quirks: [] }).push('{"error":{"code":"InternalError","message":"broken"}}');
    expect(event).toMatchObject({ type: 'error', error: { type: 'provider_unavailable', message: 'broken' } });
  });
});

describe('Bedrock decoder: a whole answer', () => {
  it('without a stop reason has stopped', () => {
    const outcome = replayBody(bedrockUpstream, { output: { message: { content: [{ text: 'a' }] } } });
    expect(outcome).toMatchObject({ error: null, defaulted: 'stop' });
  });

  it('without a message is an error that says what was said', () => {
    expect(replayBody(bedrockUpstream, { message: 'broken' }).error?.message).toBe('broken');
    expect(replayBody(bedrockUpstream, { output: {} }).error?.message).toContain('without a message');
  });

  it('may end in an error', () => {
    const body = { output: { message: { content: [] } }, stopReason: 'malformed_tool_use' };
    expect(replayBody(bedrockUpstream, body).error?.details.nativeFinishReason).toBe('malformed_tool_use');
  });
});
