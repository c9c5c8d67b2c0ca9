/** Names of models, keys and users as charts and tables show them. Pure. */
import type { GroupName } from './activity-query.ts';

/** Account of requests without a key (`accounts/caller.ts`). */
const NO_KEY = 'anonymous';

/** Names of keys by their hashes. */
export type KeyNames = ReadonlyMap<string, string>;

/** A key by its name; one that is not listed by the beginning of its hash. */
export function nameKey(hash: string, names: KeyNames): string {
  if (hash === NO_KEY) return 'no key';
  return names.get(hash) ?? `key ${hash.slice(0, 8)}`;
}

/** A value of a group or of a row. */
export function nameValue(group: GroupName, value: string, names: KeyNames): string {
  if (group === 'key') return nameKey(value, names);
  if (value === '') return `no ${group}`;
  return group === 'user' && value.startsWith('usr_') ? value.slice(0, 12) : value;
}

/**
 * The label of a time: an hour in the visitor's zone, or a day of UTC.
 *
 * @param isShort for an axis: without the day of an hour, and without the year.
 */
export function labelTime(timeMs: number, step: 'hour' | 'day', isShort = false): string {
  const day = { month: 'short', day: 'numeric' } as const;
  const hour = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Date(timeMs).toLocaleString('en-US', {
    ...(isShort && step === 'hour' ? {} : day),
    ...(step === 'hour' ? hour : { timeZone: 'UTC', ...(isShort ? {} : { year: 'numeric' }) }),
  });
}
