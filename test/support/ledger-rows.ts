/** Rows of the ledger for tests. */
import * as fc from 'fast-check';
import { readLedgerRow, type LedgerRow } from '../../src/accounts/ledger-row.ts';

/** A row with these fields. */
export const ledgerRow = (fields: Partial<LedgerRow> = {}): LedgerRow => ({ ...readLedgerRow('{}'), ...fields });

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: null });

/** Random rows. Few ids and times, so that rows replace each other. */
export const anyLedgerRow: fc.Arbitrary<LedgerRow> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd').map((id) => `gen-${id}`),
    createdMs: fc.integer({ min: 0, max: 40 }).map((quarter) => quarter * 900_000),
    model: fc.constantFrom('m/1', 'm/2'),
    provider: fc.constantFrom('acme', 'other'),
    user: orNull(fc.constantFrom('u1', 'u2')),
    session: orNull(fc.constantFrom('s1', 's2')),
    tags: fc.constantFrom<Readonly<Record<string, string>>>({}, { team: 'x' }, { 'a "b" $.c': 'y' }),
    tokens: orNull(
      fc.record({
        prompt: fc.nat(1e6),
        completion: fc.nat(1e6),
        cached: orNull(fc.nat(1e6)),
        cacheWrite: orNull(fc.nat(10)),
        reasoning: orNull(fc.nat(1e6)),
      }),
    ),
    costNanoUsd: orNull(fc.nat(2e9)),
    estimated: fc.constantFrom<readonly string[]>([], ['cost'], ['prompt_tokens', 'cost']),
    durationMs: fc.nat(600_000),
    cancelled: fc.boolean(),
    status: fc.constantFrom(200, 429, 502),
    error: orNull(fc.constant('server')),
    cache: fc.constantFrom('hit' as const, 'joined' as const, 'miss' as const, null),
    isByok: fc.boolean(),
  })
  .map(ledgerRow);
