/** "Did you mean": what a name that is not known may stand for. */
import { didYouMean, nearestNames } from '../../lib/nearest.ts';

/** What a check found: where in the file's data, and what is wrong. */
export type Complaint = { path: readonly (string | number)[]; message: string };

/** A message with the names that may have been meant. @param known default: those that the message itself lists. */
export function withSuggestion(message: string, given: unknown, known: Iterable<string> = namesIn(message)): string {
  const meant = typeof given === 'string' ? near(given, known) : [];
  return meant.length === 0 ? message : `${message}.${didYouMean(meant)}`;
}

/** The known names nearest to a name: a few letters differ, or the same letters stand in another order. */
export function near(name: string, known: Iterable<string>): string[] {
  const names = [...known];
  const found = nearestNames(name, names, 2);
  return found.length > 0 ? found : names.filter((each) => each.length > 2 && letters(each) === letters(name));
}

const letters = (name: string) => [...name.toLowerCase()].sort().join('');

/** Names in a sentence such as `expected one of a, b` or `expected one of "a"|"b"`. */
export function namesIn(message: string): string[] {
  const quoted = [...message.matchAll(/["']([^"']+)["']/g)].map(([, name]) => name ?? '');
  return quoted.length > 0 ? quoted : (message.split('expected one of ')[1] ?? '').split(', ').filter((name) => name !== '');
}

/** Entries that were there before, with their places. */
export function repeated<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => unknown): { place: number; first: number }[] {
  const seen = new Map<unknown, number>();
  return entries.flatMap((entry, place) => {
    const first = seen.get(keyOf(entry));
    if (first === undefined) seen.set(keyOf(entry), place);
    return first === undefined ? [] : [{ place, first }];
  });
}
