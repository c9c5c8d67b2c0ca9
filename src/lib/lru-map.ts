/** Bounded maps: the entry that was written longest ago is removed first. */

/** Writes an entry at the end of a map. Removes the first entry when the map has more than `max` entries. */
export function putLast<Value>(map: Map<string, Value>, { key, value, max }: { key: string; value: Value; max: number }): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= max) return;
  const [oldest] = map.keys(); // slow after many deletions: V8 passes over all of them
  if (oldest !== undefined) map.delete(oldest);
}
