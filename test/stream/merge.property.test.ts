/** What holds of a merge however many answers there are, however they are cut, whichever of them fail, in whatever order they come. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventSource } from '../../src/unified/response/event-source.ts';
import { mergeSources } from '../../src/stream/merge.ts';
import { RouterError } from '../../src/unified/error.ts';
import { isTerminal, type StreamEvent, type TokenLogprob } from '../../src/unified/response/event.ts';
import type { Usage } from '../../src/unified/response/usage.ts';
import { call, ended, failed, START, text, usageOf } from './events.ts';
import { turn } from '../support/fake-ports.ts';
import { createSource, type GivenBatch } from './sources.ts';

type RefusalMark = { refused: string };
/** The batches of one upstream, and how many choices it makes. */
type Script = { choices: number; batches: StreamEvent[][]; breaks: string | null };

const logprob = (token: string): TokenLogprob => ({ token, logprob: -1, bytes: null, top: [] });

/** A piece of one choice; its text is made unique later, so that a lost or swapped piece shows. */
const piece = fc.tuple(fc.constantFrom('text', 'logprobs', 'call'), fc.nat({ max: 2 }));

function toEvent([kind, at]: readonly [string, number], choices: number, mark: string): StreamEvent {
  const choice = at % choices;
  if (kind === 'call') return call(at, { arguments: mark }, choice);
  return kind === 'text' ? text(mark, choice) : { type: 'text-delta', choice, text: mark, logprobs: [logprob(mark)] };
}

const counts = fc.nat({ max: 1000 });
const bill = fc.option(
  fc.tuple(counts, counts).map(([prompt, completion]) => usageOf(prompt, completion, { costUsd: prompt / 8 })),
  { nil: null },
);

/** An answer as the guard lets it through: pieces, then an end for every choice and for all, or an error in the middle. */
const script: fc.Arbitrary<Script> = fc
  .record({
    choices: fc.integer({ min: 1, max: 3 }),
    pieces: fc.array(piece, { maxLength: 12 }),
    cuts: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    fails: fc.constantFrom(null, null, null, 'error', 'break'),
    endedBefore: fc.nat({ max: 2 }),
    bill,
  })
  .map(({ choices, pieces, cuts, fails, endedBefore, bill: usage }) => {
    const events = [START, ...pieces.map((one, place) => toEvent(one, choices, `<${place}>`))];
    const ends = Array.from({ length: fails === null ? choices : Math.min(endedBefore, choices - 1) }, (_, choice) => ended(choice));
    const last: StreamEvent = fails === 'error' ? { ...failed('error'), usage } : { type: 'end', usage };
    return {
      choices,
      batches: batched([...events, ...ends, ...(fails === 'break' ? [] : [last])], cuts),
      breaks: fails === 'break' ? 'break' : null,
    };
  });

function batched(events: StreamEvent[], cuts: readonly number[]): StreamEvent[][] {
  const batches: StreamEvent[][] = [];
  const waiting = [...events];
  for (let turnOf = 0; waiting.length > 0; turnOf++) batches.push(waiting.splice(0, cuts[turnOf % cuts.length] ?? 1));
  return batches;
}

const refused: fc.Arbitrary<RefusalMark> = fc.constant({ refused: 'refused' });
const scripts = fc.array(fc.oneof({ weight: 9, arbitrary: script }, { weight: 1, arbitrary: refused }), { minLength: 1, maxLength: 16 });
/** The order in which upstreams send, as a long list of positions among those with batches left. */
const order = fc.array(fc.nat({ max: 15 }), { minLength: 1, maxLength: 64 });

type Outcome = { events: StreamEvent[]; after: StreamEvent[] | null; mostWaiting: number; readAhead: number };

/** Plays scripts in an order; between any two batches the merge is read once, as a client that reads everything would. */
async function play(all: readonly (Script | RefusalMark)[], turns: readonly number[]): Promise<Outcome> {
  const sources = all.map(() => createSource());
  const numbered = choicesOf(all);
  const branches = all.map((one, index) => ({
    opening:
      'refused' in one
        ? Promise.reject<EventSource>(new RouterError('provider_unavailable', one.refused))
        : Promise.resolve(sources[index] as EventSource),
    choices: numbered[index] ?? [],
    calls: 1,
  }));
  const merged = mergeSources(branches, false, () => undefined);
  const left = all.map((one): GivenBatch[] =>
    'refused' in one ? [] : [...one.batches, ...(one.breaks === null ? [] : [new Error(one.breaks)])],
  );
  const given = all.map(() => 0);
  /** Whose batch is in what the merge has just returned. */
  let spoken: number[] = [];
  const events: StreamEvent[] = [];
  let readAhead = 0;
  let step = 0;
  let reading = merged.read();
  let isOver = false;
  while (!isOver) {
    let batch: StreamEvent[] | null | undefined;
    void reading.then((value) => (batch = value));
    await turn();
    if (batch === undefined) {
      const ready = left.flatMap((queue, index) => (queue.length > 0 ? [index] : []));
      const next = ready[(turns[step++ % turns.length] ?? 0) % ready.length];
      if (next === undefined) throw new Error('the merge waits although everything has been said');
      given[next] = (given[next] ?? 0) + 1;
      spoken.push(next);
      sources[next]?.give(left[next]?.shift() ?? null);
      continue;
    }
    for (const index of spoken) readAhead = Math.max(readAhead, (sources[index]?.reads() ?? 0) - (given[index] ?? 0));
    spoken = [];
    if (batch === null) throw new Error('no last word');
    events.push(...batch);
    isOver = batch.some(isTerminal);
    if (!isOver) reading = merged.read();
  }
  return { events, after: await merged.read(), mostWaiting: Math.max(...sources.map((source) => source.mostWaiting())), readAhead };
}

/** The choices of each script, dealt in turn like cards, so that no call has a run of its own. */
function choicesOf(all: readonly (Script | RefusalMark)[]): number[][] {
  const sizes = all.map((one) => ('refused' in one ? 1 : one.choices));
  const dealt: number[][] = sizes.map(() => []);
  let next = 0;
  for (let round = 0; round < Math.max(...sizes); round++)
    sizes.forEach((size, index) => {
      if (round < size) dealt[index]?.push(next++);
    });
  return dealt;
}

const ofChoice = (events: readonly StreamEvent[], choice: number) =>
  events.filter((event) => 'choice' in event && event.choice === choice && event.type !== 'choice-error');

const endsOf = (one: Script | RefusalMark) =>
  'refused' in one ? [] : one.batches.flat().flatMap((event) => (event.type === 'choice-end' ? [event.choice] : []));

/** A law over everything that can be played. */
async function holds(law: (outcome: Outcome, all: readonly (Script | RefusalMark)[]) => void): Promise<void> {
  await fc.assert(
    fc.asyncProperty(scripts, order, async (all, turns) => {
      law(await play(all, turns), all);
    }),
    { seed: 20_261_121, numRuns: 150 },
  );
}

describe('mergeSources of up to 16 answers, in any order, cut anywhere, some failing', () => {
  it('keeps the text, tool calls and log probabilities of every choice complete and in order', () =>
    holds(({ events }, all) => {
      const numbered = choicesOf(all);
      all.forEach((one, index) => {
        if ('refused' in one) return;
        numbered[index]?.forEach((choice, own) => {
          const said = ofChoice(one.batches.flat(), own).map((event) => ({ ...event, choice }));
          expect(ofChoice(events, choice)).toEqual(said);
        });
      });
    }));

  it('finishes every choice exactly once when one succeeded', () =>
    holds(({ events }, all) => {
      const numbered = choicesOf(all);
      const well = all.flatMap((one, index) => endsOf(one).map((own) => numbered[index]?.[own] ?? -1));
      const ends = events.flatMap((event) => (event.type === 'choice-end' ? [event.choice] : []));
      const errors = events.flatMap((event) => (event.type === 'choice-error' ? [event.choice] : []));
      const total = numbered.flat().length;
      expect(ends.toSorted((one, other) => one - other)).toEqual(well.toSorted((one, other) => one - other));
      const expected = well.length === 0 ? [] : Array.from({ length: total }, (_, choice) => choice);
      expect([...ends, ...errors].toSorted((one, other) => one - other)).toEqual(expected);
    }));

  it('sends one final event and nothing after it, an error only when no choice succeeded', () =>
    holds(({ events, after }, all) => {
      expect(events.filter(isTerminal)).toHaveLength(1);
      expect(events.findIndex(isTerminal)).toBe(events.length - 1);
      expect(after).toBeNull();
      const last = events.at(-1);
      expect(last?.type).toBe(all.some((one) => endsOf(one).length > 0) ? 'end' : 'error');
      expect(last?.type === 'error' ? last.openChoices : null).toEqual(last?.type === 'error' ? choicesOf(all).flat() : null);
    }));

  it('sums the usage of all calls exactly', () =>
    holds(({ events }, all) => {
      const bills = all.flatMap((one): Usage[] => {
        const last = 'refused' in one ? undefined : one.batches.flat().find(isTerminal);
        return last?.usage == null ? [] : [last.usage];
      });
      const sum = (of: (usage: Usage) => number) => bills.reduce((total, usage) => total + of(usage), 0);
      const last = events.at(-1);
      expect(last !== undefined && isTerminal(last) ? last.usage : 'no last word').toEqual(
        bills.length === 0
          ? null
          : usageOf(
              sum((usage) => usage.promptTokens),
              sum((usage) => usage.completionTokens),
              {
                costUsd: sum((usage) => usage.costUsd ?? 0),
                calls: all.length,
              },
            ),
      );
    }));

  it('has one outstanding read per source, and starts the next only after the last batch was taken', () =>
    holds(({ mostWaiting, readAhead }) => {
      expect(mostWaiting).toBeLessThanOrEqual(1);
      expect(readAhead).toBe(0);
    }));
});

it('mergeSources cancels every source, whenever it is cancelled', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 16 }), fc.array(fc.nat({ max: 15 }), { maxLength: 20 }), async (count, speakers) => {
      const sources = Array.from({ length: count }, () => createSource());
      const branches = sources.map((source, index) => ({ opening: Promise.resolve<EventSource>(source), choices: [index], calls: 1 }));
      const merged = mergeSources(branches, false, () => undefined);
      for (const speaker of speakers) {
        sources[speaker % count]?.give([text('x')]);
        await merged.read();
      }
      void merged.read();
      await turn();
      merged.cancel();
      expect(sources.filter((source) => !source.cancelled())).toEqual([]);
    }),
    { seed: 20_261_121, numRuns: 50 },
  );
});
