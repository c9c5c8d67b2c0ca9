/** Adds all items to the end of a list. `push(...items)` passes each item as an argument and throws a RangeError from about 100,000. */
export function append<Item>(list: Item[], items: readonly Item[]): void {
  for (const item of items) list.push(item);
}
