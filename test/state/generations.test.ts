/** What is remembered of the last answers, and what they have cost. */
import { describe, expect, it } from 'vitest';
import type { GenerationRecord } from '../../src/ports.ts';
import { createGenerations, MAX_GENERATIONS } from '../../src/state/generations.ts';
import { usageOf } from '../../src/unified/response/usage.ts';

const record = (id: string, costUsd: number | null = 0.5, more: Partial<GenerationRecord> = {}): GenerationRecord => ({
  id,
  upstreamId: null,
  operation: 'chat',
  format: 'openai-chat',
  model: 'a/b',
  modelAsked: 'a/b',
  providerName: 'Acme',
  provider: 'acme',
  user: null,
  session: null,
  isByok: false,
  adjustments: 0,
  status: 200,
  errorType: null,
  streamed: true,
  cancelled: false,
  createdMs: 0,
  durationMs: 3,
  latencyMs: 1,
  generationMs: 2,
  finishReason: 'stop',
  nativeFinishReason: 'stop',
  usage: usageOf({ promptTokens: 1, completionTokens: 2, costUsd }),
  changes: [],
  tries: [],
  ...more,
});

/** A clock that stands at a date. */
function clockAt(date: string): { nowMs: () => number; set: (next: string) => void } {
  let now = Date.parse(date);
  return { nowMs: () => now, set: (next) => (now = Date.parse(next)) };
}

describe('createGenerations', () => {
  it('finds an answer by its id in any client format, and by the id of the upstream', () => {
    const generations = createGenerations(clockAt('2026-11-30'));
    const kept = record('gen-Ab_1-x', 0, { upstreamId: 'msg_up-1' });
    generations.record(kept);
    for (const id of ['gen-Ab_1-x', 'msg_Ab_1-x', 'resp_Ab_1-x', 'chatcmpl-Ab_1-x', 'msg_up-1']) expect(generations.find(id)).toBe(kept);
    for (const id of ['', 'gen-', 'gen-ab_1-x', 'up-1', 'Ab']) expect(generations.find(id)).toBeNull();
  });

  it('adds up costs without the rounding of fractions', () => {
    const generations = createGenerations(clockAt('2026-11-30'));
    for (const cost of [0.1, 0.2]) generations.record(record(`gen-${cost}`, cost));
    expect(generations.spending()).toMatchObject({ totalUsd: 0.3, dayUsd: 0.3, weekUsd: 0.3, monthUsd: 0.3 });
  });

  it('forgets the answer that ended longest ago', () => {
    const generations = createGenerations(clockAt('2026-11-30'));
    for (let index = 0; index <= MAX_GENERATIONS; index++) generations.record(record(`gen-${index}`));
    expect([generations.find('gen-0'), generations.find('gen-1')?.id]).toEqual([null, 'gen-1']);
  });

  it('adds up costs of this day, week and month in UTC, and counts what has no price', () => {
    const clock = clockAt('2026-10-31T23:59:00Z'); // a Saturday
    const generations = createGenerations(clock);
    generations.record(record('gen-1', 1));
    clock.set('2026-11-01T00:01:00Z'); // a Sunday
    generations.record(record('gen-2', 2));
    generations.record(record('gen-3', null));
    generations.record(record('gen-4', null, { usage: null }));
    const sinceMs = Date.parse('2026-10-31T23:59:00Z');
    expect(generations.spending()).toEqual({ sinceMs, totalUsd: 3, dayUsd: 2, weekUsd: 3, monthUsd: 2, unpriced: 1 });
    clock.set('2026-11-02T00:00:00Z'); // a Monday
    generations.record(record('gen-5', 4));
    expect(generations.spending()).toMatchObject({ totalUsd: 7, dayUsd: 4, weekUsd: 4, monthUsd: 6 });
  });
});
