/** The operator's limits and weights of provider keys, as they are written in a variable. */
import { describe, expect, it } from 'vitest';
import { readKeyLimits } from '../../src/platform/provider-key-limits.ts';

describe('readKeyLimits', () => {
  it('reads one entry for each key, with defaults', () => {
    expect(readKeyLimits('[{"weight": 3, "requests_per_minute": 60, "tokens_per_minute": 1000}, {}]', 2)).toEqual({
      fault: null,
      limits: [
        { weight: 3, requestsPerMinute: 60, tokensPerMinute: 1000 },
        { weight: 1, requestsPerMinute: null, tokensPerMinute: null },
      ],
    });
    expect(readKeyLimits('', 2)).toEqual({ limits: null, fault: null });
  });

  it.each([
    ['no JSON', 'to a JSON list'],
    ['{"weight": 1}', 'to a JSON list'],
    ['[{"weight": 0}, {}]', 'at 0.weight'],
    ['[{"weight": 1e9}, {}]', 'at 0.weight'],
    ['[{"requests_per_minute": 1.5}, {}]', 'at 0.requests_per_minute'],
    ['[{"tokens_per_minute": -1}, {}]', 'at 0.tokens_per_minute'],
    ['[{}, {"rpm": 5}]', 'at 1'],
    ['[{}]', 'one entry for each of the 2 keys; it has 1'],
  ])('refuses %s and says what is expected', (text, words) => {
    const { limits, fault } = readKeyLimits(text, 2);
    expect(limits).toBeNull();
    expect(fault).toContain(words);
  });
});
