/**
 * Durable Object with the answers that one account has stored. Each method takes one plain object and returns one; later versions of the Worker
 * only add fields.
 */
import { DurableObject } from 'cloudflare:workers';
import { parseWithLongNumbers } from '../lib/exact-json.ts';
import { responseLimits, type Env } from './env.ts';
import { ResponseTables, sizeOf, type AnswerTexts, type AnswerToKeep } from './response-tables.ts';

/** Items of a conversation, as a JSON array in UTF-8. `restarts`: it counts from its last compaction on. */
export type ConversationPart = { items: Uint8Array; restarts: boolean };

/** Why a conversation is not returned. `bytes`: of its items. */
export type ConversationFault = 'missing' | 'failed' | 'too-long' | 'too-large';

/** What the Worker calls. */
export interface ResponsesStub {
  /** `tooLarge`: it is not kept. */
  keep(answer: AnswerToKeep): Promise<{ tooLarge: { bytes: number; maxBytes: number } | null }>;
  find(call: { id: string }): Promise<{ found: Pick<AnswerTexts, 'head' | 'output'> | null }>;
  input(call: { id: string }): Promise<{ found: Uint8Array | null }>;
  /** `found`: JSON of each item that is kept, by its id. */
  items(call: { ids: readonly string[] }): Promise<{ found: Record<string, string> }>;
  conversation(call: { id: string; maxBytes: number }): Promise<Conversation>;
  remove(call: { id: string }): Promise<{ removed: boolean }>;
}

type Conversation = { fault: ConversationFault; bytes: number } | { fault: null; parts: ConversationPart[] };

/** Most answers of a conversation. */
const MAX_DEPTH = 1000;

/** Expired answers are removed at most this often. Until then they take space, and are not returned. */
const PURGE_PAUSE_MS = 60_000;

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
    if ((await storage.getAlarm()) === null) await storage.setAlarm(nowMs + ttlMs + PURGE_PAUSE_MS);
    return { tooLarge: null };
  }

  find({ id }: { id: string }): Awaited<ReturnType<ResponsesStub['find']>> {
    const row = this.#tables.find(id, Date.now());
    return { found: row === null ? null : { head: this.#tables.read(row.seq, 'head'), output: this.#tables.read(row.seq, 'output') } };
  }

  input({ id }: { id: string }): Awaited<ReturnType<ResponsesStub['input']>> {
    const row = this.#tables.find(id, Date.now());
    return { found: row === null ? null : this.#tables.read(row.seq, 'input') };
  }

  items({ ids }: { ids: readonly string[] }): Awaited<ReturnType<ResponsesStub['items']>> {
    const lists = new Map<string, readonly unknown[]>();
    const found: [string, string][] = [];
    for (const id of ids) {
      const place = this.#tables.findItem(id, Date.now());
      if (place === null) continue;
      const key = `${place.seq} ${place.list}`;
      const list = lists.get(key) ?? parseList(this.#tables.read(place.seq, place.list));
      lists.set(key, list);
      found.push([id, JSON.stringify(list[place.index])]);
    }
    return { found: Object.fromEntries(found) };
  }

  conversation({ id, maxBytes }: { id: string; maxBytes: number }): Conversation {
    const last = this.#tables.find(id, Date.now());
    if (last === null) return { fault: 'missing', bytes: 0 };
    const bytes = last.chainBytes;
    if (last.failed === 1) return { fault: 'failed', bytes };
    if (last.depth > MAX_DEPTH) return { fault: 'too-long', bytes };
    if (bytes > maxBytes) return { fault: 'too-large', bytes };
    const rows = this.#tables.chain(last);
    if (rows === null) return { fault: 'missing', bytes };
    const parts = rows.flatMap(({ seq, restarts }) => [
      ...(restarts === 1 ? [] : [{ items: this.#tables.read(seq, 'input'), restarts: false }]),
      { items: this.#tables.read(seq, 'output'), restarts: restarts === 1 },
    ]);
    return { fault: null, parts };
  }

  remove({ id }: { id: string }): Awaited<ReturnType<ResponsesStub['remove']>> {
    return { removed: this.ctx.storage.transactionSync(() => this.#tables.removeNamed(id, Date.now())) };
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const nextMs = storage.transactionSync(() => this.#tables.purge(Date.now()));
    if (nextMs !== null) await storage.setAlarm(nextMs + PURGE_PAUSE_MS);
  }
}

/** Numbers keep their digits: an item is written again as it was. */
const parseList = (text: Uint8Array): readonly unknown[] => parseWithLongNumbers(new TextDecoder().decode(text)) as unknown[];
