/** State of the page "Activity" in its address. */
import { describe, expect, it } from 'vitest';
import { readState, rowsPath, sumsPath, tailPath, timesOf } from '../../../../src/console/pages/activity/activity-query.ts';

const NOW = Date.parse('2026-12-01T08:20:30Z');

const stateOf = (query: string) => readState(new URLSearchParams(query), NOW);
const span = (query: string) => {
  const state = stateOf(query);
  return [new Date(state.fromMs).toISOString(), new Date(state.toMs).toISOString(), state.step, timesOf(state).length];
};

describe('readState', () => {
  it.each([
    ['', '2026-11-30T09:00:00.000Z', 'hour', 24],
    ['range=nonsense', '2026-11-30T09:00:00.000Z', 'hour', 24],
    ['range=7d', '2026-11-25T00:00:00.000Z', 'day', 7],
    ['range=30d', '2026-11-02T00:00:00.000Z', 'day', 30],
  ])('of %j has whole hours or days, the one that has begun included', (query, from, step, points) => {
    expect(span(query)).toEqual([from, '2026-12-01T08:20:30.000Z', step, points]);
  });

  it.each([
    ['range=own&from=2026-11-30T10:15Z&to=2026-11-30T12:45Z', '2026-11-30T10:15:00.000Z', '2026-11-30T12:45:00.000Z', 'hour', 3],
    ['range=own&from=2026-11-01&to=2026-11-11', '2026-11-01T00:00:00.000Z', '2026-11-11T00:00:00.000Z', 'day', 10],
    ['range=own', '2026-11-02T00:00:00.000Z', '2026-12-01T08:20:30.000Z', 'day', 30],
    ['range=own&from=x&to=y', '2026-11-02T00:00:00.000Z', '2026-12-01T08:20:30.000Z', 'day', 30],
    ['range=own&from=2027-01-01', '2026-12-01T08:20:30.000Z', '2026-12-01T08:20:30.000Z', 'hour', 1],
    ['range=own&from=1999-01-01', '2025-10-27T08:20:30.000Z', '2026-12-01T08:20:30.000Z', 'day', 401],
  ])('of %s', (query, ...expected) => {
    expect(span(query)).toEqual(expected);
  });

  it('has the filters that are named, and no other parameter', () => {
    const state = stateOf('model=a/b&status=429&key=&cursor=1.x&limit=5&group=user');
    expect(state.filters).toEqual({ model: 'a/b', status: '429' });
    expect(state.group).toBe('user');
    expect(stateOf('group=day').group).toBe('model');
  });
});

describe('paths', () => {
  const state = stateOf('tag=team:a%26b&provider=openai');

  it('ask for sums by time and group with the filters', () => {
    expect(sumsPath(state, ['model'])).toBe(
      '/activity?from=2026-11-30T09%3A00%3A00.000Z&to=2026-12-01T08%3A20%3A30.000Z&provider=openai&tag=team%3Aa%26b&group_by=hour%2Cmodel',
    );
    expect(new URLSearchParams(sumsPath(state).split('?')[1]).get('group_by')).toBe('hour');
  });

  it('ask for a page of rows, and for new ones without an end of time', () => {
    expect(new URLSearchParams(rowsPath(state, { limit: '50', cursor: '1.a' }).split('?')[1]).get('cursor')).toBe('1.a');
    expect(tailPath(state, '17')).toBe('/activity/generations?provider=openai&tag=team%3Aa%26b&since=17&limit=1000');
  });
});
