/** Work that is done once. */
import { expect, it } from 'vitest';
import { once, memoize } from '../../src/lib/memoize.ts';

it('once calls make on first use and never again, also after null', () => {
  let made = 0;
  const get = once(() => (made++, undefined));
  expect(made).toBe(0);
  expect([get(), get()]).toEqual([undefined, undefined]);
  expect(made).toBe(1);
});

it('memoize keeps a value per owner and key, null included', () => {
  const remembered = memoize<object, string | null>(10);
  const [one, other] = [{}, {}];
  const made: string[] = [];
  const ask = (owner: object, key: string, value: string | null) => remembered(owner, key, () => (made.push(key), value));
  expect([ask(one, 'a', 'A'), ask(one, 'a', 'B'), ask(one, 'b', null), ask(one, 'b', 'C'), ask(other, 'a', 'D')]).toEqual([
    'A',
    'A',
    null,
    null,
    'D',
  ]);
  expect(made).toEqual(['a', 'b', 'a']);
});

it('memoize removes the oldest key beyond its bound', () => {
  const remembered = memoize<object, number>(3);
  const owner = {};
  let made = 0;
  for (let key = 0; key < 100; key++) remembered(owner, String(key), () => ++made);
  expect(made).toBe(100);
  expect(remembered(owner, '99', () => -1)).toBe(100);
  expect(remembered(owner, '0', () => -1)).toBe(-1);
});
