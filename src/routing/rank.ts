/**
 * In which order usable endpoints are tried: a list of grounds, the first that differs decides, and among equals a draw. Pure: how the
 * endpoints do and the randomness come in.
 */
import type { Standing } from '../unified/endpoint-health.ts';
import type { Preferences, Sort } from '../unified/request/preferences.ts';
import type { Candidate } from './resolve-model.ts';
import { blendedPrice, ticket, weightOf } from './weighted-order.ts';
import { isNamed } from './filter.ts';
import { meeting } from './speed-preferences.ts';
import { troubleOf } from './reliability-tier.ts';

/** A candidate that may be used, with what is known of it. */
export type Usable = {
  candidate: Candidate;
  standing: Standing;
  /** Features asked for that it lacks, by parameter. */
  lacking: readonly string[];
  /** It served this conversation a short while ago. */
  isSticky: boolean;
};

/** A chance that a candidate had in a draw. */
export type Drawn = { candidate: Candidate; usdPerMillionTokens: number | null; weight: number; chance: number };

/** A candidate in its place. */
export type Placed<Entry extends Usable> = { usable: Entry; /** Why it stands here. */ reason: string; drawn: Drawn | null };

/** The grounds, most important first. Smaller comes first. */
const GROUNDS = ['aside', 'lacking', 'order', 'sticky', 'preferred', 'sort', 'trouble', 'unpriced'] as const;

type Judged<Entry> = Record<(typeof GROUNDS)[number], number> & { usable: Entry; price: number | null; weight: number; ticket: number };

/** What a list is ordered by. `sort` comes from `provider.sort` or from the suffix of a name; null = none, or one that cannot decide. */
export type Ordering = { wishes: Preferences; sort: Sort | null; random: () => number };

/** Puts the endpoints of one list into the order in which they are tried. */
export function place<Entry extends Usable>(list: readonly Entry[], ordering: Ordering): Placed<Entry>[] {
  const judged = list.map((usable) => judge(usable, ordering)).sort(compare);
  const placed: Placed<Entry>[] = [];
  for (let start = 0; start < judged.length;) {
    const first = judged[start];
    if (first === undefined) break;
    const equals = judged.filter((other) => difference(first, other) === 0);
    const total = equals.reduce((sum, { weight }) => sum + weight, 0);
    for (const one of equals) {
      const drawn =
        equals.length === 1
          ? null
          : { candidate: one.usable.candidate, usdPerMillionTokens: one.price, weight: one.weight, chance: one.weight / total };
      placed.push({
        usable: one.usable,
        drawn,
        reason: judged.length === 1 && one.aside === 0 ? 'the only endpoint that can serve this model' : reasonOf(one, drawn, ordering),
      });
    }
    start += equals.length;
  }
  return placed;
}

function judge<Entry extends Usable>(usable: Entry, { wishes, sort, random }: Ordering): Judged<Entry> {
  const { candidate, standing, lacking, isSticky } = usable;
  const { order } = wishes;
  const named = order?.findIndex((name) => isNamed(name, candidate)) ?? -1;
  const price = blendedPrice(candidate);
  const weight = weightOf(price);
  return {
    usable,
    aside: standing.state === 'aside' ? 1 : 0,
    lacking: lacking.length,
    order: named < 0 ? (order?.length ?? 0) : named,
    sticky: isSticky ? 0 : 1,
    preferred: meeting(wishes, standing),
    sort: sortKey(sort, price, standing),
    trouble: troubleOf(standing),
    unpriced: price === null ? 1 : 0,
    price,
    weight,
    ticket: ticket(weight, random()),
  };
}

/** Smaller is better; what is not known comes last. */
function sortKey(sort: Sort | null, price: number | null, { firstContentMs, tokensPerSecond }: Standing): number {
  if (sort === 'price') return price ?? Infinity;
  if (sort === 'latency') return firstContentMs?.p50 ?? Infinity;
  if (sort === 'throughput') return tokensPerSecond === null ? Infinity : -tokensPerSecond.p50;
  return 0;
}

function difference(one: Judged<Usable>, other: Judged<Usable>): number {
  const ground = GROUNDS.find((name) => one[name] !== other[name]);
  return ground === undefined ? 0 : one[ground] < other[ground] ? -1 : 1;
}

const compare = (one: Judged<Usable>, other: Judged<Usable>) => difference(one, other) || one.ticket - other.ticket;

/** The ground that decided most about this place, in words. */
function reasonOf(one: Judged<Usable>, drawn: Drawn | null, { wishes, sort }: Ordering): string {
  const { lacking, standing } = one.usable;
  if (one.aside > 0) return 'it failed a short while ago and is set aside: it comes last';
  if (one.lacking > 0) return `it does not take ${lacking.join(' and ')}: it comes after those that do`;
  if (one.order < (wishes.order?.length ?? 0)) return `number ${one.order + 1} of provider.order`;
  if (one.sticky === 0) return 'it served this conversation a short while ago: its cache may be warm';
  if (one.preferred === 2) return 'it is slower than provider.preferred_* asks: it comes after those that are not';
  const usd = one.price === null ? 'its price is not known' : `${Number(one.price.toPrecision(3))} USD per million tokens`;
  if (sort === 'price') return `by price: ${usd}`;
  if (sort === 'latency')
    return `by latency: ${standing.firstContentMs === null ? 'not measured' : `${standing.firstContentMs.p50} ms to first content`}`;
  if (sort === 'throughput')
    return `by throughput: ${standing.tokensPerSecond === null ? 'not measured' : `${standing.tokensPerSecond.p50} tokens a second`}`;
  if (one.trouble > 0)
    return `${Math.round(100 * (standing.uptime ?? 0))} % of its recent answers came through: it comes after those without trouble`;
  return drawn === null ? usd : `drawn, ${Math.round(100 * drawn.chance)} % to be first among its equals: ${usd}`;
}
