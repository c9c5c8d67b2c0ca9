/** Refuses names in options that a router does not have, with the nearest ones. */
import { arrayOf, isObject, wordOf } from '../lib/json.ts';
import { didYouMean, nearestNames } from '../lib/nearest.ts';
import { CliError } from './cli-error.ts';
import type { RouterClient } from './router-client.ts';

/** Names in a list such as `a,b`, without blanks. Absent = none. */
export const namesIn = (list = ''): string[] =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** @throws CliError for a slug that the router does not have, with the nearest names. */
export async function checkProviders(slugs: readonly string[], router: RouterClient): Promise<void> {
  if (slugs.length === 0) return;
  const { data } = await router.ask('/providers');
  const known = arrayOf(data).map((provider) => (isObject(provider) ? wordOf(provider['slug']) : ''));
  checkNames(slugs, known, { option: '--provider', expected: 'the slug of a provider' });
}

/** @throws CliError for the first of the names that is not known. */
export function checkNames(names: readonly string[], known: readonly string[], field: { option: string; expected: string }): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = didYouMean(nearestNames(unknown, known)).trim();
  throw new CliError('usage', `${field.option} has ${JSON.stringify(unknown.slice(0, 100))}; expected ${field.expected}.`, near || null);
}
