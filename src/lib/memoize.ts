/** Computes values on first use and keeps them. What is kept is bounded. */
import { putLast } from './lru-map.ts';

/** Returns a function that calls `make` on its first call and returns that value from then on. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Memoizes `make` per owner and key, as long as the owner lives. At most `most` keys per owner: clients can invent keys. */
export function memoize<Owner extends object, Value>(most: number): (owner: Owner, key: string, make: () => Value) => Value {
  const kept = new WeakMap<Owner, Map<string, Value>>();
  return (owner, key, make) => {
    const own = kept.get(owner) ?? new Map<string, Value>();
    const known = own.get(key);
    if (known !== undefined) return known;
    const value = make();
    putLast(own, { key, value, max: most });
    kept.set(owner, own);
    return value;
  };
}
