/** The row of the ledger for a lease that expired: its worst case, marked as an estimate. */
import type { StoredLease } from './lease.ts';
import type { LedgerRow } from './ledger-row.ts';

/** Error type of a generation whose end was never reported. */
const EXPIRED = 'expired';

/** Returns the row. It counts what the lease holds. Tokens that it holds none of are not known: a slice holds what the key's limits count. */
export function expiredRow({ draft, worst }: Pick<StoredLease, 'draft' | 'worst'>): LedgerRow {
  const hasTokens = worst.tokens > 0;
  return {
    ...draft,
    tokens: hasTokens ? { prompt: 0, completion: worst.tokens, cached: null, cacheWrite: null, reasoning: null } : null,
    costNanoUsd: worst.usd,
    estimated: [...(hasTokens ? ['prompt_tokens', 'completion_tokens', 'total_tokens'] : []), 'cost'],
    error: EXPIRED,
    finish: null,
  };
}

/** The rows that take the place of an expired lease's row. Where none has its time and id, that row stays, with nothing counted but a request. */
export function replaceExpired({ draft }: Pick<StoredLease, 'draft'>, rows: readonly LedgerRow[]): readonly LedgerRow[] {
  const isReplaced = rows.some(({ id, createdMs }) => id === draft.id && createdMs === draft.createdMs);
  return isReplaced ? rows : [{ ...draft, tokens: null, costNanoUsd: 0 }, ...rows];
}
