/**
 * SQL of the ledger. The rows of one account in its object and those of all accounts in D1 are tables with the same columns `created_ms`, `id` and
 * `row` (a row as JSON), so the same statements read both.
 */
import { MAX_GROUPS, type ActivityQuery, type Dimension, type LedgerFilter, type RowsQuery } from '../accounts/activity.ts';
import { MEASURE_NAMES, type Measure } from '../accounts/measures.ts';
import { DAY_MS, HOUR_MS } from '../accounts/window.ts';
import type { SqlValue } from './object-tables.ts';

/** A statement and the values bound to it. */
export type Statement = Readonly<{ text: string; values: readonly SqlValue[] }>;

/** Each measure of a row, as `accounts/measures.ts` has it. */
const MEASURE_SQL: Readonly<Record<Measure, string>> = {
  requests: '1',
  failures: `iif(row ->> '$.error' IS NOT NULL AND NOT row ->> '$.cancelled', 1, 0)`,
  cancelled: `row ->> '$.cancelled'`,
  cache_hits: `iif(ifnull(row ->> '$.cache', 'miss') <> 'miss', 1, 0)`,
  unpriced: `iif(row ->> '$.costNanoUsd' IS NULL, 1, 0)`,
  estimated: `iif(json_array_length(row, '$.estimated') > 0, 1, 0)`,
  prompt_tokens: `ifnull(row ->> '$.tokens.prompt', 0)`,
  completion_tokens: `ifnull(row ->> '$.tokens.completion', 0)`,
  cached_tokens: `ifnull(row ->> '$.tokens.cached', 0)`,
  reasoning_tokens: `ifnull(row ->> '$.tokens.reasoning', 0)`,
  cost_nano_usd: `iif(row ->> '$.isByok', 0, ifnull(row ->> '$.costNanoUsd', 0))`,
  byok_nano_usd: `iif(row ->> '$.isByok', ifnull(row ->> '$.costNanoUsd', 0), 0)`,
  duration_ms: `row ->> '$.durationMs'`,
};

/** Each dimension of a row; `key` only where the table has the column `account`. */
const DIMENSION_SQL: Readonly<Record<Dimension, string>> = {
  key: 'account',
  model: `row ->> '$.model'`,
  provider: `row ->> '$.provider'`,
  user: `ifnull(row ->> '$.user', '')`,
  session: `ifnull(row ->> '$.session', '')`,
  day: `created_ms - created_ms % ${DAY_MS}`,
  hour: `created_ms - created_ms % ${HOUR_MS}`,
};

/** A session has this name, with or without the kind in front of it (`unified/request/session.ts`). */
const SESSION_IS = `? IN (row ->> '$.session', substr(row ->> '$.session', instr(row ->> '$.session', ':') + 1))`;

/** Each dimension of the table of sums. */
const BUCKET_SQL: Readonly<Partial<Record<Dimension, string>>> = {
  model: 'model',
  provider: 'provider',
  user: 'user',
  day: `hour_ms - hour_ms % ${DAY_MS}`,
  hour: 'hour_ms',
};

/** True where the sums by hour answer a question: they have neither sessions, nor status, nor tags. */
export const canUseBuckets = ({ filter, groupBy }: ActivityQuery): boolean =>
  groupBy.every((name) => name === 'key' || BUCKET_SQL[name] !== undefined) &&
  filter.session === null &&
  filter.status === null &&
  filter.tag === null &&
  (filter.endedFromMs ?? null) === null;

/** Sums of rows. `account` restricts a table of many accounts; null = all. */
export function sumRows(table: string, { filter, groupBy }: ActivityQuery, account: string | null = null): Statement {
  const where = rowsWhere(filter, account);
  return sums(table, { dimensions: groupBy.map((name) => [name, DIMENSION_SQL[name]]), measures: MEASURE_SQL, where });
}

/** Sums of sums by hour. The ends of the time are rounded outwards. */
export function sumBuckets(table: string, { filter, groupBy }: ActivityQuery): Statement {
  const { fromMs, toMs, model, provider, user } = filter;
  const where = allOf([
    ['hour_ms >= ?', fromMs - (fromMs % HOUR_MS)],
    ['hour_ms < ?', toMs],
    ...equal('model', model),
    ...equal('provider', provider),
    ...equal('user', user),
  ]);
  const dimensions = groupBy.map((name): [Dimension, string] => [name, BUCKET_SQL[name] ?? '']);
  const measures = Object.fromEntries(MEASURE_NAMES.map((name) => [name, name])) as Record<Measure, string>;
  return sums(table, { dimensions, measures, where });
}

/** A page of rows, from new to old. */
export function selectRows(table: string, { filter, after, limit }: RowsQuery, account: string | null = null): Statement {
  const { text, values } = rowsWhere(filter, account);
  const later = after === null ? { text: '', values: [] } : { text: ' AND (created_ms, id) < (?, ?)', values: [after.createdMs, after.id] };
  return {
    text: `SELECT * FROM ${table} WHERE ${text}${later.text} ORDER BY created_ms DESC, id DESC LIMIT ?`,
    values: [...values, ...later.values, limit],
  };
}

type Parts = { dimensions: readonly (readonly [Dimension, string])[]; measures: Readonly<Record<Measure, string>>; where: Statement };

/** Columns are named by their place: those of the table of sums have the names of the sums. */
function sums(table: string, { dimensions, measures, where }: Parts): Statement {
  const columns = [
    ...dimensions.map(([name, sql]) => `${sql} AS "${name}"`),
    ...MEASURE_NAMES.map((name) => `sum(${measures[name]}) AS ${name}`),
  ];
  const groups = dimensions.map((_, place) => place + 1);
  const placeOf = (name: Measure) => dimensions.length + 1 + MEASURE_NAMES.indexOf(name);
  const times = dimensions.flatMap(([name], place) => (name === 'day' || name === 'hour' ? [`${place + 1} DESC`] : []));
  const order = [...times, `${placeOf('cost_nano_usd')} DESC`, `${placeOf('requests')} DESC`, ...groups];
  // A row that was corrected leaves zeros where it was.
  const text =
    `SELECT ${columns.join(', ')} FROM ${table} WHERE ${where.text} GROUP BY ${groups.length === 0 ? 'NULL' : groups.join(', ')}` +
    ` HAVING sum(${measures.requests}) > 0 ORDER BY ${order.join(', ')} LIMIT ${MAX_GROUPS + 1}`;
  return { text, values: where.values };
}

function rowsWhere(
  { fromMs, toMs, model, provider, user, session, status, tag, endedFromMs = null }: LedgerFilter,
  account: string | null,
): Statement {
  const { text, values } = allOf([
    ['created_ms >= ?', fromMs],
    ['created_ms < ?', toMs],
    ...equal('account', account),
    ...equal(`row ->> '$.model'`, model),
    ...equal(`row ->> '$.provider'`, provider),
    ...equal(`row ->> '$.user'`, user),
    ...(session === null ? [] : [[SESSION_IS, session] as const]),
    ...equal(`row ->> '$.status'`, status),
    ...(endedFromMs === null ? [] : [[`created_ms + ifnull(row ->> '$.durationMs', 0) >= ?`, endedFromMs] as const]),
  ]);
  if (tag === null) return { text, values };
  // A path cannot have every name, so the tags are compared one by one.
  return {
    text: `${text} AND EXISTS (SELECT 1 FROM json_each(row, '$.tags') WHERE key = ? AND value = ?)`,
    values: [...values, tag.name, tag.value],
  };
}

type Condition = readonly [text: string, value: SqlValue];

const equal = (sql: string, value: SqlValue): Condition[] => (value === null ? [] : [[`${sql} = ?`, value]]);

const allOf = (conditions: readonly Condition[]): Statement => ({
  text: conditions.map(([text]) => text).join(' AND '),
  values: conditions.map(([, value]) => value),
});
