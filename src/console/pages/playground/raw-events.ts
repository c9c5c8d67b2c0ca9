/** The last events of a stream as they came, within bounds. */

/** One event. `atMs`: after the request was sent. */
export type RawEvent = { readonly number: number; readonly atMs: number; readonly text: string };

/** Most events that are kept. */
export const MAX_EVENTS = 500;

/** Most characters that are kept of all of them, and of one. */
export const MAX_CHARACTERS = 256 * 1024;

/** Keeps the last events of one stream. */
export class RawEvents {
  #kept: RawEvent[] = [];
  #characters = 0;
  #count = 0;

  /** Adds an event. One that is longer than the bound is cut, and says so. */
  push(text: string, atMs: number): void {
    const cut =
      text.length <= MAX_CHARACTERS
        ? text
        : `${text.slice(0, MAX_CHARACTERS)}… ${text.length - MAX_CHARACTERS} more characters are not kept`;
    this.#kept.push({ number: ++this.#count, atMs, text: cut });
    this.#characters += cut.length;
    while (this.#kept.length > 1 && (this.#kept.length > MAX_EVENTS || this.#characters > MAX_CHARACTERS))
      this.#characters -= this.#kept.shift()?.text.length ?? 0;
  }

  /** How many events there were. */
  get count(): number {
    return this.#count;
  }

  /** The events that are kept, the first of them first. */
  list(): readonly RawEvent[] {
    return [...this.#kept];
  }
}
