/**
 * Twice the answer costs at most 2.3 times the work, for every part of an answer that can grow, in every format that providers speak: from
 * payloads and whole bodies to events, through the stages, to what a client is sent. The work is counted, not timed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { growth, loadCounted, stopCounting } from '../support/count-work.ts';
import { headOf, USAGE } from './answer-head.ts';
import { BODIES, called, token } from './growing-bodies.ts';

const MAX_GROWTH = 2.3;
/** So many payloads that a scan of what came before costs as much as all else. */
const SIZE = 600;

const load = () =>
  loadCounted(async () => ({
    ...(await import('../../src/dialects/index.ts')),
    ...(await import('../../src/dialects/openai-chat/client/encode.ts')),
    ...(await import('../../src/stream/stages/best-of.ts')),
    ...(await import('../../src/stream/stages/choices.ts')),
    ...(await import('../../src/stream/collect.ts')),
    ...(await import('../../src/attempts/continuation-filter.ts')),
    ...(await import('../../src/unified/response/kept-text.ts')),
    ...(await import('../../src/stream/stages/guard.ts')),
    ...(await import('../../src/stream/kept-events.ts')),
    ...(await import('../../src/stream/stages/rename-tools.ts')),
    ...(await import('../../src/stream/stages/shape.ts')),
    ...(await import('../../src/stream/stages/stop.ts')),
    ...(await import('../../src/unified/response/answer-budget.ts')),
    ...(await import('../../src/upstream/hide-secrets.ts')),
  }));
type LoadedRouter = Awaited<ReturnType<typeof load>>;

let router: LoadedRouter;
beforeAll(async () => {
  router = await load();
});
afterAll(stopCounting);

/** A part of an answer that grows: its payload number `index`. */
type Part = (index: number) => JsonObject;

const chat = (delta: JsonObject, more: JsonObject = {}): JsonObject => ({ model: 'm', choices: [{ index: 0, delta, ...more }] });

const CHAT: Readonly<Record<string, Part>> = {
  tokens: (index) => chat({ content: `t${index}` }),
  'unlike tokens': (index) => ({ ...chat({ content: `t${index}` }), created: index }),
  reasoning: (index) => chat({ reasoning: `t${index}` }),
  'reasoning details': (index) => chat({ reasoning_details: [{ type: 'reasoning.text', text: `t${index}` }] }),
  refusals: (index) => chat({ refusal: `t${index}` }),
  'log probabilities': (index) => chat({ content: `t${index}` }, { logprobs: { content: [token(index)] } }),
  'tool calls': (index) => chat({ tool_calls: [called(index)] }),
  'tool calls by id': (index) => chat({ tool_calls: [called(index, { index: undefined })] }),
  'tool calls by name': (index) => chat({ tool_calls: [called(index, { index: undefined, id: undefined })] }),
  'tool calls of one index': (index) => chat({ tool_calls: [called(index, { index: 0 })] }),
  'pieces of arguments': (index) => chat({ tool_calls: [index === 0 ? called(0) : { index: 0, function: { arguments: 'x' } }] }),
  choices: (index) => ({ model: 'm', choices: [{ index, delta: { content: 'x' } }] }),
  'named choices': (index) => ({ model: 'm', choices: [{ index: `c${index}`, delta: { content: 'x' } }] }),
  'choices of one payload': (index) => ({
    model: 'm',
    choices: [
      { index: 0, delta: { content: 'x' } },
      { index, delta: { content: 'y' } },
    ],
  }),
  annotations: (index) => chat({ annotations: [{ type: 'url_citation', url_citation: { url: `https://${index}.example` } }] }),
  usage: (index) => ({ model: 'm', choices: [], usage: { prompt_tokens: 1, completion_tokens: index, total_tokens: 1 } }),
};

const block = (index: number, more: JsonObject) => ({ type: 'content_block_start', index, content_block: more });
const grows = (index: number, delta: JsonObject) => ({ type: 'content_block_delta', index, delta });

const PARTS: Readonly<Record<string, Readonly<Record<string, Part>>>> = {
  'openai-chat': CHAT,
  mistral: {
    ...CHAT,
    references: (index) => chat({ content: [{ type: 'reference', reference_ids: [index] }] }),
    thinking: (index) =>
      chat({
        content: [
          { type: 'thinking', thinking: `t${index}` },
          { type: 'text', text: 'x' },
        ],
      }),
  },
  'workers-ai': {
    ...CHAT,
    'own form': (index) => ({ response: `t${index}` }),
    'own calls': (index) => ({ tool_calls: [{ name: `f${index}`, arguments: {} }] }),
  },
  'openai-completions': {
    tokens: (index) => ({ model: 'm', choices: [{ index: 0, text: `t${index}` }] }),
    'log probabilities': (index) => ({
      choices: [{ index: 0, text: 'x', logprobs: { tokens: [`t${index}`], token_logprobs: [-1], top_logprobs: [{ a: -1 }] } }],
    }),
    choices: (index) => ({ choices: [{ index, text: 'x' }] }),
  },
  anthropic: {
    tokens: (index) => (index === 0 ? block(0, { type: 'text', text: '' }) : grows(0, { type: 'text_delta', text: `t${index}` })),
    thinking: (index) =>
      index === 0 ? block(0, { type: 'thinking', thinking: '' }) : grows(0, { type: 'thinking_delta', thinking: `t${index}` }),
    blocks: (index) => block(index, { type: 'text', text: 'x' }),
    'thinking blocks': (index) => block(index, { type: 'thinking', thinking: 'x', signature: 's' }),
    'tool calls': (index) => block(index, { type: 'tool_use', id: `id-${index}`, name: `f${index}`, input: { a: 1 } }),
    'tool calls of one block': (index) => block(0, { type: 'tool_use', id: `id-${index}`, name: `f${index}`, input: { a: 1 } }),
    'pieces of arguments': (index) =>
      index === 0
        ? block(0, { type: 'tool_use', id: 'a', name: 'f', input: {} })
        : grows(0, { type: 'input_json_delta', partial_json: 'x' }),
    citations: (index) =>
      index === 0
        ? block(0, { type: 'text', text: '' })
        : grows(0, { type: 'citations_delta', citation: { url: `https://${index}.example`, title: 't', cited_text: 'c' } }),
  },
  gemini: {
    tokens: (index) => ({ candidates: [{ content: { parts: [{ text: `t${index}` }] } }] }),
    thoughts: (index) => ({ candidates: [{ content: { parts: [{ text: `t${index}`, thought: true }] } }] }),
    'tool calls': (index) => ({
      responseId: 'r',
      candidates: [{ content: { parts: [{ functionCall: { name: `f${index}`, args: { a: 1 } }, thoughtSignature: 's' }] } }],
    }),
    'pieces of arguments': (index) => ({
      candidates: [
        {
          content: {
            parts: [
              {
                functionCall: {
                  ...(index === 0 ? { name: 'f' } : {}),
                  willContinue: true,
                  partialArgs: [{ jsonPath: `$.a[${index}]`, stringValue: 'x' }],
                },
              },
            ],
          },
        },
      ],
    }),
    'pieces of one argument': (index) => ({
      candidates: [
        {
          content: {
            parts: [
              {
                functionCall: {
                  ...(index === 0 ? { name: 'f' } : {}),
                  willContinue: true,
                  partialArgs: [{ jsonPath: '$.a', stringValue: 'xy' }],
                },
              },
            ],
          },
        },
      ],
    }),
    images: (index) => ({ candidates: [{ content: { parts: [{ inlineData: { mimeType: 'image/png', data: `d${index}` } }] } }] }),
    choices: (index) => ({ candidates: [{ index, content: { parts: [{ text: 'x' }] } }] }),
  },
  bedrock: {
    tokens: (index) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { text: `t${index}` } } }),
    blocks: (index) => ({ contentBlockDelta: { contentBlockIndex: index, delta: { text: 'x' } } }),
    'tool calls': (index) => ({
      contentBlockStart: { contentBlockIndex: index, start: { toolUse: { toolUseId: `id-${index}`, name: `f${index}` } } },
    }),
    'tool calls of one block': (index) => ({
      contentBlockStart: { contentBlockIndex: 0, start: { toolUse: { toolUseId: `id-${index}`, name: 'f' } } },
    }),
    'pieces of arguments': () => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { toolUse: { input: 'x' } } } }),
    reasoning: (index) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: `t${index}` } } } }),
  },
  cohere: {
    tokens: (index) => ({ type: 'content-delta', index: 0, delta: { message: { content: { text: `t${index}` } } } }),
    thinking: (index) => ({ type: 'content-delta', index, delta: { message: { content: { thinking: 'x' } } } }),
    'tool calls': (index) => ({
      type: 'tool-call-start',
      index,
      delta: { message: { tool_calls: { id: `id-${index}`, function: { name: `f${index}`, arguments: '' } } } },
    }),
    'blank arguments': (index) => ({
      type: index === 0 ? 'tool-call-start' : 'tool-call-delta',
      index: 0,
      delta: { message: { tool_calls: { id: 'a', function: { name: 'f', arguments: '    ' } } } },
    }),
    citations: (index) => ({ type: 'citation-start', index, delta: { message: { citations: { start: index, text: 'x' } } } }),
  },
  ollama: {
    tokens: (index) => ({ model: 'm', message: { content: `t${index}` } }),
    'tool calls': (index) => ({ model: 'm', message: { tool_calls: [{ function: { name: `f${index}`, arguments: { a: 1 } } }] } }),
    thinking: (index) => ({ model: 'm', message: { thinking: `t${index}` } }),
  },
  'openai-responses': {
    tokens: (index) => ({ type: 'response.output_text.delta', output_index: 0, delta: `t${index}` }),
    items: (index) => ({ type: 'response.output_text.delta', output_index: index, delta: 'x' }),
    'tool calls': (index) => ({
      type: 'response.output_item.added',
      output_index: index,
      item: { type: 'function_call', call_id: `id-${index}`, name: `f${index}` },
    }),
    'whole tool calls': (index) => ({
      type: 'response.output_item.done',
      output_index: index,
      item: { type: 'function_call', call_id: `id-${index}`, name: `f${index}`, arguments: '{}' },
    }),
    'pieces of arguments': (index) =>
      index === 0
        ? { type: 'response.output_item.added', output_index: 0, item: { type: 'function_call', call_id: 'a', name: 'f' } }
        : { type: 'response.function_call_arguments.delta', output_index: 0, delta: 'x' },
    reasoning: (index) => ({ type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: index, delta: 'x' }),
    annotations: (index) => ({
      type: 'response.output_item.done',
      output_index: index,
      item: {
        type: 'message',
        content: [{ type: 'output_text', text: 'x', annotations: [{ type: 'url_citation', url: `https://${index}.example`, title: 't' }] }],
      },
    }),
  },
};

/** From payloads to events. */
function decode(dialectName: string, payloads: readonly string[]): void {
  const dialect = router.upstreamDialect(dialectName);
  const decoder = dialect.createDecoder({ quirks: [], budget: router.createAnswerBudget(1e9) });
  for (const payload of payloads) decoder.push(payload);
}

/** From events to a client, through every stage. */
function pass(events: readonly StreamEvent[]): void {
  const budget = router.createAnswerBudget(1e9);
  const stop = 'xt'.repeat(400);
  const stages = [
    router.createChoiceStage(2, () => undefined),
    router.createHideSecretsStage(['sk-0123456789abcdef']) ?? router.createChoiceStage(2, () => undefined),
    router.createRenameToolsStage({ toolNames: { f1: 'g1' } }),
    router.createStopStage([{ text: stop, isNative: false }], 2, { budget }),
    router.createEchoStage(['prompt', 'prompt']),
    router.createGuard('gen', 2, budget),
  ];
  const kept = router.createKeptEvents(budget);
  const best = router.createBestOfStage({ candidates: 2, keep: 1, hideLogprobs: true }, budget);
  const collector = router.createCollector(budget);
  const encoder = router.createEncoder(headOf());
  const take = (event: StreamEvent) => {
    let passing: readonly StreamEvent[] = [event];
    for (const stage of stages) passing = stage.push(passing);
    kept.push(passing);
    collector.push(best.push(passing));
    encoder.push(passing);
  };
  for (const event of events) take(event);
  take({ type: 'choice-end', choice: 0, reason: 'stop', nativeReason: null });
  take({ type: 'end', usage: null });
  collector.push(kept.take());
  router.encodeBody(collector.result(), headOf());
}

/** The growth of the work for so many parts; they are made before anything is counted. */
function growthOf<Item>(make: (index: number) => Item, run: (items: readonly Item[]) => void): number {
  const bySize = new Map([2, SIZE, 2 * SIZE].map((size) => [size, Array.from({ length: size }, (_, index) => make(index))]));
  return growth((size) => run(bySize.get(size) ?? []), SIZE);
}

const tooMuch = (grown: readonly (readonly [string, number])[]) => grown.filter(([, growing]) => !(growing < MAX_GROWTH));

describe.each(Object.keys(PARTS))('decoding a stream of %s', (dialect) => {
  it('costs twice the work for twice as much of any of its parts', () => {
    const grown = Object.entries(PARTS[dialect] ?? {}).map(
      ([name, part]) =>
        [
          name,
          growthOf(
            (index) => JSON.stringify(part(index)),
            (payloads) => decode(dialect, payloads),
          ),
        ] as const,
    );
    expect(tooMuch(grown)).toEqual([]);
  });
});

const LOGPROBS = [{ token: 'x', logprob: -1, bytes: null, top: [] }];
const EVENTS: Readonly<Record<string, (index: number) => StreamEvent>> = {
  text: () => ({ type: 'text-delta', choice: 0, text: 'ab' }),
  'text that may be a stop sequence': () => ({ type: 'text-delta', choice: 0, text: 'xt' }),
  'log probabilities': () => ({ type: 'text-delta', choice: 0, text: 'x', logprobs: LOGPROBS }),
  'log probabilities whose text never comes': () => ({ type: 'text-delta', choice: 0, text: '', logprobs: LOGPROBS }),
  reasoning: () => ({ type: 'reasoning-delta', choice: 0, text: 'ab' }),
  details: () => ({ type: 'reasoning-delta', choice: 0, text: 'ab', details: [{ type: 'reasoning.text', text: 'ab' }] }),
  refusals: () => ({ type: 'refusal-delta', choice: 0, text: 'ab' }),
  'tool calls': (index) => ({ type: 'tool-call-delta', choice: 0, index, id: `id-${index}`, name: `f${index}`, arguments: '{}' }),
  arguments: () => ({ type: 'tool-call-delta', choice: 0, index: 0, arguments: 'ab' }),
  choices: (index) => ({ type: 'text-delta', choice: index, text: 'ab' }),
  'two choices by turns': (index) => ({ type: 'text-delta', choice: index % 2, text: 'ab' }),
  images: (index) => ({ type: 'image', choice: 0, images: [index] }),
  usage: (index) => ({ type: 'usage', usage: { ...USAGE, completionTokens: index } }),
};

describe('the stages between decoder and client', () => {
  it.each(Object.keys(EVENTS))('cost twice the work for twice as much %s', (name) => {
    const make = EVENTS[name];
    if (make === undefined) throw new Error('no such events');
    expect(growthOf(make, pass)).toBeLessThan(MAX_GROWTH);
  });
});

describe('continuing an answer that broke off', () => {
  it('costs twice the work for twice the text, also where every piece is one character', () => {
    const grown = growthOf(
      () => 'x',
      (pieces) => {
        const shown = new router.KeptText(router.createAnswerBudget(1e9));
        for (const piece of pieces) shown.add(piece);
        const [repeat, prefill] = [router.createRepeatFilter(shown.text()), router.createPrefillFilter(shown.text())];
        for (const text of pieces) for (const filter of [repeat, prefill]) filter.push([{ type: 'text-delta', choice: 0, text }]);
      },
    );
    expect(grown).toBeLessThan(MAX_GROWTH);
  });
});

describe.each(Object.keys(BODIES))('a body with many %s', (name) => {
  const [dialect = '', body = () => ({})] = BODIES[name] ?? [];

  it('costs twice the work for twice as many', () => {
    const bySize = new Map([2, SIZE, 2 * SIZE].map((size) => [size, body(size)]));
    const grown = growth((size) => {
      const events = router.upstreamDialect(dialect).decodeBody(bySize.get(size), { quirks: [], budget: router.createAnswerBudget(1e9) });
      const collector = router.createCollector();
      const asked = /choices|candidates/.test(name) ? size : 1;
      collector.push(router.createGuard('gen', asked).push(router.createChoiceStage(asked, () => undefined).push(events)));
      router.encodeBody(collector.result(), headOf());
    }, SIZE);
    expect(grown).toBeLessThan(MAX_GROWTH);
  });
});
