/** What is summed of the rows of the ledger. Sums of rows and the sums that are kept beside them are equal at any time. */
import { isFromCache, type LedgerRow } from './ledger-row.ts';

/** Each measure of a row, by its name in tables and answers. Integers; money in billionths of a USD. */
const MEASURES = {
  requests: () => 1,
  /** Answers that are not whole. A client that disconnected is no failure. */
  failures: ({ error, cancelled }: LedgerRow) => (error !== null && !cancelled ? 1 : 0),
  cancelled: ({ cancelled }: LedgerRow) => (cancelled ? 1 : 0),
  /** Answers from the response cache. */
  cache_hits: (row: LedgerRow) => (isFromCache(row) ? 1 : 0),
  /** Answers whose cost is not known: they are not in the sums of money. */
  unpriced: ({ costNanoUsd }: LedgerRow) => (costNanoUsd === null ? 1 : 0),
  /** Answers with an estimate among their tokens or in their cost. */
  estimated: ({ estimated }: LedgerRow) => (estimated.length > 0 ? 1 : 0),
  prompt_tokens: ({ tokens }: LedgerRow) => tokens?.prompt ?? 0,
  completion_tokens: ({ tokens }: LedgerRow) => tokens?.completion ?? 0,
  cached_tokens: ({ tokens }: LedgerRow) => tokens?.cached ?? 0,
  reasoning_tokens: ({ tokens }: LedgerRow) => tokens?.reasoning ?? 0,
  /** Cost of answers with the operator's provider keys. */
  cost_nano_usd: ({ costNanoUsd, isByok }: LedgerRow) => (isByok ? 0 : (costNanoUsd ?? 0)),
  /** Cost of answers with the caller's own provider keys. */
  byok_nano_usd: ({ costNanoUsd, isByok }: LedgerRow) => (isByok ? (costNanoUsd ?? 0) : 0),
  duration_ms: ({ durationMs }: LedgerRow) => durationMs,
} as const satisfies Readonly<Record<string, (row: LedgerRow) => number>>;

/** Name of a measure. */
export type Measure = keyof typeof MEASURES;

/** A value of each measure. */
export type Measures = Readonly<Record<Measure, number>>;

/** All measures, in the order in which tables and answers have them. */
export const MEASURE_NAMES = Object.keys(MEASURES) as readonly Measure[];

const build = (valueOf: (name: Measure) => number): Measures =>
  Object.fromEntries(MEASURE_NAMES.map((name) => [name, valueOf(name)])) as Measures;

/** The measures of one row. */
export const measuresOf = (row: LedgerRow): Measures => build((name) => MEASURES[name](row));

/** Adds the measures of rows or of groups. Zeros for an empty list. */
export const sumMeasures = (list: readonly Measures[]): Measures =>
  build((name) => list.reduce((sum, measures) => sum + measures[name], 0));

/** What a row takes away where it is replaced. */
export const negateMeasures = (measures: Measures): Measures => build((name) => 0 - measures[name]);
