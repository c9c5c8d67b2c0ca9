/**
 * Twice the answer costs at most 2.3 times the work in what each client format writes, streamed and not, from events of any upstream and from
 * payloads of its own format. The work is counted, not timed (`work.test.ts` has the way from the upstream to the encoder).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UnifiedRequest } from '../../src/unified/request/request.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { growth, loadCounted, stopCounting } from '../support/count-work.ts';
import { START } from '../stream/events.ts';
import { headOf, USAGE } from './answer-head.ts';

const MAX_GROWTH = 2.3;
const SIZE = 400;

const load = () =>
  loadCounted(async () => ({
    ...(await import('../../src/dialects/index.ts')),
    ...(await import('../../src/stream/collect.ts')),
    ...(await import('../../src/unified/response/answer-budget.ts')),
  }));
let router: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  router = await load();
});
afterAll(stopCounting);

/** Bodies of the formats that answer in text. */
const REQUESTS: Readonly<Record<string, JsonObject>> = {
  'openai-chat': { model: 'a/b', messages: [{ role: 'user', content: 'Hi' }] },
  'openai-completions': { model: 'a/b', prompt: 'Hi' },
  'openai-responses': { model: 'a/b', input: 'Hi' },
  anthropic: { model: 'a/b', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
};

function clientOf(format: string) {
  const client = router.CLIENT_DIALECTS.find((one) => one.format === format);
  if (client === undefined || !('createEncoder' in client)) throw new Error(`no text is answered in ${format}`);
  return client;
}

type Make = (index: number) => StreamEvent;
const call = (index: number, more: object = {}): StreamEvent => ({ type: 'tool-call-delta', choice: 0, index, arguments: '{}', ...more });
const state = (data: string): StreamEvent => ({
  type: 'reasoning-state',
  choice: 0,
  state: { kind: 'signature', format: 'x-v1', data, provider: 'x', model: 'y' },
});

const EVENTS: Readonly<Record<string, Make>> = {
  text: () => ({ type: 'text-delta', choice: 0, text: 'ab' }),
  reasoning: () => ({ type: 'reasoning-delta', choice: 0, text: 'ab' }),
  'pieces of reasoning, each with a state': (index) =>
    index % 2 === 0 ? { type: 'reasoning-delta', choice: 0, text: 'ab' } : state(`s${index}`),
  'text and reasoning by turns': (index) => ({ type: index % 2 === 0 ? 'text-delta' : 'reasoning-delta', choice: 0, text: 'ab' }),
  refusals: () => ({ type: 'refusal-delta', choice: 0, text: 'ab' }),
  'tool calls': (index) => call(index, { id: `id-${index}`, name: `f${index}` }),
  'pieces of arguments': (index) => call(0, index === 0 ? { id: 'a', name: 'f', arguments: '{"a":"' } : { arguments: 'ab' }),
  'calls of custom tools': (index) => call(index, { id: `id-${index}`, name: 'f', kind: 'custom', arguments: 'ab' }),
  'calls that wait for the first': (index) => call(index, { id: `id-${index}`, name: 'f', arguments: index === 0 ? '{"a":' : '{}' }),
  'pieces of two calls by turns': (index) =>
    call(index % 2, index < 2 ? { id: `id-${index}`, name: 'f', arguments: '{"a":"' } : { arguments: 'ab' }),
  citations: (index) => ({
    type: 'citation',
    choice: 0,
    citations: [{ type: 'url_citation', url_citation: { url: `https://${index}.example` } }],
  }),
  images: (index) => ({ type: 'image', choice: 0, images: [index] }),
  'native events': (index) => ({ type: 'native', choice: 0, format: 'other', fields: { [`f${index}`]: index } }),
};

const ENDING: readonly StreamEvent[] = [
  { type: 'choice-end', choice: 0, reason: 'stop', nativeReason: null },
  { type: 'end', usage: USAGE },
];

/** Writes events as they come, and as a body. */
function write(format: string, request: UnifiedRequest, events: readonly StreamEvent[]): void {
  const client = clientOf(format);
  const encoder = client.createEncoder(headOf(), request);
  const collector = router.createCollector();
  for (const event of events) {
    encoder.push([event]);
    collector.push([event]);
  }
  client.encodeBody(collector.result(), headOf(), request);
}

/** The growth of the work for so many parts; they are made before anything is counted. */
function growthOf<Item>(make: (size: number) => Item, run: (item: Item) => void): number {
  const bySize = new Map([2, SIZE, 2 * SIZE].map((size) => [size, make(size)]));
  return growth((size) => run(bySize.get(size) as Item), SIZE);
}

const tooMuch = (grown: readonly (readonly [string, number])[]) => grown.filter(([, growing]) => !(growing < MAX_GROWTH));
const many = <Item>(size: number, make: (index: number) => Item): Item[] => Array.from({ length: size }, (_, index) => make(index));

describe.each(Object.keys(REQUESTS))('writing an answer in %s', (format) => {
  it('costs twice the work for twice as much of any of its parts', () => {
    const request = clientOf(format).parse(REQUESTS[format] ?? {}, () => null);
    const grown = Object.entries(EVENTS).map(([name, make]) => {
      const eventsFor = (size: number): StreamEvent[] => [START, ...many(size, make), ...ENDING];
      return [name, growthOf(eventsFor, (events) => write(format, request, events))] as const;
    });
    expect(tooMuch(grown)).toEqual([]);
  });
});

const block = (index: number, type: string, more: JsonObject = {}) => ({
  type: 'content_block_start',
  index,
  content_block: { type, ...more },
});
const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage: { input_tokens: 1, output_tokens: 1 } };
const item = (index: number, type: string, more: JsonObject = {}) => ({ output_index: index, item: { id: `i_${index}`, type, ...more } });

type Native = { dialect: string; opening: JsonObject[]; part: (index: number) => JsonObject[] };
/** Payloads of an upstream of the client's own format: the beginning, and the part that grows. */
const NATIVE: Readonly<Record<string, Readonly<Record<string, Native>>>> = {
  anthropic: {
    text: {
      dialect: 'anthropic',
      opening: [{ type: 'message_start', message }, block(0, 'text', { text: '' })],
      part: () => [{ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ab' } }],
    },
    blocks: {
      dialect: 'anthropic',
      opening: [{ type: 'message_start', message }],
      part: (index) => [block(index, 'server_tool_use', { id: `s${index}`, name: 'f', input: {} }), { type: 'content_block_stop', index }],
    },
    calls: {
      dialect: 'anthropic',
      opening: [{ type: 'message_start', message }],
      part: (index) => [
        block(index, 'tool_use', { id: `t${index}`, name: 'f', input: {} }),
        { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '{}' } },
        { type: 'content_block_stop', index },
      ],
    },
  },
  'openai-responses': {
    text: {
      dialect: 'openai-responses',
      opening: [
        { type: 'response.created', response: { id: 'r', output: [] } },
        { type: 'response.output_item.added', ...item(0, 'message', { role: 'assistant', content: [] }) },
        {
          type: 'response.content_part.added',
          item_id: 'i_0',
          output_index: 0,
          content_index: 0,
          part: { type: 'output_text', text: '', annotations: [] },
        },
      ],
      part: () => [{ type: 'response.output_text.delta', item_id: 'i_0', output_index: 0, content_index: 0, delta: 'ab' }],
    },
    items: {
      dialect: 'openai-responses',
      opening: [{ type: 'response.created', response: { id: 'r', output: [] } }],
      part: (index) => [
        { type: 'response.output_item.added', ...item(index, 'web_search_call', { status: 'in_progress' }) },
        { type: 'response.output_item.done', ...item(index, 'web_search_call', { status: 'completed' }) },
      ],
    },
    'open items': {
      dialect: 'openai-responses',
      opening: [{ type: 'response.created', response: { id: 'r', output: [] } }],
      part: (index) => [
        { type: 'response.output_item.added', ...item(index, 'function_call', { call_id: `c${index}`, name: 'f', arguments: '' }) },
      ],
    },
  },
};

describe.each(Object.keys(NATIVE))('passing on an answer of its own format in %s', (format) => {
  it('costs twice the work for twice as much of any of its parts', () => {
    const request = clientOf(format).parse(REQUESTS[format] ?? {}, () => null);
    const grown = Object.entries(NATIVE[format] ?? {}).map(([name, { dialect, opening, part }]) => {
      const payloadsFor = (size: number) => [...opening, ...many(size, part).flat()].map((one) => JSON.stringify(one));
      const pass = (payloads: readonly string[]) => {
        const native = router.nativeDialect({ dialect, quirks: [] }, { format, body: {}, headers: {} });
        const decoder = native?.createDecoder({ quirks: [], budget: router.createAnswerBudget(1e9) });
        const encoder = clientOf(format).createEncoder(headOf(), request);
        let written = '';
        for (const payload of payloads) written += encoder.push(decoder?.push(payload) ?? []);
        if (!written.includes('event: ')) throw new Error('nothing was written');
      };
      return [name, growthOf(payloadsFor, pass)] as const;
    });
    expect(tooMuch(grown)).toEqual([]);
  });
});
