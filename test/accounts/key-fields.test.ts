/** Fields of keys: every fault names its field, and both spellings of a limit mean the same. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeKeyRecord, createKeyRecord } from '../../src/accounts/key-changes.ts';
import { describeKeyFields, readKeyFields, type GivenLimit, type KeyFields } from '../../src/accounts/key-fields.ts';
import type { KeyRecord } from '../../src/accounts/key-record.ts';
import { describeRecord } from '../../src/http/describe-key.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { CREATED_MS, keyRecord } from '../support/key-record.ts';

const NOW = CREATED_MS;
const create = (body: JsonObject): KeyRecord =>
  createKeyRecord(readKeyFields({ name: 'a key', ...body }), { hash: 'a'.repeat(64), label: 'sk-trb-v1-ab...wxyz', nowMs: NOW });
const change = (record: KeyRecord, body: JsonObject): KeyRecord => changeKeyRecord(record, readKeyFields(body), NOW);
/** `limit`, `limit_reset` and the list, as the key shows them. */
const limitsOf = (record: KeyRecord) => {
  const { limit, limit_reset: reset, limits } = describeRecord(record, null);
  return { limit, reset, limits };
};
const day = (amount: number) => ({ resource: 'usd', window: 'day', amount, calendar: true, timezone: 'UTC' });

describe('readKeyFields', () => {
  it.each<{ body: unknown; param: string; expected: string }>([
    { body: { limits: [{ resource: 'usd', window: 'day', amount: -1 }] }, param: 'limits[0].amount', expected: 'at least 0' },
    { body: { limits: [{ resource: 'usd', window: 'day', amount: 1e7 }] }, param: 'limits[0].amount', expected: 'at most 1000000' },
    { body: { limits: [{ resource: 'tokens', window: 'day', amount: 1.5 }] }, param: 'limits[0].amount', expected: 'int' },
    { body: { limits: [{ resource: 'usd', window: 'year', amount: 1 }] }, param: 'limits[0].window', expected: '"month"' },
    { body: { limits: [{ resource: 'usd', amount: 1 }] }, param: 'limits[0].window', expected: '"minute"' },
    { body: { limits: [{ resource: 'euro', window: 'day', amount: 1 }] }, param: 'limits[0].resource', expected: '"usd"' },
    { body: { limits: [{ resource: 'concurrent', window: 'day', amount: 1 }] }, param: 'limits[0].window', expected: 'does not exist' },
    { body: { limits: [{ ...day(1), timezone: 'Mars/Base' }] }, param: 'limits[0].timezone', expected: 'Europe/Berlin' },
    {
      body: { user_limits: Array.from({ length: 11 }, () => ({ resource: 'concurrent', amount: 1 })) },
      param: 'user_limits',
      expected: 'at most 10',
    },
    { body: { name: '' }, param: 'name', expected: 'at least 1 character' },
    { body: { name: 'x'.repeat(201) }, param: 'name', expected: 'at most 200' },
    { body: { limit: '5' }, param: 'limit', expected: 'number' },
    { body: { limit_reset: 'yearly' }, param: 'limit_reset', expected: '"monthly"' },
    { body: { expires_at: '2027-01-31' }, param: 'expires_at', expected: 'to the second with its zone' },
    { body: { expires_at: '2027-02-31T25:00:00Z' }, param: 'expires_at', expected: 'to the second with its zone' },
    { body: { soft_at: 80 }, param: 'soft_at', expected: 'at most 1' },
    { body: { models: [] }, param: 'models', expected: 'at least 1 entry' },
    { body: { providers: Array(101).fill('x') }, param: 'providers', expected: 'at most 100' },
    { body: { cache_ttl: 86_401 }, param: 'cache_ttl', expected: 'at most 86400' },
    { body: { tags: { team: 5 } }, param: 'tags.team', expected: 'a string' },
    { body: { on_unpriced: 'ask' }, param: 'on_unpriced', expected: '"refuse"' },
    { body: { disabled: null }, param: 'disabled', expected: 'boolean' },
    { body: { limmit: 5 }, param: 'limmit', expected: 'limit_reset' },
    { body: { hash: 'a' }, param: 'hash', expected: 'name, limit' },
  ])('refuses $body by the name $param', ({ body, param, expected }) => {
    expect(() => readKeyFields(body)).toThrow(
      expect.objectContaining({ type: 'invalid_request', message: expect.stringContaining(expected), details: { param } }),
    );
  });

  it.each([null, [], 'text', 5])('refuses the body %j', (body) => {
    expect(() => readKeyFields(body)).toThrow('expected one such as {"name": "my app"}');
  });

  it('are described as JSON Schema', () => {
    expect(describeKeyFields()).toMatchObject({ type: 'object', additionalProperties: false, properties: { limit: {}, models: {} } });
  });
});

describe('createKeyRecord', () => {
  it('requires a name', () => {
    expect(() => createKeyRecord({}, { hash: '', label: '', nowMs: 0 })).toThrow('name is missing');
  });

  it.each<{ body: JsonObject; param: string }>([
    { body: { expires_at: new Date(NOW).toISOString() }, param: 'expires_at' },
    { body: { cache_ttl: 60 }, param: 'cache_ttl' },
    { body: { limit_reset: 'daily' }, param: 'limit_reset' },
    { body: { limit: 5, limit_reset: 'daily', limits: [day(6)] }, param: 'limit' },
    { body: { limits: [day(6), { ...day(7), resource: 'tokens' }, day(7)] }, param: 'limits[2]' },
  ])('refuses $body by the name $param', ({ body, param }) => {
    expect(() => create(body)).toThrow(expect.objectContaining({ type: 'invalid_request', details: { param } }));
  });

  it('reads a time in any zone', () => {
    expect(create({ expires_at: '2027-01-31T02:00:00+02:00' }).expiresMs).toBe(Date.UTC(2027, 0, 31));
  });
});

describe('limit and limits', () => {
  it.each([
    { given: { limit: 5, limit_reset: 'daily' }, shown: { limit: 5, reset: 'daily', limits: [day(5)] } },
    { given: { limits: [day(5)] }, shown: { limit: 5, reset: 'daily', limits: [day(5)] } },
    { given: { limit: 5, limit_reset: 'daily', limits: [day(5)] }, shown: { limit: 5, reset: 'daily', limits: [day(5)] } },
    { given: { limit: 0 }, shown: { limit: 0, reset: null, limits: [{ ...day(0), window: 'total' }] } },
    { given: { limit: null, limit_reset: null }, shown: { limit: null, reset: null, limits: [] } },
    {
      given: { limit: 9, limit_reset: 'monthly', limits: [{ resource: 'concurrent', amount: 3 }] },
      shown: {
        limit: 9,
        reset: 'monthly',
        limits: [
          { ...day(9), window: 'month' },
          { resource: 'concurrent', amount: 3 },
        ],
      },
    },
    {
      given: { limits: [{ ...day(5), timezone: 'Europe/Berlin' }] },
      shown: { limit: null, reset: null, limits: [{ ...day(5), timezone: 'Europe/Berlin' }] },
    },
  ])('$given is shown as $shown', ({ given, shown }) => {
    expect(limitsOf(create(given))).toEqual(shown);
  });

  it('limit alone changes its entry and leaves the others', () => {
    const tokens = { resource: 'tokens', window: 'minute', amount: 1000, calendar: true, timezone: 'UTC' };
    const before = create({ limit: 5, limit_reset: 'daily', limits: [tokens] });
    expect(limitsOf(change(before, { limit: 7 }))).toEqual({ limit: 7, reset: 'daily', limits: [day(7), tokens] });
    expect(limitsOf(change(before, { limit_reset: null }))).toEqual({
      limit: 5,
      reset: null,
      limits: [{ ...day(5), window: 'total' }, tokens],
    });
    expect(limitsOf(change(before, { limit: null }))).toEqual({ limit: null, reset: null, limits: [tokens] });
    expect(limitsOf(change(before, { limits: null }))).toEqual({ limit: null, reset: null, limits: [] });
  });
});

const limit: fc.Arbitrary<GivenLimit> = fc.oneof(
  fc.record({ resource: fc.constant('concurrent' as const), amount: fc.nat() }),
  fc.record({
    resource: fc.constantFrom('usd' as const, 'tokens' as const, 'requests' as const),
    window: fc.constantFrom('minute' as const, 'hour' as const, 'day' as const, 'week' as const, 'month' as const, 'total' as const),
    amount: fc.nat(1_000_000),
    calendar: fc.boolean(),
    timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
  }),
);
const limits = fc.uniqueArray(limit, { maxLength: 5, selector: (one) => JSON.stringify({ ...one, amount: 0 }) });
const text = fc.string({ minLength: 1, maxLength: 20 });
const fields: fc.Arbitrary<KeyFields> = fc.record(
  {
    limits,
    user_limits: limits,
    session_limits: limits,
    soft_at: fc.option(fc.constantFrom(0.01, 0.5, 1)),
    on_unpriced: fc.constantFrom('allow', 'refuse'),
    include_byok_in_limit: fc.boolean(),
    models: fc.option(fc.array(text, { minLength: 1, maxLength: 3 })),
    providers: fc.option(fc.array(text, { minLength: 1, maxLength: 3 })),
    disabled: fc.boolean(),
    resumable: fc.boolean(),
    tags: fc.dictionary(text, text, { maxKeys: 3 }),
    metadata: fc.dictionary(text, text, { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);

describe('a key that is read and sent again', () => {
  /** What `GET` shows, without what the router sets. */
  const settable = (record: KeyRecord): JsonObject => {
    const names = Object.keys(describeKeyFields()['properties'] as JsonObject);
    return Object.fromEntries(Object.entries(describeRecord(record, null)).filter(([name]) => names.includes(name)));
  };

  it('law: PATCH with the fields that GET shows changes nothing, and POST makes the same key', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const record = create(given as JsonObject);
        expect(change(record, settable(record))).toEqual({ ...record, updatedMs: record.updatedMs + 1 });
        expect(create(settable(record))).toEqual(record);
      }),
    );
  });

  it('law: PATCH of some fields leaves the others', () => {
    fc.assert(
      fc.property(fields, fields, (first, second) => {
        const both = { ...first, ...second };
        expect({ ...change(create(first as JsonObject), second as JsonObject), updatedMs: NOW }).toEqual(create(both as JsonObject));
      }),
    );
  });

  it('turns the cache on and off', () => {
    expect(create({ cache: true }).cacheSeconds).toBe(300);
    const cached = create({ cache: true, cache_ttl: 60 });
    expect(change(cached, { cache: true }).cacheSeconds).toBe(60);
    expect(change(cached, { cache_ttl: 90 }).cacheSeconds).toBe(90);
    expect(change(cached, { cache: false }).cacheSeconds).toBe(null);
    expect(change(keyRecord(), { cache_ttl: null }).cacheSeconds).toBe(null);
  });
});
