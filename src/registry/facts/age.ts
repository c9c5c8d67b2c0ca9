/** Finds facts about models that were last confirmed long ago. Pure. */
import type { FactSource } from './model-file.ts';

/** What is known of the age of a provider's facts. */
export type DatedFacts = {
  provider: string;
  /** Sources of its generated file, by name. */
  sources: Readonly<Record<string, FactSource>>;
  /** Entries of its `.jsonc` file. */
  entries: readonly { checked?: string; retired?: object }[];
};

/** Age in days after which a fact should be confirmed again. Prices of models change about once in a quarter. */
export const OLD_AFTER_DAYS = 90;

const DAY_MS = 86_400_000;

/** Describes old lists and old corrections, one line for each kind; empty when there are none. A retired model does not age. */
export function describeOldFacts(dated: readonly DatedFacts[], today: string): string[] {
  const isOld = (day: string) => Date.parse(today) - Date.parse(day) > OLD_AFTER_DAYS * DAY_MS;
  const lists = dated.flatMap(({ sources }) =>
    Object.entries(sources).flatMap(([name, { snapshot }]) => (isOld(snapshot) ? [`${name} of ${snapshot}`] : [])),
  );
  const byHand = dated
    .map(({ provider, entries }) => ({
      provider,
      days: entries.flatMap(({ checked, retired }) => (checked !== undefined && retired === undefined && isOld(checked) ? [checked] : [])),
    }))
    .filter(({ days }) => days.length > 0);
  const oldest = byHand.flatMap(({ days }) => days).toSorted()[0];
  return [
    ...[...Map.groupBy(lists, (list) => list)].map(([list, uses]) => `${list}, in ${counted(uses.length, 'file')} of providers/models`),
    ...(oldest === undefined
      ? []
      : [`entries by hand, the oldest of ${oldest}: ${byHand.map(({ provider, days }) => `${provider} ${days.length}`).join(', ')}`]),
  ];
}

const counted = (count: number, noun: string) => (count === 1 ? `1 ${noun}` : `${count} ${noun}s`);
