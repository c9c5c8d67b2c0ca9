import { describe, expect, it } from 'vitest';
import { openState } from '../../../../src/dialects/shared/envelope.ts';
import type { ReasoningState } from '../../../../src/unified/request/reasoning.ts';
import type { StreamEvent } from '../../../../src/unified/response/event.ts';
import { call, ended, reasoning, START, text } from '../../../stream/events.ts';
import { answer, bodyOf, END, lastResponse, outputOf, refusal, requestWith, streamed, streamText, typesOf, whole } from './answered.ts';

const STATE: ReasoningState = { kind: 'signature', format: 'anthropic-claude-v1', data: 'c2ln', provider: 'anthropic', model: 'claude-1' };
const state: StreamEvent = { type: 'reasoning-state', choice: 0, state: STATE };

describe('the stream of a text', () => {
  const events = streamed(whole(text('Hel'), text('lo "🌊"')));

  it('has the events of the grammar in their order', () => {
    expect(typesOf(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ]);
  });

  it('has every field of each event', () => {
    const place = { item_id: 'msg_1_0', output_index: 0, content_index: 0 };
    const part = { type: 'output_text', text: 'Hello "🌊"', annotations: [], logprobs: [] };
    const item = { id: 'msg_1_0', type: 'message', role: 'assistant' };
    expect(events.slice(2, -1)).toEqual([
      { type: 'response.output_item.added', sequence_number: 2, output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
      { type: 'response.content_part.added', sequence_number: 3, ...place, part: { ...part, text: '' } },
      { type: 'response.output_text.delta', sequence_number: 4, ...place, delta: 'Hel', logprobs: [] },
      { type: 'response.output_text.delta', sequence_number: 5, ...place, delta: 'lo "🌊"', logprobs: [] },
      { type: 'response.output_text.done', sequence_number: 6, ...place, text: 'Hello "🌊"', logprobs: [] },
      { type: 'response.content_part.done', sequence_number: 7, ...place, part },
      { type: 'response.output_item.done', sequence_number: 8, output_index: 0, item: { ...item, status: 'completed', content: [part] } },
    ]);
  });

  it('begins with an empty response and ends with a whole one', () => {
    expect(events[0]?.['response']).toMatchObject({ id: 'resp_1', status: 'in_progress', output: [], usage: null, completed_at: null });
    expect(events[1]?.['response']).toEqual(events[0]?.['response']);
    expect(lastResponse(events)).toMatchObject({ id: 'resp_1', status: 'completed', completed_at: 1_790_000_007, error: null });
  });

  it('is the same however its events are batched', () => {
    const all = whole(reasoning('Hm'), text('a'), call(0, { id: 'c', name: 'f', arguments: '{}' }), text('b'));
    for (let at = 1; at < all.length; at++) {
      const first = streamText(all);
      expect(streamText(all.slice(0, at)).length).toBeLessThan(first.length);
      expect(first.startsWith(streamText(all.slice(0, at)))).toBe(true);
    }
  });

  it('has no item for empty pieces', () => {
    expect(outputOf(answer(whole(text(''), reasoning(''), refusal(''))))).toEqual([]);
  });
});

describe('items', () => {
  it('are one for each change between reasoning, text and calls, each closed before the next begins', () => {
    const events = streamed(
      whole(reasoning('A'), text('B'), call(0, { id: 'c1', name: 'f', arguments: '{"x":1}' }), reasoning('C'), text('D')),
    );
    const output = outputOf(lastResponse(events));
    expect(output.map(({ id }) => id)).toEqual(['rs_1_0', 'msg_1_1', 'fc_1_2', 'rs_1_3', 'msg_1_4']);
    expect(events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item)).toEqual(output);
  });

  it('hold the pieces of mixed calls together (facts, test vector 4)', () => {
    const events = whole(
      text('x'),
      call(0, { id: 'a', name: 'f', arguments: '{"a"' }),
      call(1, { id: 'b', name: 'g', arguments: '{"b":1}' }),
      call(0, { arguments: ':1}' }),
    );
    expect(outputOf(answer(events))).toMatchObject([
      { type: 'message', content: [{ text: 'x' }] },
      { type: 'function_call', id: 'fc_1_1', call_id: 'a', name: 'f', arguments: '{"a":1}', status: 'completed' },
      { type: 'function_call', id: 'fc_1_2', call_id: 'b', name: 'g', arguments: '{"b":1}', status: 'completed' },
    ]);
    expect(lastResponse(streamed(events))).toMatchObject({ status: 'completed' });
  });

  it('of text and of a refusal are parts of one message', () => {
    const [message] = outputOf(answer(whole(text('Well. '), refusal('I '), refusal('cannot.'))));
    expect(message).toMatchObject({
      content: [
        { type: 'output_text', text: 'Well. ' },
        { type: 'refusal', refusal: 'I cannot.' },
      ],
    });
  });

  it('of images have their bytes, and an image that is none is reported', () => {
    const image = (url: string): StreamEvent => ({ type: 'image', choice: 0, images: [{ type: 'image_url', image_url: { url } }] });
    const response = answer(whole(text('See: '), image('data:image/webp;base64,QUJD'), image('https://acme.test/a.png')));
    expect(outputOf(response)[1]).toEqual({
      id: 'ig_1_1',
      type: 'image_generation_call',
      status: 'completed',
      output_format: 'webp',
      result: 'QUJD',
    });
    expect(response).toMatchObject({ tributary: { adjustments: [{ param: 'answer.images', action: 'dropped' }] } });
  });

  it('of audio do not exist, and the loss is reported', () => {
    const response = answer(whole(text('a'), { type: 'audio', choice: 0, audio: { data: 'QUJD' } }));
    expect(response).toMatchObject({ tributary: { adjustments: [{ param: 'answer.audio', action: 'dropped' }] } });
  });
});

describe('reasoning', () => {
  it('is a summary with its state, the same in the item and in the last object', () => {
    const events = streamed(whole(reasoning('Let me '), reasoning('think.'), state, text('Hi')));
    expect(typesOf(events).slice(2, 8)).toEqual([
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
    ]);
    expect(events[4]).toMatchObject({ item_id: 'rs_1_0', output_index: 0, summary_index: 0, delta: 'Let me ' });
    const [item] = outputOf(lastResponse(events));
    expect(item).toMatchObject({ type: 'reasoning', status: 'completed', summary: [{ type: 'summary_text', text: 'Let me think.' }] });
    expect(openState(String(item?.['encrypted_content']))).toEqual(STATE);
    expect(events[8]?.['item']).toEqual(item);
  });

  it('without text has no summary, and each state has an item', () => {
    const items = outputOf(answer(whole(state, state, text('Hi'))));
    expect(items.map(({ type, summary }) => [type, summary])).toEqual([
      ['reasoning', []],
      ['reasoning', []],
      ['message', undefined],
    ]);
  });

  it('that follows a state is another item', () => {
    expect(outputOf(answer(whole(reasoning('A'), state, reasoning('B'), state, text('Hi'))))).toHaveLength(3);
  });

  it('is incomplete where the answer was cut in it, and complete where more follows', () => {
    const statuses = (...events: StreamEvent[]) =>
      outputOf(answer([START, reasoning('A'), state, ...events, ended(0, 'length'), END])).map(({ status }) => status);
    expect(statuses()).toEqual(['incomplete']);
    expect(statuses(text('Hi'))).toEqual(['completed', 'incomplete']);
    expect(statuses(state)).toEqual(['completed', 'incomplete']);
  });

  it('with a state that is too long reports it', () => {
    const long: StreamEvent = { type: 'reasoning-state', choice: 0, state: { ...STATE, data: 'x'.repeat(70_000) } };
    const response = answer(whole(reasoning('A'), long, text('Hi')));
    expect(outputOf(response)[0]).not.toHaveProperty('encrypted_content');
    expect(response).toMatchObject({ tributary: { adjustments: [{ param: 'answer.reasoning.encrypted_content', action: 'dropped' }] } });
  });
});

describe('calls', () => {
  const request = requestWith({
    apply_patch: { kind: 'custom', name: 'apply_patch', namespace: null },
    multi_agent__spawn: { kind: 'function', name: 'spawn', namespace: 'multi_agent' },
    tool_search: { kind: 'tool_search', name: 'tool_search', namespace: null },
  });

  it('of a custom tool have events and an item of their own (facts, test vector 7)', () => {
    const custom = { id: 'c', name: 'apply_patch', arguments: '', kind: 'custom' } as const;
    const content = [call(0, custom), call(0, { arguments: '*** Beg' }), call(0, { arguments: 'in\nX' })];
    const events = streamed(whole(...content), { request });
    expect(events.slice(2, -1)).toMatchObject([
      {
        type: 'response.output_item.added',
        item: { id: 'ctc_1_0', type: 'custom_tool_call', call_id: 'c', name: 'apply_patch', input: '' },
      },
      { type: 'response.custom_tool_call_input.delta', item_id: 'ctc_1_0', output_index: 0, delta: '*** Beg' },
      { type: 'response.custom_tool_call_input.delta', delta: 'in\nX' },
      { type: 'response.custom_tool_call_input.done', item_id: 'ctc_1_0', output_index: 0, input: '*** Begin\nX' },
      { type: 'response.output_item.done', item: { type: 'custom_tool_call', input: '*** Begin\nX' } },
    ]);
    answer(whole(...content), { request });
  });

  it('in a namespace name it', () => {
    const [item] = outputOf(answer(whole(call(0, { id: 'c', name: 'multi_agent__spawn', arguments: '{}' })), { request }));
    expect(item).toMatchObject({ type: 'function_call', name: 'spawn', namespace: 'multi_agent', arguments: '{}' });
  });

  it('of the search for tools have their arguments as an object, and no deltas', () => {
    const events = streamed(whole(call(0, { id: 'c', name: 'tool_search', arguments: '{"query":"x"}' })), { request });
    expect(typesOf(events).slice(2, -1)).toEqual(['output_item.added', 'output_item.done']);
    expect(outputOf(lastResponse(events))).toEqual([
      { id: 'tsc_1_0', type: 'tool_search_call', status: 'completed', call_id: 'c', execution: 'client', arguments: { query: 'x' } },
    ]);
  });

  it('that no tool declares are functions of that name', () => {
    const [item] = outputOf(answer(whole(call(0, { id: 'c', name: 'constructor', arguments: '{}' })), { request }));
    expect(item).toMatchObject({ type: 'function_call', name: 'constructor' });
  });
});

describe('sources', () => {
  const cite = (...citations: unknown[]): StreamEvent => ({ type: 'citation', choice: 0, citations });

  it('are annotations of the text before them, with its indexes where they are known', () => {
    const known = { type: 'url_citation', url_citation: { url: 'https://a.test', title: 'A', start_index: 1, end_index: 3 } };
    const content = [text('Hello'), cite({ type: 'url_citation', url_citation: { url: 'https://b.test' } }, known), text(' world')];
    const events = streamed(whole(...content));
    const annotations = [
      { type: 'url_citation', url: 'https://b.test', title: 'https://b.test', start_index: 5, end_index: 5 },
      { type: 'url_citation', url: 'https://a.test', title: 'A', start_index: 1, end_index: 3 },
    ];
    const place = { item_id: 'msg_1_0', output_index: 0, content_index: 0 };
    expect(events.filter(({ type }) => type.includes('annotation'))).toMatchObject(
      annotations.map((annotation, index) => ({ ...place, annotation_index: index, annotation })),
    );
    expect(outputOf(answer(whole(...content)))).toMatchObject([{ content: [{ text: 'Hello world', annotations }] }]);
  });

  it('wait for the text, and are reported where none follows', () => {
    const source = { type: 'url_citation', url_citation: { url: 'https://b.test', title: 'B' } };
    const [message] = outputOf(answer(whole(cite(source), text('Hi'))));
    expect(message).toMatchObject({ content: [{ annotations: [{ url: 'https://b.test', start_index: 0, end_index: 0 }] }] });
    const response = answer(whole(text('a'), call(0, { id: 'c', name: 'f', arguments: '{}' }), cite(source, 'odd')));
    expect(response).toMatchObject({ tributary: { annotations: [source, 'odd'] } });
  });
});

describe('a compaction', () => {
  const item = { type: 'compaction', encrypted_content: 'sealed' };
  const made: StreamEvent = { type: 'native', choice: 0, format: 'openai-responses', fields: { type: 'response.output_item.done', item } };

  it('is an item of its own', () => {
    const events = streamed(whole(made));
    expect(typesOf(events).slice(2, -1)).toEqual(['output_item.added', 'output_item.done']);
    expect(outputOf(answer(whole(made)))).toEqual([{ id: 'cmp_1_0', ...item }]);
  });

  it('that was asked for at its own path is the whole body', () => {
    expect(bodyOf(whole(made), { request: requestWith({}, 'object') })).toEqual({
      id: 'resp_1',
      object: 'response.compaction',
      created_at: 1_790_000_000,
      output: [{ id: 'cmp_1_0', ...item }],
      usage: expect.objectContaining({ input_tokens: 5 }),
      tributary: expect.objectContaining({ provider: 'Acme' }),
    });
  });

  it('that was cut is refused at its own path, and an incomplete answer elsewhere', () => {
    const cut = whole(made).map((event) => (event.type === 'choice-end' ? { ...event, reason: 'length' as const } : event));
    const refusal = { type: 'unprocessable', message: 'the summary of the conversation is incomplete: max_output_tokens' };
    expect(() => bodyOf(cut, { request: requestWith({}, 'object') })).toThrow(expect.objectContaining(refusal));
    expect(bodyOf(cut, { request: requestWith({}, 'item') })).toMatchObject({ status: 'incomplete', output: [item] });
  });
});

describe('log probabilities', () => {
  it('stand in the pieces and in the whole part', () => {
    const token = { token: 'Hi', logprob: -0.5, bytes: null, top: [{ token: 'Ho', logprob: -1, bytes: [72, 111] }] };
    const written = { token: 'Hi', logprob: -0.5, bytes: [72, 105], top_logprobs: [{ token: 'Ho', logprob: -1, bytes: [72, 111] }] };
    const content: StreamEvent = { type: 'text-delta', choice: 0, text: 'Hi', logprobs: [token] };
    const events = streamed(whole(content));
    expect(events[4]).toMatchObject({ delta: 'Hi', logprobs: [written] });
    expect(events[5]).toMatchObject({ text: 'Hi', logprobs: [written] });
    expect(outputOf(answer(whole(content)))).toMatchObject([{ content: [{ logprobs: [written] }] }]);
  });
});
