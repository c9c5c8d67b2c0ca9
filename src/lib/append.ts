/** Adds all items to the end of a list. `push(...items)` throws a RangeError from about 100,000 items, since each is an argument. */
export function append<Item>(list: Item[], items: readonly Item[]): void {
  for (const item of items) list.push(item);
}
