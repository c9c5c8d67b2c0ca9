/**
 * Real answers of real providers, merged with each other, where the folder with recordings lies beside the repository: whatever the
 * order they come in, each choice is what its recording says alone, and the bill is the sum.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { upstreamDialect } from '../src/dialects/index.ts';
import { createCollector } from '../src/stream/collect.ts';
import { groupResult } from './dialects/grouped.ts';
import type { EventSource } from '../src/unified/response/event-source.ts';
import { mergeSources } from '../src/stream/merge.ts';
import { RouterError } from '../src/unified/error.ts';
import { isTerminal, type StreamEvent } from '../src/unified/response/event.ts';
import { bytesOf, event, replay, type Outcome } from './dialects/replay.ts';

const RECORDINGS = join(import.meta.dirname, '../../shared/recordings');
const FOLDERS = ['openai-chat', 'groq', 'deepseek', 'xai', 'alibaba'];
const ENDING = '.chunks.txt';

const names = FOLDERS.flatMap((folder) => {
  const path = join(RECORDINGS, folder);
  const files = existsSync(path) ? readdirSync(path) : [];
  return files.filter((file) => file.endsWith(ENDING)).map((file) => join(folder, file));
});

function replayed(name: string): Outcome {
  const lines = readFileSync(join(RECORDINGS, name), 'utf8').split('\n');
  const frames = [...lines.filter((line) => line !== ''), '[DONE]'].map(event);
  return replay(upstreamDialect('openai-chat'), [bytesOf(frames.join(''))]);
}

/** When a source gives its next batch: a number of turns to wait, by source and by batch. */
type Pace = (source: number, batch: number) => number;

/** The events of a recording as a source that takes its time, and notes how many reads are under way. */
function sourceOf(events: readonly StreamEvent[], size: number, delay: (batch: number) => number, reads: { most: number }): EventSource {
  let position = 0;
  let batch = 0;
  let underWay = 0;
  return {
    async read() {
      reads.most = Math.max(reads.most, ++underWay);
      for (let turn = delay(batch++); turn > 0; turn--) await Promise.resolve();
      underWay--;
      const taken = events.slice(position, position + size);
      position += size;
      return taken.length === 0 ? null : taken;
    },
    cancel: () => undefined,
  };
}

async function merged(outcomes: readonly Outcome[], size: number, pace: Pace) {
  const reads = { most: 0 };
  const branches = outcomes.map(({ events }, index) => ({
    opening: Promise.resolve(sourceOf(events, size, (batch) => pace(index, batch), reads)),
    choices: [index],
    calls: 1,
  }));
  const source = mergeSources(branches, false, () => undefined);
  const collector = createCollector();
  const events: StreamEvent[] = [];
  for (let batch = await source.read(); batch !== null; batch = await source.read()) {
    collector.push(batch);
    events.push(...batch);
  }
  return { events, result: groupResult(collector.result()), error: collector.error(), mostReads: reads.most };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** `size`: events in a batch. */
const INTERLEAVINGS: { what: string; size: number; pace: Pace }[] = [
  { what: 'event by event, in turn', size: 1, pace: () => 0 },
  { what: 'one after the other', size: 1, pace: (source) => source * 200 },
  { what: 'the last one first', size: 1, pace: (source) => (names.length - source) * 200 },
  { what: 'each at its own pace', size: 1, pace: (source, batch) => ((source + 3) * (batch + 7)) % 13 },
  { what: 'in large batches', size: 50, pace: (source, batch) => (source * 5 + batch * 3) % 7 },
  { what: 'each in one batch', size: 1_000_000, pace: (source) => (source * 7) % 5 },
];

describe.skipIf(!existsSync(RECORDINGS))('recorded answers, merged', { timeout: 60_000 }, () => {
  it('are there for every folder', () => {
    expect(new Set(names.map((name) => name.split('/')[0]))).toEqual(new Set(FOLDERS));
  });

  describe.each(INTERLEAVINGS)('$what', ({ size, pace }) => {
    it('every choice is what its recording says alone, and the bill is the sum', async () => {
      const outcomes = names.map(replayed);
      const { events, result, error, mostReads } = await merged(outcomes, size, pace);
      expect(error).toBeNull();
      expect(result.choices).toEqual(outcomes.map(({ result: alone }, index) => ({ ...alone.choices[0], index })));
      expect(events.filter(isTerminal)).toEqual([events.at(-1)]);
      expect(mostReads).toBe(1);
      const bills = outcomes.map(({ result: alone }) => alone.usage);
      expect(bills).not.toContain(null);
      expect(result.usage).toMatchObject({
        promptTokens: sum(bills.map((bill) => bill?.promptTokens ?? 0)),
        completionTokens: sum(bills.map((bill) => bill?.completionTokens ?? 0)),
        calls: names.length,
      });
    });

    it('the events of each choice stand in the order of its recording', async () => {
      const outcomes = names.map(replayed);
      const { events } = await merged(outcomes, size, pace);
      outcomes.forEach(({ events: alone }, index) => {
        const own = events.filter((one) => 'choice' in one && one.choice === index);
        expect(own).toEqual(alone.filter((one) => 'choice' in one).map((one) => ({ ...one, choice: index })));
      });
    });
  });

  it('of the interleavings no two are the same order of events', async () => {
    const outcomes = names.map(replayed);
    const orders = await Promise.all(
      INTERLEAVINGS.map(async ({ size, pace }) =>
        (await merged(outcomes, size, pace)).events.map((one) => ('choice' in one ? one.choice : '-')).join(),
      ),
    );
    expect(new Set(orders).size).toBe(orders.length);
  });

  it('one that is cut loses its own choice and no other', async () => {
    const outcomes = names.map(replayed);
    for (const broken of outcomes.keys()) {
      const cut = outcomes.map(({ events, ...rest }, index) => {
        const half = events.slice(0, Math.floor(events.length / 2)).filter((one) => !isTerminal(one) && one.type !== 'choice-end');
        return index === broken ? { ...rest, events: half } : { ...rest, events };
      });
      const withError = cut.map((outcome, index) => (index === broken ? { ...outcome, events: [...outcome.events, failure()] } : outcome));
      const { result, error } = await merged(withError, 1, (source, batch) => (source + batch) % 3);
      expect(error).toBeNull();
      const others = outcomes.map(({ result: alone }, index) => ({ ...alone.choices[0], index })).filter(({ index }) => index !== broken);
      expect(result.choices[broken]).toMatchObject({ index: broken, finishReason: 'error', error: { type: 'provider_unavailable' } });
      expect(result.choices.filter(({ index }) => index !== broken)).toEqual(others);
    }
  });
});

/** A connection that was lost. */
function failure(): StreamEvent {
  return { type: 'error', error: new RouterError('provider_unavailable', 'the connection was lost'), usage: null, openChoices: [0] };
}
