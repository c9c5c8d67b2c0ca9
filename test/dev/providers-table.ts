/**
 * `npm run docs:providers`: writes the table of providers in docs/providers.md from the provider files and the catalogue. A test fails where the
 * table is not the one that this writes.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Auth, CompiledProvider } from '../../src/registry/provider.ts';
import { PROVIDERS } from '../registry/all-providers.ts';
import { ROOT } from './serve.ts';

const PAGE = join(ROOT, 'docs/providers.md');
const MARKED = /(<!-- providers:begin -->\n)[^]*(<!-- providers:end -->)/;

/** The variables of a key, in the order in which they are looked for. */
const keysOf = (auth: readonly Auth[]): string =>
  [
    ...new Set(
      auth.flatMap((way) => (way.scheme === 'none' ? [] : way.scheme === 'aws-sigv4' ? [way.accessKeyId, way.secret] : [way.secret])),
    ),
  ]
    .map((name) => `\`${name}\``)
    .join(', ') || 'none';

function rowOf({ slug, name, docs, auth, operations, models, discontinued }: CompiledProvider): string {
  const formats = [...new Set(Object.values(operations).flatMap((alternatives) => alternatives.map(({ dialect }) => dialect)))];
  const newest = models
    .map(({ checked }) => checked)
    .toSorted()
    .at(-1);
  const listed = models.length === 0 ? 'none: any id can be called' : `${models.length} (${newest})`;
  const title = discontinued === null ? name : `${name}: discontinued`;
  return `| [${slug}](../providers/${slug}.jsonc) | [${title}](${docs}) | ${formats.join(', ')} | ${keysOf(auth)} | ${listed} |`;
}

/** The table, one provider a row. */
export function providersTable(providers: readonly CompiledProvider[]): string {
  const head =
    '| provider | name, documentation | wire formats | variables of the key | models (date of the newest facts) |\n|---|---|---|---|---|';
  return [head, ...providers.map(rowOf)].join('\n');
}

/** The page with its table written anew. */
export const withTable = (page: string, providers: readonly CompiledProvider[]): string =>
  page
    .replace(MARKED, (_, begin: string, end: string) => `${begin}\n${providersTable(providers)}\n\n${end}`)
    .replace(/There are files for \d+ providers\./, `There are files for ${providers.length} providers.`);

if (realpathSync(process.argv[1] ?? '') === import.meta.filename) {
  writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), PROVIDERS));
  console.log(`docs/providers.md lists ${PROVIDERS.length} providers.`);
}
