import { describe, expect, it } from 'vitest';
import { isPart } from '../../../../src/unified/response/event.ts';
import { openaiResponsesUpstream as dialect } from '../../../../src/dialects/openai-responses/upstream/index.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { replayBody, replayEvents, type Outcome } from '../../replay.ts';
import type { AnswerPart } from '../../wire-writer.ts';
import { eventsOf, itemOf, responseEvent as event, responseOf, streamOf } from './wire.ts';

const text = (...pieces: string[]): AnswerPart => ({ kind: 'text', pieces });
const completed = (fields: JsonObject = {}) => event('completed', { response: { status: 'completed', model: 'm', ...fields } });
const read = (...events: (JsonObject | string)[]) => replayEvents(dialect, events);
const choiceOf = ({ result }: Outcome) => result.choices[0];
const callsOf = (outcome: Outcome) => choiceOf(outcome)?.toolCalls;
const last = ({ events }: Outcome) => events.at(-1)?.type;
const done = (item: JsonObject, index = 0) => event('output_item.done', { output_index: index, item });
const added = (item: JsonObject, index = 0) => event('output_item.added', { output_index: index, item });

describe('Responses decoder: the first word', () => {
  it('comes with the first event that names the model, once', () => {
    const opening = { model: 'gpt-5.4-2026-03-05', status: 'in_progress', service_tier: 'flex' };
    const outcome = read(event('created', { response: opening }), event('in_progress', { response: opening }), completed());
    expect(outcome.events.filter(({ type }) => type === 'start')).toEqual([
      { type: 'start', model: 'gpt-5.4-2026-03-05', systemFingerprint: null, serviceTier: 'flex' },
    ]);
  });

  it('does not take the tier that was asked for as the one that was given', () => {
    const outcome = read(event('created', { response: { model: 'm', service_tier: 'auto' } }), ...eventsOf(text('a'), 0), completed());
    expect(outcome.result.starts[0]?.serviceTier).toBeNull();
  });
});

describe('Responses decoder: items', () => {
  it('are reported by place, whatever their ids say: some proxies give an item another id in every event', () => {
    const said: AnswerPart[] = [
      { kind: 'reasoning', pieces: ['Hm', '.'], signature: 'gAAA' },
      text('One', ' moment.'),
      { kind: 'tool', id: 'call_1', name: 'look', pieces: ['{"a"', ':1}'] },
    ];
    let turn = 0;
    const rotate = (fields: JsonObject): JsonObject => ({ ...fields, ...('id' in fields ? { id: `id_${turn++}` } : {}) });
    const events = said.flatMap(eventsOf).map((one) => ({
      ...one,
      ...('item_id' in one ? { item_id: `id_${turn++}` } : {}),
      ...('item' in one ? { item: rotate(one['item'] as JsonObject) } : {}),
    }));
    const choice = choiceOf(read(...events, completed()));
    expect(choice).toMatchObject({ reasoning: 'Hm.', text: 'One moment.', toolCalls: [{ id: 'call_1', arguments: '{"a":1}' }] });
    expect(choice?.toolCalls).toHaveLength(1);
  });

  it('may be mixed', () => {
    const [one, two] = [eventsOf(text('a', 'b'), 0), eventsOf({ kind: 'tool', id: 'c', name: 'f', pieces: ['{', '}'] }, 1)];
    const mixed = one.flatMap((entry, path) => [entry, ...(two[path] === undefined ? [] : [two[path]])]);
    expect(choiceOf(read(...mixed, ...two.slice(one.length), completed()))).toMatchObject({ text: 'ab', toolCalls: [{ arguments: '{}' }] });
  });

  it.each<[string, (said: AnswerPart, index: number) => JsonObject[]]>([
    ['only at their end', (said, index) => [done(itemOf(said, index), index)]],
    ['opened and closed, without a piece', (said, index) => [eventsOf(said, index)[0] ?? {}, done(itemOf(said, index), index)]],
    ['in pieces, without being opened', (said, index) => eventsOf(said, index).slice(1)],
    ['without a place', (said, index) => eventsOf(said, index).map((one) => ({ ...one, output_index: undefined }))],
  ])('that come %s are heard once', (_, tell) => {
    const said: AnswerPart[] = [
      { kind: 'reasoning', pieces: ['Hm', '.'], signature: 'gAAA' },
      text('One', ' moment.'),
      { kind: 'tool', id: 'call_1', name: 'look', pieces: ['{"a"', ':1}'] },
    ];
    const choice = choiceOf(read(...said.flatMap(tell), completed()));
    expect(choice).toMatchObject({
      reasoning: 'Hm.',
      text: 'One moment.',
      toolCalls: [{ id: 'call_1', name: 'look', arguments: '{"a":1}' }],
    });
    expect(choice?.reasoningDetails.at(-1)).toMatchObject({ type: 'reasoning.encrypted', data: 'gAAA', id: 'rs_0' });
  });

  it('that were not announced are read from the response at the end', () => {
    const outcome = read(event('completed', { response: responseOf({ said: [text('Hello')], finish: 'completed', usage: null }) }));
    expect(choiceOf(outcome)).toMatchObject({ text: 'Hello', finishReason: 'stop' });
  });

  it('that were heard are not told again by the response at the end', () => {
    const answer = { said: [text('Hello')], finish: 'completed', usage: null };
    expect(choiceOf(read(...streamOf(answer)))?.text).toBe('Hello');
  });

  it('may be a refusal', () => {
    const content = [{ type: 'refusal', refusal: 'No.' }];
    const item = { type: 'message', content };
    const streamed = read(added({ type: 'message' }), event('refusal.delta', { output_index: 0, delta: 'No.' }), done(item), completed());
    const whole = replayBody(dialect, { object: 'response', status: 'completed', output: [item] });
    for (const outcome of [streamed, whole]) expect(choiceOf(outcome)).toMatchObject({ refusal: 'No.', text: '', finishReason: 'stop' });
  });

  it('may be calls of custom tools, whose input is any text', () => {
    const item = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_9', name: 'shell', input: 'ls -l' };
    const delta = event('custom_tool_call_input.delta', { output_index: 0, delta: 'ls -l' });
    for (const outcome of [read(added({ ...item, input: '' }), delta, done(item), completed()), read(done(item), completed())]) {
      expect(callsOf(outcome)).toEqual([{ id: 'call_9', name: 'shell', kind: 'custom', arguments: 'ls -l' }]);
    }
  });
});

describe('Responses decoder: thoughts', () => {
  const summary = ['First.', 'Second.'].map((piece) => ({ type: 'summary_text', text: piece }));
  const item = { type: 'reasoning', id: 'rs_1', summary, encrypted_content: 'gAAA' };
  const piece = (part: number, delta: string) =>
    event('reasoning_summary_text.delta', { item_id: 'rs_1', output_index: 0, summary_index: part, delta });

  it('keep their parts apart, in the text by a blank line and in the details by their place', () => {
    const events = [added({ ...item, summary: [] }), piece(0, 'Fir'), piece(0, 'st.'), piece(1, 'Second.'), done(item)];
    const format = 'openai-responses-v1';
    for (const told of [events, [done(item)]]) {
      const choice = choiceOf(read(...told, completed()));
      expect(choice?.reasoning).toBe('First.\n\nSecond.');
      expect(choice?.reasoningDetails.slice(-2)).toEqual([
        { type: 'reasoning.summary', summary: 'Second.', id: 'rs_1', format, index: 1 },
        { type: 'reasoning.encrypted', data: 'gAAA', id: 'rs_1', format, index: 2 },
      ]);
    }
  });

  it('of several items are counted on', () => {
    const choice = choiceOf(read(done(item, 0), done({ ...item, id: 'rs_2' }, 1), completed()));
    expect(choice?.reasoningDetails.map((detail) => (detail as JsonObject)['index'])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(choice?.reasoning).toBe('First.\n\nSecond.\n\nFirst.\n\nSecond.');
  });

  it('that are only encrypted have no text', () => {
    const choice = choiceOf(read(done({ ...item, summary: [] }), completed()));
    expect(choice).toMatchObject({ reasoning: '', reasoningDetails: [{ type: 'reasoning.encrypted', data: 'gAAA' }] });
  });

  it('of open models come as text', () => {
    const content = [{ type: 'reasoning_text', text: 'Hm.' }];
    const delta = event('reasoning_text.delta', { output_index: 0, content_index: 0, item_id: 'rs_1', delta: 'Hm.' });
    for (const told of [[delta], [done({ type: 'reasoning', id: 'rs_1', summary: [], content })]]) {
      expect(choiceOf(read(...told, completed()))).toMatchObject({
        reasoning: 'Hm.',
        reasoningDetails: [{ type: 'reasoning.text', text: 'Hm.', id: 'rs_1' }],
      });
    }
  });
});

describe('Responses decoder: a call that no client declared', () => {
  const uses = [
    { recipient_name: 'functions.look', parameters: { river: 'Inn' } },
    { recipient_name: 'functions.now', parameters: {} },
  ];
  const wrapper = (name: string, given: unknown): AnswerPart => ({ kind: 'tool', id: 'call_w', name, pieces: [JSON.stringify(given)] });

  it.each(['parallel', 'multi_tool_use.parallel'])('but holds others (%s) is unpacked, streamed or whole', (name) => {
    const said = [wrapper(name, { tool_uses: uses }), { kind: 'tool', id: 'call_2', name: 'look', pieces: ['{}'] } as const];
    const answer = { said, finish: 'completed', usage: null };
    for (const outcome of [read(...streamOf(answer)), replayBody(dialect, responseOf(answer))]) {
      expect(callsOf(outcome)).toEqual([
        { id: 'call_w_0', name: 'look', arguments: '{"river":"Inn"}' },
        { id: 'call_w_1', name: 'now', arguments: '{}' },
        { id: 'call_2', name: 'look', arguments: '{}' },
      ]);
      expect(choiceOf(outcome)?.finishReason).toBe('tool_calls');
    }
  });

  it.each([
    ['has other arguments', { lanes: 2 }],
    ['holds nothing', { tool_uses: [] }],
    ['holds what is no call', { tool_uses: [...uses, { recipient_name: 'web.run', parameters: {} }] }],
    ['holds odd things', { tool_uses: [7, null] }],
  ])('is the client’s own where it %s', (_, given) => {
    const answer = { said: [wrapper('parallel', given)], finish: 'completed', usage: null };
    expect(callsOf(read(...streamOf(answer)))).toEqual([{ id: 'call_w', name: 'parallel', arguments: JSON.stringify(given) }]);
  });
});

describe('Responses decoder: what stands beside the text', () => {
  it('is reported once, at the end, with URLs where chat completions has them', () => {
    const citation = { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 2 };
    const content = (annotations: JsonObject[]) => [{ type: 'output_text', text: 'ab', annotations }];
    const outcome = read(
      done({ type: 'message', phase: 'commentary', content: content([citation]) }),
      done({ type: 'image_generation_call', result: 'iVBO', output_format: 'webp' }, 1),
      done({ type: 'message', phase: 'final_answer', content: content([{ type: 'file_path', file_id: 'f' }]) }, 2),
      completed(),
    );
    const { type, ...inner } = citation;
    expect(choiceOf(outcome)?.extra).toEqual({
      annotations: [
        { type, url_citation: inner },
        { type: 'file_path', file_id: 'f' },
      ],
      images: [{ type: 'image_url', image_url: { url: 'data:image/webp;base64,iVBO' } }],
      phase: 'final_answer',
    });
    expect(outcome.events.flatMap((one) => (isPart(one) ? [[one.type, one.isJoined]] : []))).toEqual([
      ['citation', undefined],
      ['image', true],
      ['native', true],
    ]);
  });

  it('may be log probabilities, streamed and whole', () => {
    const logprobs = [{ token: 'a', logprob: -0.5, bytes: [97], top_logprobs: [{ token: 'b', logprob: -1, bytes: [98] }] }];
    const expected = [{ token: 'a', logprob: -0.5, bytes: [97], top: [{ token: 'b', logprob: -1, bytes: [98] }] }];
    const streamed = read(event('output_text.delta', { output_index: 0, delta: 'a', logprobs }), completed());
    const whole = read(done({ type: 'message', content: [{ type: 'output_text', text: 'a', logprobs }] }), completed());
    for (const outcome of [streamed, whole]) expect(choiceOf(outcome)).toMatchObject({ text: 'a', logprobs: expected });
  });
});

describe('Responses decoder: the end', () => {
  it('is said by the last event alone, with or without [DONE]', () => {
    const said = eventsOf(text('Hello'), 0);
    expect(last(read(...said, completed()))).toBe('end');
    expect(last(read(...said, completed(), '[DONE]'))).toBe('end');
    expect(last(read(...said))).toBe('error');
    expect(last(read(...said, '[DONE]'))).toBe('error');
  });

  it('is the end for the decoder too', () => {
    const decoder = dialect.createDecoder({ quirks: [] });
    expect(decoder.push(JSON.stringify(completed())).at(-1)).toEqual({ type: 'end', usage: null });
    for (const later of [completed(), done(itemOf(text('more'), 0)), { type: 'error', message: 'late' }]) {
      expect(decoder.push(JSON.stringify(later))).toEqual([]);
    }
  });

  it('without tokens is a cut, for whatever reason', () => {
    const incomplete = (reason?: string) =>
      read(
        ...eventsOf(text('Hel'), 0),
        event('incomplete', { response: { status: 'incomplete', incomplete_details: reason && { reason } } }),
      );
    expect(choiceOf(incomplete('max_output_tokens'))).toMatchObject({ finishReason: 'length', nativeReason: 'max_output_tokens' });
    expect(choiceOf(incomplete('full_moon'))).toMatchObject({ finishReason: 'length', nativeReason: 'full_moon' });
    expect(choiceOf(incomplete())).toMatchObject({ finishReason: 'length', nativeReason: 'incomplete' });
  });

  it('is believed to the event, where a proxy leaves the status of the beginning in it', () => {
    for (const status of [undefined, 'in_progress']) {
      const outcome = read(...eventsOf(text('Hello'), 0), completed({ status }));
      expect(choiceOf(outcome)).toMatchObject({ finishReason: 'stop', nativeReason: 'completed' });
    }
  });

  it.each([{ status: 'in_progress' }, { status: 'queued' }, {}])('of a whole answer is its status: %j is none', (status) => {
    const { status: _, ...response } = responseOf({ said: [text('Hel')], finish: 'completed', usage: null });
    expect(replayBody(dialect, { ...response, ...status }).error?.message).toContain('ended without an answer');
  });
});

describe('Responses decoder: usage', () => {
  it('is read with its details', () => {
    const usage = {
      input_tokens: 20,
      input_tokens_details: { cached_tokens: 8, cache_write_tokens: 4 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 6 },
      total_tokens: 29,
    };
    expect(read(...eventsOf(text('a'), 0), completed({ usage })).result.usage).toMatchObject({
      promptTokens: 20,
      cachedTokens: 8,
      cacheWriteTokens: 4,
      completionTokens: 9,
      reasoningTokens: 6,
      costUsd: null,
    });
  });

  it('of an answer that failed is what it cost', () => {
    const failed = event('failed', { response: { status: 'failed', error: null, usage: { input_tokens: 20, output_tokens: 1 } } });
    expect(read(...eventsOf(text('a'), 0), failed).events.at(-1)).toMatchObject({ type: 'error', usage: { promptTokens: 20 } });
  });
});
