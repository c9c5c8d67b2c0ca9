/**
 * Durable Object with the kept answers of one account. Each method takes one plain object and returns one; later versions of the Worker
 * only add fields.
 */
import { DurableObject } from 'cloudflare:workers';
import { responseLimits, type Env } from './env.ts';
import { readKept, type ReadCall, type Reading } from './read-kept.ts';
import { ResponseTables, type AnswerToKeep } from './response-tables.ts';

/** What the Worker calls. */
export interface ResponsesStub {
  keep(answer: AnswerToKeep): Promise<Record<string, never>>;
  read(call: ReadCall): Promise<Reading>;
  remove(call: { id: string }): Promise<{ removed: boolean }>;
}

/** Expired answers are removed at most this often. Until then they take space, and are not returned. */
const MAX_PURGE_PAUSE_MS = 60_000;

/** What an answer of another version of the Worker may lack. */
const PLAIN = { items: [], previousId: null, restarts: false, failed: false };

/** Durable Object with the answers that one account has stored. */
export class ResponsesObject extends DurableObject {
  #tables = new ResponseTables(this.ctx.storage.sql);
  readonly #limits = responseLimits(this.env as Env);

  async keep(given: AnswerToKeep): ReturnType<ResponsesStub['keep']> {
    const answer = { ...PLAIN, ...given };
    const { ttlMs, accountBytes } = this.#limits;
    const { storage } = this.ctx;
    const alarmMs = (await storage.getAlarm()) ?? Infinity;
    const nowMs = Date.now();
    this.#write(() => this.#tables.add(answer, { expiresMs: nowMs + ttlMs, maxBytes: accountBytes, nowMs }));
    const dueMs = nowMs + ttlMs + this.#pauseMs();
    // In one step with the answer: a process that ends leaves no answer that is never removed.
    if (alarmMs > dueMs) await storage.setAlarm(dueMs);
    return {};
  }

  read(call: ReadCall): Reading {
    return readKept(this.#tables, call, Date.now());
  }

  async remove({ id }: { id: string }): ReturnType<ResponsesStub['remove']> {
    const removed = this.#write(() => this.#tables.removeNamed(id, Date.now()));
    if (removed) await this.#erase();
    return { removed };
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const nextMs = this.#write(() => this.#tables.purge(Date.now()));
    if (nextMs !== null) await storage.setAlarm(nextMs + this.#pauseMs());
    await this.#erase();
  }

  /** SQLite leaves the text of deleted rows in its file until it needs the room. With the last answer the whole file goes. */
  async #erase(): Promise<void> {
    if (!this.#tables.isEmpty) return;
    const { storage } = this.ctx;
    await this.ctx.blockConcurrencyWhile(async () => {
      await storage.deleteAll();
      this.#tables = new ResponseTables(storage.sql);
    });
  }

  /** Writes all of it, or nothing. */
  #write<Result>(step: () => Result): Result {
    try {
      return this.ctx.storage.transactionSync(step);
    } catch (thrown) {
      this.#tables.reload();
      throw thrown;
    }
  }

  /** Several answers that expire one after another are removed together. */
  #pauseMs(): number {
    return Math.min(MAX_PURGE_PAUSE_MS, this.#limits.ttlMs);
  }
}
