/** Sums of the router as series and totals. */
import { describe, expect, it } from 'vitest';
import { caveatsOf, costNotes } from '../../../../src/console/pages/activity/caveats.ts';
import { addSums, costOf, seriesOf, type ActivityGroup, type Sums } from '../../../../src/console/pages/activity/sums.ts';

const HOURS = ['2026-12-01T06:00:00.000Z', '2026-12-01T07:00:00.000Z', '2026-12-01T08:00:00.000Z'];
const times = HOURS.map((hour) => Date.parse(hour));

const group = (hour: number, model: string, sums: Partial<Sums> = {}): ActivityGroup => ({
  ...addSums([]),
  date: '2026-12-01',
  hour: HOURS[hour] ?? '',
  model,
  requests: 1,
  ...sums,
});

const query = { group: 'model', measure: 'requests', times, completeFromMs: null } as const;

describe('seriesOf', () => {
  it('has a value for each time, zero where there was no answer, the largest series first', () => {
    const { series, restCount } = seriesOf([group(0, 'a'), group(2, 'b', { requests: 4 }), group(2, 'a')], query);
    expect(series).toEqual([
      { name: 'b', values: [0, 0, 4] },
      { name: 'a', values: [1, 0, 1] },
    ]);
    expect(restCount).toBe(0);
  });

  it('finds days where there are no hours', () => {
    const days = [{ ...group(0, 'a'), date: '2026-11-30', hour: undefined } as unknown as ActivityGroup];
    expect(seriesOf(days, { ...query, times: [Date.parse('2026-11-30T00:00:00Z')] }).series[0]?.values).toEqual([1]);
  });

  it('adds all but the five largest of seven, and shows six by themselves', () => {
    const groups = Array.from({ length: 7 }, (_, index) => group(0, `model-${index}`, { requests: 10 + index }));
    const { series, restCount } = seriesOf(groups, query);
    expect(series.map(({ name }) => name)).toEqual(['model-6', 'model-5', 'model-4', 'model-3', 'model-2', '2 others']);
    expect(series.at(-1)).toEqual({ name: '2 others', values: [21, 0, 0], isRest: true });
    expect(restCount).toBe(2);
    expect(seriesOf(groups.slice(1), query)).toMatchObject({ restCount: 0, series: { length: 6 } });
  });

  it('takes the mean of the rest from its sums, not from means', () => {
    const small = Array.from({ length: 5 }, (_, index) => group(0, `big-${index}`, { requests: 100, duration_ms: 100 }));
    const groups = [...small, group(0, 'x', { requests: 1, duration_ms: 1000 }), group(0, 'y', { requests: 3, duration_ms: 0 })];
    const { series } = seriesOf(groups, { ...query, measure: 'duration' });
    expect(series.at(-1)?.values).toEqual([250, null, null]);
  });

  it('does not know times before the router has all answers', () => {
    const { series } = seriesOf([group(1, 'a')], { ...query, completeFromMs: times[1] ?? 0 });
    expect(series[0]?.values).toEqual([null, 1, 0]);
  });

  it('does not know a cost where no answer has a price', () => {
    const groups = [group(0, 'a', { unpriced: 1 }), group(1, 'a', { requests: 2, unpriced: 1, usage: 0.5 })];
    expect(seriesOf(groups, { ...query, measure: 'cost' }).series[0]?.values).toEqual([null, 0.5, 0]);
  });
});

describe('costOf', () => {
  it('adds what both kinds of provider keys have cost', () => {
    expect(costOf(group(0, 'a', { usage: 1, byok_usage_inference: 0.25 }))).toBe(1.25);
    expect(costOf(addSums([]))).toBe(0);
  });
});

describe('caveatsOf', () => {
  const whole = { data: [], from: '', to: '', precision: 'minute', truncated: false, complete_from: null, accounts_left_out: 0 } as const;

  it('has nothing to say about sums that are exact and whole', () => {
    expect(caveatsOf(whole)).toEqual([]);
  });

  it('has a sentence for everything that is rounded or left out', () => {
    const all = caveatsOf({ ...whole, precision: 'hour', truncated: true, complete_from: '2026-12-01T00:00:00Z', accounts_left_out: 3 });
    expect(all.map((sentence) => /rounded|missing|10,000|3 keys/.exec(sentence)?.[0])).toEqual(['rounded', 'missing', '10,000', '3 keys']);
  });
});

describe('costNotes', () => {
  it('counts what has no price and what is an estimate', () => {
    expect(costNotes(addSums([]), String)).toEqual([]);
    expect(costNotes({ ...addSums([]), unpriced: 2, estimated: 1200, byok_usage_inference: 3 }, (usd) => `$${usd}`)).toEqual([
      "$3 with callers' own provider keys",
      '2 unpriced, not in the sum',
      '1,200 with estimates',
    ]);
  });
});
