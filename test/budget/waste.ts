/** What a careless change could add, to show that the counts see it: two layers around each read of the upstream. */

/** Makes every read of a body dearer. */
export function wasteReads(): void {
  for (const { prototype } of [ReadableStreamBYOBReader, ReadableStreamDefaultReader]) {
    addLayer(prototype);
    addLayer(prototype);
  }
}

function addLayer(prototype: { read: unknown }): void {
  const original = prototype.read as (...args: unknown[]) => Promise<object>;
  prototype.read = async function read(this: unknown, ...args: unknown[]): Promise<object> {
    return { ...(await Reflect.apply(original, this, args)) };
  };
}
