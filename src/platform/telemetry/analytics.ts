/**
 * Writes each generation as one data point of Workers Analytics Engine, where a dataset is bound as `ANALYTICS`
 * (https://developers.cloudflare.com/analytics/analytics-engine/limits/, read 2026-12-01: an index of 96 bytes, 20 blobs of together 16 KB, 20
 * doubles). Positions are never changed, since queries name them; new ones are added at the end.
 */
import type { ObservedGeneration } from '../../accounts/telemetry.ts';
import { toPrintable } from '../../lib/printable.ts';
import { boundTo } from '../bindings.ts';
import type { Env } from '../env.ts';

/** What is used of the binding. `writeDataPoint` returns at once. */
type Dataset = { writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void };

/** Longest blob, in characters. */
const MAX_BLOB = 256;

/** Returns the bound dataset; null = none. */
export const datasetOf = (env: Env): Dataset | null => boundTo<Dataset>(env, 'ANALYTICS', 'writeDataPoint');

/** Writes a generation. The index is the account: what is sampled is sampled for each account. */
export function writePoint(dataset: Dataset, { record, caller, attempts }: ObservedGeneration): void {
  const { usage } = record;
  const blobs = [
    record.model,
    record.provider,
    record.operation,
    record.format,
    record.errorType,
    record.finishReason,
    record.modelAsked,
    record.user,
    record.cache,
    record.id,
  ];
  dataset.writeDataPoint({
    indexes: [caller.account.slice(0, 96)],
    blobs: blobs.map((text) => toPrintable(text ?? '', MAX_BLOB)),
    doubles: [
      record.status,
      record.durationMs,
      record.latencyMs ?? 0,
      usage?.promptTokens ?? 0,
      usage?.completionTokens ?? 0,
      usage?.cachedTokens ?? 0,
      usage?.reasoningTokens ?? 0,
      usage?.costUsd ?? 0,
      typeof usage?.costUsd === 'number' ? 1 : 0,
      attempts.length,
      record.adjustments,
      record.streamed ? 1 : 0,
      record.cancelled ? 1 : 0,
    ],
  });
}
