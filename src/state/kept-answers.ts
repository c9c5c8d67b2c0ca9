/** Decides which kept answers are deleted. Pure. */

/** A kept answer. `seq` grows with each one; `previous` is that of the answer that it goes on from: smaller, or null = none. */
export type KeptRow = Readonly<{ seq: number; previous: number | null; expiresMs: number; bytes: number }>;

/** Returns the answers that have expired, without those that a conversation with an answer that has not needs. @param rows in any order. */
export function findExpired(rows: readonly KeptRow[], nowMs: number): number[] {
  const needed = new Set<number>();
  const expired: number[] = [];
  for (const { seq, previous, expiresMs } of rows.toSorted((one, other) => other.seq - one.seq)) {
    if (expiresMs <= nowMs && !needed.has(seq)) expired.push(seq);
    else if (previous !== null) needed.add(previous);
  }
  return expired;
}

/** Returns the oldest answers, no more than have to go so that the others take at most `maxBytes`. @param rows in any order. */
export function findOldest(rows: readonly KeptRow[], maxBytes: number): number[] {
  let bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  const oldest: number[] = [];
  for (const row of rows.toSorted((one, other) => one.seq - other.seq)) {
    if (bytes <= maxBytes) break;
    bytes -= row.bytes;
    oldest.push(row.seq);
  }
  return oldest;
}
