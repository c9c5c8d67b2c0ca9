import { describe, expect, it } from 'vitest';
import { choiceIndexes } from '../../../../src/dialects/openai-common/upstream/choice-index.ts';

const named = (...names: unknown[]) => choiceIndexes(names.map((index) => ({ index, delta: {} })));
const whole = (...names: unknown[]) => choiceIndexes(names.map((index) => ({ index, message: {} })));

describe('choiceIndexes', () => {
  it('keeps numbers, also those of a text', () => {
    expect(named(2, 0, '1', -1, 0.5)).toEqual([2, 0, 1, -1, 0.5]);
  });

  it('counts choices without a number by their place', () => {
    expect(named(undefined, null, {}, '')).toEqual([0, 1, 2, 3]);
  });

  it('tells choices apart that are called by words, and knows them again in the next chunk', () => {
    const [a, b] = named('first', 'second');
    expect(a).not.toBe(b);
    expect(named('second', 'first')).toEqual([b, a]);
  });

  it('tells the choices of a whole answer apart where all bear one number; in a stream they are one choice', () => {
    expect(whole(0, 0, 0)).toEqual([0, 1, 2]);
    expect(named(0, 0)).toEqual([0, 0]);
  });
});
