/** The error for a name that no provider has. */
import { didYouMean, nearestNames } from '../../lib/nearest.ts';
import { CliError } from '../cli-error.ts';

/** @param slugs of all providers. */
export function unknownProvider(slug: string, slugs: readonly string[]): CliError {
  const near = didYouMean(nearestNames(slug, slugs, 3));
  const next =
    `There are ${slugs.length} providers: docs/providers.md lists them. npx tributary provider add ${/^[a-z0-9-]+$/.test(slug) ? slug : ''}`.trim();
  return new CliError('usage', `No provider is called ${JSON.stringify(slug.slice(0, 100))}.${near}`, `${next} makes a file.`);
}
