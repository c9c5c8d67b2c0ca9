/** What follows from an answer of `GET /generation`. */
import { describe, expect, it } from 'vitest';
import {
  replayQuery,
  spansOf,
  tokenKinds,
  tokensPerSecond,
  type Generation,
  type GenerationAttempt,
} from '../../../../src/console/pages/generation/generation.ts';

const attempt = (more: Partial<GenerationAttempt>): GenerationAttempt => ({
  provider: 'a',
  provider_name: 'A',
  model: 'm',
  status: 200,
  error_type: null,
  started_ms: 0,
  first_content_ms: null,
  duration_ms: null,
  calls: 1,
  cancelled: false,
  ...more,
});

const generation = (more: Partial<Generation>): Generation =>
  ({ duration_ms: 900, attempts: [], attempt_count: 0, estimated: [], ...more }) as Generation;

describe('spansOf', () => {
  it('puts attempts on the time line of the request', () => {
    const attempts = [
      attempt({ status: 503, error_type: 'provider_overloaded', started_ms: 5, duration_ms: 100 }),
      attempt({ started_ms: 110, first_content_ms: 40, duration_ms: 700 }),
    ];
    expect(spansOf(generation({ attempts, attempt_count: 2 }))).toMatchObject([
      { outcome: 'status 503, provider_overloaded', isGood: false, from: 5, content: null, to: 105, isExact: true },
      { outcome: 'status 200', isGood: true, from: 110, content: 150, to: 810, isExact: true },
    ]);
  });

  it('lets an attempt whose end is not known last as long as the answer, and says so', () => {
    const attempts = [attempt({ status: null, started_ms: null }), attempt({ started_ms: 950, cancelled: true })];
    expect(spansOf(generation({ attempts }))).toMatchObject([
      { outcome: 'no status', from: 0, to: 900, isExact: false },
      { outcome: 'status 200, cancelled: another attempt took its place', isGood: false, from: 950, to: 950, isExact: false },
    ]);
  });
});

describe('tokensPerSecond', () => {
  it('is not known without a time or tokens', () => {
    expect(tokensPerSecond(generation({ tokens_completion: 50, generation_time: 500 }))).toBe(100);
    expect(tokensPerSecond(generation({ tokens_completion: null, generation_time: 500 }))).toBeNull();
    expect(tokensPerSecond(generation({ tokens_completion: 50, generation_time: 0 }))).toBeNull();
    expect(tokensPerSecond(generation({ tokens_completion: 50, generation_time: null }))).toBeNull();
  });
});

describe('tokenKinds', () => {
  it('has totals, the parts that were reported, and what is an estimate', () => {
    const kinds = tokenKinds(
      generation({
        tokens_prompt: 9,
        tokens_completion: null,
        native_tokens_cached: 0,
        native_tokens_cache_write: null,
        native_tokens_reasoning: 3,
        native_tokens_completion_images: null,
        estimated: ['prompt_tokens'],
      }),
    );
    expect(kinds.map(({ name, count, isEstimate }) => [name, count, isEstimate])).toEqual([
      ['Prompt', 9, true],
      ['read from the cache of the provider', 0, false],
      ['Answer', null, false],
      ['reasoning', 3, false],
    ]);
  });
});

describe('replayQuery', () => {
  it('keeps the request that the tab has, with one model and the provider', () => {
    const query = replayQuery('model=a%2Fb&model=c%2Fd&provider=x&provider=y&request=%7B%22n%22%3A2%7D', 'a/b', 'z');
    expect(query.getAll('model')).toEqual(['a/b']);
    expect(query.getAll('provider')).toEqual(['z']);
    expect(query.get('request')).toBe('{"n":2}');
  });

  it('names the model alone where the tab has none', () => {
    expect(replayQuery(null, 'a/b', null).toString()).toBe('model=a%2Fb');
  });
});
