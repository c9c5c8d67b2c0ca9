/** Makes a row of the ledger from an answer that has ended. */
import type { Caller } from '../accounts/caller.ts';
import { isFromCache, MAX_TRIES, type LedgerChange, type LedgerRow } from '../accounts/ledger-row.ts';
import { toNanoUsd } from '../accounts/money.ts';
import type { GenerationRecord, RecordedChange } from '../accounts/generation-record.ts';

/** Returns the row of an answer. It has no text of a client or a model. */
export function toLedgerRow(record: GenerationRecord, { key }: Pick<Caller, 'key'>): LedgerRow {
  const { usage } = record;
  return {
    id: record.id,
    upstreamId: record.upstreamId,
    createdMs: record.createdMs,
    operation: record.operation,
    format: record.format,
    model: record.model,
    modelAsked: record.modelAsked,
    provider: record.provider,
    providerName: record.providerName,
    user: record.user,
    session: record.session,
    tags: key?.tags ?? {},
    attempts: record.tries.length,
    tries: record.tries.slice(0, MAX_TRIES),
    adjustments: record.adjustments,
    changes: record.changes.map(toLedgerChange),
    tokens:
      usage === null
        ? null
        : {
            prompt: usage.promptTokens,
            completion: usage.completionTokens,
            cached: usage.cachedTokens,
            cacheWrite: usage.cacheWriteTokens,
            reasoning: usage.reasoningTokens,
          },
    costNanoUsd: costOf(record),
    estimated: usage?.estimated ?? [],
    durationMs: record.durationMs,
    firstContentMs: record.latencyMs,
    generationMs: record.generationMs,
    streamed: record.streamed,
    cancelled: record.cancelled,
    status: record.status,
    error: record.errorType,
    finish: record.finishReason,
    nativeFinish: record.nativeFinishReason,
    serviceTier: usage?.serviceTier ?? null,
    cache: record.cache ?? null,
    isByok: record.isByok,
  };
}

/**
 * The cost in billionths of a USD. A failure that was billed nothing has cost nothing; neither has an answer that was cancelled before its first
 * attempt. Else a cost that was not measured is not known.
 */
function costOf(record: GenerationRecord): number | null {
  const { usage, errorType, cancelled, tries } = record;
  if (isFromCache(record)) return 0;
  if (usage === null) return (errorType !== null && !cancelled) || tries.length === 0 ? 0 : null;
  return usage.costUsd === null ? null : toNanoUsd(usage.costUsd);
}

function toLedgerChange({ param, action, from, to }: RecordedChange): LedgerChange {
  const values = to !== null ? [from, to] : from !== null ? [from] : [];
  return [param, action, ...values];
}
