import { describe, expect, it } from 'vitest';
import { mistralFimUpstream, mistralUpstream } from '../../../src/dialects/mistral/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { replayBody, replayEvents } from '../replay.ts';

const chunk = (delta: JsonObject, finish: string | null = null, more: JsonObject = {}) => ({
  id: 'c',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: finish }],
  ...more,
});
const read = (...payloads: (JsonObject | string)[]) => replayEvents(mistralUpstream, [...payloads, '[DONE]']);
const thinking = (text: string, more: JsonObject = {}) => ({ type: 'thinking', thinking: [{ type: 'text', text }], ...more });
const text = (value: string) => ({ type: 'text', text: value });

describe('Mistral decoder: content', () => {
  it('may change between a text and a list', () => {
    const outcome = read(chunk({ content: 'a' }), chunk({ content: [text('b'), text('c')] }), chunk({ content: 'd' }, 'stop'));
    expect(outcome.result.choices[0]).toMatchObject({ text: 'abcd', reasoning: '' });
  });

  it('may hold reasoning as plain text, and sources among it', () => {
    const pieces = [
      { type: 'thinking', thinking: 'x' },
      { type: 'thinking', thinking: [text('y'), { type: 'reference', reference_ids: [1] }] },
    ];
    expect(read(chunk({ content: pieces }), chunk({ content: 'z' }, 'stop')).result.choices[0]).toMatchObject({
      text: 'z',
      reasoning: 'xy',
    });
  });

  it('tells one block of reasoning from the next', () => {
    const outcome = read(
      chunk({ content: [thinking('a')] }),
      chunk({ content: [thinking('b')] }),
      chunk({ content: [text('c')] }),
      chunk({ content: [thinking('d', { signature: 's' })] }),
      chunk({ content: 'e' }, 'stop'),
    );
    expect(outcome.result.choices[0]?.reasoningDetails).toEqual([
      { type: 'reasoning.text', text: 'a', format: 'unknown', index: 0 },
      { type: 'reasoning.text', text: 'b', format: 'unknown', index: 0 },
      { type: 'reasoning.text', text: 'd', format: 'unknown', index: 1, signature: 's' },
    ]);
  });

  it('names its sources once, at the end of its choice', () => {
    const reference = (...ids: unknown[]) => ({ type: 'reference', reference_ids: ids });
    const outcome = read(chunk({ content: [text('a'), reference(1)] }), chunk({ content: [reference(2, 'x'), text('b')] }, 'stop'));
    expect(outcome.events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta', 'native', 'choice-end', 'end']);
    expect(outcome.result.choices[0]?.extra).toEqual({ references: [1, 2, 'x'] });
  });

  it('of several choices is kept apart', () => {
    const both = (content: unknown[], finish: string | null = null) => ({
      choices: content.map((one, index) => ({ index, delta: { content: one }, finish_reason: finish })),
    });
    const outcome = read(both([[thinking('a')], 'b']), both(['c', [thinking('d')]], 'stop'));
    expect(outcome.result.choices).toMatchObject([
      { text: 'c', reasoning: 'a', reasoningDetails: [{ index: 0 }] },
      { text: 'b', reasoning: 'd', reasoningDetails: [{ index: 0 }] },
    ]);
  });

  it.each([null, [], [null, { type: 'image_url' }, { type: 'thinking' }, { type: 'thinking', thinking: [null] }]])(
    'of an odd shape (%j) is nothing',
    (content) => {
      const outcome = read(chunk({ content }), chunk({ content: 'a' }, 'stop'));
      expect(outcome.events.map(({ type }) => type)).toEqual(['start', 'text-delta', 'choice-end', 'end']);
    },
  );
});

describe('Mistral decoder: tool calls', () => {
  const call = (id: string, name: string, given: string, more: JsonObject = {}) => ({ id, function: { name, arguments: given }, ...more });

  it('come whole, beside the finish reason', () => {
    const outcome = read(chunk({ tool_calls: [call('abcDEF123', 'f', '{}'), call('abcDEF124', 'g', '{"a":1}')] }, 'tool_calls'));
    expect(outcome.result.choices[0]).toMatchObject({
      finishReason: 'tool_calls',
      toolCalls: [
        { id: 'abcDEF123', name: 'f', arguments: '{}' },
        { id: 'abcDEF124', name: 'g', arguments: '{"a":1}' },
      ],
    });
  });

  it('come in pieces with an empty name, with an id, without one and with the word null for none', () => {
    const outcome = read(
      chunk({ tool_calls: [call('abcDEF123', 'f', '', { index: 0 })] }),
      chunk({ tool_calls: [call('abcDEF123', '', '{"a"', { index: 0 })] }),
      chunk({ tool_calls: [call('null', '', ':', { index: 0 })] }),
      chunk({ tool_calls: [{ index: 0, function: { name: '', arguments: '1}' } }] }, 'tool_calls'),
    );
    expect(outcome.result.choices[0]?.toolCalls).toEqual([{ id: 'abcDEF123', name: 'f', arguments: '{"a":1}' }]);
  });

  it('without an id get one', () => {
    const [made] = read(chunk({ tool_calls: [call('null', 'f', '{}')] }, 'tool_calls')).result.choices[0]?.toolCalls ?? [];
    expect(made).toMatchObject({ name: 'f', arguments: '{}' });
    expect(made?.id).not.toBe('null');
    expect(made?.id).not.toBe('');
  });
});

describe('Mistral decoder: usage', () => {
  const counts = { prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 };
  it.each<[string, JsonObject, number | null]>([
    ['nowhere', {}, null],
    ['num_cached_tokens', { num_cached_tokens: 4 }, 4],
    ['prompt_tokens_details', { prompt_tokens_details: { cached_tokens: 4 } }, 4],
    ['prompt_token_details', { prompt_token_details: { cached_tokens: 4 } }, 4],
  ])('says what was cached in %s', (_, more, cachedTokens) => {
    const { usage } = read(chunk({ content: 'a' }, 'stop', { usage: { ...counts, ...more } })).result;
    expect(usage).toMatchObject({ promptTokens: 9, completionTokens: 6, cachedTokens });
  });
});

describe('Mistral decoder: a completion', () => {
  it('is a chat answer', () => {
    const message = { role: 'assistant', content: ' a + b', tool_calls: null };
    const outcome = replayBody(mistralFimUpstream, {
      object: 'chat.completion',
      model: 'm',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
    });
    expect(outcome.result.choices[0]).toMatchObject({ text: ' a + b', finishReason: 'stop' });
  });
});
