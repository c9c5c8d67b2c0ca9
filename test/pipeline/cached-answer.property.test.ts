/** A stored answer is written as the one that it was made of, in every client format. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicClient } from '../../src/dialects/anthropic/client/index.ts';
import type { TextClientDialect } from '../../src/dialects/client-dialect.ts';
import { openaiChatClient } from '../../src/dialects/openai-chat/client/index.ts';
import { openaiCompletionsClient } from '../../src/dialects/openai-completions/client/index.ts';
import { openaiResponsesClient } from '../../src/dialects/openai-responses/client/index.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { readStored, replayEvents, savedUsage, writeStored } from '../../src/pipeline/cached-answer.ts';
import { StoringSource } from '../../src/pipeline/storing-source.ts';
import { createCollector } from '../../src/stream/collect.ts';
import { createGuard } from '../../src/stream/stages/guard.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { headOf, USAGE } from '../dialects/answer-head.ts';
import { anyAnswer } from '../dialects/any-answer.ts';
import { anyEvent, ended, START } from '../stream/events.ts';

const CLIENTS: readonly [TextClientDialect, JsonObject][] = [
  [openaiChatClient, { model: 'm', messages: [{ role: 'user', content: 'Hi' }] }],
  [anthropicClient, { model: 'm', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] }],
  [openaiResponsesClient, { model: 'm', input: 'Hi' }],
  [openaiCompletionsClient, { model: 'm', prompt: 'Hi' }],
];

const END: StreamEvent = { type: 'end', usage: USAGE };

/** Any answer that ends well, as the guard lets it through. */
const several = fc
  .array(
    anyEvent.filter(({ type }) => !['error', 'end', 'start', 'choice-error', 'choice-end'].includes(type)),
    { maxLength: 25 },
  )
  .map((events): StreamEvent[] => createGuard('gen-1', 3).push([START, ...events, ended(0), ended(1), ended(2), END]));
const one = anyAnswer.map((events): StreamEvent[] => events.map((event) => (event.type === 'end' ? END : event)));
const isComplete = (events: readonly StreamEvent[]) =>
  !events.some(
    (event) => event.type === 'error' || event.type === 'choice-error' || ('reason' in event && event.reason === 'content_filter'),
  );
const answers = fc.oneof(several, one).filter(isComplete);

/** What is stored of events that come in batches of this size; null = nothing is. */
async function storedOf(events: readonly StreamEvent[], size: number): Promise<StreamEvent[] | null> {
  let kept: StreamEvent[] | null = null;
  let at = 0;
  const read = () => {
    const batch = events.slice(at, (at += size));
    return Promise.resolve(batch.length === 0 ? null : batch);
  };
  const source = new StoringSource(
    { read, cancel: () => undefined },
    {
      maxCharacters: 1_000_000,
      keepsToolCalls: true,
      setWorking: () => undefined,
      keep: (all) => void (kept = all),
      giveUp: () => undefined,
    },
  );
  const passed: StreamEvent[] = [];
  for (let batch = await source.read(); batch !== null; batch = await source.read()) passed.push(...batch);
  expect(passed).toEqual(events);
  return kept;
}

/** The events, as they come from the store. */
async function repeated(events: readonly StreamEvent[], size: number): Promise<StreamEvent[] | null> {
  const kept = await storedOf(events, size);
  if (kept === null) return null;
  const stored = readStored<StreamEvent[]>(writeStored(kept, { servedBy: [], storedMs: 1, ttlSeconds: 5 }), 1, 5);
  return replayEvents(stored?.content ?? [], 'gen-2');
}

/** The original as it would be without costs. */
const free = (events: readonly StreamEvent[]): StreamEvent[] =>
  events.flatMap((event): StreamEvent[] =>
    event.type === 'usage' ? [] : [event.type === 'end' ? { ...event, usage: savedUsage(event.usage) } : event],
  );

function resultOf(events: readonly StreamEvent[]) {
  const collector = createCollector();
  collector.push(events);
  return collector.result();
}

describe.each(CLIENTS)('a stored answer for $format', (client, body) => {
  const request = client.parse(body, () => null);
  const written = (events: readonly StreamEvent[]) => {
    const encoder = client.createEncoder(headOf(), request);
    return { body: client.encodeBody(resultOf(events), headOf(), request), frames: encoder.push(events) };
  };

  it('has the same body, whatever the batches, and a stream that ends like the other', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.integer({ min: 1, max: 9 }), async (events, size) => {
        const again = await repeated(events, size);
        expect(again).not.toBeNull();
        const [made, copy] = [written(free(events)), written(again ?? [])];
        expect(copy.body).toEqual(made.body);
        const last = (frames: string) =>
          frames
            .trimEnd()
            .split('\n\n')
            .at(-1)
            ?.replace(/"sequence_number":\d+/g, '');
        expect(last(copy.frames)).toBe(last(made.frames));
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is stored', () => {
  const text: StreamEvent = { type: 'text-delta', choice: 0, text: 'x' };
  it.each([
    ['an answer that breaks off', [START, text]],
    ['an answer without an end of a choice', [START, text, END]],
    ['an answer that a filter cut off', [START, text, { ...ended(0), reason: 'content_filter' }, END]],
    ['an answer that is too large', [START, { ...text, text: 'x'.repeat(1_000_001) }, ended(0), END]],
  ] as [string, StreamEvent[]][])('is nothing of %s', async (_, events) => {
    expect(await storedOf(events, 2)).toBeNull();
  });

  it('is few events where an answer came in many', async () => {
    const events = [START, ...Array.from({ length: 100 }, () => text), ended(0), END];
    expect((await storedOf(events, 3))?.length).toBe(4);
  });

  it('is not used after its time, the time of the reader, or by another version', () => {
    const entry = writeStored(['x'], { servedBy: [], storedMs: 1000, ttlSeconds: 60 });
    expect(readStored(entry, 60_999, 600)?.content).toEqual(['x']);
    expect(readStored(entry, 61_000, 600)).toBeNull();
    expect(readStored(entry, 11_000, 10)).toBeNull();
    expect(readStored(entry.replace('"version":1', '"version":0'), 1000, 600)).toBeNull();
    expect(readStored('no JSON', 1000, 600)).toBeNull();
  });
});
