import { describe, expect, it } from 'vitest';
import { openaiChatUpstream } from '../../../../src/dialects/openai-chat/upstream/index.ts';
import { REASONING_OUTSIDE } from '../../../../src/dialects/openai-common/upstream/usage.ts';
import { describeContract } from '../../contract.ts';
import { replayBody, replayEvents } from '../../replay.ts';
import { CHAT_WIRE, delta } from './wire.ts';

const { chunk } = CHAT_WIRE;
const read = (...payloads: Parameters<typeof replayEvents>[1]) => replayEvents(openaiChatUpstream, payloads);
const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };

describeContract(CHAT_WIRE);

describe('openai-chat upstream decoder: a refusal', () => {
  it('is kept apart from the text, with its own log probabilities', () => {
    const logprobs = { content: null, refusal: [{ token: 'No', logprob: -0.1, bytes: [78, 111], top_logprobs: [] }] };
    const first = { choices: [{ index: 0, delta: { refusal: 'No' }, logprobs, finish_reason: null }] };
    const [choice] = read(first, delta({ refusal: ', thanks.' }), delta({}, 'stop')).result.choices;
    expect(choice).toMatchObject({ text: '', refusal: 'No, thanks.', logprobs: null });
    expect(choice?.refusalLogprobs).toEqual([{ token: 'No', logprob: -0.1, bytes: [78, 111], top: [] }]);
  });

  it('that is null is none', () => {
    expect(read(delta({ content: 'Yes', refusal: null }, 'stop')).result.choices[0]?.refusal).toBe('');
  });
});

describe('openai-chat upstream decoder: content', () => {
  it('may come as a list of parts', () => {
    expect(
      read(delta({ content: [{ type: 'text', text: 'a' }, { type: 'odd' }, { type: 'text', text: 'b' }] }, 'stop')).result.choices[0]?.text,
    ).toBe('ab');
  });

  it('may come as a message in a stream', () => {
    expect(read({ choices: [{ index: 0, message: { content: 'a' }, finish_reason: 'stop' }] }).result.choices[0]?.text).toBe('a');
  });

  it('of kinds we do not understand is carried through', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
    expect(read(delta({ images: [image], annotations: [], audio: null }), delta({}, 'stop')).result.choices[0]?.extra).toEqual({
      images: [image],
    });
  });
});

describe('openai-chat upstream decoder: reasoning details', () => {
  it('are passed on untouched and in order', () => {
    const detail = (text: string) => ({ type: 'reasoning.text', text, signature: null, index: 0 });
    const [choice] = read(
      delta({ reasoning: 'a', reasoning_details: [detail('a')] }),
      delta({ reasoning_details: [detail('b')] }),
      delta({}, 'stop'),
    ).result.choices;
    expect(choice).toMatchObject({ reasoningDetails: [detail('a'), detail('b')] });
  });

  it('are the reasoning of a provider that has no other field for it', () => {
    const thought = (text: string, ...more: object[]) => delta({ reasoning_details: [{ type: 'reasoning.text', text }, ...more] });
    const [choice] = read(thought('Let me '), thought('see.', { type: 'reasoning.encrypted', data: 'x' }), delta({}, 'stop')).result
      .choices;
    expect(choice).toMatchObject({ reasoning: 'Let me see.', text: '' });
  });

  it('say nothing new beside the text of the reasoning', () => {
    const both = delta({ reasoning: 'a', reasoning_details: [{ type: 'reasoning.text', text: 'a' }] });
    expect(read(both, delta({}, 'stop')).result.choices[0]?.reasoning).toBe('a');
  });
});

describe('openai-chat upstream decoder: finish', () => {
  it('keeps the native reason of a provider that names both', () => {
    const end = { choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop', native_finish_reason: 'end_turn' }] };
    expect(read(end).result.choices[0]).toMatchObject({ finishReason: 'stop', nativeReason: 'end_turn' });
  });

  it('error takes the words of the error inside the choice', () => {
    const broken = { choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 429, message: 'slow down' } }] };
    expect(read(delta({ content: 'x' }), broken).error).toMatchObject({ type: 'rate_limit_exceeded', message: 'slow down' });
  });
});

describe('openai-chat upstream decoder: usage', () => {
  it.each([
    ['in x_groq', [delta({ content: 'a' }), { ...delta({}, 'stop'), x_groq: { id: 'r', usage: USAGE } }]],
    ['inside the choice', [delta({ content: 'a' }), { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage: USAGE }] }]],
  ])('is found %s', (_, payloads) => {
    expect(read(...payloads, '[DONE]').result.usage).toMatchObject({ promptTokens: 5, completionTokens: 7 });
  });

  it.each([
    [{ prompt_tokens_details: { cached_tokens: 3 } }, { cachedTokens: 3 }],
    [{ prompt_cache_hit_tokens: 3, prompt_cache_miss_tokens: 2 }, { cachedTokens: 3 }],
    [{ cached_tokens: 3 }, { cachedTokens: 3 }],
    [{ prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 4 } }, { cachedTokens: 0, cacheWriteTokens: 4 }],
    [{ prompt_tokens_details: { cache_creation_input_tokens: 4 } }, { cacheWriteTokens: 4 }],
    [{ completion_tokens_details: { reasoning_tokens: 6 } }, { reasoningTokens: 6, completionTokens: 7 }],
    [{ cost: 0.25 }, { costUsd: 0.25 }],
    [{ estimated_cost: 0.25 }, { costUsd: 0.25 }],
    [{ cost: { request_cost: 0.005, total_cost: 0.25 } }, { costUsd: 0.25 }],
    [{ cost_in_usd_ticks: 2_500_000_000 }, { costUsd: 0.25 }],
    [{ cost_in_usd_ticks: null, cost: {} }, { costUsd: null }],
  ])('%j says %j', (fields, expected) => {
    expect(read(delta({ content: 'a' }, 'stop'), { choices: [], usage: { ...USAGE, ...fields } }).result.usage).toMatchObject(expected);
  });

  it('counts reasoning as a part of completion, also where the total shows that it was left out', () => {
    const usage = { prompt_tokens: 12, completion_tokens: 1, total_tokens: 303, completion_tokens_details: { reasoning_tokens: 290 } };
    expect(read(delta({ content: 'a' }, 'stop'), { choices: [], usage }).result.usage).toMatchObject({
      completionTokens: 291,
      reasoningTokens: 290,
    });
  });

  it('adds reasoning for a provider whose habit it is to leave it out of the total as well', () => {
    const usage = { ...USAGE, completion_tokens_details: { reasoning_tokens: 6 } };
    const payloads = [delta({ content: 'a' }, 'stop'), { choices: [], usage }];
    expect(replayEvents(openaiChatUpstream, payloads, [REASONING_OUTSIDE]).result.usage).toMatchObject({
      completionTokens: 13,
      reasoningTokens: 6,
    });
  });
});

describe('openai-chat upstream decoder: citations', () => {
  it('repeated on every chunk are reported once, as annotations', () => {
    const citations = ['https://a.example/', 'https://b.example/'];
    const outcome = read(...['a', 'b'].map((content) => ({ ...delta({ content }), citations })), { ...delta({}, 'stop'), citations });
    expect(outcome.events.filter(({ type }) => type === 'citation')).toHaveLength(1);
    expect(outcome.result.choices[0]?.extra['annotations']).toEqual(
      citations.map((url) => ({ type: 'url_citation', url_citation: { url } })),
    );
  });
});

describe('openai-chat upstream decoder: log probabilities', () => {
  const expected = [
    {
      token: 'a',
      logprob: -0.5,
      top: [
        { token: 'a', logprob: -0.5 },
        { token: 'b', logprob: -1 },
      ],
    },
  ];
  it.each([
    [
      'chat',
      {
        content: [
          {
            token: 'a',
            logprob: -0.5,
            bytes: [97],
            top_logprobs: [
              { token: 'a', logprob: -0.5, bytes: [97] },
              { token: 'b', logprob: -1, bytes: [98] },
            ],
          },
        ],
      },
    ],
    ['legacy', { tokens: ['a'], token_logprobs: [-0.5], top_logprobs: [{ a: -0.5, b: -1 }], text_offset: [0] }],
  ])('are read in the %s shape', (_, logprobs) => {
    const outcome = read({ choices: [{ index: 0, delta: { content: 'a' }, logprobs, finish_reason: 'stop' }] });
    expect(outcome.result.choices[0]?.logprobs).toMatchObject(expected);
  });
});

describe('openai-chat upstream decoder: a whole answer', () => {
  it('with tools, refusal and citations is the same as its stream', () => {
    const call = { id: 'call_a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } };
    const message = { role: 'assistant', content: null, refusal: 'no', tool_calls: [call] };
    const whole = replayBody(openaiChatUpstream, {
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      citations: ['https://a.example/'],
    });
    const streamed = read(
      { ...chunk([{ fields: { refusal: 'no' } }], { model: 'm' }), citations: ['https://a.example/'] },
      delta({ tool_calls: [{ ...call, index: 0 }] }, 'tool_calls'),
    );
    expect(whole.result).toEqual(streamed.result);
  });
});
