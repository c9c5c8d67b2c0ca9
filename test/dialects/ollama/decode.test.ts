import { describe, expect, it } from 'vitest';
import { ollamaUpstream } from '../../../src/dialects/ollama/index.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { joinReasoningDetails } from '../../../src/unified/request/reasoning.ts';
import { bytesOf, replay, replayBody } from '../replay.ts';

const saying = (message: JsonObject, more: JsonObject = {}): JsonObject => ({
  model: 'm',
  message: { role: 'assistant', ...message },
  done: false,
  ...more,
});
const text = (content: string, more: JsonObject = {}) => saying({ content }, more);
const end = (more: JsonObject = {}): JsonObject => ({
  model: 'm',
  message: { role: 'assistant', content: '' },
  done: true,
  done_reason: 'stop',
  ...more,
});
const read = (...lines: (JsonObject | string)[]) =>
  replay(ollamaUpstream, [bytesOf(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))]);

/** The decoder alone: no guard behind it. */
const decoded = (...lines: (JsonObject | string)[]) => {
  const decoder = ollamaUpstream.createDecoder({ quirks: [] });
  return lines.flatMap((line) => decoder.push(typeof line === 'string' ? line : JSON.stringify(line)));
};
const typesOf = (...lines: (JsonObject | string)[]) => decoded(...lines).map(({ type }) => type);

describe('Ollama decoder: a stream', () => {
  it('names the model once and is over with its last line, whatever follows', () => {
    expect(typesOf(text('a'), text('b'), end({ eval_count: 1 }), text('c'), end())).toEqual([
      'start',
      'text-delta',
      'text-delta',
      'usage',
      'choice-end',
      'end',
    ]);
    expect(decoded(text('a'))[0]).toMatchObject({ type: 'start', model: 'm' });
  });

  it('whose last line has no newline is whole', () => {
    const outcome = replay(ollamaUpstream, [bytesOf(`${JSON.stringify(text('a'))}\n${JSON.stringify(end())}`)]);
    expect(outcome.events.at(-1)?.type).toBe('end');
  });

  it('knows no [DONE]', () => {
    expect(read(text('a'), '[DONE]').error?.type).toBe('provider_unavailable');
  });

  it('returns an error for what is no JSON object, and reads on: the caller may leave one such event out', () => {
    for (const line of ['<html>', '[]', 'null']) {
      expect(typesOf(line, text('a'), end())).toEqual(['error', ...typesOf(text('a'), end())]);
    }
  });

  it('may say its last words with its end', () => {
    expect(read(text('a'), end({ message: { role: 'assistant', content: 'b' } })).result.choices[0]).toMatchObject({
      text: 'ab',
      finishReason: 'stop',
    });
  });
});

describe('Ollama decoder: an end', () => {
  it.each([{}, { done_reason: '' }, { done_reason: null }])('without a reason is one that older servers send: %j', (reason) => {
    const { done_reason: _reason, ...rest } = end();
    const outcome = read(text('a'), { ...rest, ...reason, eval_count: 3 });
    expect(outcome).toMatchObject({ error: null, defaulted: 'stop' });
    expect(outcome.result.usage).toMatchObject({ completionTokens: 3 });
  });

  it('after a call is one for tools', () => {
    const choice = read(saying({ content: '', tool_calls: [{ function: { name: 'now', arguments: {} } }] }), end()).result.choices[0];
    expect(choice).toMatchObject({ finishReason: 'tool_calls', nativeReason: 'stop' });
  });

  it('of a model that was only loaded is an answer without words', () => {
    expect(replayBody(ollamaUpstream, end({ done_reason: 'load' })).result.choices[0]).toMatchObject({ text: '', finishReason: 'stop' });
  });
});

describe('Ollama decoder: an error', () => {
  it.each([[{ error: 'out of memory' }], [{ error: { message: 'out of memory', type: 'server' } }]])('%j ends the answer', (line) => {
    const outcome = read(text('a'), line, text('b'), end());
    expect(outcome.error).toMatchObject({ type: 'provider_unavailable', message: 'out of memory' });
    expect(outcome.events.at(-1)?.type).toBe('error');
    expect(replayBody(ollamaUpstream, line).error?.message).toBe('out of memory');
  });
});

describe('Ollama decoder: tool calls', () => {
  it('are counted over lines, whatever index the provider gives them', () => {
    const one = { id: 'a', function: { index: 0, name: 'one', arguments: { a: 1 } } };
    const two = { id: 'b', function: { index: 0, name: 'two', arguments: '{"b":2}' } };
    const lines = [saying({ content: '', tool_calls: [one] }), saying({ content: '', tool_calls: [two, { function: { name: 'now' } }] })];
    expect(read(...lines, end()).result.choices[0]?.toolCalls).toEqual([
      { id: 'a', name: 'one', arguments: '{"a":1}' },
      { id: 'b', name: 'two', arguments: '{"b":2}' },
      { id: 'call_gen-test_0_2', name: 'now', arguments: '{}' },
    ]);
  });
});

describe('Ollama decoder: reasoning', () => {
  it('is a block that a client can send back', () => {
    const { result } = read(saying({ content: '', thinking: 'F' }), saying({ content: '', thinking: 'ar.' }), text('Done.'), end());
    expect(result.choices[0]).toMatchObject({ reasoning: 'Far.', text: 'Done.' });
    expect(joinReasoningDetails(result.choices[0]?.reasoningDetails ?? [])).toEqual([
      { type: 'reasoning.text', text: 'Far.', format: 'unknown', index: 0 },
    ]);
  });
});

describe('Ollama decoder: usage', () => {
  it.each([
    [
      { prompt_eval_count: 3, eval_count: 2 },
      { promptTokens: 3, completionTokens: 2, cachedTokens: null, reasoningTokens: null },
    ],
    [{ eval_count: 2 }, { promptTokens: 0, completionTokens: 2 }], // zeros are left out
    [{ prompt_eval_count: 3 }, { promptTokens: 3, completionTokens: 0 }],
  ])('%j', (counts, usage) => {
    expect(read(text('a'), end(counts)).result.usage).toMatchObject(usage);
  });

  it.each([{}, { prompt_eval_count: '3' }, { total_duration: 5 }])('is unknown for %j', (counts) => {
    expect(read(text('a'), end(counts)).result.usage).toBeNull();
  });
});

describe('Ollama decoder: log probabilities', () => {
  const entry = (token: string) => ({ token, logprob: -0.25, bytes: [82], top_logprobs: [{ token, logprob: -0.25, bytes: [82] }] });
  const told = (token: string) => ({ token, logprob: -0.25, bytes: [82], top: [{ token, logprob: -0.25, bytes: [82] }] });

  it('belong to the text they come with', () => {
    const outcome = read(text('a', { logprobs: [entry('a')] }), text('', { logprobs: [entry('b')] }), end());
    expect(outcome.result.choices[0]).toMatchObject({ text: 'a', logprobs: [told('a'), told('b')] });
  });

  it('beside reasoning are not the text’s', () => {
    const outcome = read(saying({ content: '', thinking: 'F' }, { logprobs: [entry('F')] }), text('a', { logprobs: [entry('a')] }), end());
    expect(outcome.result.choices[0]?.logprobs).toEqual([told('a')]);
  });
});

describe('Ollama decoder: a document', () => {
  it('that is not done is cut', () => {
    expect(replayBody(ollamaUpstream, text('a')).error?.type).toBe('provider_unavailable');
  });
});
