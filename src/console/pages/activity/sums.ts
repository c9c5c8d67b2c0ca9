/** Sums of the router as totals and as series of charts. Pure. */
import { MAX_SERIES, type ChartSeries } from '../../parts/chart/scale.ts';
import type { GroupName } from './activity-query.ts';

/** A group of `GET /activity`, as far as the page reads it. */
export type ActivityGroup = {
  readonly date?: string;
  readonly hour?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly provider_name?: string;
  readonly key?: string;
  readonly user?: string;
} & Sums;

/** What is summed. Money in USD. */
export type Sums = {
  readonly usage: number;
  readonly byok_usage_inference: number;
  readonly requests: number;
  readonly failures: number;
  readonly cancelled: number;
  readonly cache_hits: number;
  readonly unpriced: number;
  readonly estimated: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cached_tokens: number;
  readonly reasoning_tokens: number;
  readonly duration_ms: number;
};

/** The answer of `GET /activity`. */
export type ActivitySums = {
  readonly data: readonly ActivityGroup[];
  readonly from: string;
  readonly to: string;
  readonly precision: 'minute' | 'hour';
  readonly truncated: boolean;
  readonly complete_from: string | null;
  readonly accounts_left_out: number;
};

/** Names of the sums. */
const NAMES = [
  'usage',
  'byok_usage_inference',
  'requests',
  'failures',
  'cancelled',
  'cache_hits',
  'unpriced',
  'estimated',
  'prompt_tokens',
  'completion_tokens',
  'cached_tokens',
  'reasoning_tokens',
  'duration_ms',
] as const satisfies readonly (keyof Sums)[];

/** Adds groups. */
export const addSums = (list: readonly Sums[]): Sums =>
  Object.fromEntries(NAMES.map((name) => [name, list.reduce((sum, one) => sum + one[name], 0)])) as Sums;

/** What answers have cost, in USD. Null = the cost of none is known. */
export const costOf = ({ usage, byok_usage_inference: byok, requests, unpriced }: Sums): number | null =>
  requests > 0 && unpriced >= requests ? null : usage + byok;

/** What a chart over time shows of sums. `lines`: it cannot be added up; null where there is nothing to divide. */
export const MEASURES = {
  requests: { title: 'Requests', unit: 'requests', kind: 'bars', of: (sums) => sums.requests },
  tokens: { title: 'Tokens', unit: 'tokens', kind: 'bars', of: (sums) => sums.prompt_tokens + sums.completion_tokens },
  cost: { title: 'Cost', unit: 'cost', kind: 'bars', of: costOf },
  failures: { title: 'Failures', unit: 'failures', kind: 'bars', of: (sums) => sums.failures },
  cached: { title: 'Cached answers', unit: 'cached answers', kind: 'bars', of: (sums) => sums.cache_hits },
  duration: {
    title: 'Mean duration',
    unit: 'Mean duration of an answer',
    kind: 'lines',
    of: ({ duration_ms: duration, requests }) => (requests === 0 ? null : duration / requests),
  },
} as const satisfies Readonly<Record<string, { title: string; unit: string; kind: 'bars' | 'lines'; of: (sums: Sums) => number | null }>>;

/** Name of what a chart shows. */
export type MeasureName = keyof typeof MEASURES;

/** What series are made of. */
export type SeriesQuery = {
  readonly group: GroupName;
  readonly measure: MeasureName;
  /** Starts of the points, in milliseconds since 1970. */
  readonly times: readonly number[];
  /** Sums before this time are not known, in milliseconds since 1970. */
  readonly completeFromMs: number | null;
};

/** The largest series, and the sum of the others. */
export type TopSeries = { readonly series: readonly ChartSeries[]; readonly restCount: number };

/**
 * Makes a series of each group, the largest first. All but the largest are one series: the sums are added before the measure is taken, so that means
 * are right. Times without answers are 0, or not known.
 */
export function seriesOf(groups: readonly ActivityGroup[], query: SeriesQuery): TopSeries {
  const byName = Map.groupBy(groups, (group) => group[query.group] ?? '');
  const ranked = [...byName].toSorted(([, one], [, other]) => sizeOf(other, query.measure) - sizeOf(one, query.measure));
  // A rest of one series would hide its name for nothing.
  const most = ranked.length <= MAX_SERIES + 1 ? ranked.length : MAX_SERIES;
  const rest = ranked.slice(most);
  const own = ranked.slice(0, most).map(([name, all]) => ({ name, values: valuesOf(all, query) }));
  if (rest.length === 0) return { series: own, restCount: 0 };
  const values = valuesOf(
    rest.flatMap(([, all]) => all),
    query,
  );
  return { series: [...own, { name: `${rest.length} others`, values, isRest: true }], restCount: rest.length };
}

/** Means are ranked by how many answers they are of. */
function sizeOf(groups: readonly Sums[], measure: MeasureName): number {
  const sums = addSums(groups);
  return MEASURES[measure].kind === 'lines' ? sums.requests : (MEASURES[measure].of(sums) ?? 0);
}

function valuesOf(groups: readonly ActivityGroup[], { measure, times, completeFromMs }: SeriesQuery): (number | null)[] {
  const byTime = Map.groupBy(groups, ({ hour, date }) => Date.parse(hour ?? date ?? ''));
  return times.map((time) => {
    const there = byTime.get(time);
    if (there === undefined && completeFromMs !== null && time < completeFromMs) return null;
    return MEASURES[measure].of(addSums(there ?? []));
  });
}
