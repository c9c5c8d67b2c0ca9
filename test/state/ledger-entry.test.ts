/** Rows of the ledger, made from answers that have ended. */
import { describe, expect, it } from 'vitest';
import { ANONYMOUS_CALLER } from '../../src/accounts/caller.ts';
import { MAX_TRIES, readLedgerRow } from '../../src/accounts/ledger-row.ts';
import { measuresOf } from '../../src/accounts/measures.ts';
import type { RecordedTry } from '../../src/accounts/generation-record.ts';
import type { GenerationRecord } from '../../src/ports.ts';
import { toLedgerRow } from '../../src/state/ledger-entry.ts';
import { usageOf } from '../../src/unified/response/usage.ts';

const oneTry: RecordedTry = {
  provider: 'acme',
  providerName: 'Acme',
  model: 'big',
  status: 200,
  errorType: null,
  startedMs: 2,
  firstContentMs: 38,
  durationMs: 88,
  calls: 1,
  isCancelled: false,
};

const answer: GenerationRecord = {
  id: 'gen-1',
  upstreamId: 'up-1',
  operation: 'chat',
  format: 'openai-chat',
  model: 'acme/big',
  modelAsked: 'acme/big:floor',
  providerName: 'Acme',
  provider: 'acme',
  user: null,
  session: 's1',
  isByok: false,
  adjustments: 4,
  status: 200,
  errorType: null,
  streamed: true,
  cancelled: false,
  createdMs: 1000,
  durationMs: 90,
  latencyMs: 40,
  generationMs: 50,
  finishReason: 'stop',
  nativeFinishReason: 'end_turn',
  usage: usageOf({ promptTokens: 10, completionTokens: 5, cachedTokens: 4, costUsd: 0.1 + 0.2, estimated: ['cost'] }),
  changes: [
    { param: 'temperature', action: 'clamped', from: 3, to: 2 },
    { param: 'top_a', action: 'dropped', from: 0.5, to: null },
    { param: 'max_tokens', action: 'defaulted', from: null, to: 4096 },
    { param: 'messages.name', action: 'renamed', from: null, to: null },
  ],
  tries: [oneTry],
};

const costOf = (fields: Partial<GenerationRecord>) => toLedgerRow({ ...answer, ...fields }, ANONYMOUS_CALLER).costNanoUsd;
const unpriced = usageOf({ promptTokens: 10, completionTokens: 5 });

describe('toLedgerRow', () => {
  it('has tokens by kind, money as an integer, and what is estimated', () => {
    expect(toLedgerRow(answer, ANONYMOUS_CALLER)).toMatchObject({
      id: 'gen-1',
      upstreamId: 'up-1',
      model: 'acme/big',
      modelAsked: 'acme/big:floor',
      tokens: { prompt: 10, completion: 5, cached: 4, cacheWrite: null, reasoning: null },
      costNanoUsd: 300_000_000,
      estimated: ['cost'],
      attempts: 1,
      tries: [oneTry],
      adjustments: 4,
      changes: [
        ['temperature', 'clamped', 3, 2],
        ['top_a', 'dropped', 0.5],
        ['max_tokens', 'defaulted', null, 4096],
        ['messages.name', 'renamed'],
      ],
      finish: 'stop',
      nativeFinish: 'end_turn',
      cache: null,
    });
  });

  it('has a bounded number of attempts', () => {
    const row = toLedgerRow({ ...answer, tries: Array.from({ length: 40 }, () => oneTry) }, ANONYMOUS_CALLER);
    expect([row.attempts, row.tries.length]).toEqual([40, MAX_TRIES]);
  });

  it.each([
    ['a failure that was billed nothing costs nothing', { status: 502, errorType: 'server', usage: null }, 0],
    ['a failure costs what was billed', { status: 502, errorType: 'server' }, 300_000_000],
    ['an answer without usage has an unknown cost', { usage: null }, null],
    ['an answer without a price has an unknown cost', { usage: unpriced }, null],
    ['a request that was cancelled before its first attempt costs nothing', { cancelled: true, usage: null, tries: [] }, 0],
    ['a request that was cancelled before its first content has an unknown cost', { cancelled: true, usage: null }, null],
    ['an answer from the response cache costs nothing', { cache: 'hit' }, 0],
    ['an answer that was joined costs nothing', { cache: 'joined', usage: null }, 0],
    ['an answer that the response cache lacked costs what it cost', { cache: 'miss' }, 300_000_000],
  ] satisfies [string, Partial<GenerationRecord>, number | null][])('%s', (_, fields, expected) => {
    expect(costOf(fields)).toBe(expected);
  });

  it('a row of an older version is read with what it lacks', () => {
    const row = readLedgerRow('{"id":"gen-1","createdMs":5,"fieldOfTomorrow":1}');
    expect(row).toMatchObject({ id: 'gen-1', createdMs: 5, tries: [], costNanoUsd: null });
    expect(measuresOf(row)).toMatchObject({ requests: 1, unpriced: 1, failures: 0 });
  });
});
