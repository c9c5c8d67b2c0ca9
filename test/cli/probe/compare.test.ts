/** The comparer, with arrays of trials: what shows a difference and what does not. */
import { describe, expect, it } from 'vitest';
import { compareWithFile } from '../../../src/cli/probe/compare.ts';
import { subjectsOf } from '../../../src/cli/probe/subjects.ts';
import type { Observations, Trial } from '../../../src/cli/probe/trial.ts';
import { targetOf } from './probe-harness.ts';
import type { Specification } from './specification.ts';

const FILE: Specification = {
  temperature: { kind: 'number', wire: 'temperature', min: 0, max: 1 },
  top_k: null,
  n: { kind: 'integer', wire: 'n', min: 1, max: 4 },
  reasoning_effort: { kind: 'choice', wire: 'reasoning_effort', words: ['low', 'high'] },
};
const TARGET = targetOf('openai-chat', FILE);

/** A trial; each has an exchange of its own. */
const trial = (param: string, value: unknown, verdict: Trial['verdict'], more: Partial<Trial> = {}): Trial => ({
  param,
  value,
  form: { name: param },
  beside: {},
  verdict,
  effect: null,
  note: null,
  evidence: [`${param}=${String(value)}`],
  ...more,
});

/** The differences of these trials, in short. */
function compare(trials: readonly Trial[], isStrict: Observations['isStrict'] = true) {
  const observations: Observations = { trials, isStrict, acceptsNoLimit: null, noLimitEvidence: [], skipped: {} };
  const found = compareWithFile(TARGET, subjectsOf(TARGET).subjects, observations);
  return found.map(({ differences, rule }) => ({ differences: differences.map(({ aspect, measured }) => `${aspect}: ${measured}`), rule }));
}

describe('compareWithFile', () => {
  it('finds nothing in what was not tried, and nothing in what has no evidence', () => {
    expect(compare([])).toEqual([]);
    expect(compare([trial('temperature', 0.7, 'unknown'), trial('n', 2, 'unknown')])).toEqual([]);
  });

  it('takes a wider range only where a value of the field was refused', () => {
    const wider = [trial('temperature', 0.7, 'accepted'), trial('temperature', 2, 'accepted')];
    expect(compare(wider)).toEqual([]);
    const read = [...wider, trial('temperature', 'word', 'refused', { isMisfit: true })];
    expect(compare(read)).toEqual([{ differences: ['maximum: 2'], rule: { type: 'number', minimum: 0, maximum: 2 } }]);
  });

  it('takes a narrower range from a refused value', () => {
    const narrower = [trial('temperature', 0.5, 'accepted'), trial('temperature', 0.9, 'accepted'), trial('temperature', 0.91, 'refused')];
    expect(compare(narrower, false)).toEqual([{ differences: ['maximum: 0.9'], rule: { type: 'number', minimum: 0, maximum: 0.9 } }]);
  });

  it('states it where values between the accepted and the refused one were not tried', () => {
    const open = [trial('temperature', 0.5, 'accepted'), trial('temperature', 1, 'refused')];
    expect(compare(open)).toEqual([{ differences: ['maximum: 0.5 or more'], rule: { type: 'number', minimum: 0, maximum: 0.5 } }]);
  });

  it('takes a parameter that the file does not have only where unknown fields are refused, or the field is read', () => {
    const accepted = trial('top_k', 2, 'accepted');
    expect(compare([accepted], false)).toEqual([]);
    expect(compare([accepted], null)).toEqual([]);
    expect(compare([accepted], true)).toEqual([{ differences: ['accepted: accepted'], rule: { type: 'integer' } }]);
    expect(compare([accepted, trial('top_k', 'word', 'refused', { isMisfit: true })], false)).toHaveLength(1);
  });

  it('takes a parameter as refused only where no value has an open answer', () => {
    expect(compare([trial('n', 2, 'refused'), trial('n', 1, 'unknown')])).toEqual([]);
    expect(compare([trial('n', 2, 'refused'), trial('n', 1, 'refused')])).toEqual([{ differences: ['accepted: refused'], rule: false }]);
  });

  it('takes a parameter as ignored where its effect is missing, unless another value shows it', () => {
    const missing = trial('n', 2, 'accepted', { effect: 'missing' });
    expect(compare([missing])).toEqual([{ differences: ['ignored: accepted without an effect'], rule: 'ignored' }]);
    expect(compare([missing, trial('n', 3, 'accepted', { effect: 'shown' })])).toEqual([]);
  });

  it('keeps words of the file that were not tried', () => {
    const words = [trial('reasoning_effort', 'high', 'refused'), trial('reasoning_effort', 'medium', 'accepted')];
    expect(compare(words)).toEqual([{ differences: ['enum: +medium -high'], rule: { type: 'string', enum: ['low', 'medium'] } }]);
  });

  it('gives every difference the exchanges that show it', () => {
    const observations: Observations = {
      trials: [trial('n', 2, 'accepted'), trial('n', 3, 'refused', { evidence: ['refusal', 'control'] })],
      isStrict: true,
      acceptsNoLimit: null,
      noLimitEvidence: [],
      skipped: {},
    };
    const [found] = compareWithFile(TARGET, subjectsOf(TARGET).subjects, observations);
    expect(found?.differences).toEqual([
      { param: 'n', aspect: 'maximum', file: '4', measured: '2', evidence: ['n=2', 'refusal', 'control'] },
    ]);
  });
});
