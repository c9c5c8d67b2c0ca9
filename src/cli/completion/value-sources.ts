/** Names for completion, from files of the project: nothing is built and nothing is asked, so that a shell does not wait. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readCatalog, type WrittenCatalog } from '../../registry/catalog.ts';
import { CATALOG } from '../build-catalog.ts';
import type { ValueSources } from './complete.ts';

/** @param root folder of the project. */
export const valueSources = (root: string): ValueSources => ({
  slug: () => providerSlugs(root),
  provider: () => providerSlugs(root),
  model: () => modelNames(root),
  glob: () => modelNames(root),
  search: () => modelNames(root),
});

/** Provider files have the names of their slugs. */
export const providerSlugs = (root: string): string[] =>
  readdirSync(join(root, 'providers'))
    .filter((name) => name.endsWith('.jsonc') && !name.startsWith('.'))
    .map((name) => name.slice(0, -'.jsonc'.length));

/** Names of the last build; none before it. */
async function modelNames(root: string): Promise<readonly string[]> {
  const path = join(root, CATALOG);
  if (!existsSync(path)) return [];
  const { CATALOG: written } = (await import(pathToFileURL(path).href)) as { CATALOG: WrittenCatalog }; // written by our build
  return readCatalog(written).slugs();
}
