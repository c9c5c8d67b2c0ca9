import { NO_OPTIONS, type AnswerOptions } from '../../../../src/dialects/openai-common/client/answer-options.ts';
import { describe, expect, it } from 'vitest';
import { createEncoder, encodeBody } from '../../../../src/dialects/openai-completions/client/encode.ts';
import { createCollector } from '../../../../src/stream/collect.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import type { StreamEvent, TokenLogprob } from '../../../../src/unified/response/event.ts';
import { choicesIn, framesIn } from '../../../support/read-stream.ts';
import { headOf, USAGE, WRITTEN_USAGE } from '../../answer-head.ts';

const text = (piece: string, choice = 0, logprobs?: TokenLogprob[]): StreamEvent =>
  logprobs === undefined ? { type: 'text-delta', choice, text: piece } : { type: 'text-delta', choice, text: piece, logprobs };
const stop = (choice = 0): StreamEvent => ({ type: 'choice-end', choice, reason: 'stop', nativeReason: null });
const END: StreamEvent = { type: 'end', usage: USAGE };
const token = (word: string, logprob: number | null = -0.5): TokenLogprob => ({
  token: word,
  logprob,
  bytes: null,
  top: logprob === null ? [] : [{ token: word, logprob, bytes: null }],
});

const write = (events: StreamEvent[], meta = headOf(), options: Partial<AnswerOptions> = {}) =>
  createEncoder(meta, { ...NO_OPTIONS, ...options }).push(events);
const HEAD = '"id":"gen-1","object":"text_completion","created":1790000000,"model":"acme/river","provider":"Acme"';

describe('openai-completions client encoder: a completions stream', () => {
  it('is exactly: pieces, one finish, usage, [DONE]', () => {
    expect(write([text('Hel'), text('lo'), stop(), END])).toBe(
      [
        `data: {${HEAD},"choices":[{"index":0,"text":"Hel","logprobs":null,"finish_reason":null}]}`,
        `data: {${HEAD},"choices":[{"index":0,"text":"lo","logprobs":null,"finish_reason":null}]}`,
        `data: {${HEAD},"choices":[{"index":0,"text":"","logprobs":null,"finish_reason":"stop","native_finish_reason":null}]}`,
        `data: {${HEAD},"choices":[{"index":0,"text":"","logprobs":null,"finish_reason":null}],"usage":${JSON.stringify(WRITTEN_USAGE)}}`,
        'data: [DONE]',
        '',
      ].join('\n\n'),
    );
  });

  it('ends a choice that broke off with its own error, and goes on with the others', () => {
    const error = new RouterError('provider_unavailable', 'no capacity');
    const frames = framesIn(write([text('a', 1), { type: 'choice-error', choice: 1, error }, text('b'), stop(), END]));
    expect(frames[1]).toMatchObject({
      choices: [{ index: 1, text: '', finish_reason: 'error', error: { code: 502, message: 'no capacity' } }],
    });
    expect(frames.slice(2)).toMatchObject([
      { choices: [{ index: 0, text: 'b' }] },
      { choices: [{ index: 0, finish_reason: 'stop' }] },
      { choices: [{ index: 0, text: '', logprobs: null, finish_reason: null }], usage: WRITTEN_USAGE },
      '[DONE]',
    ]);
  });

  it('keeps the usage chunk for everyone but those who said no', () => {
    const chunks = [true, null, false].map((includeUsage) => framesIn(write([text('a'), stop(), END], headOf(), { includeUsage })));
    expect(chunks.map((frames) => frames.length)).toEqual([4, 4, 3]);
    expect(chunks.map(([first]) => (first as { usage?: null }).usage)).toEqual([null, undefined, undefined]);
  });

  it('counts text_offset through each choice, in characters of its text', () => {
    const events = [
      text('Hé', 0, [token('H'), token('é')]),
      text('x', 1, [token('x')]),
      text(' you', 0, [token(' you')]),
      text('y', 1, [token('y')]),
      text('.', 0, [token('.')]),
    ];
    const offsets = choicesIn(write(events))
      .flat()
      .map((choice) => (choice as { logprobs: { text_offset: number[] } }).logprobs.text_offset);
    expect(offsets).toEqual([[0, 1], [0], [2], [1], [6]]);
  });

  it('counts text without log probabilities as well: the first token after an echo does not begin at 0', () => {
    const [, second] = choicesIn(write([text('Echo: '), text('a', 0, [token('a')])])).flat();
    expect(second).toMatchObject({ logprobs: { text_offset: [6] } });
  });

  it('writes the legacy shape, null for a token that has no probability', () => {
    const [choice] = choicesIn(write([text('a b', 0, [token('a', null), token(' b')])])).flat();
    expect(choice).toMatchObject({
      logprobs: { tokens: ['a', ' b'], token_logprobs: [null, -0.5], top_logprobs: [null, { ' b': -0.5 }], text_offset: [0, 1] },
    });
  });

  it('shows a refusal as the text it is, and reasoning beside the text', () => {
    const events: StreamEvent[] = [
      { type: 'reasoning-delta', choice: 0, text: 'Hm.' },
      { type: 'refusal-delta', choice: 0, text: 'No.' },
    ];
    expect(choicesIn(write(events)).flat()).toMatchObject([{ text: '', reasoning: 'Hm.' }, { text: 'No.' }]);
  });

  it('that breaks ends with one error chunk and no [DONE]', () => {
    const error = new RouterError('timeout', 'too slow');
    const frames = framesIn(write([text('a'), { type: 'error', error, usage: null, openChoices: [0] }]));
    expect(frames).toHaveLength(2);
    expect(frames[1]).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text: '', finish_reason: 'error', logprobs: null }],
      error: { code: 504, message: 'too slow', type: 'timeout', metadata: { error_type: 'timeout', retryable: true } },
    });
    expect(frames[1]).not.toHaveProperty('usage');
  });
});

describe('openai-completions client encoder: a whole completions answer', () => {
  it('has the shape clients know, several choices in order', () => {
    const collector = createCollector();
    collector.push([text('b', 1, [token('b')]), text('a', 0), stop(0), stop(1), END]);
    const adjustments = [{ param: 'top_a', action: 'dropped' as const, reason: 'x' }];
    expect(encodeBody(collector.result(), headOf({ finalMeta: () => ({ adjustments, metadata: null }) }))).toEqual({
      id: 'gen-1',
      object: 'text_completion',
      created: 1_790_000_000,
      model: 'acme/river',
      provider: 'Acme',
      system_fingerprint: 'fp_acme_1',
      choices: [
        { index: 0, text: 'a', logprobs: null, finish_reason: 'stop', native_finish_reason: null },
        {
          index: 1,
          text: 'b',
          logprobs: { tokens: ['b'], token_logprobs: [-0.5], top_logprobs: [{ b: -0.5 }], text_offset: [0] },
          finish_reason: 'stop',
          native_finish_reason: null,
        },
      ],
      usage: WRITTEN_USAGE,
      adjustments,
    });
  });
});

it('openai-completions client encoder: a whole completion has the choice that broke off beside the others, with what it said and its error', () => {
  const collector = createCollector();
  const error = new RouterError('provider_unavailable', 'no capacity');
  collector.push([text('a'), text('b', 1), { type: 'choice-error', choice: 1, error }, stop(), END]);
  const body = encodeBody(collector.result(), headOf());
  expect(body).toMatchObject({
    choices: [
      { index: 0, text: 'a', finish_reason: 'stop' },
      { index: 1, text: 'b', finish_reason: 'error', error: { code: 502, message: 'no capacity' } },
    ],
  });
  expect(body).not.toHaveProperty('error');
});
