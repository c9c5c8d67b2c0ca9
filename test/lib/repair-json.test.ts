/** JSON with faults that models make. */
import { describe, expect, it } from 'vitest';
import { repairJson } from '../../src/lib/repair-json.ts';

const valueOf = (text: string): unknown => JSON.parse(repairJson(text) ?? 'null');

describe('repairJson', () => {
  it.each([
    ['a code fence', '```json\n{"a": 1}\n```', { a: 1 }],
    ['words around it', 'Here it is: {"a": 1}. Is there more?', { a: 1 }],
    ['words around a fence', 'Sure!\n\n```json\n{"a": [1, 2]}\n```\nDone.', { a: [1, 2] }],
    ['a trailing comma', '{"a": 1, "b": [1, 2,],}', { a: 1, b: [1, 2] }],
    ['a trailing comma and words behind it', '{"a": 1,} is the answer', { a: 1 }],
    ['a trailing comma and lines behind it', '{"a": 1,}\nThat is all.', { a: 1 }],
    ['names without quotes', '{a: 1, b: "x"}', { a: 1, b: 'x' }],
    ['single quotes', "{'a': 'x'}", { a: 'x' }],
    ['values of Python', '{"a": True, "b": None}', { a: true, b: null }],
    ['a missing comma', '{"a": 1 "b": 2}', { a: 1, b: 2 }],
    ['a missing bracket', '{"a": {"b": 1}, "c": 2', { a: { b: 1 }, c: 2 }],
    ['missing brackets in a fence', '```json\n{"a": [1, {"b": 2\n```', { a: [1, { b: 2 }] }],
    ['a list', 'The list: [1, 2, 3,]', [1, 2, 3]],
  ])('repairs %s', (_, text, value) => {
    expect(valueOf(text)).toEqual(value);
  });

  it('returns JSON among words as it was written', () => {
    expect(repairJson('x {"a":  9007199254740993} y')).toBe('{"a":  9007199254740993}');
  });

  it.each([
    ['no brackets', 'I cannot answer that.'],
    ['nothing', ''],
    ['deeply nested brackets', '['.repeat(60_000)],
    ['more than 65,536 characters', `{"a": "${'x'.repeat(2 ** 16)}",}`],
  ])('returns null for %s', (_, text) => {
    expect(repairJson(text)).toBeNull();
  });
});
