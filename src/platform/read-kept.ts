/** Reads kept answers from the tables of an account, within a number of bytes. */
import type { AnswerRow, ResponseTables } from './response-tables.ts';

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

/** Most answers of a conversation. */
const MAX_DEPTH = 1000;

/** Reads what is asked for. What has expired is missing. */
export function readKept(tables: ResponseTables, call: ReadCall, nowMs: number): Reading {
  if (call.what === 'items') return readItems(tables, call, nowMs);
  const row = tables.find(call.id, nowMs);
  if (row === null) return failed('missing');
  if (call.what === 'conversation') return readConversation(tables, row, call.maxBytes);
  const kinds = call.what === 'answer' ? (['head', 'output'] as const) : (['input'] as const);
  return within(call.maxBytes, tables.size(row.seq, kinds), () => kinds.map((kind) => ({ text: tables.read(row.seq, kind) })));
}

function readItems(tables: ResponseTables, { ids, maxBytes }: { ids: readonly string[]; maxBytes: number }, nowMs: number): Reading {
  const found = ids.flatMap((id) => {
    const place = tables.findItem(id, nowMs);
    return place === null ? [] : [{ id, place }];
  });
  const bytes = found.reduce((sum, { place }) => sum + place.bytes, 0);
  return within(maxBytes, bytes, () => found.map(({ id, place }) => ({ id, text: tables.readItem(place) })));
}

function readConversation(tables: ResponseTables, last: AnswerRow, maxBytes: number): Reading {
  if (last.failed === 1) return failed('failed');
  if (last.depth > MAX_DEPTH) return failed('too-long');
  const rows = last.chainBytes > maxBytes ? [] : tables.chain(last);
  if (rows === null) return failed('missing');
  const read = () =>
    rows.flatMap(({ seq, restarts }): Part[] => [
      ...(restarts === 1 ? [] : [{ text: tables.read(seq, 'input') }]),
      { text: tables.read(seq, 'output'), restarts: restarts === 1 },
    ]);
  return within(maxBytes, last.chainBytes, read);
}

const failed = (fault: Fault, bytes = 0): Reading => ({ fault, bytes, parts: [] });

const within = (maxBytes: number, bytes: number, read: () => Part[]): Reading =>
  bytes > maxBytes ? failed('too-large', bytes) : { fault: null, bytes, parts: read() };
