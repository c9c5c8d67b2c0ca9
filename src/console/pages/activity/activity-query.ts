/** The state of the page "Activity" in its address, and the requests that follow from it. Pure. */

/** Filters, by their names in the address and in the API. */
export const FILTERS = ['model', 'provider', 'key', 'user', 'session', 'status', 'tag'] as const;

/** Name of a filter. */
export type FilterName = (typeof FILTERS)[number];

/** What series are made of. */
export const GROUPS = ['model', 'provider', 'key', 'user'] as const;

/** Name of a grouping. */
export type GroupName = (typeof GROUPS)[number];

/** Spans of time by their names in the address; `own` has its own ends. */
export const RANGES = { '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days', own: 'Own time' } as const;

/** Name of a span of time. */
type RangeName = keyof typeof RANGES;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Spans of at most so many hours are shown by hour. The router sums days by UTC. */
const MAX_HOURS = 72;

/** Most points of a chart by day: the router keeps sums for 400 days. */
const MAX_DAYS = 400;

/** What the page shows. Times in milliseconds since 1970. */
export type ActivityState = {
  readonly range: RangeName;
  readonly fromMs: number;
  /** Excluded. */
  readonly toMs: number;
  readonly step: 'hour' | 'day';
  readonly group: GroupName;
  readonly filters: Readonly<Partial<Record<FilterName, string>>>;
};

/**
 * Reads the state. What cannot be read has its default: 24 hours by model.
 *
 * @param nowMs the end of spans that end now.
 */
export function readState(query: URLSearchParams, nowMs: number): ActivityState {
  const range = (Object.keys(RANGES) as RangeName[]).find((name) => name === query.get('range')) ?? '24h';
  const [fromMs, toMs] = range === 'own' ? readOwn(query, nowMs) : endsOf(range, nowMs);
  const filters = Object.fromEntries(FILTERS.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : [])));
  const step = toMs - fromMs <= MAX_HOURS * HOUR_MS ? 'hour' : 'day';
  return { range, fromMs, toMs, step, group: GROUPS.find((name) => name === query.get('group')) ?? 'model', filters };
}

/** Whole hours or days, the one that has begun included. */
function endsOf(range: Exclude<RangeName, 'own'>, nowMs: number): [number, number] {
  if (range === '24h') return [floor(nowMs, HOUR_MS) - 23 * HOUR_MS, nowMs];
  return [floor(nowMs, DAY_MS) - (range === '7d' ? 6 : 29) * DAY_MS, nowMs];
}

function readOwn(query: URLSearchParams, nowMs: number): [number, number] {
  const read = (name: string): number | null => {
    const timeMs = Date.parse(query.get(name) ?? '');
    return Number.isFinite(timeMs) && timeMs >= 0 ? timeMs : null;
  };
  const toMs = Math.min(nowMs, read('to') ?? nowMs);
  const fromMs = read('from') ?? floor(nowMs, DAY_MS) - 29 * DAY_MS;
  return [Math.max(Math.min(fromMs, toMs), toMs - MAX_DAYS * DAY_MS), toMs];
}

const floor = (timeMs: number, stepMs: number): number => timeMs - (timeMs % stepMs);

/** The starts of the hours or days (UTC) of the span, in milliseconds since 1970. */
export function timesOf({ fromMs, toMs, step }: ActivityState): number[] {
  const stepMs = step === 'hour' ? HOUR_MS : DAY_MS;
  const first = floor(fromMs, stepMs);
  return Array.from({ length: Math.max(1, Math.ceil((toMs - first) / stepMs)) }, (_, index) => first + index * stepMs);
}

/** Path of the sums. @param groupBy beside the time. */
export function sumsPath(state: ActivityState, groupBy: readonly GroupName[] = []): string {
  return `/activity?${parametersOf(state, { group_by: [state.step, ...groupBy].join(',') })}`;
}

/** Path of rows. @param more such as the cursor of a page. */
export const rowsPath = (state: ActivityState, more: Readonly<Record<string, string>>): string =>
  `/activity/generations?${parametersOf(state, more)}`;

function parametersOf({ fromMs, toMs, filters }: ActivityState, more: Readonly<Record<string, string>>): URLSearchParams {
  const ends = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  return new URLSearchParams({ ...ends, ...filters, ...more });
}

/** Path of the rows whose answers have ended since a cursor, to whenever they came. @param since `next_since` of the answer before. */
export const tailPath = ({ filters }: ActivityState, since: string): string =>
  `/activity/generations?${new URLSearchParams({ ...filters, since, limit: '1000' })}`;
