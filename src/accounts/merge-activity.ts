/** Merges results from the objects of several accounts. Pure. */
import { MAX_GROUPS, type AccountRow, type Activity, type ActivityGroup, type Dimension } from './activity.ts';
import { sumMeasures } from './measures.ts';

/** Most groups that are kept while answers are added. */
const MAX_MERGED = 5 * MAX_GROUPS;

/** Adds the answers of accounts: groups with the same names become one. The order is that of one account's answer. */
export class ActivityMerge {
  readonly #groupBy: readonly Dimension[];
  readonly #groups = new Map<string, ActivityGroup>();
  #rest: Omit<Activity, 'groups'>;

  constructor(groupBy: readonly Dimension[], accountsLeftOut: number) {
    this.#groupBy = groupBy;
    this.#rest = { isCut: false, precision: 'minute', completeFromMs: null, accountsLeftOut };
  }

  /** Adds the answer of an account, in which no group has a `key`. */
  add(account: string, { groups, isCut, precision, completeFromMs }: Activity): void {
    for (const own of groups) {
      const group = this.#groupBy.includes('key') ? { ...own, key: account } : own;
      const name = nameOf(group, this.#groupBy);
      const known = this.#groups.get(name);
      if (known !== undefined) this.#groups.set(name, { ...known, ...sumMeasures([known, group]) });
      else if (this.#groups.size < MAX_MERGED) this.#groups.set(name, group);
      else this.#rest = { ...this.#rest, isCut: true };
    }
    this.#rest = {
      ...this.#rest,
      isCut: this.#rest.isCut || isCut,
      precision: this.#rest.precision === 'hour' ? 'hour' : precision,
      completeFromMs: latest(this.#rest.completeFromMs, completeFromMs),
    };
  }

  result(): Activity {
    const groups = [...this.#groups.values()].sort((one, other) => compare(one, other, this.#groupBy));
    return { ...this.#rest, groups: groups.slice(0, MAX_GROUPS), isCut: this.#rest.isCut || groups.length > MAX_GROUPS };
  }
}

/** The first rows of two lists, from new to old. */
export function mergeRows(one: readonly AccountRow[], other: readonly AccountRow[], limit: number): AccountRow[] {
  return [...one, ...other].sort((a, b) => b.row.createdMs - a.row.createdMs || (a.row.id < b.row.id ? 1 : -1)).slice(0, limit);
}

const nameOf = (group: ActivityGroup, groupBy: readonly Dimension[]): string => JSON.stringify(groupBy.map((name) => group[name]));

const latest = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.max(one, other);

/** Newest first, then the dearest, then by name. */
function compare(one: ActivityGroup, other: ActivityGroup, groupBy: readonly Dimension[]): number {
  const byTime = (other.hour ?? other.day ?? 0) - (one.hour ?? one.day ?? 0);
  const byCost = other.cost_nano_usd - one.cost_nano_usd || other.requests - one.requests;
  return byTime || byCost || (nameOf(one, groupBy) < nameOf(other, groupBy) ? -1 : 1);
}
