/** Remembers the last answers of one tenant in this isolate's memory, and what its answers have cost since the memory began. */
import { toNanoUsd, toUsd } from '../accounts/money.ts';
import type { GenerationRecord, Generations, Spending } from '../ports.ts';
import type { Clock } from '../lib/clock.ts';
import { putLast } from '../lib/lru-map.ts';

/** Most answers remembered per tenant. The one that ended longest ago is removed first. */
export const MAX_GENERATIONS = 50;

const DAY_MS = 86_400_000;

/** Days whose costs are kept: a month. */
const MAX_DAYS = 31;

/** What is in front of an id, in any format of a client: `gen-`, `chatcmpl-`, `msg_`, `resp_`. */
const PREFIX = /^[a-z]+[-_]/;

/** Creates an empty memory. */
export function createGenerations(clock: Pick<Clock, 'nowMs'>): Generations {
  const kept = new Map<string, GenerationRecord>();
  /** Costs in billionths of a USD, by the number of the day (UTC) since 1970. */
  const days = new Map<string, number>();
  const sinceMs = clock.nowMs();
  let [totalNanoUsd, unpriced] = [0, 0];

  const today = () => Math.floor(clock.nowMs() / DAY_MS);
  const spentSince = (first: number) => toUsd([...days].reduce((sum, [day, nanoUsd]) => (Number(day) >= first ? sum + nanoUsd : sum), 0));

  return {
    record(entry) {
      putLast(kept, { key: entry.id.replace(PREFIX, ''), value: entry, max: MAX_GENERATIONS });
      if (entry.usage === null) return;
      if (entry.usage.costUsd === null) unpriced++;
      const nanoUsd = toNanoUsd(entry.usage.costUsd ?? 0);
      totalNanoUsd += nanoUsd;
      const day = String(today());
      putLast(days, { key: day, value: (days.get(day) ?? 0) + nanoUsd, max: MAX_DAYS });
    },
    find: (id) => kept.get(id.replace(PREFIX, '')) ?? [...kept.values()].find(({ upstreamId }) => upstreamId === id) ?? null,
    spending(): Spending {
      const now = new Date(clock.nowMs());
      const day = today();
      return {
        sinceMs,
        totalUsd: toUsd(totalNanoUsd),
        dayUsd: spentSince(day),
        weekUsd: spentSince(day - ((now.getUTCDay() + 6) % 7)), // weeks begin on Monday
        monthUsd: spentSince(day - now.getUTCDate() + 1),
        unpriced,
      };
    },
  };
}
