/** Writes the catalogue that `catalog.ts` reads. Runs at build time. */
import { CATALOG_LAYOUT, newestOf, versionOf, type WrittenCatalog } from './catalog.ts';
import type { CompiledProvider } from './provider.ts';
import { shareFields } from './shared-fields.ts';
import { writeRows } from './write-rows.ts';

/** Converts compiled providers to the written form. */
export function writeCatalog(providers: readonly CompiledProvider[]): WrittenCatalog {
  const { shared, rows } = writeRows(providers);
  const { texts, fields } = shareFields(
    providers.map(({ models: _models, retired: _retired, ...provider }, at) => {
      const { source = '', checked = '' } = rows[at] ?? {};
      return { ...provider, list: { source, checked } };
    }),
  );
  const bySlug = (written: (at: number) => string | undefined) =>
    Object.fromEntries(providers.map(({ slug }, at) => [slug, written(at) ?? '']));
  return {
    layout: CATALOG_LAYOUT,
    version: versionOf(providers),
    checked: newestOf(providers),
    providers: bySlug((at) => texts[at]),
    fields: fields.join('\n'),
    rows: bySlug((at) => rows[at]?.rows),
    shared,
  };
}
