/** Random answers of one choice with every kind of content, in the grammar of events. */
import * as fc from 'fast-check';
import { RouterError } from '../../src/unified/error.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { anyText } from '../support/any-text.ts';
import { call, reasoning, START, text, usageOf } from '../stream/events.ts';

const piece = anyText({ minLength: 1, maxLength: 4 });
const pieces = fc.array(piece, { minLength: 1, maxLength: 3 });

const state = (kind: 'signature' | 'encrypted', data: string, callId?: string): StreamEvent => ({
  type: 'reasoning-state',
  choice: 0,
  state: { kind, format: 'acme-v1', data, provider: null, model: null, ...(callId === undefined ? {} : { callId }) },
  details: [
    {
      type: kind === 'signature' ? 'reasoning.text' : 'reasoning.encrypted',
      [kind === 'signature' ? 'signature' : 'data']: data,
      ...(callId === undefined ? {} : { id: callId }),
    },
  ],
});

const anyState = fc.tuple(fc.constantFrom('signature' as const, 'encrypted' as const), fc.base64String({ minLength: 4, maxLength: 8 }));

/** A call without its index: its id is made of that. `cuts`: where its arguments are cut. */
const anyCall = fc.record({
  name: fc.constantFrom('f', 'get_level'),
  value: fc.dictionary(fc.constantFrom('a', 'ü "\\'), fc.oneof(piece, fc.integer(), fc.constant([]), fc.constant({}))),
  cuts: fc.array(fc.nat({ max: 9 }), { maxLength: 3 }),
  sealed: fc.option(anyState, { nil: null }),
});

type Segment = StreamEvent[] | { calls: (typeof anyCall extends fc.Arbitrary<infer Call> ? Call : never)[]; order: number[] };

const segment: fc.Arbitrary<Segment> = fc.oneof(
  { weight: 3, arbitrary: pieces.map((all) => all.map((one) => text(one))) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(pieces, fc.option(anyState, { nil: null }))
      .map(([all, last]) => [...all.map((one) => reasoning(one)), ...(last === null ? [] : [state(...last)])]),
  },
  { weight: 1, arbitrary: anyState.map((one) => [state(...one)]) },
  { weight: 1, arbitrary: pieces.map((all): StreamEvent[] => all.map((one) => ({ type: 'refusal-delta', choice: 0, text: one }))) },
  {
    weight: 3,
    arbitrary: fc.record({
      calls: fc.array(anyCall, { minLength: 1, maxLength: 3 }),
      order: fc.array(fc.nat({ max: 2 }), { maxLength: 9 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('https://a.example', 'https://b.example')
      .map((url): StreamEvent[] => [
        { type: 'citation', choice: 0, citations: [{ type: 'url_citation', url_citation: { url, title: 'A' } }] },
      ]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<StreamEvent[]>([
      { type: 'image', choice: 0, images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,QUJD' } }] },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('citations', 'references')
      .map((name): StreamEvent[] => [{ type: 'native', choice: 0, format: 'cohere', fields: { [name]: [1] } }]),
  },
);

/** The text in pieces, cut at these places. */
function cutText(whole: string, cuts: readonly number[]): string[] {
  const places = [...new Set([0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length])].sort((one, other) => one - other);
  return places.slice(1).map((end, at) => whole.slice(places[at], end));
}

/** The events of segments, calls counted through. The pieces of the calls of one segment are mixed. */
function eventsOf(segments: readonly Segment[]): StreamEvent[] {
  let count = 0;
  return segments.flatMap((one) => {
    if (Array.isArray(one)) return one;
    const waiting = one.calls.map(({ name, value, cuts, sealed }) => {
      const [index, id] = [count, `call_${count++}`];
      const [first = '', ...rest] = cutText(JSON.stringify(value), cuts);
      return [
        ...(sealed === null ? [] : [state(...sealed, id)]),
        call(index, { id, name, arguments: first }),
        ...rest.map((more) => call(index, { arguments: more })),
      ];
    });
    return [...one.order.flatMap((at) => waiting[at]?.splice(0, 1) ?? []), ...waiting.flat()];
  });
}

/** Calls counted from 0 in order of appearance, as every decoder counts them. */
function recounted(events: readonly StreamEvent[]): StreamEvent[] {
  const order: number[] = [];
  return events.map((event) => {
    if (event.type !== 'tool-call-delta') return event;
    if (!order.includes(event.index)) order.push(event.index);
    return { ...event, index: order.indexOf(event.index) };
  });
}

const part = fc.option(fc.nat({ max: 3 }), { nil: null });
const anyUsage = fc.option(
  fc
    .tuple(part, part, part)
    .map(([cachedTokens, cacheWriteTokens, reasoningTokens]) =>
      usageOf(9, 7, { cachedTokens, cacheWriteTokens, reasoningTokens, costUsd: cachedTokens === null ? null : 0.5 }),
    ),
  { nil: null },
);

const content = fc.array(segment, { maxLength: 6 }).map((segments) => recounted(eventsOf(segments)));

/** An answer that ends well. A call makes the reason `tool_calls`, unless a limit or a filter cut it. */
export const anyAnswer: fc.Arbitrary<StreamEvent[]> = fc
  .tuple(content, fc.constantFrom('stop' as const, 'length' as const, 'content_filter' as const), anyUsage)
  .map(([events, given, usage]) => {
    const reason = given === 'stop' && events.some(({ type }) => type === 'tool-call-delta') ? 'tool_calls' : given;
    return [START, ...events, { type: 'choice-end', choice: 0, reason, nativeReason: reason }, { type: 'end', usage }];
  });

/** An answer that breaks off somewhere. */
export const brokenAnswer: fc.Arbitrary<StreamEvent[]> = fc
  .tuple(content, fc.nat({ max: 20 }), anyUsage)
  .map(([events, length, usage]) => [
    START,
    ...events.slice(0, length),
    { type: 'error', error: new RouterError('provider_unavailable', 'it broke off'), usage, openChoices: [0] },
  ]);
