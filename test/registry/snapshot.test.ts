/**
 * The catalogue against the snapshot it was made of, where that lies beside the project (`CATALOGUE_SNAPSHOT`, else
 * ../shared/catalogue/models-dev.json); skipped where it does not. Every live id is listed, or left out with a reason.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { CATALOG } from '../../src/registry/catalog.generated.ts';
import { offeringOf, readCatalog } from '../../src/registry/catalog.ts';
import { matches } from '../../src/registry/operation.ts';

const ROOT = join(import.meta.dirname, '../..');
const SNAPSHOT = process.env['CATALOGUE_SNAPSHOT'] ?? join(ROOT, '../shared/catalogue/models-dev.json');

type ListedModel = {
  status?: string;
  modalities: { input: string[]; output: string[] };
  limit: { context?: number };
  cost?: { input?: number };
};
type Snapshot = { providers: Record<string, { models: Record<string, ListedModel> }> };
type ProviderFile = { catalog?: string; leftOut?: Record<string, string>; models?: { id: string; retired?: object }[] };

const FILES = readdirSync(join(ROOT, 'providers')).filter((name) => name.endsWith('.jsonc'));
const catalog = readCatalog(CATALOG);

/** Models that make no text or vectors from text, whatever a list calls their output. */
const MAKES_OTHERS = /rerank|whisper/i;

describe.skipIf(!existsSync(SNAPSHOT))('every live model of the snapshot', () => {
  const { providers } = existsSync(SNAPSHOT) ? (JSON.parse(readFileSync(SNAPSHOT, 'utf8')) as Snapshot) : { providers: {} };

  const stated = FILES.map(
    (name) => [name.replace('.jsonc', ''), parse(readFileSync(join(ROOT, 'providers', name), 'utf8')) as ProviderFile] as const,
  );
  const lists = stated.flatMap(([slug, file]) => {
    const source = file.catalog?.split('/')[1];
    return source === undefined ? [] : [{ slug, file, models: providers[source]?.models ?? {} }];
  });

  it('belongs to a provider that the snapshot has', () => {
    expect(lists.filter(({ models }) => Object.keys(models).length === 0).map(({ slug }) => slug)).toEqual([]);
    expect(lists.length).toBeGreaterThan(50);
  });

  it.each(lists)('is listed at $slug, or left out with a reason', ({ slug, file, models }) => {
    const provider = catalog.provider(slug);
    const retired = new Set(file.models?.flatMap(({ id, retired: how }) => (how === undefined ? [] : [id])));
    const live = Object.entries(models).filter(
      ([, { status, modalities }]) => status !== 'deprecated' && modalities.output.includes('text') && modalities.input.includes('text'),
    );
    const missing = live
      .map(([id]) => id)
      .filter((id) => provider === undefined || offeringOf(provider, id) === null)
      .filter((id) => !retired.has(id) && !MAKES_OTHERS.test(id))
      .filter((id) => !Object.keys(file.leftOut ?? {}).some((pattern) => matches(pattern, id)));
    expect(missing).toEqual([]);
  });

  it.each(lists)('has the context that the list states at $slug, unless its file corrects it', ({ slug, file, models }) => {
    const provider = catalog.provider(slug);
    const corrected = new Set(file.models?.map(({ id }) => id));
    const wrong = Object.entries(models).flatMap(([id, { limit }]) => {
      const offering = provider === undefined || corrected.has(id) ? null : offeringOf(provider, id);
      const isSame = offering === null || offering.contextTokens === undefined || offering.contextTokens === limit.context;
      return isSame ? [] : [`${id}: ${offering.contextTokens}, not ${limit.context}`];
    });
    expect(wrong).toEqual([]);
  });
});
