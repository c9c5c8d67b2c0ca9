/** A list whose items are made in order, each when it is first asked for. */
export class LazyList<Item> implements Iterable<Item> {
  /** The list has at most so many items. Known before any is made. */
  readonly most: number;
  readonly #made: Item[] = [];
  #rest: Iterator<Item> | null;

  /** @param items makes the items, at most `most` of them. */
  constructor(items: Iterator<Item>, most: number) {
    this.#rest = items;
    this.most = most;
  }

  /** A list whose items are known. */
  static of<Item>(items: readonly Item[]): LazyList<Item> {
    return new LazyList(items[Symbol.iterator](), items.length);
  }

  /** Returns the item at a position, counted from 0, and makes all before it. Undefined = the list is shorter. */
  at(index: number): Item | undefined {
    while (this.#rest !== null && this.#made.length <= index) this.#makeNext(this.#rest);
    return this.#made[index];
  }

  /** Makes all items. */
  all(): readonly Item[] {
    while (this.#rest !== null) this.#makeNext(this.#rest);
    return this.#made;
  }

  /** Makes the items as far as the loop goes. */
  *[Symbol.iterator](): Generator<Item, void> {
    for (let index = 0, item = this.at(0); item !== undefined; item = this.at(++index)) yield item;
  }

  /** What makes the items is released with the last one. */
  #makeNext(rest: Iterator<Item>): void {
    const next = rest.next();
    if (next.done === true) this.#rest = null;
    else this.#made.push(next.value);
  }
}
