import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UpstreamDialect } from '../../src/dialects/dialect.ts';
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { encodeBody } from '../../src/dialects/openai-chat/client/encode.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { openaiChatUpstream } from '../../src/dialects/openai-chat/upstream/index.ts';
import { openaiCompletionsClient } from '../../src/dialects/openai-completions/client/index.ts';
import { openaiCompletionsUpstream } from '../../src/dialects/openai-completions/upstream/index.ts';
import { createFinishStage } from '../../src/stream/stages/finish.ts';
import { createGuard } from '../../src/stream/stages/guard.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { anyEvent, END, ended, START } from '../stream/events.ts';
import { headOf } from './answer-head.ts';
import { groupResult, type GroupedResult } from './grouped.ts';
import { bytesOf, replay, replayBody } from './replay.ts';

/** Any answer that ends well, as the guard lets it through. */
const wellFormed = fc
  .array(
    anyEvent.filter(({ type }) => type !== 'error' && type !== 'end' && type !== 'start'),
    { maxLength: 25 },
  )
  .map((events): StreamEvent[] => {
    const guard = createGuard('gen-1', 3);
    const all = [START, ...events, ended(0), ended(1), ended(2), END];
    // Pieces without a letter are no events on the way back, and a client has no use for them on the way out.
    const finished = createFinishStage(() => undefined).push(all);
    return guard.push(finished).filter((event) => !('text' in event) || event.text !== '');
  });

/** Calls counted from 0 in order of appearance, as every decoder of ours counts them. */
function recounted(events: readonly StreamEvent[]): StreamEvent[] {
  const orders = new Map<number, number[]>();
  return events.map((event) => {
    if (event.type !== 'tool-call-delta') return event;
    const order = orders.get(event.choice) ?? [];
    orders.set(event.choice, order);
    if (!order.includes(event.index)) order.push(event.index);
    return { ...event, index: order.indexOf(event.index) };
  });
}

/** Ids and names once, since the format has no other way to say them; a later piece that says nothing else is none. */
function saidOnce(events: readonly StreamEvent[]): StreamEvent[] {
  const known = new Set<string>();
  return events.flatMap((event): StreamEvent[] => {
    if (event.type !== 'tool-call-delta') return [event];
    const key = `${event.choice}/${event.index}`;
    const { id: _id, name: _name, ...rest } = event;
    const isNew = !known.has(key);
    known.add(key);
    return isNew ? [event] : rest.arguments === '' ? [] : [rest];
  });
}

/** The answer by kind: a body does not hold the order of its blocks. */
const withoutBlocks = (result: GroupedResult) => ({ ...result, choices: result.choices.map((choice) => ({ ...choice, blocks: [] })) });

function written(client: TextClientDialect, events: readonly StreamEvent[]): Uint8Array {
  const request = client.parse({ model: 'a/b', messages: [{ role: 'user', content: 'Hi' }], prompt: 'Hi' }, () => null);
  return bytesOf(client.createEncoder(headOf({}, { slug: null }), request).push(events));
}

describe('what our chat encoder writes', () => {
  // The same id twice in one choice is one call to any reader, so these answers have none.
  const answers = wellFormed
    .map((events) => saidOnce(recounted(events)))
    .filter((events) => {
      const ids = events.flatMap((event) =>
        event.type === 'tool-call-delta' && event.id !== undefined ? [`${event.choice}/${event.id}`] : [],
      );
      return new Set(ids).size === ids.length;
    });

  it('our chat decoder reads back as the same events', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const { events: read } = replay(openaiChatUpstream, [written(openaiChatClient, events)]);
        expect(read.map((event) => (event.type === 'end' ? { ...event, usage: null } : event))).toEqual(
          events.map((event) => (event.type === 'end' ? { ...event, usage: null } : event)),
        );
      }),
    );
  });

  it('as a body is the same answer', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const collector = createCollector();
        collector.push(events);
        const body: unknown = JSON.parse(JSON.stringify(encodeBody(collector.result(), headOf({}, { slug: null }))));
        // A body always has a fingerprint: ours, where the upstream sent none.
        const starts = collector.result().starts.map((start) => ({ ...start, systemFingerprint: start.systemFingerprint ?? 'fp_acme_1' }));
        expect(withoutBlocks(replayBody(openaiChatUpstream, body).result)).toEqual({
          ...withoutBlocks(groupResult(collector.result())),
          starts,
        });
      }),
    );
  });
});

describe('what our completions encoder writes', () => {
  const answers = wellFormed.map((events) => events.filter(({ type }) => type !== 'tool-call-delta'));

  it('our completions decoder reads back as the same events', () => {
    fc.assert(
      fc.property(answers, (events) => {
        // Tool calls have no place in the format; a reason that speaks of them may stay.
        const { events: read } = replay(openaiCompletionsUpstream, [written(openaiCompletionsClient, events)]);
        const told = (list: readonly StreamEvent[]) => list.filter(({ type }) => type !== 'end');
        expect(told(read)).toEqual(told(events));
      }),
    );
  });
});

describe('usage', () => {
  const dialects: [string, TextClientDialect, UpstreamDialect][] = [
    ['chat', openaiChatClient, openaiChatUpstream],
    ['completions', openaiCompletionsClient, openaiCompletionsUpstream],
  ];
  it.each(dialects)('of a %s stream is read back as it was', (_, client, upstream) => {
    const usage = {
      promptTokens: 9,
      completionTokens: 7,
      cachedTokens: 2,
      cacheWriteTokens: 1,
      reasoningTokens: 3,
      costUsd: 0.5,
      estimated: [],
      calls: 1,
    };
    const { result } = replay(upstream, [
      written(client, [START, { type: 'text-delta', choice: 0, text: 'a' }, ended(), { type: 'end', usage }]),
    ]);
    expect(result.usage).toEqual(usage);
  });
});
