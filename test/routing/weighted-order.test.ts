/** The draw: who is first how often, and that the same seed draws the same. */
import { describe, expect, it } from 'vitest';
import type { Offering } from '../../src/registry/provider.ts';
import { blendedPrice, weightOf } from '../../src/routing/weighted-order.ts';
import { offersOf, order, planOf, priced, endpointHealths } from './endpoints.ts';
import { seededRandom } from '../support/seeded-random.ts';

const DRAWS = 1500;

/** How often each list of providers came out of that many draws, from one seed. */
function tally(offers: Readonly<Record<string, Partial<Offering>>>, seed: number, places: number): Map<string, number> {
  const catalog = offersOf(offers);
  const random = seededRandom(seed);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < DRAWS; draw++) {
    const outcome = order(planOf({}, catalog, { random }))
      .slice(0, places)
      .join(' ');
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counts;
}

/** Pearson's statistic of what was counted against what was expected. */
function chiSquare(counts: ReadonlyMap<string, number>, shares: Readonly<Record<string, number>>): number {
  return Object.entries(shares).reduce((sum, [outcome, share]) => {
    const expected = share * DRAWS;
    return sum + ((counts.get(outcome) ?? 0) - expected) ** 2 / expected;
  }, 0);
}

describe('weighted order of the first place', { timeout: 60_000 }, () => {
  // The bounds are those that chance alone passes once in a thousand times, for that many outcomes less one.
  it.each([1, 2, 3])('is proportional to 1/price^2 (seed %i)', (seed) => {
    const counts = tally({ one: priced(1), two: priced(2), three: priced(3) }, seed, 1);
    const total = 1 + 1 / 4 + 1 / 9;
    expect(chiSquare(counts, { one: 1 / total, two: 1 / 4 / total, three: 1 / 9 / total })).toBeLessThan(13.82);
  });

  it('is nine times as likely at a third of the price', () => {
    const counts = tally({ dear: priced(3), cheap: priced(1) }, 5, 1);
    expect(chiSquare(counts, { cheap: 0.9, dear: 0.1 })).toBeLessThan(10.83);
  });

  it('continues with the rest for the second place, and with unpriced endpoints last', () => {
    const counts = tally({ one: priced(1), two: priced(2), x: {}, y: {} }, 7, 4);
    const shares = { 'one two x y': 0.4, 'one two y x': 0.4, 'two one x y': 0.1, 'two one y x': 0.1 };
    expect([...counts.keys()].sort()).toEqual(Object.keys(shares).sort());
    expect(chiSquare(counts, shares)).toBeLessThan(16.27);
  });

  it('orders an unreliable endpoint last, however cheap it is', () => {
    const catalog = offersOf({ dear: priced(50), cheap: priced(0) });
    const healthOf = endpointHealths({ cheap: { uptime: 0.5, failures: 5 } });
    for (let seed = 0; seed < 50; seed++) expect(order(planOf({}, catalog, { healthOf, random: seededRandom(seed) }))[0]).toBe('dear');
  });
});

it('weighted order is equal for equal seeds, and differs for others', () => {
  const catalog = offersOf({ a: priced(1), b: priced(1), c: priced(1), d: priced(1), e: priced(1), f: priced(1) });
  const drawn = (seed: number) => order(planOf({}, catalog, { random: seededRandom(seed) })).join('');
  const orders = Array.from({ length: 20 }, (_, seed) => drawn(seed));
  expect(Array.from({ length: 20 }, (_, seed) => drawn(seed))).toEqual(orders);
  expect(new Set(orders).size).toBeGreaterThan(10);
});

it('planRoute reports the chances of a random order, and none without one', () => {
  const catalog = offersOf({ dear: priced(3), cheap: priced(1), unpriced: {} });
  expect(
    planOf({}, catalog).draw.map(({ candidate, chance, usdPerMillionTokens }) => [candidate.provider.slug, chance, usdPerMillionTokens]),
  ).toEqual([
    ['dear', expect.closeTo(0.1), 3],
    ['cheap', expect.closeTo(0.9), 1],
  ]);
  expect(planOf({ provider: { sort: 'price' } }, catalog).draw).toEqual([]);
  expect(planOf({ provider: { order: ['dear', 'cheap'] } }, catalog).draw).toEqual([]);
});

it('weighted order makes a free endpoint likely, not certain, to be first', () => {
  const free = { offering: { slug: '', id: '', source: '', checked: '', priceUsdPerMillionTokens: { prompt: 0, completion: 0 } } };
  expect(weightOf(blendedPrice(free)) / weightOf(1)).toBe(10_000);
});
