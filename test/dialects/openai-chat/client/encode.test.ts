import { NO_OPTIONS, type AnswerOptions } from '../../../../src/dialects/openai-common/client/answer-options.ts';
import { describe, expect, it } from 'vitest';
import { createEncoder, encodeBody } from '../../../../src/dialects/openai-chat/client/encode.ts';
import { createCollector } from '../../../../src/stream/collect.ts';
import { RouterError } from '../../../../src/unified/error.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { StreamEvent, TokenLogprob } from '../../../../src/unified/response/event.ts';
import { choicesIn, framesIn } from '../../../support/read-stream.ts';
import { headOf, USAGE, WRITTEN_USAGE } from '../../answer-head.ts';

const START: StreamEvent = { type: 'start', model: 'river-2', systemFingerprint: null, serviceTier: null };
const text = (piece: string, choice = 0): StreamEvent => ({ type: 'text-delta', choice, text: piece });
const stop = (choice = 0): StreamEvent => ({ type: 'choice-end', choice, reason: 'stop', nativeReason: 'eos' });
const END: StreamEvent = { type: 'end', usage: USAGE };

const write = (events: StreamEvent[], meta = headOf(), options: Partial<AnswerOptions> = {}) =>
  createEncoder(meta, { ...NO_OPTIONS, ...options }).push(events);
const HEAD = '"id":"gen-1","object":"chat.completion.chunk","created":1790000000,"model":"acme/river","provider":"Acme"';

describe('openai-chat client encoder: a chat stream', () => {
  it('is exactly: role with the first piece, pieces, one finish, usage, [DONE]', () => {
    expect(write([START, text('Hel'), text('lo'), stop(), END])).toBe(
      [
        `data: {${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"},"finish_reason":null}]}`,
        `data: {${HEAD},"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":null}]}`,
        `data: {${HEAD},"choices":[{"index":0,"delta":{},"finish_reason":"stop","native_finish_reason":"eos"}]}`,
        `data: {${HEAD},"choices":[{"index":0,"delta":{"content":""},"finish_reason":null}],"usage":${JSON.stringify(WRITTEN_USAGE)}}`,
        'data: [DONE]',
        '',
      ].join('\n\n'),
    );
  });

  it('is the same text however the events are batched', () => {
    const events = [START, text('Hel'), text('lo'), stop(), END];
    const encoder = createEncoder(headOf());
    expect(events.map((event) => encoder.push([event])).join('')).toBe(write(events));
  });

  it('gives every choice its own role, also one that ends without a piece', () => {
    const deltas = choicesIn(write([text('a', 1), text('b', 0), text('c', 1), stop(2)])).flat();
    expect(deltas).toEqual([
      { index: 1, delta: { role: 'assistant', content: 'a' }, finish_reason: null },
      { index: 0, delta: { role: 'assistant', content: 'b' }, finish_reason: null },
      { index: 1, delta: { content: 'c' }, finish_reason: null },
      { index: 2, delta: { role: 'assistant', content: '' }, finish_reason: 'stop', native_finish_reason: 'eos' },
    ]);
  });

  it('keeps one head for all frames, whatever the upstream says later', () => {
    const late: StreamEvent = { ...START, model: 'other', systemFingerprint: 'fp' };
    const frames = framesIn(write([START, text('a'), late, text('b'), stop(), END], headOf({}, { slug: null })));
    const heads = frames
      .filter((frame) => frame !== '[DONE]')
      .map(({ id, model, created, system_fingerprint: fp }) => [id, model, created, fp]);
    expect(new Set(heads.map((meta) => JSON.stringify(meta))).size).toBe(1);
    expect(heads[0]?.[1]).toBe('river-2');
  });

  it('names the model that was asked for where the upstream names none', () => {
    expect(framesIn(write([text('a')], headOf({}, { slug: null, upstreamModel: 'river-3' })))[0]).toMatchObject({ model: 'river-3' });
  });

  it('passes fingerprint and tier on', () => {
    const frames = framesIn(write([{ ...START, systemFingerprint: 'fp', serviceTier: 'flex' }, text('a')]));
    expect(frames[0]).toMatchObject({ system_fingerprint: 'fp', service_tier: 'flex' });
  });

  it.each([
    [true, true, [null, null]],
    [null, true, [undefined, undefined]],
    [false, false, [undefined, undefined]],
  ])('with include_usage %j: a usage chunk is %j, other chunks say usage: %j', (includeUsage, comes, others) => {
    const frames = framesIn(write([text('a'), stop(), END], headOf(), { includeUsage }));
    expect(frames.slice(0, 2).map((frame) => (frame === '[DONE]' ? frame : frame['usage']))).toEqual(others);
    const choices = includeUsage === true ? [] : [{ index: 0, delta: { content: '' }, finish_reason: null }];
    const last = frames.slice(2).map((frame) => (frame === '[DONE]' ? frame : [frame['choices'], frame['usage']]));
    expect(last).toEqual([...(comes ? [[choices, WRITTEN_USAGE]] : []), '[DONE]']);
  });

  it('leaves a service tier out that is none of the words of OpenAI', () => {
    const [first] = framesIn(write([{ ...START, serviceTier: 'on_demand' }, text('a')]));
    expect(first).not.toHaveProperty('service_tier');
  });

  it('names in the usage chunk who continued the answer, and nowhere else', () => {
    const meta = headOf({ continuedBy: () => ({ slug: 'acme/river', upstreamModel: 'r', provider: 'Other' }) });
    const chunks = framesIn(write([text('a'), stop(), END], meta)).filter((frame) => frame !== '[DONE]');
    expect(chunks.map(({ provider }) => provider)).toEqual(['Acme', 'Acme', 'Other']);
  });

  it('lists what was estimated', () => {
    const end: StreamEvent = { type: 'end', usage: { ...USAGE, estimated: ['prompt_tokens'] } };
    expect(framesIn(write([text('a'), stop(), end]))[2]).toMatchObject({ usage: { estimated: ['prompt_tokens'] } });
  });

  it('carries adjustments and metadata on the usage chunk, and nowhere else', () => {
    const adjustments = [{ param: 'top_a', action: 'dropped' as const, reason: 'this provider does not accept it' }];
    const meta = headOf({ finalMeta: () => ({ adjustments, metadata: { attempt: 1 } }) });
    const frames = framesIn(write([text('a'), stop(), END], meta));
    expect(frames[2]).toMatchObject({
      choices: [{ index: 0, delta: { content: '' }, finish_reason: null }],
      usage: WRITTEN_USAGE,
      adjustments,
      openrouter_metadata: { attempt: 1 },
    });
    expect(JSON.stringify(frames.slice(0, 2))).not.toMatch(/adjustments|metadata/);
  });

  it('ends a choice that broke off with its own error, and goes on with the others', () => {
    const error = new RouterError('rate_limit_exceeded', 'slow down', { nativeFinishReason: 'overloaded' });
    const broken = (choice: number): StreamEvent => ({ type: 'choice-error', choice, error });
    const frames = framesIn(write([text('a', 1), broken(1), broken(2), text('b'), stop(), END]));
    const told = { error: { code: 429, message: 'slow down', metadata: { error_type: 'rate_limit_exceeded' } } };
    expect(frames.slice(1, 3)).toMatchObject([
      { choices: [{ index: 1, delta: { content: '' }, finish_reason: 'error', native_finish_reason: 'overloaded', ...told }] },
      { choices: [{ index: 2, delta: { role: 'assistant', content: '' }, finish_reason: 'error', ...told }] },
    ]);
    expect(frames.filter((frame) => frame !== '[DONE]' && 'error' in frame)).toEqual([]);
    expect(frames.slice(-2)).toMatchObject([
      { choices: [{ index: 0, delta: { content: '' }, finish_reason: null }], usage: WRITTEN_USAGE },
      '[DONE]',
    ]);
  });

  it('asks for the closing words as late as possible', () => {
    let asked = 0;
    const encoder = createEncoder(headOf({ finalMeta: () => ({ adjustments: [], metadata: { asked: ++asked } }) }));
    encoder.push([text('a'), stop()]);
    expect(asked).toBe(0);
    expect(framesIn(encoder.push([END]))[0]).toMatchObject({ openrouter_metadata: { asked: 1 } });
  });

  it('writes each kind of content in its own field, and no nulls in place of others', () => {
    const events: StreamEvent[] = [
      { type: 'reasoning-delta', choice: 0, text: 'Hm.' },
      { type: 'reasoning-delta', choice: 0, text: '', details: [{ type: 'reasoning.encrypted' }] },
      { type: 'refusal-delta', choice: 0, text: 'No.' },
      { type: 'image', choice: 0, images: [1] },
    ];
    expect(choicesIn(write(events)).flat()).toEqual([
      { index: 0, delta: { role: 'assistant', reasoning: 'Hm.' }, finish_reason: null },
      { index: 0, delta: { reasoning: '', reasoning_details: [{ type: 'reasoning.encrypted' }] }, finish_reason: null },
      { index: 0, delta: { refusal: 'No.' }, finish_reason: null },
      { index: 0, delta: { images: [1] }, finish_reason: null },
    ]);
  });

  it('says index always, id, type and name of a tool call once', () => {
    const call = { type: 'tool-call-delta' as const, choice: 0, index: 1 };
    const written = write([
      { ...call, id: 'call_a', name: 'f', arguments: '' },
      { ...call, arguments: '{"x"' },
      { ...call, arguments: ':1}' },
    ]);
    expect(choicesIn(written).flat()).toEqual([
      {
        index: 0,
        delta: { role: 'assistant', tool_calls: [{ index: 1, id: 'call_a', type: 'function', function: { name: 'f', arguments: '' } }] },
        finish_reason: null,
      },
      { index: 0, delta: { tool_calls: [{ index: 1, function: { arguments: '{"x"' } }] }, finish_reason: null },
      { index: 0, delta: { tool_calls: [{ index: 1, function: { arguments: ':1}' } }] }, finish_reason: null },
    ]);
  });

  it('writes log probabilities in the chat shape, with bytes', () => {
    const logprobs: TokenLogprob[] = [{ token: 'é', logprob: -0.5, bytes: null, top: [{ token: 'e', logprob: -2, bytes: [101] }] }];
    const [choice] = choicesIn(write([{ type: 'text-delta', choice: 0, text: 'é', logprobs }])).flat();
    expect(choice).toMatchObject({
      logprobs: {
        content: [{ token: 'é', logprob: -0.5, bytes: [0xc3, 0xa9], top_logprobs: [{ token: 'e', logprob: -2, bytes: [101] }] }],
        refusal: null,
      },
    });
  });
});

describe('openai-chat client encoder: a chat stream that breaks', () => {
  const error = new RouterError('provider_overloaded', 'Acme: no capacity', {
    status: 529,
    providerName: 'Acme',
    nativeFinishReason: 'abort',
  });
  const broken = (open: number[]): StreamEvent => ({ type: 'error', error, usage: USAGE, openChoices: open });

  it('ends with one full chunk: error, finish_reason error for each open choice, the usage so far, and no [DONE]', () => {
    const frames = framesIn(write([text('a'), text('b', 1), stop(1), text('c', 2), broken([0, 2])]));
    expect(frames).toHaveLength(5);
    expect(frames.at(-1)).toEqual({
      id: 'gen-1',
      object: 'chat.completion.chunk',
      created: 1_790_000_000,
      model: 'acme/river',
      provider: 'Acme',
      choices: [0, 2].map((index) => ({ index, delta: { content: '' }, finish_reason: 'error', native_finish_reason: 'abort' })),
      error: {
        code: 529,
        message: 'Acme: no capacity',
        type: 'provider_overloaded',
        metadata: { error_type: 'provider_overloaded', retryable: true, provider_name: 'Acme' },
      },
      usage: WRITTEN_USAGE,
    });
  });

  it('tells adjustments with the error, since no usage chunk will come', () => {
    const adjustments = [{ param: 'top_a', action: 'dropped' as const, reason: 'x' }];
    expect(framesIn(write([broken([0])], headOf({ finalMeta: () => ({ adjustments, metadata: null }) })))[0]).toMatchObject({
      adjustments,
    });
  });
});

describe('openai-chat client encoder: a whole chat answer', () => {
  function body(events: StreamEvent[], meta = headOf()) {
    const collector = createCollector();
    collector.push(events);
    return encodeBody(collector.result(), meta);
  }

  it('has the shape clients know', () => {
    expect(body([START, text('Hello'), stop(), END])).toEqual({
      id: 'gen-1',
      object: 'chat.completion',
      created: 1_790_000_000,
      model: 'acme/river',
      provider: 'Acme',
      system_fingerprint: 'fp_acme_1',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
          native_finish_reason: 'eos',
        },
      ],
      usage: WRITTEN_USAGE,
    });
  });

  it('has null content beside tool calls, and the calls whole', () => {
    const call: StreamEvent = { type: 'tool-call-delta', choice: 0, index: 0, id: 'call_a', name: 'f', arguments: '{}' };
    expect(body([call, { type: 'choice-end', choice: 0, reason: 'tool_calls', nativeReason: null }, END])['choices']).toMatchObject([
      {
        message: { content: null, tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        finish_reason: 'tool_calls',
      },
    ]);
  });

  it('writes the call of a custom tool with its input', () => {
    const piece = (fields: { id?: string; name?: string; arguments: string }): StreamEvent => ({
      type: 'tool-call-delta',
      choice: 0,
      index: 0,
      kind: 'custom',
      ...fields,
    });
    const events = [piece({ id: 'call_a', name: 'patch', arguments: '' }), piece({ arguments: '*** Begin' })];
    expect(
      choicesIn(write([START, ...events]))
        .flat()
        .map((choice) => (choice as { delta: unknown }).delta),
    ).toEqual([
      { role: 'assistant', tool_calls: [{ index: 0, id: 'call_a', type: 'custom', custom: { name: 'patch', input: '' } }] },
      { tool_calls: [{ index: 0, custom: { input: '*** Begin' } }] },
    ]);
    const end: StreamEvent = { type: 'choice-end', choice: 0, reason: 'tool_calls', nativeReason: null };
    expect(body([...events, end, END])['choices']).toMatchObject([
      { message: { tool_calls: [{ id: 'call_a', type: 'custom', custom: { name: 'patch', input: '*** Begin' } }] } },
    ]);
  });

  it('has an empty text where the model said nothing', () => {
    expect(body([stop(), END])['choices']).toMatchObject([{ message: { content: '' } }]);
  });

  it('tells adjustments and metadata when there are some, and neither when not', () => {
    const adjustments = [{ param: 'top_a', action: 'dropped' as const, reason: 'x' }];
    const told = body([stop(), END], headOf({ finalMeta: () => ({ adjustments, metadata: { attempt: 1 } }) }));
    expect(told).toMatchObject({ adjustments, openrouter_metadata: { attempt: 1 } });
    expect(Object.keys(body([stop(), END]))).not.toContain('adjustments');
  });
});

it('openai-chat client encoder: a whole chat answer has the choice that broke off beside the others, with what it said and its error', () => {
  const collector = createCollector();
  const error = new RouterError('provider_unavailable', 'no capacity');
  collector.push([text('a'), text('b', 1), { type: 'choice-error', choice: 1, error }, stop(), END]);
  const body = encodeBody(collector.result(), headOf());
  expect(body).toMatchObject({
    choices: [
      { index: 0, message: { content: 'a' }, finish_reason: 'stop' },
      { index: 1, message: { content: 'b' }, finish_reason: 'error', error: { code: 502, message: 'no capacity' } },
    ],
  });
  expect(body).not.toHaveProperty('error');
  expect(body).not.toHaveProperty(['choices', '0', 'error']);
});

it('openai-chat client encoder: the first call is a function_call too, for a client that speaks of functions', () => {
  const events: StreamEvent[] = [
    { type: 'tool-call-delta', choice: 0, index: 0, id: 'a', name: 'look', arguments: '{"x"' },
    { type: 'tool-call-delta', choice: 0, index: 0, arguments: ':1}' },
    { type: 'tool-call-delta', choice: 0, index: 1, id: 'b', name: 'find', arguments: '{}' },
  ];
  const deltas = framesIn(write(events, headOf(), { wantsFunctionCall: true })).map((frame) =>
    frame === '[DONE]' ? null : (frame['choices'] as { delta: JsonObject }[])[0]?.delta['function_call'],
  );
  expect(deltas).toEqual([{ name: 'look', arguments: '{"x"' }, { arguments: ':1}' }, undefined]);
});
