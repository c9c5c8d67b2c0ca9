/** `GET /activity` and `GET /activity/generations` over a ledger that records what it is asked. */
import { describe, expect, it } from 'vitest';
import type { AccountRow, ActivityQuery, Ledger, RowsQuery } from '../../src/accounts/activity.ts';
import { measuresOf } from '../../src/accounts/measures.ts';
import { createAuthenticate } from '../../src/http/authenticate.ts';
import { ledgerRow } from '../support/ledger-rows.ts';
import { createRouter, errorOf, json, KEY } from './router.ts';

const ADMIN = 'the-admin-key';
const NOW = '2023-11-14T22:13:20.000Z'; // of the router's clock
const HOUR_END_MS = Date.parse('2023-11-14T23:00:00Z');
const row = ledgerRow({ id: 'gen-1', createdMs: Date.parse(NOW), model: 'a/b', provider: 'openai', costNanoUsd: 1_500_000_000 });

/** A router and what its ledger was asked. `pages`: rows of each page. */
function routerWith(pages: readonly (readonly AccountRow[])[] = [[{ account: 'acc', row }]]) {
  const asked: { account: string | null; query: ActivityQuery | RowsQuery }[] = [];
  let page = 0;
  const ledger: Ledger = {
    sums(account, query) {
      asked.push({ account, query });
      const groups = [{ day: 1_699_920_000_000, model: 'a/b', provider: 'openai', ...measuresOf(row) }];
      return Promise.resolve({ groups, isCut: false, precision: 'minute', completeFromMs: null, accountsLeftOut: 0 });
    },
    page(account, query) {
      asked.push({ account, query });
      return Promise.resolve(pages[page++] ?? []);
    },
    find: () => Promise.resolve(null),
  };
  const router = createRouter({}, undefined, {
    authenticate: createAuthenticate({ keys: [KEY], adminKeys: [ADMIN] }),
    services: { ledger },
  });
  const get = (path: string, key = KEY) => router.call('GET', `/v1/${path}`, undefined, { 'x-api-key': key });
  return { asked, get };
}

describe('GET /activity', () => {
  it('has the fields of OpenRouter, and asks for the last 30 days', async () => {
    const { asked, get } = routerWith();
    const { data } = await json(await get('activity'));
    expect(data).toMatchObject([
      {
        date: '2023-11-14',
        model: 'a/b',
        model_permaslug: 'a/b',
        endpoint_id: 'openai/a/b',
        provider_name: 'OpenAI',
        usage: 1.5,
        requests: 1,
      },
    ]);
    expect(asked[0]?.query).toMatchObject({
      groupBy: ['day', 'model', 'provider'],
      filter: { fromMs: Date.parse('2023-10-16T00:00:00Z'), toMs: HOUR_END_MS },
    });
  });

  it.each([
    ['from=2023-11-01&to=2023-11-02T08:15Z', { fromMs: Date.parse('2023-11-01'), toMs: Date.parse('2023-11-02T08:15Z') }],
    ['from=1690000000&to=1690000060500', { fromMs: 1_690_000_000_000, toMs: 1_690_000_060_500 }],
    ['date=2023-11-03', { fromMs: Date.parse('2023-11-03'), toMs: Date.parse('2023-11-04') }],
    ['to=2030-01-01', { toMs: HOUR_END_MS }],
    [
      'since=2023-11-14T20:00Z',
      { fromMs: Date.parse('2023-11-14T19:00Z'), toMs: HOUR_END_MS, endedFromMs: Date.parse('2023-11-14T20:00Z') },
    ],
    ['since=1699999970000&from=1699990000', { fromMs: 1_699_990_000_000, endedFromMs: 1_699_999_970_000 }],
    ['since=0', { fromMs: 0, endedFromMs: 0 }],
    ['tag=team:a:b', { tag: { name: 'team', value: 'a:b' } }],
    ['user=usr_0123456789abcdef0123456789abcdef&status=502', { user: 'usr_0123456789abcdef0123456789abcdef', status: 502 }],
  ])('reads %s', async (query, filter) => {
    const { asked, get } = routerWith();
    expect((await get(`activity?${query}`)).status).toBe(200);
    expect(asked[0]?.query.filter).toMatchObject(filter);
  });

  it.each([
    ['from=yesterday', 'from'],
    ['from=2023-11-02&to=2023-11-01', 'from'],
    ['group_by=day,colour', 'group_by'],
    ['since=now', 'since'],
    ['since=2030-01-01', 'since'],
    ['format=xml', 'format'],
    ['status=20', 'status'],
    ['tag=team', 'tag'],
  ])('refuses %s', async (query, param) => {
    const response = await routerWith().get(`activity?${query}`);
    expect([response.status, (await errorOf(response))['param']]).toEqual([400, param]);
  });

  it('asks the operator for the key of a user that is named, and for all accounts else', async () => {
    const { asked, get } = routerWith();
    expect((await errorOf(await get('activity?user=alice', ADMIN)))['param']).toBe('user');
    await get('activity', ADMIN);
    await get(`activity?key=${'a'.repeat(64)}&user=alice`, ADMIN);
    expect(asked.map(({ account }) => account)).toEqual([null, 'a'.repeat(64)]);
    expect((await get(`activity?key=${'a'.repeat(64)}`)).status).toBe(404);
  });

  it('writes the names of the columns also where there are no rows', async () => {
    const { get } = routerWith([[]]);
    expect(await (await get('activity?format=csv&group_by=hour,user')).text()).toMatch(
      /^date,hour,user,usage,byok_usage_inference,requests,/,
    );
    expect(await (await get('activity/generations?format=csv')).text()).toMatch(/^id,.*,upstream_id\r\n$/);
  });

  it('is a 404 that says what to bind where no ledger is kept', async () => {
    const response = await createRouter().call('GET', '/v1/activity');
    expect([response.status, (await errorOf(response))['message']]).toEqual([404, expect.stringContaining('KEY_DIRECTORY')]);
  });
});

describe('GET /activity/generations', () => {
  it('has the time of the next query of a live tail, 30 seconds ago', async () => {
    const { asked, get } = routerWith([[], []]);
    const { next_since: since } = await json(await get('activity/generations'));
    expect(since).toBe(String(Date.parse(NOW) - 30_000));
    await get(`activity/generations?since=${String(since)}`);
    expect(asked.map(({ query }) => query.filter.endedFromMs)).toEqual([null, Date.parse(NOW) - 30_000]);
  });

  it('refuses a cursor and a limit that it has not made', async () => {
    const { get } = routerWith();
    for (const [query, param] of [['cursor=x', 'cursor'] as const, ['limit=1001', 'limit'] as const])
      expect((await errorOf(await get(`activity/generations?${query}`)))['param']).toBe(param);
  });

  it('writes CSV without a formula, and reads the next page when the client has taken the last', async () => {
    const hostile = ledgerRow({ ...row, modelAsked: '=HYPERLINK("http://x")', tags: { team: 'a,b' } });
    const full = Array.from({ length: 500 }, (_, number) => ({ account: 'acc', row: { ...hostile, id: `gen-${number}` } }));
    const { asked, get } = routerWith([full, full, full, full]);
    const response = await get('activity/generations?format=csv');
    const reader = response.body?.getReader();
    const next = async () => new TextDecoder().decode((await reader?.read())?.value as Uint8Array);
    expect(await next()).toMatch(/^id,created_at,key,.*\r\n$/);
    const [first] = (await next()).split('\r\n');
    expect(first).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(first).toContain('"{""team"":""a,b""}"');
    expect(asked.length).toBeLessThan(4);
    await reader?.cancel();
    const before = asked.length;
    await Promise.resolve();
    expect(asked.length).toBe(before);
    expect(asked[1]?.query).toMatchObject({ after: { createdMs: row.createdMs, id: '499' } });
  });
});
