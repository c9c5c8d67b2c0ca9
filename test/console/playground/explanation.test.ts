/** What `/explain` answers, as the playground shows it. */
import { describe, expect, it } from 'vitest';
import {
  describeAdjustment,
  groupByReason,
  marksOfClient,
  marksOfUpstream,
  mergeEqualRequests,
  type UpstreamRequest,
} from '../../../src/console/pages/playground/explanation.ts';

const request = (choices: number[], body: unknown): UpstreamRequest => ({
  method: 'POST',
  url: 'https://a.test',
  headers: {},
  body,
  choices,
});

describe('changes', () => {
  const adjustments = [
    { param: 'temperature', action: 'clamped', from: 1.4, to: 1, reason: 'this provider accepts numbers from 0 to 1' },
    { param: 'reasoning.effort', action: 'renamed', from: 'high', to: 51200 },
    { param: 'max_tokens', action: 'defaulted', to: 64000, reason: 'this provider requires it' },
    { param: 'seed', action: 'dropped', from: 4 },
  ];

  it('are marked in the request of the client; what it does not have is listed', () => {
    const { marks, elsewhere } = marksOfClient({ temperature: 1.4, reasoning: { effort: 'high' }, seed: 4 }, adjustments);
    expect(marks.map(({ pointer }) => pointer)).toEqual(['/temperature', '/reasoning/effort', '/seed']);
    expect(elsewhere).toEqual(['max_tokens defaulted to 64000: this provider requires it']);
  });

  it('are marked in the upstream body where the router says; what is not sent is listed', () => {
    const sent = {
      ...request([0], { temperature: 1, thinking: { budget_tokens: 51200 } }),
      fields: [
        { param: 'temperature', path: '/temperature', action: 'clamped' },
        { param: 'reasoning.effort', path: '/thinking/budget_tokens', action: 'renamed' },
        { param: 'seed', path: null, action: 'dropped' },
        { param: 'stop', path: '/thinking', action: 'sent' },
      ],
    };
    const { marks, elsewhere } = marksOfUpstream(sent, adjustments);
    expect(marks).toEqual([
      { pointer: '/temperature', text: 'temperature clamped from 1.4 to 1: this provider accepts numbers from 0 to 1' },
      { pointer: '/thinking/budget_tokens', text: 'reasoning.effort renamed from "high" to 51200' },
      { pointer: '/thinking', text: 'stop is sent here' },
    ]);
    expect(elsewhere).toEqual(['seed dropped from 4']);
  });

  it('are not marked in a body that is too large to be searched', () => {
    expect(marksOfUpstream({ ...request([0], {}), fields: null }, adjustments)).toEqual({ marks: [], elsewhere: [] });
  });

  it('cut long values with a mark', () => {
    expect(describeAdjustment({ param: 'a', action: 'dropped', from: 'x'.repeat(100) })).toBe(`a dropped from "${'x'.repeat(59)}…`);
  });
});

describe('requests', () => {
  it('that are equal become one with all of their choices', () => {
    const merged = mergeEqualRequests([request([0], { a: 1 }), request([1], { a: 1 }), request([2], { a: 2 })]);
    expect(merged.map(({ choices, count }) => [choices, count])).toEqual([
      [[0, 1], 2],
      [[2], 1],
    ]);
  });

  it('that are not made are grouped by reason', () => {
    const left = (provider: string | null, reason: string) => ({ provider, reason, requested: 'a/b' });
    expect(groupByReason([left('p', 'x'), left('q', 'y'), left('r', 'y'), left(null, 'z')], 'x')).toEqual([
      { reason: 'y', names: ['q', 'r'] },
      { reason: 'z', names: ['a/b'] },
    ]);
  });
});
