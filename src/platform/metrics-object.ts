/**
 * Durable Object with the counters of all isolates, for `GET /metrics`. There is one. They are stored with every change, so that they never go
 * down. Its method takes and returns one plain object; later versions only add fields, because two versions of the Worker use it during a
 * deployment.
 */
import { DurableObject } from 'cloudflare:workers';
import { parseJson } from '../lib/json.ts';
import { migrateTables } from './object-tables.ts';
import { MetricSet, type Series } from './telemetry/metric-set.ts';

/** Most sets of labels. */
const MAX_SERIES = 2000;

/** Characters of a row, all of them ASCII: one may have 2 MB. */
const ROW_CHARACTERS = 1_000_000;

const TABLES = ['CREATE TABLE snapshot (piece INTEGER PRIMARY KEY, text TEXT NOT NULL)'];

/** A row must not end within a character. */
const NOT_ASCII = /[\u0080-\uffff]/g;

/** The counters. */
export class MetricsObject extends DurableObject {
  #known: MetricSet | null = null;

  /** Adds series. Returns all of them where they are read. */
  exchange({ series = [], isRead = false }: { series?: readonly Series[]; isRead?: boolean }): { series: Series[] } {
    const set = (this.#known ??= this.#stored());
    set.merge(series);
    if (series.length > 0) this.#store(set);
    return { series: isRead ? set.all() : [] };
  }

  #stored(): MetricSet {
    const { sql } = this.ctx.storage;
    migrateTables(sql, 'metrics', TABLES);
    const rows = sql.exec('SELECT text FROM snapshot ORDER BY piece').toArray();
    const known = parseJson(rows.map(({ text }) => String(text)).join(''));
    const set = new MetricSet(MAX_SERIES);
    if (Array.isArray(known)) set.merge(known as Series[]); // written by #store
    return set;
  }

  #store(set: MetricSet): void {
    const { sql } = this.ctx.storage;
    const text = JSON.stringify(set.all()).replace(NOT_ASCII, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    const pieces = Math.ceil(text.length / ROW_CHARACTERS);
    for (let piece = 0; piece < pieces; piece++) {
      const part = text.slice(piece * ROW_CHARACTERS, (piece + 1) * ROW_CHARACTERS);
      sql.exec('INSERT OR REPLACE INTO snapshot (piece, text) VALUES (?, ?)', piece, part);
    }
    sql.exec('DELETE FROM snapshot WHERE piece >= ?', pieces);
  }
}
