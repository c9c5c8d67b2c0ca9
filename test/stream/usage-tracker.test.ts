import { describe, expect, it } from 'vitest';
import { createUsageTracker } from '../../src/stream/usage-tracker.ts';
import type { StreamEvent } from '../../src/unified/response/event.ts';
import { call, END, failed, reasoning, text, usageOf } from './events.ts';

const WORDS = 'The river runs down to the sea. ';
const noPrice = () => null;

/** The usage that the last event gets after these events have been counted. */
function settledUsage(
  events: StreamEvent[],
  { prompt = 'hello there', costOf = noPrice as () => number | null, last = END as StreamEvent } = {},
) {
  const usageTracker = createUsageTracker(() => prompt, costOf);
  usageTracker.count(events);
  const [settled] = usageTracker.finalize([last]);
  return settled !== undefined && 'usage' in settled ? settled.usage : null;
}

it('createUsageTracker does not count a repeated prompt as output', () => {
  const [plain, echoing] = [null, ['Once upon a time, in a land far away. ']].map((echoed) =>
    createUsageTracker(() => '', noPrice, echoed),
  );
  plain?.count([text(WORDS)]);
  echoing?.count([text('Once upon a time,'), text(` in a land far away. ${WORDS}`)]);
  expect(echoing?.estimate()).toEqual(plain?.estimate());
});

describe('createUsageTracker reported usage', () => {
  const reported: StreamEvent = { type: 'end', usage: usageOf(5, 7, { cachedTokens: 2 }) };

  it('is passed on with the cost added', () => {
    const settled = settledUsage([text(WORDS.repeat(50))], { costOf: () => 0.5, last: reported });
    expect(settled).toEqual(usageOf(5, 7, { cachedTokens: 2, costUsd: 0.5 }));
  });

  it('keeps the cost that the upstream reported', () => {
    const charged: StreamEvent = { type: 'end', usage: usageOf(5, 7, { costUsd: 0.25 }) };
    expect(settledUsage([], { costOf: () => 0.5, last: charged })?.costUsd).toBe(0.25);
  });

  it('has no cost without a price', () => {
    expect(settledUsage([], { last: reported })?.costUsd).toBeNull();
  });

  it('does not read the prompt', () => {
    const usageTracker = createUsageTracker(() => {
      throw new Error('the prompt was read');
    }, noPrice);
    expect(usageTracker.finalize([reported])).toEqual([reported]);
  });
});

describe('createUsageTracker estimated usage', () => {
  it('lists every estimated field', () => {
    const settled = settledUsage([text(WORDS)]);
    expect(settled).toMatchObject({ cachedTokens: null, reasoningTokens: null, costUsd: null });
    expect(settled?.estimated).toEqual(['prompt_tokens', 'completion_tokens', 'total_tokens']);
    expect(settled?.promptTokens).toBeGreaterThan(0);
    expect(settled?.completionTokens).toBeGreaterThan(4);
    expect(settled?.completionTokens).toBeLessThan(16);
  });

  it('has an estimated cost when a price is known', () => {
    const settled = settledUsage([text(WORDS)], { costOf: () => 0.5 });
    expect(settled).toMatchObject({ costUsd: 0.5, estimated: ['prompt_tokens', 'completion_tokens', 'total_tokens', 'cost'] });
  });

  it.each<[string, StreamEvent]>([
    ['text', text(WORDS)],
    ['thinking', reasoning(WORDS)],
    ['a refusal', { type: 'refusal-delta', choice: 0, text: WORDS }],
    ['arguments of a tool', call(0, { id: 'call_a', name: 'f', arguments: WORDS })],
  ])('counts %s', (_, event) => {
    expect(settledUsage([event])?.completionTokens).toBeGreaterThan(4);
  });

  it('is zero for an answer without content', () => {
    expect(settledUsage([])?.completionTokens).toBe(0);
  });

  it('is the same however the text is cut, also beyond the kept part', () => {
    const whole = settledUsage([text(WORDS.repeat(2000))])?.completionTokens ?? 0;
    const pieces = settledUsage(Array.from({ length: 2000 }, () => text(WORDS)))?.completionTokens ?? 0;
    expect(whole).toBeGreaterThan(10_000);
    expect(Math.abs(pieces - whole) / whole).toBeLessThan(0.01); // a token on the edge of a counted piece may count twice
  });

  it('is added to an error', () => {
    expect(settledUsage([text(WORDS)], { last: failed() })?.estimated).toContain('completion_tokens');
  });
});

describe('createUsageTracker error before content', () => {
  it('costs nothing', () => {
    expect(settledUsage([], { last: failed(), costOf: () => 0.5 })).toBeNull();
  });

  it('costs what the upstream reported', () => {
    expect(settledUsage([], { last: { ...failed(), usage: usageOf(9, 0) } })).toEqual(usageOf(9, 0));
  });
});

describe('createUsageTracker estimate', () => {
  const usageTracker = () => createUsageTracker(() => 'hello there', noPrice);

  it('is null before content and reported usage', () => {
    const before = usageTracker();
    before.count([{ type: 'start', model: 'm', systemFingerprint: null, serviceTier: null }]);
    expect(before.estimate()).toBeNull();
  });

  it('is an estimate after content, and the reported usage once it arrives', () => {
    const counting = usageTracker();
    counting.count([text(WORDS)]);
    expect(counting.estimate()?.estimated).toContain('completion_tokens');
    counting.count([{ type: 'usage', usage: usageOf(5, 7) }]);
    expect(counting.estimate()).toEqual(usageOf(5, 7));
  });

  it('is the usage of the final event after it', () => {
    const counting = usageTracker();
    counting.finalize([{ type: 'end', usage: usageOf(5, 7) }]);
    expect(counting.estimate()).toEqual(usageOf(5, 7));
  });
});

describe('createUsageTracker finalize', () => {
  it('does not change other events', () => {
    expect(createUsageTracker(() => '', noPrice).finalize([text('a'), call(0)])).toEqual([text('a'), call(0)]);
  });
});
