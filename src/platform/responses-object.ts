/**
 * Durable Object with the answers that one account has stored. Each method takes one plain object and returns one; later versions of the Worker
 * only add fields.
 */
import { DurableObject } from 'cloudflare:workers';
import { responseLimits, type Env } from './env.ts';
import { ResponseTables, sizeOf, type AnswerToKeep } from './response-tables.ts';

/**
 * What is to be read: an answer (the response object without output, and its output), its input, its conversation (the lists of items of all
 * answers in it), or single items. `maxBytes`: of all texts together.
 */
export type ReadCall = { maxBytes: number } & (
  | { what: 'answer' | 'input' | 'conversation'; id: string }
  | { what: 'items'; ids: readonly string[] }
);

/** JSON in UTF-8. `id`: of an item. `restarts`: the items before its last compaction do not count. */
export type Part = { text: Uint8Array; id?: string; restarts?: boolean };

/** Why nothing is returned. `too-large`: the texts have `bytes` bytes. */
export type Fault = 'missing' | 'failed' | 'too-long' | 'too-large';

/** What was read. `parts` is empty where there is a fault. */
export type Reading = { fault: Fault | null; bytes: number; parts: Part[] };

/** What the Worker calls. */
export interface ResponsesStub {
  /** `tooLarge`: it is not kept. */
  keep(answer: AnswerToKeep): Promise<{ tooLarge: { bytes: number; maxBytes: number } | null }>;
  read(call: ReadCall): Promise<Reading>;
  remove(call: { id: string }): Promise<{ removed: boolean }>;
}

/** Most answers of a conversation. */
const MAX_DEPTH = 1000;

/** Expired answers are removed at most this often. Until then they take space, and are not returned. */
const MAX_PURGE_PAUSE_MS = 60_000;

/** Durable Object with the answers that one account has stored. */
export class ResponsesObject extends DurableObject {
  readonly #tables = new ResponseTables(this.ctx.storage.sql);
  readonly #limits = responseLimits(this.env as Env);

  async keep(answer: AnswerToKeep): ReturnType<ResponsesStub['keep']> {
    const { ttlMs, answerBytes, accountBytes } = this.#limits;
    const { storage } = this.ctx;
    const [bytes, maxBytes] = [sizeOf(answer), Math.min(answerBytes, accountBytes)];
    if (bytes > maxBytes) return { tooLarge: { bytes, maxBytes } };
    const nowMs = Date.now();
    storage.transactionSync(() => this.#tables.add(answer, { expiresMs: nowMs + ttlMs, maxBytes: accountBytes, nowMs }));
    if ((await storage.getAlarm()) === null) await storage.setAlarm(nowMs + ttlMs + this.#pauseMs());
    return { tooLarge: null };
  }

  read(call: ReadCall): Reading {
    if (call.what === 'items') return this.#readItems(call.ids, call.maxBytes);
    if (call.what === 'conversation') return this.#readConversation(call.id, call.maxBytes);
    const row = this.#tables.find(call.id, Date.now());
    if (row === null) return failed('missing');
    const kinds = call.what === 'answer' ? (['head', 'output'] as const) : (['input'] as const);
    const read = () => kinds.map((kind) => ({ text: this.#tables.read(row.seq, kind) }));
    return within(call.maxBytes, this.#tables.size(row.seq, kinds), read);
  }

  remove({ id }: { id: string }): Awaited<ReturnType<ResponsesStub['remove']>> {
    return { removed: this.ctx.storage.transactionSync(() => this.#tables.removeNamed(id, Date.now())) };
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const nextMs = storage.transactionSync(() => this.#tables.purge(Date.now()));
    if (nextMs !== null) await storage.setAlarm(nextMs + this.#pauseMs());
  }

  /** Several answers that expire one after another are removed together. */
  #pauseMs(): number {
    return Math.min(MAX_PURGE_PAUSE_MS, this.#limits.ttlMs);
  }

  #readItems(ids: readonly string[], maxBytes: number): Reading {
    const found = ids.flatMap((id) => {
      const place = this.#tables.findItem(id, Date.now());
      return place === null ? [] : [{ id, place }];
    });
    const bytes = found.reduce((sum, { place }) => sum + place.bytes, 0);
    return within(maxBytes, bytes, () => found.map(({ id, place }) => ({ id, text: this.#tables.readItem(place) })));
  }

  #readConversation(id: string, maxBytes: number): Reading {
    const last = this.#tables.find(id, Date.now());
    if (last === null) return failed('missing');
    if (last.failed === 1) return failed('failed');
    if (last.depth > MAX_DEPTH) return failed('too-long');
    if (last.chainBytes > maxBytes) return failed('too-large', last.chainBytes);
    const rows = this.#tables.chain(last);
    if (rows === null) return failed('missing');
    const read = () =>
      rows.flatMap(({ seq, restarts }): Part[] => [
        ...(restarts === 1 ? [] : [{ text: this.#tables.read(seq, 'input') }]),
        { text: this.#tables.read(seq, 'output'), restarts: restarts === 1 },
      ]);
    return within(maxBytes, last.chainBytes, read);
  }
}

const failed = (fault: Fault, bytes = 0): Reading => ({ fault, bytes, parts: [] });

const within = (maxBytes: number, bytes: number, read: () => Part[]): Reading =>
  bytes > maxBytes ? failed('too-large', bytes) : { fault: null, bytes, parts: read() };
