import { describe, expect, it } from 'vitest';
import { anthropicUpstream } from '../../src/dialects/anthropic/upstream/index.ts';
import { openaiChatUpstream } from '../../src/dialects/openai-chat/upstream/index.ts';
import { replayBody } from './replay.ts';

const chat = (more: object) => ({ choices: [{ index: 0, message: { content: 'a' }, finish_reason: 'stop', ...more }] });
const sequenceIn = (...given: Parameters<typeof replayBody>) => replayBody(...given).result.choices[0]?.stopSequence;

describe('stopSequence', () => {
  it('is the stop_sequence of the Messages API', () => {
    const body = { type: 'message', content: [{ type: 'text', text: 'a' }], stop_reason: 'stop_sequence', stop_sequence: 'END' };
    expect(sequenceIn(anthropicUpstream, body)).toBe('END');
    expect(sequenceIn(anthropicUpstream, { ...body, stop_reason: 'end_turn', stop_sequence: null })).toBeNull();
  });

  it.each([
    ['stop_reason of vLLM', { stop_reason: 'END' }, 'END'],
    ['matched_stop of SGLang', { matched_stop: 'END' }, 'END'],
    ['not a token id', { stop_reason: 128_009, matched_stop: 128_009 }, null],
    ['not a finish reason under another name', { stop_reason: 'end_turn' }, null],
    ['not told of an answer that its limit ended', { finish_reason: 'length', stop_reason: 'END' }, null],
  ])('of an OpenAI-shaped answer is %s', (_, more, expected) => {
    expect(sequenceIn(openaiChatUpstream, chat(more))).toBe(expected);
  });
});
