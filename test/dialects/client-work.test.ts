/**
 * Twice the request, or twice the answer, is at most 2.3 times the work in Messages and Responses: read, planned and rendered; written event by
 * event and whole. Counted, not timed (`test/support/count-work.ts`).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/json.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { call, END, ended, reasoning, START, text } from '../stream/events.ts';
import { growths, loadCounted, stopCounting } from '../support/count-work.ts';
import { headOf } from './answer-head.ts';

const MAX_GROWTH = 2.3;
const SIZE = 300;

const load = () =>
  loadCounted(async () => ({
    ...(await import('../fitting/sent.ts')),
    ...(await import('../../src/dialects/anthropic/client/index.ts')),
    ...(await import('../../src/dialects/openai-responses/client/index.ts')),
    ...(await import('../../src/stream/collect.ts')),
    ...(await import('../../src/unified/error.ts')),
  }));

let src: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  src = await load();
});
afterAll(stopCounting);

type Grow = (size: number) => JsonObject;
const list = <Entry>(size: number, entry: (index: number) => Entry): Entry[] => Array.from({ length: size }, (_, index) => entry(index));
const user = (content: unknown): JsonObject => ({ role: 'user', content });
const fields = (size: number) => Object.fromEntries(list(size, (index) => [`x${index}`, 1]));
const schema = { type: 'object' };

const MESSAGES: Readonly<Record<string, Grow>> = {
  messages: (size) => ({ messages: list(size, (index) => (index % 2 === 0 ? user('hi') : { role: 'assistant', content: 'yes' })) }),
  'messages of one role': (size) => ({ messages: list(size, () => user('hi')) }),
  'system messages': (size) => ({ messages: list(size, (index) => (index % 2 === 0 ? user('hi') : { role: 'system', content: 'be' })) }),
  blocks: (size) => ({ messages: [user(list(size, () => ({ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' } })))] }),
  'thinking blocks': (size) => ({
    messages: [
      user('hi'),
      { role: 'assistant', content: list(size, (index) => ({ type: 'thinking', thinking: `t${index}`, signature: `s${index}` })) },
      user('hi'),
    ],
  }),
  'calls and results': (size) => ({
    messages: [
      user('hi'),
      { role: 'assistant', content: list(size, (index) => ({ type: 'tool_use', id: `c${index}`, name: 'f', input: { a: 1 } })) },
      user(list(size, (index) => ({ type: 'tool_result', tool_use_id: `c${size - 1 - index}`, content: 'done' }))),
    ],
  }),
  tools: (size) => ({ tools: list(size, (index) => ({ name: `f${index}`, input_schema: schema })) }),
  'deferred tools that are loaded': (size) => ({
    tools: list(size, (index) => ({ name: `f${index}`, input_schema: schema, defer_loading: true })),
    messages: [
      user('hi'),
      { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'find', input: {} }] },
      user([
        { type: 'tool_result', tool_use_id: 'c', content: list(size, (index) => ({ type: 'tool_reference', tool_name: `f${index}` })) },
      ]),
    ],
  }),
  'system blocks': (size) => ({ system: list(size, () => ({ type: 'text', text: 'be' })) }),
  'unknown fields': fields,
  'unknown fields of blocks': (size) => ({ messages: [user(list(size, (index) => ({ type: 'text', text: 'hi', [`x${index}`]: 1 })))] }),
  'wrong blocks': (size) => ({ messages: [user([...list(size, () => ({ type: 'text', text: 'hi' })), 0])] }),
};

const RESPONSES: Readonly<Record<string, Grow>> = {
  messages: (size) => ({ input: list(size, (index) => (index % 2 === 0 ? user('hi') : { role: 'assistant', content: 'yes' })) }),
  'messages of one role': (size) => ({ input: list(size, () => user('hi')) }),
  parts: (size) => ({ input: [user(list(size, () => ({ type: 'input_text', text: 'hi' })))] }),
  'reasoning items': (size) => ({
    input: [...list(size, (index) => ({ type: 'reasoning', id: `rs_${index}`, summary: [], encrypted_content: `e${index}` })), user('hi')],
  }),
  'calls and outputs': (size) => ({
    input: [
      user('hi'),
      ...list(size, (index) => ({ type: 'function_call', call_id: `c${index}`, name: 'f', arguments: '{}' })),
      ...list(size, (index) => ({ type: 'function_call_output', call_id: `c${size - 1 - index}`, output: 'done' })),
    ],
  }),
  'outputs without a call': (size) => ({
    input: [user('hi'), ...list(size, (index) => ({ type: 'function_call_output', call_id: `c${index}`, output: 'done' }))],
  }),
  'hosted items': (size) => ({ input: [user('hi'), ...list(size, (index) => ({ type: 'web_search_call', id: `ws_${index}` }))] }),
  tools: (size) => ({ tools: list(size, (index) => ({ type: 'function', name: `f${index}`, parameters: schema })) }),
  'custom tools': (size) => ({ tools: list(size, (index) => ({ type: 'custom', name: `f${index}` })) }),
  'tools of namespaces': (size) => ({
    tools: list(size, (index) => ({ type: 'namespace', name: `n${index}`, tools: [{ type: 'function', name: 'f', parameters: schema }] })),
  }),
  'allowed tools': (size) => ({
    tools: list(size, (index) => ({ type: 'function', name: `f${index}`, parameters: schema })),
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: list(size, (index) => ({ type: 'function', name: `f${index}` })) },
  }),
  'unknown fields': fields,
  'wrong items': (size) => ({ input: [...list(size, () => user('hi')), 0] }),
};

const MODELS = ['@novita/m', '@anthropic/claude-sonnet-4-5', '@openai/gpt-5.2-pro', '@google-ai-studio/gemini-2.5-flash'];

/** The parts that grow faster, each with its factor. */
function growing(parts: readonly string[], runs: readonly ((size: number) => void)[]): string[] {
  const factors = growths(runs, SIZE);
  return parts.flatMap((name, index) => ((factors[index] ?? NaN) <= MAX_GROWTH ? [] : [`${name}: ${factors[index]?.toFixed(2)}`]));
}

describe.each([
  ['Messages', MESSAGES, { max_tokens: 100, messages: [user('hi')] }],
  ['Responses', RESPONSES, { input: 'hi' }],
] as const)('a request of %s', (door, parts, least) => {
  it.each(MODELS)('is read and rendered for %s in proportion to its size', (model) => {
    const client = door === 'Messages' ? src.anthropicClient : src.openaiResponsesClient;
    const run = (grow: Grow) => (size: number) => {
      try {
        src.prepared(client.parse({ model, ...least, ...grow(size) }, () => null, 'answer'));
      } catch (thrown) {
        if (!(thrown instanceof src.RouterError)) throw thrown;
      }
    };
    expect(growing(Object.keys(parts), Object.values(parts).map(run))).toEqual([]);
  });
});

const ANSWERS: Readonly<Record<string, (size: number) => StreamEvent[]>> = {
  tokens: (size) => list(size, (index) => text(`t${index}`)),
  'pieces of reasoning': (size) => list(size, (index) => reasoning(`t${index}`)),
  'reasoning and text by turns': (size) => list(size, (index) => (index % 2 === 0 ? reasoning('r') : text('t'))),
  calls: (size) => list(size, (index) => call(index, { id: `c${index}`, name: 'f', arguments: '{}' })),
  'pieces of one call': (size) => [call(0, { id: 'c', name: 'f' }), ...list(size, () => call(0, { arguments: 'x' }))],
  'pieces of two calls by turns': (size) => [
    call(0, { id: 'a', name: 'f' }),
    call(1, { id: 'b', name: 'f' }),
    ...list(size, (index) => call(index % 2, { arguments: 'x' })),
  ],
  'calls that are all open': (size) => [
    ...list(size, (index) => call(index, { id: `c${index}`, name: 'f', arguments: '{' })),
    ...list(size, (index) => call(size - 1 - index, { arguments: '}' })),
  ],
  citations: (size) => [
    text('t'),
    ...list(size, (index): StreamEvent => {
      const citation = { type: 'url_citation', url_citation: { url: `https://${index}.example`, title: 't' } };
      return { type: 'citation', choice: 0, citations: [citation] };
    }),
  ],
};

describe.each(['Messages', 'Responses'])('an answer of %s', (door) => {
  it('is written in proportion to its size, in pieces and whole', () => {
    const client = door === 'Messages' ? src.anthropicClient : src.openaiResponsesClient;
    const run = (events: (size: number) => StreamEvent[]) => (size: number) => {
      const request = client.parse({ model: '@novita/m', max_tokens: 100, messages: [user('hi')], input: 'hi' }, () => null, 'answer');
      const all = [START, ...events(size), ended(), END];
      const encoder = client.createEncoder(headOf(), request);
      for (const event of all) encoder.push([event]);
      const collector = src.createCollector();
      for (const event of all) collector.push([event]);
      client.encodeBody(collector.result(), headOf(), request);
    };
    expect(growing(Object.keys(ANSWERS), Object.values(ANSWERS).map(run))).toEqual([]);
  });
});
