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

it('a prompt that the upstream repeats is not counted as its answer', () => {
  const [plain, echoing] = [null, ['Once upon a time, in a land far away. ']].map((echoed) =>
    createUsageTracker(() => '', noPrice, echoed),
  );
  plain?.count([text(WORDS)]);
  echoing?.count([text('Once upon a time,'), text(` in a land far away. ${WORDS}`)]);
  expect(echoing?.estimate()).toEqual(plain?.estimate());
});

describe('usage that the upstream reported', () => {
  const reported: StreamEvent = { type: 'end', usage: usageOf(5, 7, { cachedTokens: 2 }) };

  it('is passed on as it is, with the price of the file', () => {
    const settled = settledUsage([text(WORDS.repeat(50))], { costOf: () => 0.5, last: reported });
    expect(settled).toEqual(usageOf(5, 7, { cachedTokens: 2, costUsd: 0.5 }));
  });

  it('keeps the cost that the upstream says it charged', () => {
    const charged: StreamEvent = { type: 'end', usage: usageOf(5, 7, { costUsd: 0.25 }) };
    expect(settledUsage([], { costOf: () => 0.5, last: charged })?.costUsd).toBe(0.25);
  });

  it('has no cost where no price is known', () => {
    expect(settledUsage([], { last: reported })?.costUsd).toBeNull();
  });

  it('needs no look at the prompt', () => {
    const usageTracker = createUsageTracker(() => {
      throw new Error('the prompt was read');
    }, noPrice);
    expect(usageTracker.finalize([reported])).toEqual([reported]);
  });
});

describe('usage that nobody reported', () => {
  it('is estimated and says so, field by field', () => {
    const settled = settledUsage([text(WORDS)]);
    expect(settled).toMatchObject({ cachedTokens: null, reasoningTokens: null, costUsd: null });
    expect(settled?.estimated).toEqual(['prompt_tokens', 'completion_tokens', 'total_tokens']);
    expect(settled?.promptTokens).toBeGreaterThan(0);
    expect(settled?.completionTokens).toBeGreaterThan(4);
    expect(settled?.completionTokens).toBeLessThan(16);
  });

  it('has an estimated cost where a price is known', () => {
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

  it('is the same however the text was cut, also far beyond one counted piece', () => {
    const whole = settledUsage([text(WORDS.repeat(2000))])?.completionTokens ?? 0;
    const pieces = settledUsage(Array.from({ length: 2000 }, () => text(WORDS)))?.completionTokens ?? 0;
    expect(whole).toBeGreaterThan(10_000);
    expect(Math.abs(pieces - whole) / whole).toBeLessThan(0.01); // a token on the edge of a counted piece may count twice
  });

  it('is told with an error as well', () => {
    expect(settledUsage([text(WORDS)], { last: failed() })?.estimated).toContain('completion_tokens');
  });
});

describe('an answer that fails before any content', () => {
  it('costs nothing', () => {
    expect(settledUsage([], { last: failed(), costOf: () => 0.5 })).toBeNull();
  });

  it('costs what the upstream reported', () => {
    expect(settledUsage([], { last: { ...failed(), usage: usageOf(9, 0) } })).toEqual(usageOf(9, 0));
  });
});

describe('bill', () => {
  const usageTracker = () => createUsageTracker(() => 'hello there', noPrice);

  it('is null before content and reported usage', () => {
    const before = usageTracker();
    before.count([{ type: 'start', model: 'm', systemFingerprint: null, serviceTier: null }]);
    expect(before.estimate()).toBeNull();
  });

  it('is an estimate once content has come, and what is reported from then on', () => {
    const counting = usageTracker();
    counting.count([text(WORDS)]);
    expect(counting.estimate()?.estimated).toContain('completion_tokens');
    counting.count([{ type: 'usage', usage: usageOf(5, 7) }]);
    expect(counting.estimate()).toEqual(usageOf(5, 7));
  });

  it('is the usage of the last event, once that has come', () => {
    const counting = usageTracker();
    counting.finalize([{ type: 'end', usage: usageOf(5, 7) }]);
    expect(counting.estimate()).toEqual(usageOf(5, 7));
  });
});

describe('events that are not the last', () => {
  it('pass untouched', () => {
    expect(createUsageTracker(() => '', noPrice).finalize([text('a'), call(0)])).toEqual([text('a'), call(0)]);
  });
});
