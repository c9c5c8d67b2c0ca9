import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, nearestNames } from '../../src/lib/nearest.ts';

const MODELS = [
  'openai/gpt-4o',
  'openai/gpt-4o-mini',
  'anthropic/claude-sonnet-4.5',
  'anthropic/claude-opus-4.1',
  'mistralai/mistral-large',
  'openai/gpt-4',
  'openai/gpt-5.4',
  'openai/gpt-6-sol',
];

describe('nearestNames', () => {
  it.each([
    ['anthropic/claude-sonnet-4-5', 'anthropic/claude-sonnet-4.5'],
    ['OpenAI/GPT-4o_mini', 'openai/gpt-4o-mini'],
    ['openai/gtp-4o', 'openai/gpt-4o'],
    ['mistralai/mistral-lage', 'mistralai/mistral-large'],
    ['openai/gpt-6', 'openai/gpt-6-sol'],
    ['openai/gtp-5.4', 'openai/gpt-5.4'],
    ['anthropic/claude', 'anthropic/claude-opus-4.1'],
  ])('returns for %s first %s', (name, expected) => {
    expect(nearestNames(name, MODELS)[0]).toBe(expected);
  });

  it.each(['', 'x', 'nobody/nothing', 'a'.repeat(100)])('returns nothing for %j', (name) => {
    expect(nearestNames(name, MODELS)).toEqual([]);
  });

  it('returns every known name for itself, and at most the requested number', () => {
    const names = fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(names, fc.nat(), (known, pick) => {
        const name = known[pick % known.length] ?? '';
        const found = nearestNames(name, known, 2);
        expect(found.length).toBeLessThanOrEqual(2);
        expect(found.length > 0 || !/[^-._:\s]/.test(name)).toBe(true);
      }),
    );
  });
});

describe('didYouMean', () => {
  it('returns a question with every name, and an empty text without names', () => {
    expect(didYouMean(['a/b', 'c/d'])).toBe(' Did you mean "a/b" or "c/d"?');
    expect(didYouMean([])).toBe('');
  });
});
