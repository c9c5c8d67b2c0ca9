/** Rows of the ledger, as they are stored and read again. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compactRow, completeRow, readLedgerRow, type LedgerAttempt, type LedgerRow } from '../../src/accounts/ledger-row.ts';
import { anyLedgerRow, ledgerRow } from '../support/ledger-rows.ts';

/** Names that are as long as they usually get. */
const ONE_TRY: LedgerAttempt = {
  provider: 'amazon-bedrock',
  providerName: 'Amazon Bedrock',
  model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  status: 200,
  errorType: null,
  startedMs: 12,
  firstContentMs: 812,
  durationMs: 23_444,
  calls: 1,
  isCancelled: false,
};

const LONG: LedgerRow = ledgerRow({
  id: 'gen-019a1b2c3d4e5f60718293a4b5c6d7e8',
  createdMs: 1_796_108_092_123,
  format: 'openai-chat',
  model: 'anthropic/claude-sonnet-4.5',
  modelAsked: 'anthropic/claude-sonnet-4.5:floor',
  provider: 'amazon-bedrock',
  providerName: 'Amazon Bedrock',
  user: 'usr_0123456789abcdef0123456789abcdef',
  session: 'header:conversation-0123456789abcdef',
  tags: { team: 'search' },
  attempts: 1,
  tries: [ONE_TRY],
  adjustments: 3,
  changes: [
    ['temperature', 'clamped', 1.5, 1],
    ['frequency_penalty', 'dropped', 0.3],
    ['max_tokens', 'defaulted', null, 4096],
  ],
  tokens: { prompt: 12_345, completion: 1234, cached: 10_000, cacheWrite: 0, reasoning: 512 },
  costNanoUsd: 12_345_678,
  durationMs: 23_456,
  firstContentMs: 912,
  generationMs: 22_345,
  streamed: true,
  finish: 'stop',
  nativeFinish: 'end_turn',
});

const stored = (row: LedgerRow): string => JSON.stringify(compactRow(row));

const anyTry: fc.Arbitrary<LedgerAttempt> = fc.record({
  provider: fc.constantFrom('acme', 'other', null),
  providerName: fc.constantFrom('Acme', 'Other', ''),
  model: fc.constantFrom('a', ''),
  status: fc.constantFrom(200, 429, null),
  errorType: fc.constantFrom('rate_limit_exceeded', null),
  startedMs: fc.constantFrom(0, 5, null),
  firstContentMs: fc.constantFrom(0, 7, null),
  durationMs: fc.constantFrom(0, 9, null),
  calls: fc.nat(3),
  isCancelled: fc.boolean(),
});

describe('a stored row', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(anyLedgerRow, fc.array(anyTry, { maxLength: 3 }), fc.constantFrom('Acme', ''), (row, tries, providerName) => {
        const whole = { ...row, providerName, tries, changes: tries.map(({ model }) => [model, 'clamped', null, true] as const) };
        expect(readLedgerRow(stored(whole))).toEqual(whole);
      }),
    );
  });

  it('with long names, three changes and one attempt takes no page of SQLite of its own', () => {
    expect(stored(LONG).length).toBeLessThanOrEqual(1002);
  });

  it('takes few bytes for what is usual', () => {
    expect(stored(LONG)).not.toMatch(/null,"calls|isCancelled|"estimated"|errorType/);
    expect(stored(LONG)).toContain(
      '"tries":[{"providerName":"Amazon Bedrock","model":"us.anthropic.claude-sonnet-4-5-20250929-v1:0","status":200,',
    );
  });
});

describe('completeRow', () => {
  it('adds to the attempts of an older version what is known of them', () => {
    const old = { status: 200, firstContentMs: 4, model: 'm' };
    const row = completeRow({
      provider: 'acme',
      providerName: 'Acme',
      tries: [
        { ...old, providerName: 'Acme' },
        { ...old, providerName: 'Other' },
      ],
    });
    expect(row.tries).toMatchObject([
      { provider: 'acme', startedMs: null, durationMs: null, errorType: null, calls: 1, isCancelled: false, firstContentMs: 4 },
      { provider: null, providerName: 'Other' },
    ]);
    expect(row.changes).toEqual([]);
  });
});
