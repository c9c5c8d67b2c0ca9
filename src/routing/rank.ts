/**
 * Orders usable endpoints. The first sort key that differs decides; equal endpoints get a weighted random order. Pure: health and random
 * numbers are passed in.
 */
import type { EndpointHealth } from '../unified/endpoint-health.ts';
import type { Preferences, Sort } from '../unified/request/preferences.ts';
import type { Candidate } from './resolve-model.ts';
import { blendedPrice, randomKey, weightOf } from './weighted-order.ts';
import { isNamed } from './filter.ts';
import { speedTier } from './speed-preferences.ts';
import { reliabilityTier } from './reliability-tier.ts';

/** A usable candidate and its properties for ordering. */
export type UsableCandidate = {
  candidate: Candidate;
  endpointHealth: EndpointHealth;
  /** Requested features that it lacks, by parameter. */
  lacking: readonly string[];
  /** True when it served this conversation recently. */
  isSticky: boolean;
  /** True when it made the last reasoning of this conversation, which no other can read. */
  ownsReasoning: boolean;
  /** True when the caller brings a key for it: it comes before `provider.order`, as at OpenRouter. Absent = no. */
  usesCallerKey?: boolean;
};

/** The chance of a candidate in a weighted random order. */
export type WeightedPick = { candidate: Candidate; usdPerMillionTokens: number | null; weight: number; chance: number };

/** A candidate in its position. */
export type RankedCandidate<Entry extends UsableCandidate> = {
  usable: Entry;
  /** Why it has this position. */ reason: string;
  pick: WeightedPick | null;
};

/** Sort keys, most important first. Smaller values come first. */
const SORT_KEYS = [
  'circuit',
  'lacking',
  'callerKey',
  'order',
  'sticky',
  'reasoning',
  'preferred',
  'sort',
  'reliability',
  'unpriced',
] as const;

type ScoredCandidate<Entry> = Record<(typeof SORT_KEYS)[number], number> & {
  usable: Entry;
  price: number | null;
  weight: number;
  randomKey: number;
};

/** How to order a list. `sort` comes from `provider.sort` or from the suffix of a name; null = none, or one without data. */
export type Ordering = { preferences: Preferences; sort: Sort | null; random: () => number };

/** Orders the endpoints of one list. */
export function rank<Entry extends UsableCandidate>(list: readonly Entry[], ordering: Ordering): RankedCandidate<Entry>[] {
  const scored = list.map((usable) => score(usable, ordering)).sort(compare);
  const ranked: RankedCandidate<Entry>[] = [];
  for (let start = 0; start < scored.length;) {
    const first = scored[start];
    if (first === undefined) break;
    const equals = scored.slice(start, endOfEquals(scored, start));
    const total = equals.reduce((sum, { weight }) => sum + weight, 0);
    for (const one of equals) {
      const pick =
        equals.length === 1
          ? null
          : { candidate: one.usable.candidate, usdPerMillionTokens: one.price, weight: one.weight, chance: one.weight / total };
      ranked.push({
        usable: one.usable,
        pick,
        reason: scored.length === 1 && one.circuit === 0 ? 'the only endpoint that can serve this model' : reasonOf(one, pick, ordering),
      });
    }
    start += equals.length;
  }
  return ranked;
}

function score<Entry extends UsableCandidate>(usable: Entry, { preferences, sort, random }: Ordering): ScoredCandidate<Entry> {
  const { candidate, endpointHealth, lacking, isSticky, ownsReasoning } = usable;
  const { order } = preferences;
  const named = order?.findIndex((name) => isNamed(name, candidate)) ?? -1;
  const price = blendedPrice(candidate);
  const weight = weightOf(price);
  return {
    usable,
    circuit: endpointHealth.state === 'open' ? 1 : 0,
    lacking: lacking.length,
    callerKey: usable.usesCallerKey === true ? 0 : 1,
    order: named < 0 ? (order?.length ?? 0) : named,
    sticky: isSticky ? 0 : 1,
    reasoning: ownsReasoning ? 0 : 1,
    preferred: speedTier(preferences, endpointHealth),
    sort: sortKey(sort, price, endpointHealth),
    reliability: reliabilityTier(endpointHealth),
    unpriced: price === null ? 1 : 0,
    price,
    weight,
    randomKey: randomKey(weight, random()),
  };
}

/** Returns the sort key. Smaller is better; unknown comes last. */
function sortKey(sort: Sort | null, price: number | null, measured: EndpointHealth): number {
  if (sort === 'price') return price ?? Infinity;
  if (sort === 'latency') return measured.firstContentMs?.p50 ?? Infinity;
  if (sort === 'throughput') return -(measured.tokensPerSecond?.p50 ?? -Infinity);
  return 0;
}

function difference(one: ScoredCandidate<UsableCandidate>, other: ScoredCandidate<UsableCandidate>): number {
  const key = SORT_KEYS.find((name) => one[name] !== other[name]);
  return key === undefined ? 0 : one[key] < other[key] ? -1 : 1;
}

/** The end of the candidates that are equal to the one at `start`. The list is sorted, so they stand together. */
function endOfEquals(scored: readonly ScoredCandidate<UsableCandidate>[], start: number): number {
  const [first, ...others] = scored.slice(start);
  const different = others.findIndex((other) => first !== undefined && difference(first, other) !== 0);
  return different < 0 ? scored.length : start + 1 + different;
}

const compare = (one: ScoredCandidate<UsableCandidate>, other: ScoredCandidate<UsableCandidate>) =>
  difference(one, other) || one.randomKey - other.randomKey;

/** Describes the most important reason for a position. */
function reasonOf(one: ScoredCandidate<UsableCandidate>, pick: WeightedPick | null, { preferences, sort }: Ordering): string {
  const { lacking, endpointHealth } = one.usable;
  if (one.circuit > 0) return 'it is paused after recent failures or a rate limit: it comes last';
  if (one.lacking > 0) return `it does not accept ${lacking.join(' and ')}: it comes after those that do`;
  if (one.callerKey === 0) return 'the request brings a key for it';
  if (one.order < (preferences.order?.length ?? 0)) return `number ${one.order + 1} of provider.order`;
  if (one.sticky === 0) return 'it served this conversation within the last 10 minutes: its cache may be warm';
  if (one.reasoning === 0) return 'it made the last reasoning of this conversation, which it alone can read';
  if (one.preferred === 2) return 'it is slower than provider.preferred_* requires: it comes after those that are not';
  const usd = one.price === null ? 'its price is not known' : `${Number(one.price.toPrecision(3))} USD per million tokens`;
  if (sort === 'price') return `by price: ${usd}`;
  if (sort === 'latency')
    return `by latency: ${endpointHealth.firstContentMs === null ? 'not measured' : `${endpointHealth.firstContentMs.p50} ms to first content`}`;
  if (sort === 'throughput')
    return `by throughput: ${endpointHealth.tokensPerSecond === null ? 'not measured' : `${endpointHealth.tokensPerSecond.p50} tokens a second`}`;
  if (one.reliability > 0)
    return `${Math.round(100 * (endpointHealth.uptime ?? 0))} % of its recent answers succeeded: it comes after more reliable endpoints`;
  return pick === null ? usd : `weighted random order, ${Math.round(100 * pick.chance)} % chance to be first among its equals: ${usd}`;
}
