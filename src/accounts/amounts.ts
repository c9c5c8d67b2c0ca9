/** Amounts of what limits count. All are integers from 0. */
import type { LimitResource } from './key-record.ts';
import { isFromCache, type LedgerRow } from './ledger-row.ts';
import { boundedInteger } from './money.ts';

/** An amount of each resource. `usd` in billionths of a USD. */
export type Amounts = Readonly<Record<LimitResource, number>>;

/** All resources, in the order in which limits are reported. */
const RESOURCES: readonly LimitResource[] = ['usd', 'requests', 'tokens', 'concurrent'];

/** Nothing. */
export const ZERO: Amounts = Object.freeze({ usd: 0, requests: 0, tokens: 0, concurrent: 0 });

/** Combines two amounts, resource by resource. The result has integers from 0. */
function combine(one: Amounts, other: Amounts, of: (one: number, other: number) => number): Amounts {
  const combined = { usd: 0, requests: 0, tokens: 0, concurrent: 0 };
  for (const resource of RESOURCES) combined[resource] = boundedInteger(of(one[resource], other[resource]));
  return combined;
}

/** The sum. */
export const plus = (one: Amounts, other: Amounts): Amounts => combine(one, other, (a, b) => a + b);

/** The difference; 0 where it would be below. */
export const minus = (one: Amounts, other: Amounts): Amounts => combine(one, other, (a, b) => a - b);

/** The larger amount of each resource. */
export const larger = (one: Amounts, other: Amounts): Amounts => combine(one, other, Math.max);

/** The smaller amount of each resource. */
export const smaller = (one: Amounts, other: Amounts): Amounts => combine(one, other, Math.min);

/** What a row of the ledger counts against limits: nothing where the response cache answered. Unknown costs and tokens count 0. */
export function amountsOf(row: LedgerRow, isByokCounted: boolean): Amounts {
  if (isFromCache(row)) return ZERO;
  const { isByok, costNanoUsd, tokens } = row;
  return {
    usd: isByok && !isByokCounted ? 0 : boundedInteger(costNanoUsd ?? 0),
    requests: 1,
    tokens: tokens === null ? 0 : boundedInteger(tokens.prompt + tokens.completion),
    concurrent: 0,
  };
}

/** What several rows count. */
export const sumOf = (rows: readonly LedgerRow[], isByokCounted: boolean): Amounts =>
  rows.reduce((sum, row) => plus(sum, amountsOf(row, isByokCounted)), ZERO);

/** The difference, which may be below 0. Nothing is in progress. */
export const difference = (one: Amounts, other: Amounts): Amounts => ({
  usd: one.usd - other.usd,
  requests: one.requests - other.requests,
  tokens: one.tokens - other.tokens,
  concurrent: 0,
});

/** What is taken away. */
export const negative = (amounts: Amounts): Amounts => ({
  usd: -amounts.usd,
  requests: -amounts.requests,
  tokens: -amounts.tokens,
  concurrent: -amounts.concurrent,
});
