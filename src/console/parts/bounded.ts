/** Runs asynchronous work on a list, some of it at a time. */

/**
 * Starts the work of each item in order, at most `most` at once. Resolves when all have ended.
 *
 * @param work must not throw: its errors are its own to report.
 */
export async function forEachBounded<Item>(items: readonly Item[], most: number, work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker));
}
