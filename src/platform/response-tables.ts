/**
 * Tables of kept answers in the SQLite of a Durable Object. An answer is three texts (`text-pieces.ts`): its response object without output, its
 * input, its output.
 */
import { findExpired, findOldest, type KeptRow } from '../state/kept-answers.ts';
import { migrateTables, type Sql, type SqlValue } from './object-tables.ts';
import { MAX_PIECES, PIECES_TABLE, TextPieces } from './text-pieces.ts';

/** The texts of an answer, as JSON in UTF-8. */
type AnswerTexts = { head: Uint8Array; input: Uint8Array; output: Uint8Array };

/** An item with an id, and the bytes of a text that it is. */
export type NamedItem = { id: string; list: 'input' | 'output'; start: number; bytes: number };

/** An answer to keep. */
export type AnswerToKeep = AnswerTexts & {
  /** The ids that it is found by. */
  ids: readonly string[];
  items: readonly NamedItem[];
  previousId: string | null;
  /** Its output stands for the conversation before it: it has a compaction. */
  restarts: boolean;
  failed: boolean;
};

/** An answer, without its texts. `chainBytes`: of the items of its conversation; `depth`: how many answers that has. */
export type AnswerRow = { seq: number; previous: number | null; depth: number; chainBytes: number; restarts: 0 | 1; failed: 0 | 1 };

/** Where an item is. */
export type ItemPlace = Omit<NamedItem, 'id'> & { seq: number };

/** Bytes that an answer takes besides its texts. */
export const ROW_BYTES = 512;

/** Kinds of names and of pieces. */
const KINDS = { head: 0, input: 1, output: 2 } as const;
type Kind = keyof typeof KINDS;

/** In `previous`: the answer was not there any more. No row has this number. */
const LOST = 0;

/** `start` and `bytes` of a name: those of an item. */
const STEPS = [
  `CREATE TABLE answers (seq INTEGER PRIMARY KEY AUTOINCREMENT, previous INTEGER, depth INTEGER NOT NULL, chainBytes INTEGER NOT NULL,
    restarts INTEGER NOT NULL, failed INTEGER NOT NULL, expiresMs INTEGER NOT NULL, bytes INTEGER NOT NULL, names TEXT NOT NULL)`,
  `CREATE TABLE names (name TEXT NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, start INTEGER NOT NULL,
    bytes INTEGER NOT NULL, PRIMARY KEY (name, seq)) WITHOUT ROWID`,
  PIECES_TABLE,
];

/** The newest answer with a name, or with an item of that name, which has not expired. */
const FIND = `SELECT answers.*, names.kind AS kind, names.start AS itemStart, names.bytes AS itemBytes FROM names JOIN answers USING (seq)
  WHERE names.name = ? AND answers.expiresMs > ? ORDER BY seq DESC LIMIT 1`;

/** Place of a text. */
const textPlace = (seq: number, kind: Kind): number => (seq * 4 + KINDS[kind]) * MAX_PIECES;

/** The tables of one object. */
export class ResponseTables {
  readonly #sql: Sql;
  readonly #texts: TextPieces;
  /** Of all answers. */
  #bytes = 0;

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#texts = new TextPieces(sql);
    migrateTables(sql, 'responses', STEPS);
    this.reload();
  }

  /** Reads again what is in memory, after a transaction that was not written. */
  reload(): void {
    this.#bytes = Number(this.#ask<{ bytes: number }>('SELECT total(bytes) AS bytes FROM answers')[0]?.bytes);
  }

  /** No answer is kept. */
  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Adds an answer, and removes the oldest ones where all would take more than `maxBytes`. Call it in a transaction. */
  add(answer: AnswerToKeep, { expiresMs, maxBytes, nowMs }: { expiresMs: number; maxBytes: number; nowMs: number }): void {
    const bytes = ROW_BYTES + answer.head.length + answer.input.length + answer.output.length;
    // Some room is made at a time: each time reads all rows.
    if (this.#bytes + bytes > maxBytes) this.remove(findOldest(this.#rows(), Math.max(0, 0.9 * maxBytes - bytes)));
    const { previous, depth, chainBytes } = this.#placeOf(answer, nowMs);
    const names = [...answer.ids, ...answer.items.map(({ id }) => id)];
    const [added] = this.#ask<{ seq: number }>(
      `INSERT INTO answers (previous, depth, chainBytes, restarts, failed, expiresMs, bytes, names) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        RETURNING seq`,
      previous,
      depth,
      chainBytes,
      Number(answer.restarts),
      Number(answer.failed),
      expiresMs,
      bytes,
      JSON.stringify(names),
    );
    const seq = Number(added?.seq);
    this.#bytes += bytes;
    for (const id of answer.ids) this.#name(id, seq, { list: 'head', start: 0, bytes: 0 });
    for (const item of answer.items) this.#name(item.id, seq, item);
    for (const kind of ['head', 'input', 'output'] as const) this.#texts.write(textPlace(seq, kind), answer[kind]);
  }

  /** The answer with an id; null = it is not kept, or has expired. */
  find(id: string, nowMs: number): AnswerRow | null {
    const [row] = this.#ask<AnswerRow & { kind: number }>(FIND, id, nowMs);
    return row?.kind === KINDS.head ? row : null;
  }

  /** The place of an item; null = it is not kept, or has expired. */
  findItem(id: string, nowMs: number): ItemPlace | null {
    const [row] = this.#ask<{ seq: number; kind: number; itemStart: number; itemBytes: number }>(FIND, id, nowMs);
    if (row === undefined || row.kind === KINDS.head) return null;
    return { seq: row.seq, list: row.kind === KINDS.input ? 'input' : 'output', start: row.itemStart, bytes: row.itemBytes };
  }

  /** The answers of a conversation, the first one first; null = one of them is not kept. It goes back to the last compaction only. */
  chain(last: AnswerRow): AnswerRow[] | null {
    const rows = [last];
    for (let row = last; row.previous !== null && row.restarts === 0; rows.push(row)) {
      const [before] = this.#ask<AnswerRow>('SELECT * FROM answers WHERE seq = ?', row.previous);
      if (before === undefined) return null;
      row = before;
    }
    return rows.reverse();
  }

  /** A text of an answer. */
  read(seq: number, kind: Kind): Uint8Array<ArrayBuffer> {
    return this.#texts.read(textPlace(seq, kind));
  }

  /** The text of an item. */
  readItem({ seq, list, ...part }: ItemPlace): Uint8Array<ArrayBuffer> {
    return this.#texts.readPart(textPlace(seq, list), part);
  }

  /** Bytes of texts of an answer. */
  size(seq: number, kinds: readonly Kind[]): number {
    return kinds.reduce((sum, kind) => sum + this.#texts.size(textPlace(seq, kind)), 0);
  }

  /** Removes the answers with an id. False = there are none. Call it in a transaction. */
  removeNamed(id: string, nowMs: number): boolean {
    const isKept = this.find(id, nowMs) !== null;
    const named = this.#ask<{ seq: number }>('SELECT seq FROM names WHERE name = ? AND kind = ?', id, KINDS.head);
    this.remove(named.map(({ seq }) => seq));
    return isKept;
  }

  /** Removes the answers that have expired and that no conversation needs. Returns when the next one expires; null = there is none. */
  purge(nowMs: number): number | null {
    const rows = this.#rows();
    const expired = new Set(findExpired(rows, nowMs));
    this.remove([...expired]);
    const times = rows.filter(({ seq, expiresMs }) => !expired.has(seq) && expiresMs > nowMs).map(({ expiresMs }) => expiresMs);
    return times.length === 0 ? null : times.reduce((one, other) => Math.min(one, other));
  }

  /** Removes answers. Call it in a transaction. */
  remove(seqs: readonly number[]): void {
    for (const seq of seqs) {
      const [row] = this.#ask<{ names: string; bytes: number }>('DELETE FROM answers WHERE seq = ? RETURNING names, bytes', seq);
      if (row === undefined) continue;
      this.#bytes -= row.bytes;
      for (const name of JSON.parse(row.names) as string[]) this.#sql.exec('DELETE FROM names WHERE name = ? AND seq = ?', name, seq);
      this.#texts.remove(textPlace(seq, 'head'), textPlace(seq + 1, 'head'));
    }
  }

  #ask<Row extends Record<string, unknown>>(query: string, ...values: SqlValue[]): Row[] {
    return this.#sql.exec(query, ...values).toArray() as Row[]; // the columns are those of STEPS
  }

  #rows(): KeptRow[] {
    return this.#ask('SELECT seq, previous, expiresMs, bytes FROM answers');
  }

  /** Where an answer is in its conversation. */
  #placeOf({ previousId, restarts, input, output }: AnswerToKeep, nowMs: number): Pick<AnswerRow, 'previous' | 'depth' | 'chainBytes'> {
    const own = output.length + (restarts ? 0 : input.length);
    if (previousId === null || restarts) return { previous: null, depth: 1, chainBytes: own };
    const before = this.find(previousId, nowMs);
    if (before === null) return { previous: LOST, depth: 1, chainBytes: own };
    return { previous: before.seq, depth: before.depth + 1, chainBytes: before.chainBytes + own };
  }

  #name(name: string, seq: number, { list, start, bytes }: { list: Kind; start: number; bytes: number }): void {
    const add = 'INSERT OR IGNORE INTO names (name, seq, kind, start, bytes) VALUES (?, ?, ?, ?, ?)';
    this.#sql.exec(add, name, seq, KINDS[list], start, bytes);
  }
}
