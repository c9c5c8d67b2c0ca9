/** Maps that are bounded: what was put in longest ago goes first. */

/** Puts an entry at the end of a map, whether or not the map has it, and removes the first entry of one that has grown beyond `max`. */
export function putLast<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
