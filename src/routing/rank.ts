/**
 * In which order usable endpoints are tried: a list of grounds, the first that differs decides, and among equals a draw. Pure: how the
 * endpoints do and the randomness come in.
 */
import type { EndpointHealth } from '../unified/endpoint-health.ts';
import type { Preferences, Sort } from '../unified/request/preferences.ts';
import type { Candidate } from './resolve-model.ts';
import { blendedPrice, randomKey, weightOf } from './weighted-order.ts';
import { isNamed } from './filter.ts';
import { meeting } from './speed-preferences.ts';
import { reliabilityTier } from './reliability-tier.ts';

/** A candidate that may be used, with what is known of it. */
export type Usable = {
  candidate: Candidate;
  endpointHealth: EndpointHealth;
  /** Features asked for that it lacks, by parameter. */
  lacking: readonly string[];
  /** It served this conversation a short while ago. */
  isSticky: boolean;
};

/** A chance that a candidate had in a draw. */
export type WeightedPick = { candidate: Candidate; usdPerMillionTokens: number | null; weight: number; chance: number };

/** A candidate in its place. */
export type Ranked<Entry extends Usable> = { usable: Entry; /** Why it stands here. */ reason: string; pick: WeightedPick | null };

/** The grounds, most important first. Smaller comes first. */
const SORT_KEYS = ['circuit', 'lacking', 'order', 'sticky', 'preferred', 'sort', 'reliability', 'unpriced'] as const;

type Scored<Entry> = Record<(typeof SORT_KEYS)[number], number> & {
  usable: Entry;
  price: number | null;
  weight: number;
  randomKey: number;
};

/** What a list is ordered by. `sort` comes from `provider.sort` or from the suffix of a name; null = none, or one that cannot decide. */
export type Ordering = { preferences: Preferences; sort: Sort | null; random: () => number };

/** Puts the endpoints of one list into the order in which they are tried. */
export function rank<Entry extends Usable>(list: readonly Entry[], ordering: Ordering): Ranked<Entry>[] {
  const scored = list.map((usable) => score(usable, ordering)).sort(compare);
  const ranked: Ranked<Entry>[] = [];
  for (let start = 0; start < scored.length;) {
    const first = scored[start];
    if (first === undefined) break;
    const equals = scored.filter((other) => difference(first, other) === 0);
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

function score<Entry extends Usable>(usable: Entry, { preferences, sort, random }: Ordering): Scored<Entry> {
  const { candidate, endpointHealth, lacking, isSticky } = usable;
  const { order } = preferences;
  const named = order?.findIndex((name) => isNamed(name, candidate)) ?? -1;
  const price = blendedPrice(candidate);
  const weight = weightOf(price);
  return {
    usable,
    circuit: endpointHealth.state === 'open' ? 1 : 0,
    lacking: lacking.length,
    order: named < 0 ? (order?.length ?? 0) : named,
    sticky: isSticky ? 0 : 1,
    preferred: meeting(preferences, endpointHealth),
    sort: sortKey(sort, price, endpointHealth),
    reliability: reliabilityTier(endpointHealth),
    unpriced: price === null ? 1 : 0,
    price,
    weight,
    randomKey: randomKey(weight, random()),
  };
}

/** Smaller is better; what is not known comes last. */
function sortKey(sort: Sort | null, price: number | null, { firstContentMs, tokensPerSecond }: EndpointHealth): number {
  if (sort === 'price') return price ?? Infinity;
  if (sort === 'latency') return firstContentMs?.p50 ?? Infinity;
  if (sort === 'throughput') return tokensPerSecond === null ? Infinity : -tokensPerSecond.p50;
  return 0;
}

function difference(one: Scored<Usable>, other: Scored<Usable>): number {
  const key = SORT_KEYS.find((name) => one[name] !== other[name]);
  return key === undefined ? 0 : one[key] < other[key] ? -1 : 1;
}

const compare = (one: Scored<Usable>, other: Scored<Usable>) => difference(one, other) || one.randomKey - other.randomKey;

/** The ground that decided most about this place, in words. */
function reasonOf(one: Scored<Usable>, pick: WeightedPick | null, { preferences, sort }: Ordering): string {
  const { lacking, endpointHealth } = one.usable;
  if (one.circuit > 0) return 'it failed a short while ago and is set aside: it comes last';
  if (one.lacking > 0) return `it does not take ${lacking.join(' and ')}: it comes after those that do`;
  if (one.order < (preferences.order?.length ?? 0)) return `number ${one.order + 1} of provider.order`;
  if (one.sticky === 0) return 'it served this conversation a short while ago: its cache may be warm';
  if (one.preferred === 2) return 'it is slower than provider.preferred_* asks: it comes after those that are not';
  const usd = one.price === null ? 'its price is not known' : `${Number(one.price.toPrecision(3))} USD per million tokens`;
  if (sort === 'price') return `by price: ${usd}`;
  if (sort === 'latency')
    return `by latency: ${endpointHealth.firstContentMs === null ? 'not measured' : `${endpointHealth.firstContentMs.p50} ms to first content`}`;
  if (sort === 'throughput')
    return `by throughput: ${endpointHealth.tokensPerSecond === null ? 'not measured' : `${endpointHealth.tokensPerSecond.p50} tokens a second`}`;
  if (one.reliability > 0)
    return `${Math.round(100 * (endpointHealth.uptime ?? 0))} % of its recent answers came through: it comes after those without trouble`;
  return pick === null ? usd : `drawn, ${Math.round(100 * pick.chance)} % to be first among its equals: ${usd}`;
}
