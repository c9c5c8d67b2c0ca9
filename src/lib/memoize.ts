/** Work that is done once: put off until somebody asks for it, and its outcome kept. What is kept is bounded. */
import { putLast } from './lru-map.ts';

/** What `make` gives, made at the first call. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** What `make` gives for a key of an owner, kept as long as the owner is. Keys that clients may make up must not fill an isolate. */
export function memoize<Owner extends object, Value>(most: number): (owner: Owner, key: string, make: () => Value) => Value {
  const kept = new WeakMap<Owner, Map<string, Value>>();
  return (owner, key, make) => {
    const own = kept.get(owner) ?? new Map<string, Value>();
    const known = own.get(key);
    if (known !== undefined) return known;
    const value = make();
    putLast(own, key, value, most);
    kept.set(owner, own);
    return value;
  };
}
