/** In which order usable endpoints of one model are tried: the client's own order first, then by price where asked. Pure, stable. */
import type { Adjustment } from '../unified/adjustment.ts';
import type { Preferences } from '../unified/preferences.ts';
import type { Candidate, SuffixSort } from './candidates.ts';
import { isNamed } from './filter.ts';

/** Sorts the candidates of one model. */
export function orderCandidates(candidates: readonly Candidate[], wishes: Preferences, suffixSort: SuffixSort): Candidate[] {
  const sorted = sortBy(wishes, suffixSort) === 'price' ? [...candidates].sort((one, other) => price(one) - price(other)) : [...candidates];
  const order = wishes.order;
  if (!order) return sorted;
  const rank = (candidate: Candidate) => {
    const place = order.findIndex((name) => isNamed(name, candidate));
    return place < 0 ? order.length : place;
  };
  return sorted.sort((one, other) => rank(one) - rank(other));
}

/** Wishes about speed, for which nothing is measured yet: said, not ignored. */
export function unmeasuredWishes(wishes: Preferences, suffixSort: SuffixSort): Adjustment[] {
  const reason = 'speed is not measured yet, so it cannot decide';
  const dropped = (param: string, from?: unknown): Adjustment => ({
    param,
    action: 'dropped',
    ...(from === undefined ? {} : { from }),
    reason,
  });
  const sort = sortBy(wishes, suffixSort);
  return [
    ...(sort !== null && sort !== 'price' ? [dropped(wishes.sort ? 'provider.sort' : 'model', sort)] : []),
    ...(wishes.preferred_min_throughput ? [dropped('provider.preferred_min_throughput')] : []),
    ...(wishes.preferred_max_latency ? [dropped('provider.preferred_max_latency')] : []),
  ];
}

function sortBy({ sort }: Preferences, suffixSort: SuffixSort): string | null {
  if (sort) return typeof sort === 'string' ? sort : sort.by;
  return suffixSort;
}

/** Prompt and completion price together; unknown prices come last. */
function price({ offering }: Candidate): number {
  const known = offering?.priceUsdPerMillionTokens;
  return known === undefined ? Infinity : known.prompt + known.completion;
}
