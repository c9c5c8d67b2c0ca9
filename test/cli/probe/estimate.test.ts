/** The estimate: for every provider of the catalogue, answers as the file predicts give no difference. */
import { describe, expect, it } from 'vitest';
import { compileProviders } from '../../../src/build.ts';
import { compareWithFile } from '../../../src/cli/probe/compare.ts';
import { estimateProbe } from '../../../src/cli/probe/estimate.ts';
import { subjectsOf } from '../../../src/cli/probe/subjects.ts';
import { findTarget, TargetError, type ProbeTarget } from '../../../src/cli/probe/target.ts';

const { providers } = compileProviders();

/** A target for each operation and format of a provider. */
function targetsOf(slug: string): ProbeTarget[] {
  return (['chat', 'completions', 'embeddings'] as const).flatMap((operation) => {
    try {
      return [findTarget(providers, { slug, model: null, operation })];
    } catch (thrown) {
      if (thrown instanceof TargetError) return [];
      throw thrown;
    }
  });
}

const TARGETS = providers.flatMap(({ slug }) =>
  targetsOf(slug).map((target) => [`${slug} ${target.operation} ${target.rules.dialect}`, target] as const),
);

describe('estimateProbe', () => {
  it('covers every format that some listed model with a price has', () => {
    expect(TARGETS.length).toBeGreaterThan(40);
    const formats = new Set(TARGETS.map(([, { rules }]) => rules.dialect));
    expect(formats.size).toBeGreaterThanOrEqual(17);
  });

  it.each(TARGETS)('predicts no difference: %s', (_, target) => {
    const { asks, observations } = estimateProbe(target);
    const differences = compareWithFile(target, subjectsOf(target).subjects, observations).flatMap((one) => one.differences);
    expect(differences).toEqual([]);
    expect(asks.length).toBeLessThan(250);
    expect(asks.length).toBeGreaterThan(2);
  });
});
