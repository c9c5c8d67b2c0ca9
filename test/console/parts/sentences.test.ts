/** Sentences about charts. */
import { describe, expect, it } from 'vitest';
import { describeLines, describePoint, describeStack } from '../../../src/console/parts/chart/sentences.ts';
import { formatCount } from '../../../src/console/format.ts';

const facts = {
  unit: 'requests',
  labels: ['06:00', '07:00'],
  series: [
    { name: 'a', values: [1, 5] },
    { name: 'b', values: [null, 2] },
  ],
  format: formatCount,
};

describe('describeStack', () => {
  it('states the sum, the highest point and the shares', () => {
    expect(describeStack(facts)).toBe('8 requests in all. Most: 7 at 07:00. a 6 (75.0 %); b 2 (25.0 %).');
  });

  it.each([[[]], [[{ name: 'a', values: [0, 0] }]], [[{ name: 'a', values: [null, null] }]]])('of nothing: %j', (series) => {
    expect(describeStack({ ...facts, series })).toBe('No requests.');
  });
});

describe('describeLines', () => {
  it('states lowest, highest and last, and what is not known', () => {
    expect(describeLines({ ...facts, unit: 'Mean duration', series: [...facts.series, { name: 'c', values: [null, null] }] })).toBe(
      'Mean duration. a: 1 to 5, last 5 at 07:00; b: 2 to 2, last 2 at 07:00; c: not known.',
    );
    expect(describeLines({ ...facts, series: [] })).toBe('No requests.');
  });
});

describe('describePoint', () => {
  it('states each value of the point; a dash where it is not known', () => {
    expect(describePoint(0, facts)).toBe('06:00: a 1, b –');
    expect(describePoint(0, { ...facts, series: [] })).toBe('06:00: nothing');
  });
});
