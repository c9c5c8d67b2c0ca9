/** JSON pointers. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestPointer, pointerKeys, pointerOfPath, valueAt } from '../../src/lib/json-pointer.ts';

describe('pointers', () => {
  it('are read as they are written', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (keys) => {
        const pointer = keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
        expect(pointerKeys(pointer)).toEqual(keys);
      }),
    );
  });

  it('follow from the paths of adjustments', () => {
    expect(pointerOfPath('messages[1].content[0].cache_control')).toBe('/messages/1/content/0/cache_control');
    expect(pointerOfPath('reasoning.effort')).toBe('/reasoning/effort');
  });

  it('end at the nearest value that exists', () => {
    const request = { reasoning: { effort: 'high' }, messages: [{ role: 'user' }] };
    expect(nearestPointer(request, '/reasoning/effort')).toBe('/reasoning/effort');
    expect(nearestPointer(request, '/messages/0/x')).toBe('/messages/0');
    expect(nearestPointer(request, '/max_tokens')).toBeNull();
    expect(valueAt(request, '/messages/0/role')).toBe('user');
    expect(valueAt(request, '/constructor')).toBeUndefined();
  });
});

describe('valueAt', () => {
  it.each([
    [{ a: [{ 'b/c': 1 }] }, '/a/0/b~1c', 1],
    [{ a: 1 }, '', { a: 1 }],
    [{ a: 1 }, '/a/b', undefined],
    [[1], '/length', undefined],
    [{}, '/constructor', undefined],
  ])('of %j at %j is %j', (value, pointer, expected) => {
    expect(valueAt(value, pointer)).toEqual(expected);
  });
});
