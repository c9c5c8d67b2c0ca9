/** Finds known names that are similar to a misspelt one, for "did you mean" in errors. */

/** Longest name that is compared, in characters: the work grows with the product of both lengths. */
const MAX_CHARACTERS = 80;

/** One edit is allowed per this many characters of the name. */
const CHARACTERS_PER_EDIT = 4;

/** Distance of a longer name that begins with the given one (`gpt-6-sol` for `gpt-6`): nearer than one edit. */
const DISTANCE_OF_LONGER = 0.5;

/** Fewest characters of a name for which longer names are found. */
const MIN_BEGINNING = 4;

/**
 * Returns the known names most similar to `name`, nearest first; empty when none is similar. Ignores case, blanks and the separators
 * `-`, `.`, `_`, `:`.
 *
 * @param most maximum number of names.
 */
export function nearestNames(name: string, known: Iterable<string>, most = 3): string[] {
  const wanted = normalizeName(name);
  if (wanted === '' || wanted.length > MAX_CHARACTERS) return [];
  const limit = Math.max(1, Math.floor(wanted.length / CHARACTERS_PER_EDIT));
  const near: { candidate: string; distance: number }[] = [];
  for (const candidate of known) {
    const other = normalizeName(candidate);
    const isLonger = wanted.length >= MIN_BEGINNING && other.length > wanted.length && other.startsWith(wanted);
    const distance = isLonger ? DISTANCE_OF_LONGER : countEdits(wanted, other, limit);
    if (distance <= limit) near.push({ candidate, distance });
  }
  near.sort((one, other) => one.distance - other.distance || (one.candidate < other.candidate ? -1 : 1));
  return near.slice(0, most).map(({ candidate }) => candidate);
}

/** Formats a "Did you mean ...?" sentence with a leading blank; empty when there are no names. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : ` Did you mean ${names.map((name) => JSON.stringify(name)).join(' or ')}?`;
}

const normalizeName = (name: string) => name.toLowerCase().replace(/[-._:\s]/g, '');

/**
 * Counts the edits between two texts: characters added, removed, changed, or two neighbours exchanged (optimal string alignment). Returns
 * `limit + 1` when there are more than `limit`.
 */
function countEdits(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  let before: number[] = [];
  for (let line = 1; line <= one.length; line++) {
    const next = [line];
    let least = line;
    for (let column = 1; column <= other.length; column++) {
      const swap = (row[column - 1] ?? 0) + (one[line - 1] === other[column - 1] ? 0 : 1);
      const isExchange = one[line - 1] === other[column - 2] && one[line - 2] === other[column - 1];
      const exchange = isExchange ? (before[column - 2] ?? limit) + 1 : limit + 1;
      const edits = Math.min(swap, exchange, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1);
      next.push(edits);
      least = Math.min(least, edits);
    }
    if (least > limit) return limit + 1;
    before = row;
    row = next;
  }
  return row[other.length] ?? limit + 1;
}
