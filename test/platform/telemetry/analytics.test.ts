import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { datasetOf, writePoint } from '../../../src/platform/telemetry/analytics.ts';
import { anyObserved, observed } from './observed.ts';

type Point = { indexes: string[]; blobs: string[]; doubles: number[] };

function pointOf(one: Parameters<typeof writePoint>[1]): Point {
  const points: Point[] = [];
  const dataset = datasetOf({ ANALYTICS: { writeDataPoint: (point: Point) => void points.push(point) } });
  if (dataset !== null) writePoint(dataset, one);
  expect(points).toHaveLength(1);
  return points[0]!;
}

it('writes the facts of a generation at their positions', () => {
  expect(pointOf(observed({ record: { user: 'u1', cache: 'miss' } }))).toEqual({
    indexes: ['ab'.repeat(32)],
    blobs: ['acme/m', 'acme', 'chat', 'openai-chat', '', 'stop', 'acme/m', 'u1', 'miss', 'gen-1'],
    doubles: [200, 1500, 300, 10, 20, 4, 0, 0.0015, 1, 1, 0, 1, 0],
  });
});

it('stays within the limits of Analytics Engine for any generation', () => {
  fc.assert(
    fc.property(anyObserved, (one) => {
      const { indexes, blobs, doubles } = pointOf(one);
      const bytes = (texts: string[]) => new TextEncoder().encode(texts.join('')).length;
      expect([indexes.length, blobs.length, doubles.length]).toEqual([1, 10, 13]);
      expect(bytes(indexes)).toBeLessThanOrEqual(96);
      expect(bytes(blobs)).toBeLessThan(16_384);
      expect(doubles.every(Number.isFinite)).toBe(true);
    }),
  );
});

it('returns no dataset where none is bound', () => {
  expect(datasetOf({})).toBeNull();
  expect(datasetOf({ ANALYTICS: 'text' })).toBeNull();
});
