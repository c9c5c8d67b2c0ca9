import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { growth, loadCounted, stopCounting } from './count-work.ts';

describe('growth', () => {
  let matcher: typeof import('../../src/lib/text-matcher.ts');
  beforeAll(async () => {
    matcher = await loadCounted(() => import('../../src/lib/text-matcher.ts'));
  });
  afterAll(stopCounting);

  it('counts twice the work for twice the text', () => {
    const run = (size: number) => {
      const one = matcher.createSequenceMatchers(['abc'])();
      for (let piece = 0; piece < size; piece++) one.push('xy');
    };
    expect(growth(run, 500)).toBeCloseTo(2, 1);
  });

  it('counts four times the work where every piece is compared with all before it', () => {
    const run = (size: number) => {
      const seen: number[] = [];
      for (let piece = 0; piece < size; piece++) if (!seen.includes(piece)) seen.push(piece);
    };
    expect(growth(run, 500)).toBeGreaterThan(3.8);
  });

  it('counts the same work each time', () => {
    const run = (size: number) => {
      const one = matcher.createSequenceMatchers(['aab', 'aac'])();
      one.push('aa'.repeat(size));
    };
    expect(growth(run, 300)).toBe(growth(run, 300));
  });
});
