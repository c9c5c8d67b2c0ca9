/** Pages of the list of models. */
import { describe, expect, it } from 'vitest';
import { listModels } from '../../src/http/models.ts';
import { readPage } from '../../src/http/page.ts';
import type { JsonObject } from '../../src/lib/json.ts';
import { createCatalog } from '../../src/registry/catalog.ts';
import { offering, provider } from '../routing/endpoints.ts';

const CATALOG = createCatalog([
  provider(
    'alpha',
    ['a/1', 'a/2', 'a/3', 'a/4', 'a/5'].map((slug) => offering(slug)),
  ),
]);
const idsOf = (query: Readonly<Record<string, string>>) =>
  (listModels(CATALOG, { page: readPage(query) })['data'] as JsonObject[]).map((model) => model['id']);

describe('readPage', () => {
  it.each<readonly [Record<string, string>, string[]]>([
    [{}, ['a/1', 'a/2', 'a/3', 'a/4', 'a/5']],
    [{ limit: '2' }, ['a/1', 'a/2']],
    [{ offset: '4' }, ['a/5']],
    [{ offset: '3', limit: '1' }, ['a/4']],
    [{ offset: '5' }, []],
    [{ offset: '500', limit: '1000' }, []],
  ])('returns for %j the models %j', (query, ids) => {
    expect(idsOf(query)).toEqual(ids);
    expect(listModels(CATALOG, { page: readPage(query) })).toMatchObject({ total_count: 5 });
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'ten'],
    ['limit', ''],
    ['limit', '1.5'],
    ['offset', '-1'],
    ['offset', '1e3'],
    ['offset', '99999999999999999999'],
  ])('refuses %s=%s with a 400 that names the field', (name, text) => {
    expect(() => readPage({ [name]: text })).toThrow(
      expect.objectContaining({ type: 'invalid_request', details: expect.objectContaining({ param: name }) }),
    );
  });
});
