/**
 * Long texts in the SQLite of a Durable Object, cut into pieces: a row holds at most 2 MB
 * (developers.cloudflare.com/durable-objects/platform/limits, read 2026-12-01).
 */
import { joinBytes, totalBytes } from '../lib/join-bytes.ts';
import type { Sql } from './object-tables.ts';

/** Creates the table. */
export const PIECES_TABLE = 'CREATE TABLE pieces (place INTEGER PRIMARY KEY, data BLOB NOT NULL)';

/** Most pieces of a text. The place of a text is the number of its first piece, a multiple of this. */
export const MAX_PIECES = 1024;

const PIECE_BYTES = 2 ** 20;

/** The texts of one object, by their places. */
export class TextPieces {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  write(place: number, text: Uint8Array): void {
    for (let at = 0; at < text.length; at += PIECE_BYTES) {
      const piece = text.slice(at, at + PIECE_BYTES).buffer;
      this.#sql.exec('INSERT INTO pieces (place, data) VALUES (?, ?)', place + at / PIECE_BYTES, piece);
    }
  }

  read(place: number): Uint8Array<ArrayBuffer> {
    return this.#join(place, MAX_PIECES);
  }

  /** Reads so many bytes of a text. */
  readPart(place: number, { start, bytes }: { start: number; bytes: number }): Uint8Array<ArrayBuffer> {
    const [first, last] = [start, start + bytes - 1].map((at) => Math.floor(at / PIECE_BYTES)) as [number, number];
    const text = this.#join(place + first, last - first + 1);
    return text.slice(start - first * PIECE_BYTES, start - first * PIECE_BYTES + bytes);
  }

  /** Bytes of a text. */
  size(place: number): number {
    const size = 'SELECT total(length(data)) AS bytes FROM pieces WHERE place >= ? AND place < ?';
    return Number(this.#sql.exec(size, place, place + MAX_PIECES).toArray()[0]?.['bytes']);
  }

  /** Removes the texts from one place to before another. */
  remove(from: number, to: number): void {
    this.#sql.exec('DELETE FROM pieces WHERE place >= ? AND place < ?', from, to);
  }

  #join(first: number, count: number): Uint8Array<ArrayBuffer> {
    const found = this.#sql.exec('SELECT data FROM pieces WHERE place >= ? AND place < ? ORDER BY place', first, first + count);
    const pieces = found.toArray().map(({ data }) => new Uint8Array(data as ArrayBuffer));
    return joinBytes(pieces, totalBytes(pieces));
  }
}
