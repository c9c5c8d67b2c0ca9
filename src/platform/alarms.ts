/** The one alarm of a Durable Object, for several uses: it is set for the earliest of them. */

/** What is used of an object's storage. */
export type AlarmStorage = { getAlarm(): Promise<number | null>; setAlarm(atMs: number): Promise<void> };

/** The alarm of one object. Setting it is billed as a row that is written, so it is set only where it would run too late. */
export class Alarms {
  readonly #storage: AlarmStorage;
  /** For when it is set; null = it is not; undefined = not known. */
  #atMs: number | null | undefined;

  constructor(storage: AlarmStorage) {
    this.#storage = storage;
  }

  /** Sets the alarm for this time or before; at once where it has passed. Null changes nothing. */
  async set(atMs: number | null): Promise<void> {
    if (atMs === null) return;
    if (this.#atMs === undefined) this.#atMs = await this.#storage.getAlarm();
    if (this.#atMs !== null && this.#atMs <= atMs) return;
    this.#atMs = atMs;
    // workerd refuses 0, which stands for work that an earlier life of the object has left (measured 2026-12-01).
    try {
      await this.#storage.setAlarm(Math.max(1, atMs));
    } catch (thrown) {
      this.#atMs = undefined;
      throw thrown;
    }
  }

  /** The alarm has run, and is set no longer. */
  ran(): void {
    this.#atMs = null;
  }
}
