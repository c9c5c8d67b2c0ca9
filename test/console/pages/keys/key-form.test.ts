/** The form of a key and the bodies that are made of it. */
import { describe, expect, it } from 'vitest';
import { bodyOf, changesOf, fieldErrors, formOf, NEW_KEY, NEW_LIMIT, type LimitText } from '../../../../src/console/pages/keys/key-form.ts';
import type { KeyRecord } from '../../../../src/console/pages/keys/key.ts';
import { readKeyFields } from '../../../../src/accounts/key-fields.ts';

const record: KeyRecord = {
  hash: 'a'.repeat(64),
  name: 'my app',
  label: 'sk-trb-v1-a...b',
  disabled: false,
  limit: 5,
  limit_remaining: 4,
  limit_reset: 'daily',
  limits: [
    { resource: 'requests', window: 'minute', amount: 60, calendar: false, timezone: 'UTC', used: 3 },
    {
      resource: 'usd',
      window: 'day',
      amount: 5,
      calendar: true,
      timezone: 'UTC',
      used: 1,
      reserved: 0.5,
      resets_at: '2026-12-02T00:00:00.000Z',
    },
    { resource: 'concurrent', amount: 4 },
  ],
  user_limits: [],
  session_limits: [],
  soft_at: 0.8,
  on_unpriced: 'refuse',
  include_byok_in_limit: true,
  models: ['openai/*', 'fast'],
  providers: null,
  cache: true,
  cache_ttl: 300,
  resumable: false,
  expires_at: '2027-01-31T00:00:00.000Z',
  usage: 1,
  usage_daily: 1,
  usage_weekly: 1,
  usage_monthly: 1,
  byok_usage: 0,
  created_at: '2026-12-01T00:00:00.000Z',
  tags: { team: 'research', note: 'a=b' },
  metadata: { owner: 'ann' },
};

describe('bodyOf', () => {
  it('of a new key restricts nothing, and the router accepts it', () => {
    const body = bodyOf({ ...NEW_KEY, name: ' my app ' });
    expect(body).toMatchObject({ name: 'my app', limit: null, limits: [], models: null, providers: null, expires_at: null, tags: {} });
    expect(() => readKeyFields(body)).not.toThrow();
  });

  it('has each limit in the form that the router takes', () => {
    const limits = [
      { ...NEW_LIMIT, amount: '60' },
      { ...NEW_LIMIT, resource: 'concurrent' as const, amount: '4' },
    ];
    const body = bodyOf({ ...NEW_KEY, name: 'a', limit: '0.5', limit_reset: 'weekly', limits });
    expect(body).toMatchObject({
      limit: 0.5,
      limit_reset: 'weekly',
      limits: [
        { resource: 'requests', window: 'minute', amount: 60, calendar: true, timezone: 'UTC' },
        { resource: 'concurrent', amount: 4 },
      ],
    });
    expect(() => readKeyFields(body)).not.toThrow();
  });

  it('sends what is no number as it was typed, so that the router refuses it', () => {
    expect(bodyOf({ ...NEW_KEY, limit: '5 USD', soft_at: '80 %' })).toMatchObject({ limit: '5 USD', soft_at: '80 %' });
    expect(() => readKeyFields({ name: 'a', limit: '5 USD' })).toThrow(/limit/);
  });

  it('sends a window without a limit as none', () => {
    expect(bodyOf({ ...NEW_KEY, limit_reset: 'daily' })).toMatchObject({ limit: null, limit_reset: null });
  });

  it('reads lines, and tags as lines or JSON', () => {
    expect(bodyOf({ ...NEW_KEY, models: '\n openai/* \n\nfast\n', tags: 'team = research\nnote=a=b' })).toMatchObject({
      models: ['openai/*', 'fast'],
      tags: { team: 'research', note: 'a=b' },
    });
    expect(bodyOf({ ...NEW_KEY, tags: '{"a": "1"}' })).toMatchObject({ tags: { a: '1' } });
    expect(bodyOf({ ...NEW_KEY, tags: '{"a": ' })).toMatchObject({ tags: '{"a": ' });
    expect(bodyOf({ ...NEW_KEY, tags: 'no pair' })).toMatchObject({ tags: 'no pair' });
  });
});

describe('formOf', () => {
  it('shows the limit of `limit` once, and the others by themselves', () => {
    const form = formOf(record);
    expect([form['limit'], form['limit_reset']]).toEqual(['5', 'daily']);
    expect((form['limits'] as readonly LimitText[]).map(({ resource, amount }) => `${amount} ${resource}`)).toEqual([
      '60 requests',
      '4 concurrent',
    ]);
  });

  it('keeps tags that lines could not express', () => {
    for (const tags of [{ 'a=b': 'c' }, { a: 'two\nlines' }, { a: ' spaces ' }, { '': 'x' }, {}]) {
      expect(bodyOf(formOf({ ...record, tags }))).toMatchObject({ tags });
    }
  });
});

describe('changesOf', () => {
  it('is empty where nothing was changed', () => {
    expect(changesOf(record, formOf(record))).toEqual({});
  });

  it('has the field that was changed, and no other', () => {
    expect(changesOf(record, { ...formOf(record), name: 'other' })).toEqual({ name: 'other' });
    expect(changesOf(record, { ...formOf(record), models: '' })).toEqual({ models: null });
    expect(changesOf(record, { ...formOf(record), expires_at: '' })).toEqual({ expires_at: null });
  });

  it('has all fields of limits where one has changed', () => {
    expect(changesOf(record, { ...formOf(record), limit: '7' })).toEqual({
      limit: 7,
      limit_reset: 'daily',
      limits: [
        { resource: 'requests', window: 'minute', amount: 60, calendar: false, timezone: 'UTC' },
        { resource: 'concurrent', amount: 4 },
      ],
    });
  });
});

describe('fieldErrors', () => {
  it('puts an error at its field, or above the form', () => {
    expect(fieldErrors('limits[0].amount', 'x')).toEqual({ limits: 'x' });
    expect(fieldErrors('providers[2]', 'x')).toEqual({ providers: 'x' });
    expect(fieldErrors('hash', 'x')).toEqual({ '': 'x' });
    expect(fieldErrors(null, 'x')).toEqual({ '': 'x' });
    expect(fieldErrors('toString', 'x')).toEqual({ '': 'x' });
  });
});
