/** Merges what the objects of several accounts answer. Pure. */
import { MAX_GROUPS, type AccountRow, type Activity, type ActivityGroup, type Dimension } from './activity.ts';
import { MEASURE_NAMES, sumMeasures, type Measures } from './measures.ts';

/** The answer of one account. */
type AccountActivity = Readonly<{ account: string; activity: Activity }>;

/** An answer without groups. */
export const NO_ACTIVITY: Activity = { groups: [], isCut: false, precision: 'minute', completeFromMs: null, accountsLeftOut: 0 };

/** Adds the answer of an account to that of others: groups with the same names become one. The order is that of one account's answer. */
export function mergeActivity(merged: Activity, { account, activity }: AccountActivity, groupBy: readonly Dimension[]): Activity {
  const own = groupBy.includes('key') ? activity.groups.map((group) => ({ ...group, key: account })) : activity.groups;
  const all = [...Map.groupBy([...merged.groups, ...own], (group) => nameOf(group, groupBy)).values()];
  const groups = all.flatMap((members) => {
    const [first, ...more] = members;
    return first === undefined ? [] : [more.length === 0 ? first : { ...first, ...sumMeasures(members.map(measuresIn)) }];
  });
  return {
    groups: groups.sort((one, other) => compare(one, other, groupBy)).slice(0, MAX_GROUPS),
    isCut: merged.isCut || activity.isCut || groups.length > MAX_GROUPS,
    precision: merged.precision === 'hour' ? 'hour' : activity.precision,
    completeFromMs: latest(merged.completeFromMs, activity.completeFromMs),
    accountsLeftOut: merged.accountsLeftOut,
  };
}

/** The first rows of two lists, from new to old. */
export function mergeRows(one: readonly AccountRow[], other: readonly AccountRow[], limit: number): AccountRow[] {
  return [...one, ...other].sort((a, b) => b.row.createdMs - a.row.createdMs || (a.row.id < b.row.id ? 1 : -1)).slice(0, limit);
}

const nameOf = (group: ActivityGroup, groupBy: readonly Dimension[]): string => JSON.stringify(groupBy.map((name) => group[name]));

const measuresIn = (group: ActivityGroup): Measures => Object.fromEntries(MEASURE_NAMES.map((name) => [name, group[name]])) as Measures;

const latest = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.max(one, other);

/** Newest first, then the dearest, then by name. */
function compare(one: ActivityGroup, other: ActivityGroup, groupBy: readonly Dimension[]): number {
  const byTime = (other.hour ?? other.day ?? 0) - (one.hour ?? one.day ?? 0);
  const byCost = other.cost_nano_usd - one.cost_nano_usd || other.requests - one.requests;
  return byTime || byCost || (nameOf(one, groupBy) < nameOf(other, groupBy) ? -1 : 1);
}
