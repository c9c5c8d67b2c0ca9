import { describe, expect, it } from 'vitest';
import { UNRESTRICTED, type KeyLimit } from '../../src/accounts/key-record.ts';
import { describeRecord } from '../../src/http/describe-key.ts';

const NOTHING = { totalUsd: 0, dayUsd: 0, weekUsd: 0, monthUsd: 0 };

describe('describeRecord', () => {
  it.each([
    { resource: 'usd', amount: 0.001, used: 0.000645, left: 0.000355 },
    { resource: 'usd', amount: 0.001, used: 0.002, left: 0 },
    { resource: 'tokens', amount: 1e15, used: 1, left: 1e15 - 1 },
  ] as const)('subtracts $used of $amount $resource exactly', ({ resource, amount, used, left }) => {
    const limit: KeyLimit = { resource, window: 'total', amount, calendar: true, timezone: 'UTC' };
    const record = { ...UNRESTRICTED, hash: 'ab', name: 'a', label: 'a', createdMs: 0, updatedMs: 0, limits: [limit] };
    const usage = { spent: NOTHING, byokSpent: NOTHING, limits: [{ limit, used, reserved: 0, resetsMs: null }] };
    expect(describeRecord(record, usage)['limits']).toMatchObject([{ used, remaining: left }]);
  });
});
