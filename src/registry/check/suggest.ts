/** Suggests names for a misspelt one ("Did you mean"). */
import { didYouMean, nearestNames } from '../../lib/nearest.ts';

/** A finding: the path in the file's data, and a message. */
export type Complaint = { path: readonly (string | number)[]; message: string };

/** Adds suggestions to a message. @param known default: the names in the message itself. */
export function withSuggestion(message: string, given: unknown, known: Iterable<string> = namesIn(message)): string {
  const meant = typeof given === 'string' ? near(given, known) : [];
  return meant.length === 0 ? message : `${message}.${didYouMean(meant)}`;
}

/** Returns the known names nearest to a name: a few letters differ, or the letters have another order. */
export function near(name: string, known: Iterable<string>): string[] {
  const names = [...known];
  const found = nearestNames(name, names, 2);
  return found.length > 0 ? found : names.filter((each) => each.length > 2 && letters(each) === letters(name));
}

const letters = (name: string) => Array.from(name.toLowerCase()).sort().join('');

/** Returns the names in a sentence such as `expected one of a, b` or `expected one of "a"|"b"`. */
export function namesIn(message: string): string[] {
  const quoted = [...message.matchAll(/["']([^"']+)["']/g)].map(([, name]) => name ?? '');
  return quoted.length > 0 ? quoted : (message.split('expected one of ')[1] ?? '').split(', ').filter((name) => name !== '');
}

/** Finds repeated entries, with their positions. */
export function repeated<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => unknown): { place: number; first: number }[] {
  const seen = new Map<unknown, number>();
  return entries.flatMap((entry, place) => {
    const first = seen.get(keyOf(entry));
    if (first === undefined) seen.set(keyOf(entry), place);
    return first === undefined ? [] : [{ place, first }];
  });
}
