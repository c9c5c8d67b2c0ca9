/** What the quick checks accept, the schemas accept. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARAMETERS, type Operation } from '../../../src/unified/request/parameters.ts';
import { isSurelyValid } from '../../../src/unified/request/quick-checks.ts';
import { ROUTER_CHECKS } from '../../../src/unified/request/request.ts';

const OPERATIONS: readonly Operation[] = ['chat', 'completions', 'embeddings'];

const tool = fc.record(
  {
    type: fc.constantFrom<unknown>('function', 'custom', 1),
    function: fc.record(
      {
        name: fc.oneof(fc.string(), fc.constant('n'.repeat(1001)), fc.anything()),
        description: fc.constantFrom<unknown>('text', null, 1),
        parameters: fc.constantFrom<unknown>({}, null, [], 'x'),
        strict: fc.constantFrom<unknown>(true, null, 'x'),
      },
      { requiredKeys: ['name'] },
    ),
    other: fc.anything(),
  },
  { requiredKeys: ['type', 'function'] },
);

/** Values near the ranges, and of every type. */
const value = fc.oneof(
  fc.constantFrom<unknown>(
    -2,
    -0,
    0,
    0.5,
    1,
    2,
    2.1,
    20,
    21,
    128,
    129,
    2 ** 53,
    -(2 ** 53),
    NaN,
    Infinity,
    true,
    'none',
    'auto',
    'float',
    'x'.repeat(257),
  ),
  fc.constantFrom('x'.repeat(512), 'x'.repeat(513), '\ud800', ''),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.array(tool, { maxLength: 3 }),
  fc.anything(),
);

describe('isSurelyValid', () => {
  it.each(OPERATIONS)('accepts only what the checks of %s accept', (operation) => {
    const checks = {
      ...Object.fromEntries(Object.entries(PARAMETERS[operation]).map(([name, { schema }]) => [name, schema])),
      ...ROUTER_CHECKS,
    };
    fc.assert(
      fc.property(fc.constantFrom(...Object.entries(checks)), value, ([name, check], sent) => {
        expect(isSurelyValid(operation, name, sent) && !check().safeParse(sent).success).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it('accepts what most clients send', () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const sent = { model: 'a/b', stream: true, max_tokens: 5, temperature: 0.5, seed: 1, user: 'u', reasoning_effort: 'low', tools };
    expect(Object.entries(sent).filter(([name, one]) => !isSurelyValid('chat', name, one))).toEqual([]);
  });
});
