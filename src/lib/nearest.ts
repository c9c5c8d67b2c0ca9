/** Finds the known names that a misspelt one may stand for, for "did you mean" in errors. */

/** Longest name that is compared, in characters: work grows with the product of the lengths. */
const MAX_CHARACTERS = 80;

/** Of a name's characters, one in so many may differ. */
const CHARACTERS_PER_EDIT = 4;

/**
 * The known names nearest to `name`, nearest first; empty when none is near. Case and the separators `-`, `.`, `_`, `:`, blank count for nothing.
 *
 * @param most how many names at most.
 */
export function nearestNames(name: string, known: Iterable<string>, most = 3): string[] {
  const wanted = plain(name);
  if (wanted === '' || wanted.length > MAX_CHARACTERS) return [];
  const limit = Math.max(1, Math.floor(wanted.length / CHARACTERS_PER_EDIT));
  const near: { candidate: string; distance: number }[] = [];
  for (const candidate of known) {
    const distance = distanceBetween(wanted, plain(candidate), limit);
    if (distance <= limit) near.push({ candidate, distance });
  }
  near.sort((one, other) => one.distance - other.distance || (one.candidate < other.candidate ? -1 : 1));
  return near.slice(0, most).map(({ candidate }) => candidate);
}

/** A sentence with the names that may have been meant, and a blank before it; empty when there are none. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : ` Did you mean ${names.map((name) => JSON.stringify(name)).join(' or ')}?`;
}

const plain = (name: string) => name.toLowerCase().replace(/[-._:\s]/g, '');

/** Edits between two texts (Levenshtein), or more than `limit` where there are more. */
function distanceBetween(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let line = 1; line <= one.length; line++) {
    const next = [line];
    let least = line;
    for (let column = 1; column <= other.length; column++) {
      const swap = (row[column - 1] ?? 0) + (one[line - 1] === other[column - 1] ? 0 : 1);
      const edits = Math.min(swap, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1);
      next.push(edits);
      least = Math.min(least, edits);
    }
    if (least > limit) return limit + 1;
    row = next;
  }
  return row[other.length] ?? limit + 1;
}
