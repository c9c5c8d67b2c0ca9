/** Habits of providers, read from raw exchanges of three formats. */
import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../../src/cli/probe/exchange.ts';
import { describeHabits, readHabits } from '../../../src/cli/probe/habits.ts';
import { KNOWN_GOOD } from './known-good.ts';
import { answerRequest, type WireName } from './strict-upstream.ts';

/** An exchange with a simulated upstream. */
function exchangeWith(wire: WireName, body: Record<string, unknown>, stream: boolean): Exchange {
  const { status, headers, body: answer } = answerRequest({ specification: KNOWN_GOOD[wire], wire }, body, stream);
  return {
    id: `${wire}-${Object.keys(body).join('-')}-${stream}`,
    try: 0,
    at: 0,
    request: { url: 'https://example.org', headers: {}, body, stream },
    response: { status, headers, body: answer, ms: 1 },
    failure: null,
  };
}

const streamOf = (wire: WireName, body: Record<string, unknown> = {}) => readHabits([exchangeWith(wire, { max_tokens: 9, ...body }, true)]);

/** A stream with this text. */
const rawStream = (text: string): Exchange => ({
  ...exchangeWith('openai-chat', { stream: true }, true),
  response: { status: 200, headers: {}, body: text, ms: 1 },
});

describe('readHabits', () => {
  it("reads OpenAI's stream: a role first, comments, [DONE], no usage unless it is asked for", () => {
    const { stream } = streamOf('openai-chat', { stream: true });
    expect(stream).toMatchObject({
      opensWithRole: true,
      endsWithDone: true,
      comments: ['keep-alive'],
      eventNames: [],
      lineEnds: 'lf',
      usage: [],
      hasEmptyChoices: false,
    });
    const { streamAsked, stream: plain } = streamOf('openai-chat', { stream: true, stream_options: { include_usage: true } });
    expect(plain).toBeNull();
    expect(streamAsked).toMatchObject({ usage: [{ path: 'usage', at: 'last' }], hasEmptyChoices: true });
  });

  it("reads Anthropic's stream: names of events, usage in two places", () => {
    const { stream, streamFinishReasons } = streamOf('anthropic', { stream: true });
    expect(stream?.eventNames).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(stream?.usage).toEqual([
      { path: 'message.usage', at: 'first' },
      { path: 'usage', at: 'between' },
    ]);
    expect(stream?.endsWithDone).toBe(false);
    expect(streamFinishReasons).toEqual(['end_turn']);
  });

  it("reads Gemini's stream: CRLF, usage beside the finish reason", () => {
    const { stream } = readHabits([exchangeWith('gemini', { contents: [] }, true)]);
    expect(stream).toMatchObject({ lineEnds: 'crlf', usage: [{ path: 'usageMetadata', at: 'last choice' }] });
  });

  it('reads usage in every payload, and line ends of both kinds', () => {
    const { stream } = readHabits([rawStream('data: {"choices":[],"usage":{"a":1}}\n\ndata: {"choices":[],"usage":{"a":2}}\r\n\r\n')]);
    expect(stream).toMatchObject({ usage: [{ path: 'usage', at: 'every' }], lineEnds: 'mixed' });
  });

  it('reads finish reasons and usage of whole answers', () => {
    const habits = readHabits([exchangeWith('openai-chat', { max_tokens: 2 }, false), exchangeWith('openai-chat', {}, false)]);
    expect(habits.finishReasons).toEqual(['length', 'stop']);
    expect(habits.bodyUsage).toEqual(['usage']);
  });

  it('reads the shape of errors, once for each status and set of fields', () => {
    const habits = readHabits([exchangeWith('openai-chat', { top_q: 1 }, false), exchangeWith('openai-chat', { top_r: 1 }, false)]);
    expect(habits.errors).toEqual([
      { status: 400, fields: ['error.message', 'error.type', 'error.param', 'error.code'], evidence: 'openai-chat-top_q-false' },
    ]);
  });

  it('distinguishes an error before a stream from one inside it', () => {
    expect(readHabits([exchangeWith('openai-chat', { top_q: 1, stream: true }, true)]).streamError?.where).toBe('before');
    expect(readHabits([rawStream('data: {"error":{"message":"no"}}\n\n')]).streamError).toMatchObject({
      where: 'inside',
      fields: ['error.message'],
    });
  });

  it('states nothing of what was not observed', () => {
    expect(readHabits([])).toEqual({
      stream: null,
      streamAsked: null,
      bodyUsage: [],
      finishReasons: [],
      streamFinishReasons: [],
      errors: [],
      streamError: null,
    });
    expect(describeHabits(readHabits([]))).toEqual([
      { habit: 'finish reasons', seen: 'none' },
      { habit: 'usage in answers', seen: 'none' },
    ]);
  });
});
