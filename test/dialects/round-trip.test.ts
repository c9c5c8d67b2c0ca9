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
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import { anthropicUpstream } from '../../src/dialects/anthropic/upstream/index.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import { openaiResponsesUpstream } from '../../src/dialects/openai-responses/upstream/index.ts';
import { openState } from '../../src/dialects/shared/envelope.ts';
import { anyAnswer } from './any-answer.ts';
import { saidBy, type Said } from './said.ts';
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

describe.each<[string, TextClientDialect, UpstreamDialect]>([
  ['Messages', anthropicClient, anthropicUpstream],
  ['Responses', openaiResponsesClient, openaiResponsesUpstream],
])('what our %s encoder writes, its decoder reads back', (_, client, upstream) => {
  const content = new Set([
    'start',
    'text-delta',
    'refusal-delta',
    'reasoning-delta',
    'reasoning-state',
    'tool-call-delta',
    'choice-end',
    'end',
  ]);
  const answers = anyAnswer.map((events) => events.filter(({ type }) => content.has(type)));
  const request = client.parse({ model: 'a/b', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }], input: 'Hi' }, () => null);

  /** The same in what both formats can say: a refusal is a text in Messages, and a count that is not known is 0 in Responses. */
  function same({ words, reasoning, calls, states, order, usage, finish }: Said, hasRefusal: boolean): object {
    const kinds = order.map((kind) => (kind === 'refusal' ? 'text' : kind));
    return {
      words,
      // The decoder of Responses writes a blank line between two items.
      reasoning: reasoning.replaceAll('\n', ''),
      calls,
      states: states.map((data) => openState(data)?.data ?? data).sort(),
      order: kinds.filter((kind, at) => kind === 'call' || kind !== kinds[at - 1]),
      usage: usage && [usage.prompt, usage.completion, usage.cached ?? 0, usage.cacheWrite ?? 0, usage.reasoning ?? 0],
      finish: hasRefusal ? null : finish, // a refusal in words is a reason of its own in Messages, and none in Responses
    };
  }

  it('as the same content, in a stream and in a body', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const collector = createCollector();
        collector.push(events);
        const meta = headOf({ id: `${client.idPrefix}1` });
        const stream = replay(upstream, [bytesOf(client.createEncoder(meta, request).push(events))]);
        const body = replayBody(upstream, JSON.parse(JSON.stringify(client.encodeBody(collector.result(), meta, request))));
        const said = saidBy(events);
        const [expected, ...read] = [said, saidBy(stream.events), saidBy(body.events)].map((one) => same(one, said.refusal !== ''));
        expect(read).toEqual([expected, expected]);
      }),
    );
  });
});
