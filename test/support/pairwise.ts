/** Chooses combinations of values so that every pair of values of two axes is in one of them. */

/** The values of each axis, by its name. */
export type Axes = Readonly<Record<string, readonly string[]>>;

/** One value of each axis. */
export type Combination<All extends Axes> = { readonly [Name in keyof All]: All[Name][number] };

/** Combinations that are tried for each that is chosen. */
const TRIES = 40;

/**
 * Returns combinations with every pair that is possible. `random`: from 0 to below 1.
 *
 * @param fit turns a combination that makes no sense into one that does; what it changes is not asked for again.
 * @param more further things that a combination is to have, besides its pairs.
 */
export function pairwise<All extends Axes>(
  axes: All,
  fit: (one: Combination<All>) => Combination<All>,
  { random, more }: { random: () => number; more: (one: Combination<All>) => readonly string[] },
): Combination<All>[] {
  const draw = () =>
    fit(
      Object.fromEntries(
        Object.entries(axes).map(([name, values]) => [name, values[Math.floor(random() * values.length)]]),
      ) as Combination<All>,
    );
  const seen = new Set<string>();
  const chosen: Combination<All>[] = [];
  for (let misses = 0; misses < 3;) {
    const drawn = Array.from({ length: TRIES }, draw);
    const all = (one: Combination<All>) => [...pairsOf(one), ...more(one)];
    const fresh = (one: Combination<All>) => all(one).filter((pair) => !seen.has(pair)).length;
    const best = drawn.reduce((before, one) => (fresh(one) > fresh(before) ? one : before));
    misses = fresh(best) === 0 ? misses + 1 : 0;
    if (misses > 0) continue;
    for (const pair of all(best)) seen.add(pair);
    chosen.push(best);
  }
  return chosen;
}

function pairsOf(one: Readonly<Record<string, string>>): string[] {
  const values = Object.entries(one).map((entry) => entry.join('='));
  return values.flatMap((first, index) => values.slice(index + 1).map((second) => `${first} ${second}`));
}
