import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LazyList } from '../../src/lib/lazy-list.ts';

/** A list of these items, and those that have been made. */
function createList(items: readonly number[]) {
  const made: number[] = [];
  function* make() {
    for (const item of items) {
      made.push(item);
      yield item;
    }
  }
  return { list: new LazyList(make(), items.length), made };
}

describe('LazyList', () => {
  it('has the items of its source, in whatever order they are asked for, and makes each once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 6 }), fc.array(fc.nat({ max: 7 })), (items, indexes) => {
        const { list, made } = createList(items);
        for (const [count, index] of indexes.entries()) {
          expect(list.at(index)).toBe(items[index]);
          expect(made).toEqual(items.slice(0, Math.max(...indexes.slice(0, count + 1)) + 1));
        }
        expect([[...list], list.all(), made]).toEqual([items, items, items]);
      }),
    );
  });

  it('makes items as far as a loop goes, and goes on from there', () => {
    const { list, made } = createList([1, 2, 3]);
    for (const item of list) if (item === 2) break;
    expect(made).toEqual([1, 2]);
    expect([...list]).toEqual([1, 2, 3]);
    expect(made).toEqual([1, 2, 3]);
  });

  it('may have fewer items than its bound', () => {
    const list = new LazyList([1][Symbol.iterator](), 5);
    expect([list.most, list.at(0), list.at(1), list.all()]).toEqual([5, 1, undefined, [1]]);
  });

  it('can be made of known items', () => {
    expect([...LazyList.of(['a', 'b'])]).toEqual(['a', 'b']);
    expect(LazyList.of([]).most).toBe(0);
  });
});
