/** Writes the catalogue that `catalog.ts` reads. Runs at build time. */
import { CATALOG_LAYOUT, newestOf, versionOf, type WrittenCatalog } from './catalog.ts';
import type { CompiledProvider } from './provider.ts';
import { writeRows } from './write-rows.ts';

/** Converts compiled providers to the written form. */
export function writeCatalog(providers: readonly CompiledProvider[]): WrittenCatalog {
  const { shared, rows } = writeRows(providers);
  const json = providers.map(({ models: _models, retired: _retired, ...provider }, at) => {
    const { source = '', checked = '' } = rows[at] ?? {};
    return [provider.slug, JSON.stringify({ ...provider, list: { source, checked } })] as const;
  });
  return {
    layout: CATALOG_LAYOUT,
    version: versionOf(providers),
    checked: newestOf(providers),
    providers: Object.fromEntries(json),
    rows: Object.fromEntries(providers.map(({ slug }, at) => [slug, rows[at]?.rows ?? ''])),
    shared,
  };
}
