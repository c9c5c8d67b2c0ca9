import { describe, expect, it } from 'vitest';
import { MAX_NESTING, parseBounded } from '../../src/lib/json.ts';

const nested = (depth: number, [open, close]: readonly [string, string] = ['[', ']']) => open.repeat(depth) + close.repeat(depth);

describe('parseBounded', () => {
  it('parses a long text that is not nested too deep', () => {
    expect(parseBounded('{"a":[1,{"b":null}]}')).toEqual({ a: [1, { b: null }] });
    expect(parseBounded(nested(MAX_NESTING))).not.toBeNull();
    expect(parseBounded(JSON.stringify({ text: '['.repeat(100_000) }))).toMatchObject({ text: expect.any(String) as string });
  });

  it('returns null for a value that is nested too deep to be written', () => {
    expect(parseBounded(nested(MAX_NESTING + 2))).toBeNull();
    expect(parseBounded(nested(100_000))).toBeNull();
    expect(parseBounded(`{"x":${nested(50_000, ['{"a":', '}']).replace('{"a":}', '{"a":1}')}}`)).toBeNull();
  });
});
