/** Several sources, one answer: the laws one by one. Over random interleavings they are in `merge.property.test.ts`. */
import { describe, expect, it } from 'vitest';
import type { EventSource } from '../../src/unified/response/event-source.ts';
import { mergeSources } from '../../src/stream/merge.ts';
import { RouterError } from '../../src/unified/error.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import type { Usage } from '../../src/unified/response/usage.ts';
import { ended, failed, START, text, usageOf } from './events.ts';
import { turn } from '../support/fake-ports.ts';
import { createSource, readAll } from './sources.ts';

const end = (usage: Usage | null = null): StreamEvent => ({ type: 'end', usage });
const broken = (message: string, usage: Usage | null = null): StreamEvent => ({ ...failed(message), usage });
const choiceError = (choice: number, message: string): StreamEvent => ({ type: 'choice-error', choice, error: failed(message).error });

/** A merge of open sources, one for each list of choices. */
function open(...choices: number[][]) {
  const sources = choices.map(() => createSource());
  const left = { times: 0 };
  const branches = choices.map((own, index) => ({
    opening: Promise.resolve<EventSource>(sources[index] ?? createSource()),
    choices: own,
    calls: 1,
  }));
  const merged = mergeSources(branches, false, () => void left.times++);
  return { merged, left, sources, at: (index: number) => sources[index] ?? createSource() };
}

describe('mergeSources events', () => {
  it('leave as they arrive, with the choice numbers of the merged answer', async () => {
    const { merged, at } = open([0, 2], [1, 3]);
    const first = merged.read();
    at(1).give([text('b'), text('d', 1)]);
    expect(await first).toEqual([text('b', 1), text('d', 3)]);
    const second = merged.read();
    at(0).give([text('c', 1), ended(1)]);
    expect(await second).toEqual([text('c', 2), ended(2)]);
  });

  it('include each start event with its choices', async () => {
    const { merged, at } = open([0, 1], [2]);
    const first = merged.read();
    at(1).give([START, text('x')]);
    expect(await first).toEqual([{ ...START, choices: [2] }, text('x', 2)]);
  });

  it('end with one final event after the last call, with the sum of usage', async () => {
    const { merged, at } = open([0], [1]);
    at(0).give([text('a'), ended(), end(usageOf(5, 7, { costUsd: 0.25, cachedTokens: 2 }))]);
    at(1).give([text('b'), ended(), end(usageOf(5, 9, { costUsd: 0.5, estimated: ['prompt_tokens'] }))]);
    const events = await readAll(merged);
    expect(events.at(-1)).toEqual(end(usageOf(10, 16, { costUsd: 0.75, estimated: ['prompt_tokens'], calls: 2 })));
    expect(events.filter(({ type }) => type === 'end')).toHaveLength(1);
    expect(await merged.read()).toBeNull();
  });

  it('count every upstream call, also without usage', async () => {
    const one = createSource();
    const branches = [
      { opening: Promise.resolve<EventSource>(one), choices: [0, 1], calls: 3 },
      { opening: Promise.reject<EventSource>(new RouterError('rate_limit_exceeded', 'no')), choices: [2], calls: 1 },
    ];
    one.give([ended(), ended(1), end(usageOf(1, 2))]);
    expect((await readAll(mergeSources(branches, false, () => undefined))).at(-1)).toEqual(end(usageOf(1, 2, { calls: 4 })));
  });

  it('list the usage of each call when itemized, in the order of choices', async () => {
    const sources = [createSource(), createSource()];
    const branches = sources.map((source, index) => ({ opening: Promise.resolve<EventSource>(source), choices: [index], calls: 1 }));
    const merged = mergeSources(branches, true, () => undefined);
    const all = readAll(merged);
    sources[1]?.give([ended(), end(usageOf(3, 4))]);
    await turn();
    sources[0]?.give([ended(), end(usageOf(1, 2))]);
    expect((await all).at(-1)).toEqual(
      end({
        ...usageOf(4, 6, { calls: 2 }),
        byChoices: [
          { choices: [0], usage: usageOf(1, 2) },
          { choices: [1], usage: usageOf(3, 4) },
        ],
      }),
    );
  });
});

describe('mergeSources with a failed call', () => {
  it('fails its open choices once another choice has succeeded', async () => {
    const { merged, at } = open([0], [1, 2]);
    at(1).give([text('b'), ended(), text('c', 1), broken('no capacity', usageOf(1, 1))]);
    at(0).give([text('a')], [ended(), end(usageOf(1, 1))]);
    const events = await readAll(merged);
    expect(events.filter(({ type }) => type === 'choice-error')).toEqual([choiceError(2, 'no capacity')]);
    expect(events.at(-1)).toEqual(end(usageOf(2, 2, { calls: 2 })));
  });

  it('sends no error before another choice has succeeded', async () => {
    const { merged, at } = open([0], [1]);
    at(0).give([text('a'), broken('first')]);
    expect(await merged.read()).toEqual([text('a')]);
    const second = merged.read();
    at(1).give([text('b')]);
    expect(await second).toEqual([text('b', 1)]);
    const third = merged.read();
    at(1).give([ended(), end()]);
    expect(await third).toEqual([ended(1), choiceError(0, 'first'), end()]);
  });

  it('fails the answer only when all calls fail, with the first error and the usage', async () => {
    const { merged, at } = open([0], [1]);
    const all = readAll(merged);
    at(1).give([broken('first', usageOf(2, 0))]);
    await turn();
    at(0).give([text('a'), broken('second', usageOf(3, 1))]);
    expect(await all).toEqual([
      text('a'),
      { type: 'error', error: failed('first').error, usage: usageOf(5, 1, { calls: 2 }), openChoices: [0, 1] },
    ]);
  });

  it.each<[string, () => Promise<EventSource>]>([
    ['refuses', () => Promise.reject<EventSource>(new RouterError('rate_limit_exceeded', 'slow down'))],
    ['breaks with a bug', () => Promise.reject<EventSource>(new TypeError('secret detail'))],
  ])('fails its choices when the upstream %s before it answers', async (_, opening) => {
    const source = createSource();
    source.give([text('a'), ended(), end()]);
    const branches = [
      { opening: opening(), choices: [0], calls: 1 },
      { opening: Promise.resolve<EventSource>(source), choices: [1], calls: 1 },
    ];
    const events = await readAll(mergeSources(branches, false, () => undefined));
    expect(events.map((event) => [event.type, 'choice' in event ? event.choice : null])).toEqual([
      ['text-delta', 1],
      ['choice-end', 1],
      ['choice-error', 0],
      ['end', null],
    ]);
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('fails its choices without a final event, and does not delay others', async () => {
    const { merged, at } = open([0], [1]);
    at(0).give([text('a')], null);
    at(1).give([ended(), end()]);
    const events = await readAll(merged);
    expect(events).toContainEqual(expect.objectContaining({ type: 'choice-error', choice: 0 }));
    expect(events.at(-1)).toEqual(end());
  });
});

describe('mergeSources read', () => {
  it('reads each source once at a time, and again only after the batch was taken', async () => {
    const { merged, sources, at } = open([0], [1]);
    await turn();
    expect(sources.map((source) => source.reads())).toEqual([0, 0]);
    const first = merged.read();
    await turn();
    expect(sources.map((source) => source.reads())).toEqual([1, 1]);
    at(0).give([text('a')], [text('b')], [text('c')]);
    await first;
    await turn();
    expect(sources.map((source) => source.reads())).toEqual([1, 1]);
    await merged.read();
    expect(sources.map((source) => source.reads())).toEqual([2, 1]);
  });

  it('returns all batches that have arrived', async () => {
    const { merged, at } = open([0], [1]);
    const first = merged.read();
    await turn();
    at(0).give([text('a')]);
    await first;
    at(1).give([text('b')]);
    await turn();
    expect(await merged.read()).toEqual([text('b', 1)]);
  });

  it('does not wait for a source that is not open', async () => {
    const source = createSource();
    const branches = [
      { opening: new Promise<EventSource>(() => undefined), choices: [0], calls: 1 },
      { opening: Promise.resolve<EventSource>(source), choices: [1], calls: 1 },
    ];
    source.give([text('b')]);
    expect(await mergeSources(branches, false, () => undefined).read()).toEqual([text('b', 1)]);
  });
});

it('mergeSources cancel cancels open sources and calls that are not open yet', async () => {
  const { merged, sources, left } = open([0], [1], [2]);
  void merged.read();
  await turn();
  merged.cancel();
  expect(sources.map((source) => source.cancelled())).toEqual([true, true, true]);
  expect(left.times).toBe(1);
});
