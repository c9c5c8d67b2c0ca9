/**
 * `GET /activity` and `GET /activity/generations`: what was spent, in sums and in rows, as JSON or CSV. Sums have OpenRouter's shape (ActivityItem of
 * its OpenAPI document, read 2026-12-01) and more. A caller gets its own account, the operator all of them.
 */
import type { AccountRow, ActivityGroup, ActivityQuery, Ledger, LedgerFilter } from '../accounts/activity.ts';
import type { Caller } from '../accounts/caller.ts';
import { readLedgerRow } from '../accounts/ledger-row.ts';
import { sumMeasures } from '../accounts/measures.ts';
import { toUsd } from '../accounts/money.ts';
import { csvLine, type CsvValue } from '../lib/csv.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Catalog } from '../registry/catalog.ts';
import { RouterError } from '../unified/error.ts';
import {
  cursorOf,
  nextSince,
  readAccount,
  readCursor,
  readFilter,
  readFormat,
  readGroups,
  readLimit,
  writeCursor,
  type Query,
} from './activity-query.ts';
import { describeRow } from './ledger-row.ts';

/** Rows of a page where none are asked for. */
const PAGE_ROWS = 100;

/** Rows that are read at a time for a CSV. */
const CSV_PAGE_ROWS = 500;

/** The caller, and what it queries. */
export type ActivityRequest = { query: Query; caller: Caller; catalog: Catalog; ledger: Ledger | null; nowMs: number };

/** Sums of rows. @throws RouterError `invalid_request` naming the parameter; `not_found` for another account, or where no ledger is kept. */
export async function listActivity(request: ActivityRequest): Promise<Response> {
  const { query, catalog, caller, nowMs } = request;
  const account = readAccount(query, caller);
  const asked: ActivityQuery = { filter: await readFilter(query, account, nowMs), groupBy: readGroups(query) };
  const format = readFormat(query);
  const { groups, ...rest } = await ledgerOf(request).sums(account, asked);
  const data = groups.map((group) => describeGroup(group, catalog));
  if (format === 'csv') {
    const names = asked.groupBy.map((name) => [name, name === 'day' || name === 'hour' ? 0 : '']);
    const head = describeGroup({ ...Object.fromEntries(names), ...sumMeasures([]) } as ActivityGroup, catalog);
    return csvResponse(
      [head, ...data].map((item, line) => csvLine(line === 0 ? Object.keys(item) : Object.values(item))).join(''),
      'activity',
    );
  }
  return Response.json({
    data,
    ...describeTime(asked.filter),
    precision: rest.precision,
    truncated: rest.isCut,
    complete_from: timeOrNull(rest.completeFromMs),
    accounts_left_out: rest.accountsLeftOut,
  });
}

/** Rows, from new to old. @throws RouterError as {@link listActivity}. */
export async function listGenerations(request: ActivityRequest): Promise<Response> {
  const { query, caller, nowMs } = request;
  const account = readAccount(query, caller);
  const filter = await readFilter(query, account, nowMs);
  const ledger = ledgerOf(request);
  const after = readCursor(query);
  if (readFormat(query) === 'csv') {
    const rows = pages(ledger, { account, filter, after, max: readLimit(query, Infinity, Number.MAX_SAFE_INTEGER) });
    return csvResponse(streamOf(csvOfRows(rows)), 'generations');
  }
  const limit = readLimit(query, PAGE_ROWS);
  const rows = await ledger.page(account, { filter, after, limit });
  const last = rows.at(-1);
  return Response.json({
    data: rows.map(describeRow),
    ...describeTime(filter),
    next_cursor: last === undefined || rows.length < limit ? null : writeCursor(cursorOf(last.row)),
    next_since: nextSince(nowMs),
  });
}

type Pages = { account: string | null; filter: LedgerFilter; after: ReturnType<typeof readCursor>; max: number };

/** Rows, a page at a time: the next one is read when the client has taken the last. */
async function* pages(ledger: Ledger, { account, filter, after, max }: Pages): AsyncGenerator<readonly AccountRow[]> {
  for (let [left, cursor] = [max, after]; left > 0;) {
    const limit = Math.min(left, CSV_PAGE_ROWS);
    const rows = await ledger.page(account, { filter, after: cursor, limit });
    const last = rows.at(-1);
    if (last !== undefined) yield rows;
    if (last === undefined || rows.length < limit) return;
    [left, cursor] = [left - rows.length, cursorOf(last.row)];
  }
}

async function* csvOfRows(read: AsyncIterable<readonly AccountRow[]>): AsyncGenerator<string> {
  yield csvLine(Object.keys(describeRow({ account: '', row: readLedgerRow('{}') })));
  for await (const rows of read) yield rows.map((row) => csvLine(Object.values(describeRow(row)).map(toCsvValue))).join('');
}

/** A piece is made when the client has taken the last. */
function streamOf(pieces: AsyncGenerator<string>): ReadableStream {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

/** Lists and tags are JSON. */
const toCsvValue = (value: unknown): CsvValue =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as Exclude<CsvValue, undefined>);

const csvResponse = (body: string | ReadableStream, name: string): Response =>
  new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': `attachment; filename="${name}.csv"`,
      'x-content-type-options': 'nosniff',
    },
  });

function ledgerOf({ ledger }: Pick<ActivityRequest, 'ledger'>): Ledger {
  if (ledger !== null) return ledger;
  throw new RouterError('not_found', 'This router keeps no ledger: bind the Durable Objects KEY_DIRECTORY and KEYS, as in wrangler.toml.');
}

const describeTime = ({ fromMs, toMs }: LedgerFilter) => ({ from: timeOrNull(fromMs), to: timeOrNull(toMs) });

const timeOrNull = (timeMs: number | null): string | null => (timeMs === null ? null : new Date(timeMs).toISOString());

/** A group. Fields of dimensions that were not asked for are absent. */
function describeGroup(group: ActivityGroup, catalog: Catalog): Record<string, CsvValue> {
  const { day, hour, key, model, provider, user, session, cost_nano_usd: nanoUsd, byok_nano_usd: byokNanoUsd, ...counts } = group;
  const date = hour ?? day;
  const names: JsonObject = {
    date: date === undefined ? undefined : new Date(date).toISOString().slice(0, 10),
    hour: hour === undefined ? undefined : new Date(hour).toISOString(),
    key,
    model,
    model_permaslug: model,
    endpoint_id: model === undefined || provider === undefined ? undefined : `${provider}/${model}`,
    provider,
    provider_name: provider === undefined ? undefined : (catalog.provider(provider)?.name ?? provider),
    user,
    session,
  };
  const asked = Object.entries(names).filter(([, value]) => value !== undefined) as [string, string][];
  return { ...Object.fromEntries(asked), usage: toUsd(nanoUsd), byok_usage_inference: toUsd(byokNanoUsd), ...counts };
}
